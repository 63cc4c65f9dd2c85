#include "api/classic.hpp"

#include "api/problem.hpp"
#include "api/result_table.hpp"
#include "one_c.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using namespace kktd::api;
using namespace kktd::fiscal;
namespace json = boost::json;

constexpr std::string_view id = "01JABCDEFGHJKMNPQRSTVWXYZ0";

Standing standing(ReceiptState state) {
    Standing receipt;
    receipt.id = id;
    receipt.kkt = "main";
    receipt.number = "ТР00-003655";
    receipt.date = Date{2017, 10, 6};
    receipt.total = Money(195'000);
    receipt.state = state;
    receipt.accepted_at = 1'769'862'600'123'456;
    if (state == ReceiptState::done) {
        Registration registration;
        registration.fn = "9960440300000001";
        registration.fd = 1234;
        registration.fpd = "0123456789";
        registration.shift = 7;
        registration.number = 42;
        registration.time = LocalTime::at({2026, 1, 31}, 15, 30, 0);
        registration.total = Money(195'000);
        registration.rnm = "0000000001012345";
        registration.qr = "t=20260131T1530&s=1950.00&fn=9960440300000001&i=1234&fp=123456789&n=1";
        receipt.registration = registration;
        receipt.finished_at = receipt.accepted_at + 1'000'000;
    }
    return receipt;
}

Standing faulty(ReceiptState state, Fault fault) {
    Standing receipt = standing(state);
    receipt.fault = std::move(fault);
    return receipt;
}

json::object body_of(const Answer& answer) {
    BOOST_REQUIRE_MESSAGE(one_c::read(answer.body).readable(),
                          one_c::read(answer.body).trouble << " in " << answer.body);
    auto body = json::parse(answer.body);
    // Written as Boost.JSON would write it: no spaces, the same escapes, no key twice.
    BOOST_TEST(json::serialize(body) == answer.body);
    return body.as_object();
}

std::string_view text_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    BOOST_REQUIRE_MESSAGE(value && value->is_string(), key);
    return {value->get_string().data(), value->get_string().size()};
}

std::int64_t number_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    BOOST_REQUIRE_MESSAGE(value && value->is_int64(), key);
    return value->get_int64();
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::string header(const Answer& answer, std::string_view name) {
    for (const auto& [key, value] : answer.headers) {
        if (key == name) {
            return value;
        }
    }
    return "";
}

/// Every state with every kind of fault, on a real and on a test device.
std::vector<Standing> every_standing() {
    std::vector<Standing> all;
    for (int s = 0; s <= static_cast<int>(ReceiptState::rehearsed); ++s) {
        all.push_back(standing(static_cast<ReceiptState>(s)));
        for (int c = 0; c <= static_cast<int>(FaultClass::internal); ++c) {
            const auto cls = static_cast<FaultClass>(c);
            all.push_back(faulty(static_cast<ReceiptState>(s), Fault(cls, "")));
            all.push_back(
                faulty(static_cast<ReceiptState>(s),
                       Fault(cls, "вставьте \"бумагу\".", -3807, "Нет \xE1\xF3\xEC\x00")));
            all.back().warnings.push_back({"vat_mapped", "/Goods/Position_1/Tax", "18 → 22"});
            all.back().working = true;
            all.back().date.reset();
        }
    }
    const std::size_t real = all.size();
    for (std::size_t i = 0; i < real; ++i) {
        all.push_back(all[i]);
        all.back().test_device = true;
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(classic_answer_tests)

BOOST_AUTO_TEST_CASE(the_whole_answer_of_a_registered_receipt) {
    const Answer answer = classic_answer(Settled{standing(ReceiptState::done), false}, "r-1");
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.headers.empty());
    BOOST_TEST(
        answer.body ==
        R"({"check_number":42,"result_code":0,"result_description":"Ошибок нет","outcome":"done",)"
        R"("id":"01JABCDEFGHJKMNPQRSTVWXYZ0","kkt":"main","state":"done","operation":"sell",)"
        R"("doc_number":"ТР00-003655","doc_date":"2017-10-06","total":"1950.00",)"
        R"("total_kopecks":195000,"fd":1234,"fpd":"0123456789","fn":"9960440300000001","shift":7,)"
        R"("time":"2026-01-31T15:30:00",)"
        R"("qr":"t=20260131T1530&s=1950.00&fn=9960440300000001&i=1234&fp=123456789&n=1",)"
        R"("rnm":"0000000001012345","attempt":1,"accepted_at":"2026-01-31T12:30:00Z",)"
        R"("finished_at":"2026-01-31T12:30:01Z","test_mode":false,"test_device":false,)"
        R"("warnings":[],"repeated":false,"request_id":"r-1"})");
}

BOOST_AUTO_TEST_CASE(the_whole_answer_of_a_waiting_receipt) {
    Standing receipt =
        faulty(ReceiptState::accepted,
               Fault(FaultClass::paper, "вставьте \"бумагу\".", -3807, "Нет \xE1\x01"));
    receipt.date.reset();
    receipt.warnings.push_back({"vat_mapped", "/Goods/Position_1/Tax", "18 → 22"});
    const Answer answer = classic_receipt(receipt, "r-\"1\"");
    BOOST_TEST(
        answer.body ==
        R"({"check_number":0,"result_code":302,"result_description":"Чек принят и будет )"
        R"(зарегистрирован, как только устранят причину: вставьте \"бумагу\". Повторите запрос с )"
        R"(тем же номером, чтобы узнать итог; не пробивайте чек вручную","outcome":"accepted",)"
        R"("retry":"same","error":"waiting","id":"01JABCDEFGHJKMNPQRSTVWXYZ0","kkt":"main",)"
        R"("state":"accepted","operation":"sell","doc_number":"ТР00-003655","doc_date":"",)"
        R"("total":"1950.00","total_kopecks":195000,"waiting_for":"paper","device_code":-3807,)"
        "\"device_description\":\"Нет \xEF\xBF\xBD\\u0001\","
        R"("attempt":1,"accepted_at":"2026-01-31T12:30:00Z","test_mode":false,)"
        R"("test_device":false,"warnings":[{"code":"vat_mapped","path":"/Goods/Position_1/Tax",)"
        R"("text":"18 → 22"}],"request_id":"r-\"1\""})");
}

