#include "front/control_commands.hpp"

#include "fake_desk.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

using namespace kktd;
using namespace kktd::test;
namespace json = boost::json;

namespace {

json::object run(FakeDesk& desk, std::string_view line) {
    const std::string text = front::run_control_command(desk, line);
    auto answer = json::parse(text);
    BOOST_TEST(json::serialize(answer) == text);
    return answer.as_object();
}
bool done(const json::object& answer) {
    return answer.at("done").as_bool();
}
bool is_bad_request(const json::object& answer) {
    const json::value* error = answer.if_contains("error");
    return !done(answer) && error && error->as_string() == "bad_request" &&
           !answer.at("text").as_string().empty();
}

} // namespace

BOOST_AUTO_TEST_SUITE(control_commands_tests)

BOOST_AUTO_TEST_CASE(what_is_no_command_is_told) {
    FakeDesk desk;
    for (const std::string line :
         {"", "{", "status", "[]", "{}", R"({"command": 1})", R"({"command": ""})",
          R"({"command": "reboot"})", "\xff", R"({"command": "status"} x)"}) {
        BOOST_TEST_INFO(line);
        BOOST_TEST(is_bad_request(run(desk, line)));
    }
}

BOOST_AUTO_TEST_CASE(status) {
    FakeDesk desk;
    desk.now.version = "9.9";
    const json::object answer = run(desk, R"({"command": "status"})");
    BOOST_TEST(done(answer));
    BOOST_TEST(answer.at("status").at("version").as_string() == "9.9");
}

BOOST_AUTO_TEST_CASE(receipts) {
    FakeDesk desk;
    desk.receipts["01J1"] = standing_of("01J1", fiscal::ReceiptState::done);
    desk.receipts["01J2"] = standing_of("01J2", fiscal::ReceiptState::refused);
    json::object answer = run(desk, R"({"command": "receipt", "id": "01J1"})");
    BOOST_TEST(done(answer));
    BOOST_TEST(answer.at("receipts").as_array().at(0).at("fd").as_int64() == 1234);
    BOOST_TEST(!done(run(desk, R"({"command": "receipt", "id": "01J3"})")));

    answer = run(desk, R"({"command": "receipt", "number": "ТР00-003655", "date": "06.10.2017"})");
    BOOST_TEST(answer.at("receipts").as_array().size() == 2U);
    BOOST_TEST(desk.calls().back() == "find_number ТР00-003655 2017-10-06 -");
    BOOST_TEST(!done(run(desk, R"({"command": "receipt", "number": "1"})")));
    BOOST_TEST(is_bad_request(run(desk, R"({"command": "receipt"})")));
    BOOST_TEST(is_bad_request(run(desk, R"({"command": "receipt", "id": 5})")));
    BOOST_TEST(is_bad_request(run(desk, R"({"command": "receipt", "number": "1", "date": "x"})")));
    BOOST_TEST(is_bad_request(run(desk, R"({"command": "receipt", "number": "1", "date": 1})")));
}

BOOST_AUTO_TEST_CASE(unknown_receipts) {
    FakeDesk desk;
    BOOST_TEST(run(desk, R"({"command": "unknown"})").at("receipts").as_array().empty());
    desk.unknown_receipts = {standing_of("01J1", fiscal::ReceiptState::unknown)};
    const json::object answer = run(desk, R"({"command": "unknown"})");
    BOOST_TEST(answer.at("receipts").as_array().at(0).at("state").as_string() == "unknown");
}

