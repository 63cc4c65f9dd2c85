#include "bench_kkt.hpp"

using namespace kktd;
using namespace kktd::sim;
using namespace kktd::sim::testing;
using namespace std::chrono_literals;

namespace {

/// Its reports take eight seconds; a shift is open.
struct SlowKkt : BenchKkt {
    SlowKkt() : BenchKkt(2, options()) { open_shift(); }

    static atol::DeviceOptions options() {
        atol::DeviceOptions options;
        options.report_time = 8s;
        return options;
    }
    void wait(std::int64_t seconds) {
        passed += seconds;
        clock.set({morning.seconds + passed});
    }
    void begin(std::string_view mode, std::string_view command) {
        does("48");
        does(mode);
        does(command);
    }
    void begin_x() { begin("56 02 00 00 00 30", "67 01"); }
    void begin_z() { begin("56 03 00 00 00 30", "5A"); }
    void happens(std::string_view line) {
        const auto parsed = parse_fault(line);
        BOOST_REQUIRE(parsed.has_value());
        device.apply(std::get<Action>(*parsed));
    }
    /// As 3Fh tells it.
    std::string mode() { return (*this)("3F").substr(17 * 3, 2); }

    std::int64_t passed = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(report_print_tests)

BOOST_AUTO_TEST_CASE(an_x_report_is_printed_in_2_2) {
    SlowKkt kkt;
    kkt.begin_x();
    BOOST_TEST(kkt("45") == "55 22 00");
    BOOST_TEST(kkt.mode() == "22");
    kkt.wait(7);
    BOOST_TEST(kkt("45") == "55 22 00");
    kkt.wait(1);
    BOOST_TEST(kkt("45") == "55 02 00");
    BOOST_TEST(kkt.mode() == "02");
}

BOOST_AUTO_TEST_CASE(a_z_report_is_printed_in_3_2_and_clears_in_7_1) {
    SlowKkt kkt;
    kkt.begin_z();
    BOOST_TEST(kkt.last_fd() == 2);
    BOOST_TEST(kkt("45") == "55 23 00");
    kkt.wait(3);
    BOOST_TEST(kkt("45") == "55 23 00");
    kkt.wait(1);
    BOOST_TEST(kkt("45") == "55 17 00");
    BOOST_TEST(kkt.mode() == "17");
    kkt.wait(4);
    BOOST_TEST(kkt("45") == "55 03 00");
}

BOOST_AUTO_TEST_CASE(meanwhile_it_answers_questions_alone) {
    SlowKkt kkt;
    kkt.begin_z();
    for (const char* question :
         {"91 34 00 00", "91 3B 00 00", "A4 30", "E9 FA 03 00", "9D 01", "46 13 00 01 04"}) {
        BOOST_TEST(kkt(question).starts_with("55 00"), question);
    }
    for (const auto seconds : {0, 4}) { // while it is printed, while the registers are cleared
        kkt.wait(seconds);
        for (const char* command :
             {"48", "56 01 00 00 00 30", "5A", "4C 20", "95", "E8 01 01 00 FD 03 01 00 80"}) {
            BOOST_TEST(kkt(command) == "55 76 00", command);
        }
    }
    BOOST_TEST(kkt("92 00 01") == "55 66 00"); // of another mode
    BOOST_TEST(kkt.last_fd() == 2);
    kkt.wait(4);
    kkt.does("48");
    kkt.open_shift();
}

BOOST_AUTO_TEST_CASE(a_z_report_without_paper_waits_for_it_in_3_2) {
    SlowKkt kkt;
    kkt.happens("paper out 3");
    kkt.does("48");
    kkt.does("56 03 00 00 00 30");
    BOOST_TEST(kkt("5A") == "55 67 00");
    BOOST_TEST(kkt.last_fd() == 2);
    kkt.wait(100);
    BOOST_TEST(kkt("45") == "55 23 01");
    BOOST_TEST(kkt("91 3B 00 00") == "55 00 10 00 00 00");
    BOOST_TEST(kkt("48") == "55 1a 00");
    BOOST_TEST(kkt("EE") == "55 67 00");
    kkt.happens("paper ok");
    BOOST_TEST(kkt("45") == "55 23 00");
    BOOST_TEST(kkt("48") == "55 1a 00"); // not by itself
    kkt.does("EE");
    BOOST_TEST(kkt("48") == "55 76 00");
    BOOST_TEST(kkt("45") == "55 23 00");
    kkt.wait(4);
    BOOST_TEST(kkt("45") == "55 17 00");
    kkt.wait(4);
    BOOST_TEST(kkt("45") == "55 03 00");
    BOOST_TEST(kkt.last_fd() == 2);
}

BOOST_AUTO_TEST_CASE(an_x_report_without_paper_is_none) {
    SlowKkt kkt;
    kkt.happens("paper out 3");
    kkt.does("48");
    kkt.does("56 02 00 00 00 30");
    BOOST_TEST(kkt("67 01") == "55 67 00");
    BOOST_TEST(kkt("45") == "55 02 01");
}

BOOST_AUTO_TEST_CASE(power_and_a_clock_set_back_end_it) {
    SlowKkt kkt;
    kkt.begin_z();
    kkt.device.power_cycle();
    BOOST_TEST(kkt("45") == "55 00 00");
    kkt.open_shift();
    kkt.begin_x();
    kkt.wait(-1);
    BOOST_TEST(kkt("45") == "55 02 00");
}

BOOST_AUTO_TEST_SUITE_END()