BOOST_AUTO_TEST_CASE(the_whole_answer_of_a_violation) {
    const Answer answer =
        classic_answer(Invalid{{{Rule::bad_number, "/Goods/Position_1/Price", "не\nчисло"},
                                {Rule::no_positions, "", ""}}},
                       "r-1");
    BOOST_TEST(
        answer.body ==
        R"({"check_number":0,"result_code":205,"result_description":"Чек не зарегистрирован, )"
        R"(ошибок: 2\n1) /Goods/Position_1/Price: не\nчисло\n2) в чеке нет позиций",)"
        R"("outcome":"refused","retry":"fixed","error":"bad_number","violations_total":2,)"
        R"("violations":[{"rule":"bad_number","code":205,"path":"/Goods/Position_1/Price",)"
        R"("text":"не\nчисло"},{"rule":"no_positions","code":212,"path":"",)"
        R"("text":"в чеке нет позиций"}],"request_id":"r-1"})");
}

// What an operator knows of a document is its number; nothing else is made up.
BOOST_AUTO_TEST_CASE(a_receipt_that_an_operator_has_stated_leaves_out_what_nobody_knows) {
    Standing receipt = standing(ReceiptState::done);
    receipt.registration = Registration{};
    receipt.registration->fn = "9960440300000001";
    receipt.registration->fd = 1234;
    receipt.registration->shift = 7;
    BOOST_TEST(receipt.registration->only_stated());
    const auto body = body_of(classic_answer(Settled{receipt, true}, "r-1"));
    BOOST_TEST(text_of(body, "outcome") == "done");
    BOOST_TEST(number_of(body, "result_code") == 0);
    BOOST_TEST(number_of(body, "fd") == 1234);
    BOOST_TEST(number_of(body, "check_number") == 0);
    for (const char* const key : {"fpd", "time", "qr", "rnm"}) {
        BOOST_TEST(text_of(body, key) == "", key);
    }
}

