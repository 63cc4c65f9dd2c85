// What an operator has a KKT do between receipts, with a real journal and the test driver.
#include "house.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <thread>

using namespace kktd;
using engine::OperatorTask;
using fiscal::Money;
using fiscal::ServiceTask;
using tests::House;

namespace {

const OperatorTask x_report = ServiceTask(fiscal::XReport{});
const OperatorTask z_report = fiscal::CloseShift{};

OperatorTask cash_in(std::int64_t kopecks) {
    return ServiceTask(fiscal::CashIn{Money(kopecks)});
}
OperatorTask cash_out(std::int64_t kopecks) {
    return ServiceTask(fiscal::CashOut{Money(kopecks)});
}

engine::OperatorAnswer order(House& house, OperatorTask task, std::string kkt = "") {
    return house.engine().carry_out(
        {.kkt = std::move(kkt), .task = std::move(task), .who = "uid 7 (ivan)"});
}

front::Request post(const std::string& number, const std::string& more = {}) {
    front::Request request;
    request.method = "POST";
    request.path = "/kkt";
    request.request_id = "test";
    request.body = R"({"DocNumber": ")" + number + R"(", "DocDate": "02.03.2026", )" + more +
                   R"("DocSumm": 100, "Goods": {"Position_1": {"Name": "Книга", "Price": 100,
                   "Quantity": 1, "Tax": 10, "PositionSumm": 100}}})";
    return request;
}

bool is_done(const api::Answer& answer) {
    return boost::json::parse(answer.body).at("result_code").to_number<int>() == 0;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

void check_refused(House& house, const OperatorTask& task, std::string_view why) {
    const auto answer = order(house, task);
    BOOST_TEST(!answer.done);
    BOOST_TEST(has(answer.text, why), answer.text);
}

} // namespace

BOOST_AUTO_TEST_SUITE(service_tests)

BOOST_AUTO_TEST_CASE(an_x_report_makes_no_document_and_is_noted) {
    House house;
    const auto answer = order(house, x_report);
    BOOST_TEST(answer.done);
    BOOST_TEST(answer.text == "ККТ main: X-отчёт снят");
    BOOST_TEST(house.documents() == 0U);
    BOOST_TEST(house.intents() == 0U);
    BOOST_REQUIRE(house.journal().notes().size() == 1U);
    BOOST_TEST(house.journal().notes()[0] ==
               "operator: x-report by uid 7 (ivan): done: X-отчёт снят");
}

