#include "front/status_json.hpp"

#include "front/status_page.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace kktd;
namespace json = boost::json;

namespace {

fiscal::DeviceState sound_state() {
    fiscal::DeviceState state;
    state.identity = {"7701234560", "0000000001012345", "00106900000001", "9999078900001341"};
    state.now = fiscal::LocalTime::at({2026, 10, 6}, 12, 0, 0);
    state.shift = fiscal::ShiftState::open;
    state.shift_number = 7;
    state.shift_opened = fiscal::LocalTime::at({2026, 10, 6}, 9, 30, 0);
    state.receipt_number = 42;
    state.last_fd = 1234;
    state.fn.valid_until = {2027, 10, 6};
    state.ffd = 4;
    state.model = "АТОЛ 30Ф";
    return state;
}

engine::Snapshot sound() {
    engine::KktSnapshot kkt;
    kkt.id = "main";
    kkt.device = "atol+tcp://10.0.0.5:5555";
    kkt.driver = "atol";
    kkt.maturity = "beta";
    kkt.can_sell = true;
    kkt.state = sound_state();
    kkt.state_at = 1'790'000'000'000'000;
    kkt.queued = 2;
    kkt.queue_limit = 1000;
    kkt.working = "01J1";
    fiscal::Registration last;
    last.fn = "9999078900001341";
    last.fd = 1234;
    last.fpd = "3742189210";
    last.shift = 7;
    last.number = 42;
    last.total = fiscal::Money(195'000);
    kkt.last_receipt = last;
    engine::Snapshot snapshot;
    snapshot.version = "0.1.0";
    snapshot.started_at = 1'790'000'000'000'000;
    snapshot.kkt = {kkt};
    return snapshot;
}

json::object body_of(const engine::Snapshot& snapshot) {
    const std::string text = front::status_json(snapshot);
    auto body = json::parse(text);
    BOOST_TEST(json::serialize(body) == text);
    return body.as_object();
}
json::object kkt_of(const engine::Snapshot& snapshot) {
    return body_of(snapshot).at("kkt").as_array().at(0).as_object();
}
std::string text(const json::value& value) {
    return std::string(value.as_string());
}
std::vector<std::string> warning_codes(const engine::Snapshot& snapshot) {
    std::vector<std::string> codes;
    const json::object kkt = kkt_of(snapshot);
    for (const json::value& warning : kkt.at("warnings").as_array()) {
        codes.push_back(text(warning.as_object().at("code")));
        BOOST_TEST(!warning.as_object().at("text").as_string().empty());
    }
    return codes;
}

/// 1C reads keys into a Структура: each must be an identifier, at every depth. And no number may
/// be a double.
void check_shape(const json::value& value) {
    BOOST_TEST(!value.is_double());
    if (value.is_array()) {
        for (const json::value& each : value.get_array()) {
            check_shape(each);
        }
    }
    if (value.is_object()) {
        for (const auto& [key, each] : value.get_object()) {
            BOOST_TEST_INFO(key);
            BOOST_TEST((!key.empty() && (key[0] < '0' || key[0] > '9')));
            BOOST_TEST(std::all_of(key.begin(), key.end(), [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
            }));
            check_shape(each);
        }
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(status_json_tests)

BOOST_AUTO_TEST_CASE(a_sound_kkt) {
    const engine::Snapshot snapshot = sound();
    const api::Answer answer = front::StatusPage().answer(snapshot, "r1");
    BOOST_TEST(answer.status == 200);
    const json::object body = json::parse(answer.body).as_object();
    BOOST_TEST(body.at("result_code").as_int64() == 0);
    BOOST_TEST(body.at("check_number").as_int64() == 0);
    BOOST_TEST(text(body.at("result_description")) == "Ошибок нет");
    BOOST_TEST(text(body.at("request_id")) == "r1");
    BOOST_TEST(text(body.at("version")) == "0.1.0");
    BOOST_TEST(text(body.at("journal")) == "ok");
    BOOST_TEST(text(body.at("started_at")) == "2026-09-21T14:13:20Z");
    BOOST_TEST(body.at("queued").as_int64() == 2);

    const json::object kkt = kkt_of(snapshot);
    BOOST_TEST(text(kkt.at("id")) == "main");
    BOOST_TEST(text(kkt.at("driver")) == "atol");
    BOOST_TEST(text(kkt.at("maturity")) == "beta");
    BOOST_TEST(!kkt.at("test_mode").as_bool());
    BOOST_TEST(!kkt.contains("fault"));
    BOOST_TEST(!kkt.contains("bound"));
    BOOST_TEST(text(kkt.at("working")) == "01J1");
    BOOST_TEST(kkt.at("last_fd").as_int64() == 1234);
    BOOST_TEST(text(kkt.at("ffd")) == "1.2");
    const json::object shift = kkt.at("shift").as_object();
    BOOST_TEST(text(shift.at("state")) == "open");
    BOOST_TEST(shift.at("number").as_int64() == 7);
    BOOST_TEST(text(shift.at("opened")) == "2026-10-06T09:30:00");
    BOOST_TEST(text(shift.at("expires")) == "2026-10-07T09:30:00");
    BOOST_TEST(text(kkt.at("last_receipt").at("total")) == "1950.00");
    BOOST_TEST(kkt.at("fn").at("days_left").as_int64() == 365);
    BOOST_TEST(kkt.at("ofd").at("days_to_block").as_int64() == 30);
    BOOST_TEST(warning_codes(snapshot).empty());
    check_shape(body);
}

BOOST_AUTO_TEST_CASE(a_kkt_never_seen) {
    engine::Snapshot snapshot = sound();
    engine::KktSnapshot& kkt = snapshot.kkt[0];
    kkt.can_sell = false;
    kkt.state.reset();
    kkt.state_at = 0;
    kkt.last_receipt.reset();
    kkt.working.reset();
    const api::Answer answer = front::StatusPage().answer(snapshot, "r1");
    BOOST_TEST(answer.status == 503);
    const json::object body = json::parse(answer.body).as_object();
    BOOST_TEST(body.at("result_code").as_int64() == 401);
    BOOST_TEST(!body.at("can_sell").as_bool());
    const json::object shown = kkt_of(snapshot);
    BOOST_TEST(!shown.contains("shift"));
    BOOST_TEST(shown.at("seen_at").is_null());
    BOOST_TEST(shown.at("last_receipt").is_null());
    BOOST_TEST(shown.at("working").is_null());
    BOOST_TEST(text(shown.at("fault").at("class")) == "link");
    check_shape(body);
}

BOOST_AUTO_TEST_CASE(a_fault_with_the_words_of_the_device) {
    engine::Snapshot snapshot = sound();
    snapshot.kkt[0].can_sell = false;
    snapshot.kkt[0].fault =
        fiscal::Fault(fiscal::FaultClass::paper, "Вставьте бумагу", 44, "Нет бумаги");
    BOOST_TEST(front::StatusPage().answer(snapshot, "").status == 503);
    const json::object body = body_of(snapshot);
    BOOST_TEST(body.at("result_code").as_int64() == 403);
    BOOST_TEST(text(body.at("result_description")) == "Вставьте бумагу");
    const json::object fault = kkt_of(snapshot).at("fault").as_object();
    BOOST_TEST(fault.at("device_code").as_int64() == 44);
    BOOST_TEST(text(fault.at("device_description")) == "Нет бумаги");
    const auto why = front::why_not_selling(snapshot, "");
    BOOST_REQUIRE(why);
    BOOST_TEST(why->text() == "Вставьте бумагу");
    BOOST_TEST(!front::why_not_selling(snapshot, "another"));
}

BOOST_AUTO_TEST_CASE(every_fault_has_its_code) {
    engine::Snapshot snapshot = sound();
    snapshot.kkt[0].can_sell = false;
    for (int i = 0; i <= static_cast<int>(fiscal::FaultClass::internal); ++i) {
        snapshot.kkt[0].fault = fiscal::Fault(static_cast<fiscal::FaultClass>(i), "");
        const json::object body = body_of(snapshot);
        BOOST_TEST(body.at("result_code").as_int64() == 401 + i);
        BOOST_TEST(!body.at("result_description").as_string().empty());
    }
}

BOOST_AUTO_TEST_CASE(one_kkt_of_two_is_enough_to_sell) {
    engine::Snapshot snapshot = sound();
    snapshot.kkt.push_back(snapshot.kkt[0]);
    snapshot.kkt[0].can_sell = false;
    snapshot.kkt[0].fault = fiscal::Fault(fiscal::FaultClass::link, "Нет связи");
    BOOST_TEST(front::StatusPage().answer(snapshot, "").status == 200);
    BOOST_TEST(body_of(snapshot).at("result_code").as_int64() == 0);
    BOOST_TEST(kkt_of(snapshot).at("result_code").as_int64() == 401);
    BOOST_TEST(front::why_not_selling(snapshot, "").has_value());
}

BOOST_AUTO_TEST_CASE(a_broken_journal_outweighs_all) {
    engine::Snapshot snapshot = sound();
    snapshot.journal_trouble = "disk full";
    snapshot.stopping = true;
    BOOST_TEST(front::StatusPage().answer(snapshot, "").status == 503);
    const json::object body = body_of(snapshot);
    BOOST_TEST(body.at("result_code").as_int64() == 502);
    BOOST_TEST(text(body.at("result_description")).find("disk full") != std::string::npos);
    BOOST_TEST(text(body.at("journal")) == "disk full");
    BOOST_TEST(front::why_not_selling(snapshot, "").has_value());
}

BOOST_AUTO_TEST_CASE(stopping_does_not_sell) {
    engine::Snapshot snapshot = sound();
    snapshot.stopping = true;
    BOOST_TEST(front::StatusPage().answer(snapshot, "").status == 503);
    BOOST_TEST(body_of(snapshot).at("result_code").as_int64() == 503);
}

BOOST_AUTO_TEST_CASE(no_kkt_at_all) {
    engine::Snapshot snapshot = sound();
    snapshot.kkt.clear();
    BOOST_TEST(front::StatusPage().answer(snapshot, "").status == 503);
    BOOST_TEST(body_of(snapshot).at("result_code").as_int64() != 0);
    BOOST_TEST(!front::why_not_selling(snapshot, ""));
}

BOOST_AUTO_TEST_CASE(a_test_kkt_says_so_first) {
    engine::Snapshot snapshot = sound();
    snapshot.kkt[0].test_device = true;
    BOOST_TEST(text(body_of(snapshot).at("result_description")) ==
               "ТЕСТ, не фискальный: Ошибок нет");
    snapshot.kkt[0].test_device = false;
    snapshot.kkt[0].test_mode = true;
    snapshot.kkt[0].can_sell = false;
    snapshot.kkt[0].fault = fiscal::Fault(fiscal::FaultClass::cover, "Закройте крышку");
    BOOST_TEST(text(kkt_of(snapshot).at("result_description")) ==
               "ТЕСТ, не фискальный: Закройте крышку");
    BOOST_TEST(kkt_of(snapshot).at("test_mode").as_bool());
}

BOOST_AUTO_TEST_CASE(closed_and_expired_shifts) {
    engine::Snapshot snapshot = sound();
    snapshot.kkt[0].state->shift = fiscal::ShiftState::closed;
    snapshot.kkt[0].state->shift_opened.reset();
    json::object shift = kkt_of(snapshot).at("shift").as_object();
    BOOST_TEST(text(shift.at("state")) == "closed");
    BOOST_TEST(shift.at("opened").is_null());
    BOOST_TEST(shift.at("expires").is_null());
    snapshot = sound();
    snapshot.kkt[0].state->shift = fiscal::ShiftState::expired;
    shift = kkt_of(snapshot).at("shift").as_object();
    BOOST_TEST(text(shift.at("state")) == "expired");
    BOOST_TEST(text(shift.at("expires")) == "2026-10-07T09:30:00");
}

BOOST_AUTO_TEST_CASE(the_queue_to_the_ofd_grows_old) {
    engine::Snapshot snapshot = sound();
    fiscal::DeviceState& state = *snapshot.kkt[0].state;
    state.ofd = {3, 1200, fiscal::LocalTime{state.now.seconds - 5 * 86'400 - 1}};
    json::object ofd = kkt_of(snapshot).at("ofd").as_object();
    BOOST_TEST(ofd.at("unsent").as_int64() == 3);
    BOOST_TEST(ofd.at("oldest_age_days").as_int64() == 5);
    BOOST_TEST(ofd.at("days_to_block").as_int64() == 25);
    BOOST_TEST((warning_codes(snapshot) == std::vector<std::string>{"ofd"}));
    state.ofd.oldest = fiscal::LocalTime{state.now.seconds - 40 * 86'400};
    ofd = kkt_of(snapshot).at("ofd").as_object();
    BOOST_TEST(ofd.at("days_to_block").as_int64() == 0);
    // A clock that went back is not a negative age.
    state.ofd.oldest = fiscal::LocalTime{state.now.seconds + 86'400};
    BOOST_TEST(kkt_of(snapshot).at("ofd").at("oldest_age_days").as_int64() == 0);
}

BOOST_AUTO_TEST_CASE(everything_that_wants_a_person_is_a_warning) {
    engine::Snapshot snapshot = sound();
    engine::KktSnapshot& kkt = snapshot.kkt[0];
    kkt.unknown = 1;
    kkt.bound = kkt.state->identity;
    kkt.clock_skew_seconds = -300;
    kkt.state->fn.critical = true;
    kkt.state->fn.replace_urgently = true;
    kkt.state->fn.resource_ends = true;
    kkt.state->fn.memory_99 = true;
    kkt.state->fn.ofd_timeout = true;
    kkt.state->paper = fiscal::Paper::low;
    const std::vector<std::string> all{"unknown",    "identity",  "clock", "fn_critical",
                                       "fn_replace", "fn_memory", "ofd",   "paper"};
    BOOST_TEST(warning_codes(snapshot) == all, boost::test_tools::per_element());
    BOOST_TEST(body_of(snapshot).at("unknown").as_int64() == 1);
    BOOST_TEST(text(kkt_of(snapshot).at("bound").at("fn")) == "9999078900001341");
    kkt.clock_skew_seconds = 299;
    kkt.state->fn.replace_urgently = false;
    const std::vector<std::string> codes = warning_codes(snapshot);
    BOOST_TEST(std::count(codes.begin(), codes.end(), "clock") == 0);
    BOOST_TEST(std::count(codes.begin(), codes.end(), "fn_ends") == 1);
    check_shape(body_of(snapshot));
}

BOOST_AUTO_TEST_CASE(texts_of_a_device_that_are_not_utf8_do_no_harm) {
    engine::Snapshot snapshot = sound();
    snapshot.kkt[0].state->model = "\x80\xff";
    BOOST_TEST(text(kkt_of(snapshot).at("model")) == "\xef\xbf\xbd\xef\xbf\xbd");
}

BOOST_AUTO_TEST_CASE(a_page_is_that_of_the_snapshot_it_gets) {
    front::StatusPage page;
    engine::Snapshot snapshot;
    snapshot.version = "0.1.0";
    const auto empty = page.answer(snapshot, "r1");
    BOOST_TEST((page.answer(snapshot, "r1") == empty));
    BOOST_TEST(page.answer(snapshot, "r2").body.ends_with(R"("request_id":"r2"})"));
    engine::KktSnapshot kkt;
    kkt.id = "main";
    kkt.can_sell = true;
    snapshot.kkt.push_back(kkt);
    const auto selling = page.answer(snapshot, "r1");
    BOOST_TEST(selling.status == 200);
    snapshot.kkt[0].queued = 7;
    BOOST_TEST(page.answer(snapshot, "r1").body.find(R"("queued":7)") != std::string::npos);
    snapshot.journal_trouble = "disk";
    BOOST_TEST(page.answer(snapshot, "r1").status == 503);
    snapshot.journal_trouble.reset();
    snapshot.kkt[0].queued = 0;
    BOOST_TEST((page.answer(snapshot, "r1") == selling));
}

BOOST_AUTO_TEST_SUITE_END()