BOOST_AUTO_TEST_CASE(a_stored_answer_says_so) {
    const auto body = body_of(classic_answer(Settled{standing(ReceiptState::done), true}, "r-1"));
    BOOST_TEST(body.at("repeated").as_bool());
    BOOST_TEST(number_of(body, "check_number") == 42);
}

BOOST_AUTO_TEST_CASE(a_kept_answer_is_the_stored_one) {
    const auto done = standing(ReceiptState::done);
    for (const std::string_view id : {"r-1", "\"\n\xFF"}) {
        BOOST_TEST((classic_repeat_answer(classic_repeat(done), id) ==
                    classic_answer(Settled{done, true}, id)));
    }
}

BOOST_AUTO_TEST_CASE(a_test_device_says_so_first) {
    Standing receipt = standing(ReceiptState::done);
    receipt.test_device = true;
    const auto body = body_of(classic_answer(Settled{receipt, false}, "r"));
    BOOST_TEST(text_of(body, "result_description") == "ТЕСТ, не фискальный: ошибок нет");
    BOOST_TEST(number_of(body, "result_code") == 0);
    for (const Standing& any : every_standing()) {
        const auto description = one_c::read(classic_receipt(any, "r").body).result_description;
        const bool marked = any.test_device || any.state == ReceiptState::rehearsed;
        BOOST_TEST(description.starts_with("ТЕСТ, не фискальный") == marked, description);
    }
}

BOOST_AUTO_TEST_CASE(paper_that_is_unfinished_is_a_warning_told_once) {
    Standing receipt = standing(ReceiptState::done);
    receipt.registration->not_printed = true;
    auto body = body_of(classic_answer(Settled{receipt, false}, "r"));
    BOOST_REQUIRE(body.at("warnings").as_array().size() == 1U);
    BOOST_TEST(text_of(body.at("warnings").as_array()[0].as_object(), "code") == "not_printed");
    receipt.warnings.push_back({"not_printed", "", "допечатайте"});
    body = body_of(classic_answer(Settled{receipt, false}, "r"));
    BOOST_TEST(body.at("warnings").as_array().size() == 1U);
}

BOOST_AUTO_TEST_CASE(accepted_tells_to_repeat_and_not_to_ring_it_up) {
    Standing receipt = standing(ReceiptState::accepted);
    for (const bool working : {false, true}) {
        receipt.working = working;
        const Answer answer = classic_answer(Settled{receipt, false}, "r");
        BOOST_TEST(answer.status == 202);
        BOOST_TEST(header(answer, "Location") == "/kkt/receipts/" + std::string(id));
        const auto body = body_of(answer);
        BOOST_TEST(number_of(body, "result_code") == (working ? 301 : 300));
        BOOST_TEST(text_of(body, "retry") == "same");
        const auto text = text_of(body, "result_description");
        BOOST_TEST(contains(text, "Чек принят"));
        BOOST_TEST(contains(text, "Повторите запрос с тем же номером"));
        BOOST_TEST(contains(text, "не пробивайте чек вручную"));
        BOOST_TEST(!body.contains("waiting_for"));
        BOOST_TEST(!body.contains("fd"));
    }
}

BOOST_AUTO_TEST_CASE(accepted_tells_what_it_waits_for) {
    const Answer answer = classic_answer(
        Settled{faulty(ReceiptState::accepted,
                       Fault(FaultClass::paper, "вставьте бумагу в ККТ", -3807, "Нет бумаги")),
                false},
        "r");
    const auto body = body_of(answer);
    BOOST_TEST(answer.status == 202);
    BOOST_TEST(number_of(body, "result_code") == 302);
    BOOST_TEST(text_of(body, "outcome") == "accepted");
    BOOST_TEST(text_of(body, "waiting_for") == "paper");
    BOOST_TEST(number_of(body, "device_code") == -3807);
    BOOST_TEST(text_of(body, "device_description") == "Нет бумаги");
    BOOST_TEST(contains(text_of(body, "result_description"), "вставьте бумагу в ККТ. Повторите"));
}

