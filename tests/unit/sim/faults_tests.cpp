#include "sim/faults.hpp"

#include "bench_kkt.hpp"

using namespace kktd;
using namespace kktd::sim;
using namespace kktd::sim::testing;
using Kind = Action::Kind;
using std::chrono::milliseconds;

namespace {

Rule rule(std::string_view line) {
    const auto parsed = parse_fault(line);
    BOOST_REQUIRE_MESSAGE(parsed.has_value(), line);
    BOOST_REQUIRE(std::holds_alternative<Rule>(*parsed));
    return std::get<Rule>(*parsed);
}

Action action(std::string_view line) {
    const auto parsed = parse_fault(line);
    BOOST_REQUIRE_MESSAGE(parsed.has_value(), line);
    BOOST_REQUIRE(std::holds_alternative<Action>(*parsed));
    return std::get<Action>(*parsed);
}

} // namespace

BOOST_AUTO_TEST_SUITE(faults_tests)

BOOST_AUTO_TEST_CASE(rules_are_read) {
    BOOST_TEST((rule("after 4A lose_answer") ==
                Rule{.moment = Moment::after, .prefix = "\x4A", .action = {Kind::lose_answer}}));
    BOOST_TEST((rule("before  A445 #3  slow 250ms") ==
                Rule{.moment = Moment::before,
                     .prefix = bytes("A445"),
                     .skip = 2,
                     .action = {.kind = Kind::slow, .time = milliseconds(250)}}));
    BOOST_TEST((rule("before any every stray_bytes") ==
                Rule{.every = true, .action = {Kind::stray_bytes}}));
    BOOST_TEST((rule("before 4a busy 3") ==
                Rule{.prefix = "\x4A", .times = 3, .action = {.kind = Kind::busy, .number = 3}}));
    BOOST_TEST((rule("after ask wrong_crc") ==
                Rule{.moment = Moment::after, .packet = Packet::ask, .action = {Kind::wrong_crc}}));
    BOOST_TEST(rule("before EB error 67").action.number == 0x67);
    BOOST_TEST((rule("after 4A refuse 3s").action.time == milliseconds(3000)));
    BOOST_TEST(rule("before 92 paper out 12").action.number == 12);
    BOOST_TEST((action("clock_skew -90s").time == milliseconds(-90'000)));
    BOOST_TEST((action("paper out") == Action{Kind::paper_out}));
    BOOST_TEST((action("fn critical") == Action{Kind::fn_critical}));
    BOOST_TEST((action("power_cycle") == Action{Kind::power_cycle}));
    BOOST_TEST(action("ofd_days 31").number == 31);
}

BOOST_AUTO_TEST_CASE(anything_else_is_an_error) {
    for (const std::string_view line : {"",
                                        "  ",
                                        "lose_answer",
                                        "before",
                                        "before 4A",
                                        "before lose_answer",
                                        "around 4A drop",
                                        "before 4 drop",
                                        "before 4G drop",
                                        "before -1 drop",
                                        "before 4A dorp",
                                        "before 4A drop now",
                                        "before 4A slow",
                                        "before 4A slow 3",
                                        "before 4A slow -3s",
                                        "before 4A busy",
                                        "before 4A busy 0",
                                        "before 4A error 00",
                                        "before 4A error 5",
                                        "before 4A #0 drop",
                                        "before 4A #x drop",
                                        "paper",
                                        "paper gone",
                                        "fn",
                                        "fn ok 1",
                                        "cover open 1",
                                        "before ask busy 1",
                                        "before abort paper out",
                                        "slow 3s",
                                        "ofd_days 0",
                                        "refuse 3",
                                        "clock_skew",
                                        "before 0011223344556677FF drop"}) {
        BOOST_TEST(!parse_fault(line).has_value(), line);
    }
    const auto file = parse_faults("# words\n\nafter 4A drop\nafter 4A dropp\n");
    BOOST_REQUIRE(!file.has_value());
    BOOST_TEST(file.error().text().starts_with("строка 4: "));
    BOOST_TEST(parse_faults("# words\n\nafter 4A drop\r\npaper ok")->size() == 2U);
}

BOOST_AUTO_TEST_CASE(occurrences_are_counted) {
    FaultScript script;
    BOOST_TEST(script.add(rule("after 4A #2 drop")));
    BOOST_TEST(script.add(rule("after any every slow 1ms")));
    const auto due = [&](Moment moment, std::string_view command) {
        return script.due(moment, Packet::command, command).size();
    };
    BOOST_TEST(due(Moment::before, "\x4A") == 0U);
    BOOST_TEST(due(Moment::after, "\x4A") == 1U);
    BOOST_TEST(due(Moment::after, "\x92") == 1U);
    BOOST_TEST(due(Moment::after, "\x4A") == 2U);
    BOOST_TEST(due(Moment::after, "\x4A") == 1U);
    BOOST_TEST(script.rules().size() == 1U);
    BOOST_TEST(script.due(Moment::after, Packet::ask, "").empty());
    for (std::size_t i = script.rules().size(); i < FaultScript::max_rules; ++i) {
        BOOST_TEST(script.add(rule("after 4A drop")));
    }
    BOOST_TEST(!script.add(rule("after 4A drop")));
}

BOOST_AUTO_TEST_CASE(paper_that_ends_in_the_print_leaves_a_registered_document) {
    BenchKkt kkt;
    kkt.open_shift();
    kkt.device.apply(action("paper out 3"));
    kkt.does("92 00 01");
    kkt.position();
    BOOST_TEST(kkt("4A 00 01 0000000000") == "55 67 00");
    BOOST_TEST(kkt.last_fd() == 2);
    BOOST_TEST(kkt("91 3B 00 00") == "55 00 10 00 00 00");
    BOOST_TEST(kkt("45") == "55 01 01");
    BOOST_TEST(kkt("EE") == "55 67 00");
    BOOST_TEST(kkt("92 00 01") == "55 67 00");
    kkt.device.apply(action("paper ok"));
    kkt.does("EE");
    BOOST_TEST(kkt("91 3B 00 00") == "55 00 00 00 00 00");
    kkt.sell();
}

BOOST_AUTO_TEST_CASE(states_of_the_kkt_are_switched) {
    BenchKkt kkt;
    kkt.open_shift();
    kkt.device.apply(action("shift_expired"));
    BOOST_TEST(kkt("92 00 01") == "55 88 00");
    kkt.does("48");
    kkt.does("56 03 00 00 00 30");
    kkt.does("5A");
    kkt.does("48");
    kkt.open_shift(); // the next one is young
    kkt.device.apply(action("ofd_days 31"));
    BOOST_TEST(kkt("92 00 01") == "55 eb 00");
    BOOST_TEST(kkt("A4 20").substr(0, 17) == "55 00 02 00 01 00");
    kkt.device.apply(action("ofd ok"));
    for (const auto& [fault, error] : {std::pair{"fn full", "55 d8 00"},
                                       {"fn expired", "55 d7 00"},
                                       {"fn critical", "55 d5 00"},
                                       {"fn absent", "55 e9 00"},
                                       {"cover open", "55 67 00"},
                                       {"clock_skew -24h", "55 20 00"}}) {
        kkt.device.apply(action(fault));
        BOOST_TEST(kkt("92 00 01") == error, fault);
        kkt.device.apply(action("fn ok"));
        kkt.device.apply(action("cover closed"));
    }
    kkt.device.apply(action("clock_skew 0s"));
    kkt.sell();
}

BOOST_AUTO_TEST_CASE(somebody_else_waits_for_our_receipt) {
    BenchKkt kkt;
    kkt.open_shift();
    kkt.does("92 00 01");
    kkt.device.apply(action("foreign_receipt"));
    BOOST_TEST(kkt.last_fd() == 1);
    kkt.position();
    kkt.does("4A 00 01 0000000000");
    BOOST_TEST(kkt.last_fd() == 3); // theirs came right after
    BOOST_TEST((kkt.till.last_receipt()->total == fiscal::Money(100)));
    kkt.device.apply(action("foreign_open"));
    BOOST_TEST(kkt("3F").substr(22 * 3, 2) == "01");
    BOOST_TEST(kkt("92 00 01") == "55 9b 00");
    kkt.device.apply(action("foreign_close"));
    BOOST_TEST(kkt.last_fd() == 4);
    kkt.sell();
}

BOOST_AUTO_TEST_SUITE_END()