BOOST_AUTO_TEST_CASE(cash_is_counted_and_no_more_goes_out_than_is_there) {
    House house;
    BOOST_TEST(order(house, cash_in(50'000)).done);
    const auto too_much = order(house, cash_out(50'001));
    BOOST_TEST(!too_much.done);
    BOOST_TEST(has(too_much.text, "деньги не выплачены"), too_much.text);
    BOOST_TEST(has(too_much.text, "В ящике 500.00"), too_much.text);
    BOOST_TEST(house.journal().notes().back().starts_with(
        "operator: cash-out 500.01 by uid 7 (ivan): not done: "));
    BOOST_TEST(is_done(house.ask(post("N-1", R"("PaymentType": "cash", )"))));
    BOOST_TEST(order(house, cash_out(60'000)).done); // what was put in and the receipt's
    BOOST_TEST(!order(house, cash_out(1)).done);
}

BOOST_AUTO_TEST_CASE(a_z_report_has_an_intent_and_an_outcome_like_every_document) {
    House house;
    BOOST_TEST(is_done(house.ask(post("N-1"))));
    const auto intents = house.intents();
    const auto answer = order(house, z_report, "main");
    BOOST_TEST(answer.done);
    BOOST_TEST(answer.text == "ККТ main: Смена 1 закрыта, ФД 3");
    BOOST_TEST(house.documents() == 3U); // opening, receipt, closing
    BOOST_TEST(house.intents() == intents + 1);
    check_refused(house, z_report, "она и так закрыта (последняя – 1)");
    BOOST_TEST(house.documents() == 3U);
    // The next receipt opens another shift.
    BOOST_TEST(is_done(house.ask(post("N-2"))));
    BOOST_TEST(house.documents() == 5U);
}

BOOST_AUTO_TEST_CASE(a_lost_answer_of_a_z_report_is_asked_for) {
    House house;
    BOOST_TEST(is_done(house.ask(post("N-1"))));
    house.set_faults("lose_answer=after");
    const auto answer = order(house, z_report);
    BOOST_TEST(answer.done, answer.text);
    BOOST_TEST(has(answer.text, "Смена 1 закрыта, ФД 3"), answer.text);
    BOOST_TEST(house.documents() == 3U);
}

BOOST_AUTO_TEST_CASE(a_z_report_that_never_happened_is_told_as_such) {
    House house;
    BOOST_TEST(is_done(house.ask(post("N-1"))));
    house.set_faults("lose_answer=before");
    check_refused(house, z_report, "отчёта о закрытии в ней нет");
    BOOST_TEST(house.documents() == 2U);
    house.set_faults("");
    BOOST_TEST(order(house, z_report).done);
}

BOOST_AUTO_TEST_CASE(a_z_report_that_cannot_be_asked_about_is_recovered_later) {
    House house;
    BOOST_TEST(is_done(house.ask(post("N-1"))));
    house.set_faults("lose_answer=after mute=1");
    const auto answer = order(house, z_report);
    BOOST_TEST(!answer.done);
    BOOST_TEST(has(answer.text, "неизвестно, закрыта ли смена 1"), answer.text);
    check_refused(house, x_report, "не отвечает на вопрос о документе");
    house.set_faults("");
    BOOST_TEST(is_done(house.ask(post("N-2"))));
    BOOST_TEST(house.documents() == 5U); // one closing, not two
}

BOOST_AUTO_TEST_CASE(what_stops_the_kkt_is_told) {
    House house;
    for (const auto& [faults, why] :
         {std::pair("paper=out", "кончилась бумага"), std::pair("cover=open", "крышк"),
          std::pair("link=down", "нет связи"), std::pair("receipt_open=1", "чужой чек")}) {
        house.set_faults(faults);
        check_refused(house, x_report, why);
        BOOST_TEST(has(house.journal().notes().back(), why));
    }
    house.set_faults("clock_skew=1000");
    BOOST_TEST(order(house, x_report).done);
    check_refused(house, z_report, "смена не закрыта: ");
    house.set_faults("receipt_open=1");
    BOOST_TEST(order(house, ServiceTask(fiscal::ContinuePrint{})).done);
}

BOOST_AUTO_TEST_CASE(a_storage_at_its_end_still_closes_its_shift) {
    House house;
    BOOST_TEST(is_done(house.ask(post("N-1"))));
    house.set_faults("fn=expired");
    const auto answer = order(house, z_report);
    BOOST_TEST(answer.done, answer.text);
}

BOOST_AUTO_TEST_CASE(nothing_is_done_in_test_mode) {
    House house;
    house.configure(R"({"test_mode": true})");
    check_refused(house, x_report, "test_mode");
    check_refused(house, z_report, "test_mode");
    BOOST_TEST(house.documents() == 0U);
}

BOOST_AUTO_TEST_CASE(nothing_is_done_while_an_outcome_waits_for_a_decision) {
    House house;
    house.configure(R"({"stamp": "none"})");
    BOOST_TEST(is_done(house.ask(post("N-1"))));
    house.set_faults("lose_answer=after mute=1");
    (void)house.ask(post("N-2"), true);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (house.receipts() < 2 && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    // After a restart an equal document without a stamp proves nothing.
    house.restart();
    house.set_faults("");
    while (house.engine().unknown().empty() && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    BOOST_REQUIRE(house.engine().unknown().size() == 1U);
    check_refused(house, x_report, "kktctl resolve");
    check_refused(house, z_report, "kktctl resolve");
}

BOOST_AUTO_TEST_CASE(a_journal_that_fails_is_told) {
    House house;
    BOOST_TEST(is_done(house.ask(post("N-1"))));
    house.journal().break_at(tests::BreakableStore::Write::intent);
    check_refused(house, z_report, "журнал чеков не записывается");
    check_refused(house, x_report, "в журнал это не записано");
    BOOST_TEST(house.documents() == 2U);
}

BOOST_AUTO_TEST_CASE(the_kkt_must_be_known) {
    House house;
    const auto answer = order(house, x_report, "other");
    BOOST_TEST(!answer.done);
    BOOST_TEST(answer.text == "ККТ «other» нет в настройках; есть: main");
}

BOOST_AUTO_TEST_CASE(a_stopping_kktd_answers_at_once) {
    House house;
    house.engine().stop();
    check_refused(house, x_report, "останавливается");
}

BOOST_AUTO_TEST_SUITE_END()