BOOST_AUTO_TEST_CASE(refused_tells_why) {
    const Answer answer = classic_answer(
        Settled{faulty(ReceiptState::refused,
                       Fault(FaultClass::rejected, "ККТ не приняла ставку", 4022, "НДС")),
                false},
        "r");
    const auto body = body_of(answer);
    BOOST_TEST(answer.status == 502);
    BOOST_TEST(number_of(body, "check_number") == 0);
    BOOST_TEST(text_of(body, "result_description") ==
               "Чек не зарегистрирован: ККТ не приняла ставку");
    BOOST_TEST(text_of(body, "error") == "rejected");
    BOOST_TEST(text_of(body, "retry") == "fixed");
}

BOOST_AUTO_TEST_CASE(unknown_is_for_an_operator) {
    const Answer answer = classic_answer(
        Settled{faulty(ReceiptState::unknown, Fault(FaultClass::link, "связь прервалась")), false},
        "r");
    const auto body = body_of(answer);
    BOOST_TEST(answer.status == 409);
    BOOST_TEST(text_of(body, "outcome") == "unknown");
    BOOST_TEST(text_of(body, "retry") == "operator");
    BOOST_TEST(contains(text_of(body, "result_description"), "kktctl resolve " + std::string(id)));
    BOOST_TEST(contains(text_of(body, "result_description"), "Не пробивайте чек вручную"));
}

BOOST_AUTO_TEST_CASE(a_rehearsal_registers_nothing) {
    Standing receipt = standing(ReceiptState::rehearsed);
    receipt.registration = standing(ReceiptState::done).registration; // as if it leaked
    auto body = body_of(classic_answer(Settled{receipt, false}, "r"));
    BOOST_TEST(number_of(body, "check_number") == 0);
    BOOST_TEST(body.at("test_mode").as_bool());
    BOOST_TEST(!body.contains("fd"));
    BOOST_TEST(text_of(body, "result_description") ==
               "ТЕСТ, не фискальный: сейчас чек был бы зарегистрирован");
    receipt.fault = Fault(FaultClass::paper, "нет бумаги");
    body = body_of(classic_answer(Settled{receipt, false}, "r"));
    BOOST_TEST(text_of(body, "result_description") ==
               "ТЕСТ, не фискальный: сейчас чек был бы принят и ждал бы: нет бумаги");
    BOOST_TEST(number_of(body, "result_code") == 341);
}

BOOST_AUTO_TEST_CASE(a_conflict_shows_both) {
    const Conflict conflict{Conflict::Why::other_content,
                            standing(ReceiptState::done),
                            {"Сумма: было 1950.00, пришло 2000.00"}};
    const Answer answer = classic_answer(conflict, "r");
    const auto body = body_of(answer);
    BOOST_TEST(answer.status == 409);
    BOOST_TEST(number_of(body, "result_code") == 310);
    BOOST_TEST(number_of(body, "check_number") == 0);
    BOOST_TEST(number_of(body.at("existing").as_object(), "check_number") == 42);
    BOOST_TEST(body.at("differences").as_array().size() == 1U);
    BOOST_TEST(contains(text_of(body, "result_description"), "было 1950.00, пришло 2000.00"));
}

BOOST_AUTO_TEST_CASE(a_likely_repeat_names_the_way_out) {
    const Answer answer = classic_answer(
        Conflict{Conflict::Why::looks_like_repeat, standing(ReceiptState::accepted), {}}, "r");
    const auto body = body_of(answer);
    BOOST_TEST(answer.status == 409);
    BOOST_TEST(text_of(body, "error") == "looks_like_repeat");
    BOOST_TEST(contains(text_of(body, "result_description"), "AllowRepeat"));
    BOOST_TEST(header(answer, "Location").empty());
}

BOOST_AUTO_TEST_CASE(one_violation_is_the_description) {
    const Answer answer = classic_answer(
        Invalid{{{Rule::total_sum, "/DocSumm", "сумма позиций 1950.00, а DocSumm 2000.00"}}}, "r");
    const auto body = body_of(answer);
    BOOST_TEST(answer.status == 422);
    BOOST_TEST(number_of(body, "result_code") == 214);
    BOOST_TEST(text_of(body, "error") == "total_sum");
    BOOST_TEST(text_of(body, "result_description") ==
               "Чек не зарегистрирован. /DocSumm: сумма позиций 1950.00, а DocSumm 2000.00");
}