BOOST_AUTO_TEST_CASE(decisions) {
    FakeDesk desk;
    const auto calls = [&](std::string_view line) {
        BOOST_TEST(done(run(desk, line)));
        return desk.calls().back();
    };
    BOOST_TEST(calls(R"({"command": "resolve", "id": "A", "decision": "registered", "fd": 7})") ==
               "resolve A 0 7");
    BOOST_TEST(calls(R"({"command": "resolve", "id": "A", "decision": "not_registered"})") ==
               "resolve A 1 0");
    BOOST_TEST(calls(R"({"command": "resolve", "id": "A", "decision": "again"})") ==
               "resolve A 2 0");
    BOOST_TEST(calls(R"({"command": "accept_kkt", "kkt": "main"})") == "accept_kkt main");
    BOOST_TEST(calls(R"({"command": "withdraw", "id": "A"})") == "withdraw A");

    desk.operator_answer = {false, "Нельзя"};
    const json::object answer = run(desk, R"({"command": "withdraw", "id": "A"})");
    BOOST_TEST(!done(answer));
    BOOST_TEST(answer.at("text").as_string() == "Нельзя");
    BOOST_TEST(!answer.contains("error"));
}

BOOST_AUTO_TEST_CASE(a_decision_is_never_guessed) {
    FakeDesk desk;
    for (const std::string line :
         {R"({"command": "resolve"})", R"({"command": "resolve", "id": "A"})",
          R"({"command": "resolve", "decision": "again"})",
          R"({"command": "resolve", "id": "A", "decision": "yes"})",
          R"({"command": "resolve", "id": "A", "decision": "registered"})",
          R"({"command": "resolve", "id": "A", "decision": "registered", "fd": 0})",
          R"({"command": "resolve", "id": "A", "decision": "registered", "fd": -1})",
          R"({"command": "resolve", "id": "A", "decision": "registered", "fd": 4294967296})",
          R"({"command": "resolve", "id": "A", "decision": "registered", "fd": "7"})",
          R"({"command": "resolve", "id": "A", "decision": "registered", "fd": 7.0})",
          R"({"command": "accept_kkt"})", R"({"command": "withdraw", "id": ""})"}) {
        BOOST_TEST_INFO(line);
        BOOST_TEST(is_bad_request(run(desk, line)));
    }
    BOOST_TEST(desk.calls().empty());
}

BOOST_AUTO_TEST_CASE(what_a_kkt_is_to_do) {
    FakeDesk desk;
    const auto called = [&](std::string_view line) {
        const std::string text = front::run_control_command(desk, line, "uid 7");
        BOOST_TEST(done(json::parse(text).as_object()), line);
        return desk.calls().back();
    };
    BOOST_TEST(called(R"({"command": "x_report"})") == "carry_out : x-report by uid 7");
    BOOST_TEST(called(R"({"command": "z_report", "kkt": "main"})") ==
               "carry_out main: z-report by uid 7");
    BOOST_TEST(called(R"({"command": "reprint", "invoker": "ivan\n"})") ==
               "carry_out : reprint by uid 7 (ivan)");
    BOOST_TEST(called(R"({"command": "continue_print"})") == "carry_out : continue-print by uid 7");
    BOOST_TEST(called(R"({"command": "cash_in", "sum": "500.5"})") ==
               "carry_out : cash-in 500.50 by uid 7");
    BOOST_TEST(called(R"({"command": "cash_out", "sum": "1"})") ==
               "carry_out : cash-out 1.00 by uid 7");
    const std::string long_name =
        called(R"({"command": "x_report", "invoker": ")" + std::string(1000, 'x') + "\"}");
    BOOST_TEST(long_name.size() < 200U);

    const auto calls = desk.calls().size();
    for (const std::string line :
         {R"({"command": "cash_in"})", R"({"command": "cash_in", "sum": 5})",
          R"({"command": "cash_in", "sum": "0"})", R"({"command": "cash_out", "sum": "-1"})",
          R"({"command": "cash_out", "sum": "1.001"})", R"({"command": "x_report", "kkt": 5})",
          R"({"command": "x_report", "kkt": ""})"}) {
        BOOST_TEST_INFO(line);
        BOOST_TEST(is_bad_request(run(desk, line)));
    }
    BOOST_TEST(desk.calls().size() == calls);
}

BOOST_AUTO_TEST_SUITE_END()