BOOST_AUTO_TEST_CASE(all_violations_are_listed_with_codes_and_paths) {
    const Answer answer =
        classic_answer(Invalid{{{Rule::bad_number, "/Goods/Position_1/Price", "не число"},
                                {Rule::missing, "/Goods/Position_1/Price", "нет цены"},
                                {Rule::vat_missing, "/Goods/Position_1/Tax", ""}}},
                       "r");
    const auto body = body_of(answer);
    BOOST_TEST(number_of(body, "violations_total") == 2);
    const auto& list = body.at("violations").as_array();
    BOOST_REQUIRE(list.size() == 2U);
    BOOST_TEST(text_of(list[0].as_object(), "rule") == "bad_number");
    BOOST_TEST(number_of(list[0].as_object(), "code") == 205);
    BOOST_TEST(text_of(list[0].as_object(), "path") == "/Goods/Position_1/Price");
    BOOST_TEST(text_of(list[1].as_object(), "text") == "не указана ставка НДС");
    BOOST_TEST(text_of(body, "result_description") ==
               "Чек не зарегистрирован, ошибок: 2\n1) /Goods/Position_1/Price: не число\n"
               "2) /Goods/Position_1/Tax: не указана ставка НДС");
}

BOOST_AUTO_TEST_CASE(thousands_of_violations_make_a_readable_answer) {
    Invalid invalid;
    for (int i = 0; i < 5000; ++i) {
        invalid.violations.push_back({Rule::missing, "/Goods/" + std::to_string(i), "нет"});
    }
    const auto body = body_of(classic_answer(invalid, "r"));
    BOOST_TEST(number_of(body, "violations_total") == 5000);
    BOOST_TEST(body.at("violations").as_array().size() == 200U);
    BOOST_TEST(contains(text_of(body, "result_description"), "и ещё 4990"));
}

BOOST_AUTO_TEST_CASE(beyond_two_hundred_warnings_are_counted) {
    auto done = standing(ReceiptState::done);
    done.warnings.assign(200, {"line_split", "/Goods/Position_1", "да"});
    auto body = body_of(classic_answer(Settled{done, false}, "r"));
    BOOST_TEST(body.at("warnings").as_array().size() == 200U);
    BOOST_TEST(!body.contains("warnings_total"));
    done.warnings.push_back({"vat_mapped", "/Goods/Position_2/Tax", "да"});
    done.registration->not_printed = true; // must not be among those left out
    body = body_of(classic_answer(Settled{done, false}, "r"));
    BOOST_TEST(body.at("warnings").as_array().size() == 200U);
    BOOST_TEST(text_of(body.at("warnings").at(0).as_object(), "code") == "not_printed");
    BOOST_TEST(number_of(body, "warnings_total") == 201);
}

BOOST_AUTO_TEST_CASE(refusals_of_a_test_say_so_first) {
    const Violations violations{{Rule::missing, "/Goods", "нет"}};
    for (const bool test : {false, true}) {
        for (const Reply& reply :
             {Reply(Invalid{violations, test}),
              Reply(NotAccepting{NotAccepting::Why::stopping, "повторите", 60, test})}) {
            const auto body = body_of(classic_answer(reply, "r"));
            BOOST_TEST(text_of(body, "result_description").starts_with("ТЕСТ, не фискальный: ") ==
                       test);
        }
    }
}

BOOST_AUTO_TEST_CASE(no_violation_at_all_is_a_bug_and_not_a_success) {
    const Answer answer = classic_answer(Invalid{}, "r");
    BOOST_TEST(answer.status == 500);
    BOOST_TEST(one_c::read(answer.body).trouble == "");
}

BOOST_AUTO_TEST_CASE(not_accepting_says_when_to_come_back) {
    for (int i = 0; i <= static_cast<int>(NotAccepting::Why::stopping); ++i) {
        NotAccepting refusal;
        refusal.why = static_cast<NotAccepting::Why>(i);
        refusal.text = "подробность";
        refusal.retry_after_seconds = 7;
        const Answer answer = classic_answer(refusal, "r");
        const auto body = body_of(answer);
        BOOST_TEST(answer.status == 503);
        BOOST_TEST(header(answer, "Retry-After") == "7");
        // A commit that failed may be in the journal all the same: only there nobody knows.
        const bool doubt = refusal.why == NotAccepting::Why::journal_doubt;
        BOOST_TEST(text_of(body, "outcome") == (doubt ? "unknown" : "refused"));
        BOOST_TEST(text_of(body, "retry") == "same");
    }
}

BOOST_AUTO_TEST_CASE(a_receipt_is_shown_with_200_whatever_its_state) {
    for (const Standing& any : every_standing()) {
        BOOST_TEST(classic_receipt(any, "r").status == 200);
    }
    BOOST_TEST(one_c::read(classic_receipt_json(standing(ReceiptState::done))).success());
}

BOOST_AUTO_TEST_CASE(a_list_answers_for_its_newest) {
    const auto body = body_of(
        classic_receipts({standing(ReceiptState::accepted), standing(ReceiptState::done)}, "r"));
    BOOST_TEST(number_of(body, "result_code") == 300);
    const auto& list = body.at("receipts").as_array();
    BOOST_REQUIRE(list.size() == 2U);
    BOOST_TEST(number_of(list[1].as_object(), "check_number") == 42);

    const Answer none = classic_receipts({}, "r");
    BOOST_TEST(none.status == 404);
    BOOST_TEST(!one_c::read(none.body).success());
    BOOST_TEST(body_of(none).at("receipts").as_array().empty());
}

BOOST_AUTO_TEST_CASE(every_answer_is_readable_for_1c) {
    std::size_t read = 0;
    const auto check = [&](const Answer& answer) {
        const one_c::Reading reading = one_c::read(answer.body);
        BOOST_TEST(reading.trouble == "", answer.body);
        BOOST_TEST(json::serialize(json::parse(answer.body)) == answer.body);
        BOOST_TEST(!answer.body.empty());
        BOOST_TEST(reading.success() == (reading.outcome == "done"));
        BOOST_TEST((answer.status < 300 || answer.status >= 400), "a redirect");
        ++read;
    };
    for (const Standing& any : every_standing()) {
        for (const bool repeated : {false, true}) {
            check(classic_answer(Settled{any, repeated}, "\"\xFF\n"));
        }
        check(classic_receipt(any, "r"));
        check(classic_receipts({any, any}, "r"));
        for (const auto why : {Conflict::Why::other_content, Conflict::Why::looks_like_repeat}) {
            check(classic_answer(Conflict{why, any, {"Сумма: было \"1\"", "b"}}, "r"));
        }
    }
    for (int i = 0; i <= static_cast<int>(Rule::idempotency); ++i) {
        const auto rule = static_cast<Rule>(i);
        check(classic_answer(Invalid{{{rule, "/Goods/Position_1/a~1b", "a\"b"}}}, "r"));
        check(classic_answer(Invalid{{{rule, "", ""}, {Rule::bad_value, "", ""}}}, ""));
    }
    for (int i = 0; i <= static_cast<int>(NotAccepting::Why::stopping); ++i) {
        NotAccepting refusal;
        refusal.why = static_cast<NotAccepting::Why>(i);
        check(classic_answer(refusal, "r"));
    }
    check(classic_receipts({}, "r"));
    BOOST_TEST(read > 1000U);
}

BOOST_AUTO_TEST_CASE(the_status_of_2017) {
    const Answer well = classic_status(std::nullopt);
    BOOST_TEST(well.status == 200);
    BOOST_TEST(well.content_type == "text/plain; charset=utf-8");
    BOOST_TEST(well.body == "Статус ККТ:\n(0, u'Ошибок нет', 0, u'Ошибок в параметрах нет')");
    BOOST_TEST(classic_status(Fault(FaultClass::paper, "")).body ==
               "Статус ККТ:\n(403, u'в ККТ нет бумаги', 0, u'Ошибок в параметрах нет')");
    BOOST_TEST(classic_status(Fault(FaultClass::link, "нет 'связи'\n\\")).body ==
               "Статус ККТ:\n(401, u'нет \\'связи\\'\\n\\\\', 0, u'Ошибок в параметрах нет')");
}

BOOST_AUTO_TEST_SUITE_END()
