#include "sim/atol/session_v3.hpp"

#include "bench_kkt.hpp"

#include <vector>

using namespace kktd;
using namespace kktd::sim;
using namespace kktd::sim::testing;
using driver::atol::FrameV3;
using std::chrono::milliseconds;

namespace {

class TestWire final : public Wire {
public:
    void send(std::string_view bytes) override { sent.emplace_back(bytes); }
    void drop() override { ++dropped; }
    void refuse(milliseconds time) override {
        ++dropped;
        refused = time;
    }
    std::vector<std::string> sent; ///< one entry a write
    int dropped = 0;
    milliseconds refused{0};
};

struct Line {
    explicit Line(bool sync = false) : session(kkt.device, wire, sync) { session.connected(); }

    void rule(std::string_view line) {
        const auto parsed = parse_fault(line);
        BOOST_REQUIRE_MESSAGE(parsed.has_value(), line);
        BOOST_REQUIRE(kkt.device.script().add(std::get<Rule>(*parsed)));
    }
    /// What came back, packet by packet: "id: data".
    std::vector<std::string> operator()(std::string_view data, std::uint8_t id = 1) {
        return raw(driver::atol::encode({.id = id, .data = bytes(data)}));
    }
    std::vector<std::string> raw(std::string_view packet) {
        wire.sent.clear();
        session.receive(packet, now);
        return packets();
    }
    std::vector<std::string> after(milliseconds time) {
        wire.sent.clear();
        now += time;
        session.tick(now);
        return packets();
    }

    BenchKkt kkt;
    TestWire wire;
    atol::SessionV3 session;
    TimePoint now{};

private:
    std::vector<std::string> packets() const {
        std::vector<std::string> all;
        driver::atol::FrameV3Reader reader;
        for (const std::string& write : wire.sent) {
            reader.add(write);
            while (const auto frame = reader.next()) {
                all.push_back(hex({reinterpret_cast<const char*>(&frame->id), 1}) + ": " +
                              hex(frame->data));
            }
        }
        return all;
    }
};

using Packets = std::vector<std::string>;

/// A till with an open shift and a receipt that is paid.
void ready_to_close(Line& line) {
    line.kkt.open_shift();
    line.kkt.does("92 00 01");
    line.kkt.position();
    (void)line.kkt("99 00 02 0000195072");
}

constexpr std::string_view close_task = "C1 01 42 00 00 4A 00 01 00 00 00 00 00";

} // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(Packets)

BOOST_AUTO_TEST_SUITE(session_v3_tests)

BOOST_AUTO_TEST_CASE(the_vendors_probe_is_answered) {
    Line line;
    line.raw(bytes("24 40 0D 00 20 01 F7 40 74 65 73 74 65 FE 01 00 00 C4 02"));
    BOOST_REQUIRE(line.wire.sent.size() == 1);
    BOOST_TEST(hex(line.wire.sent[0]) == "fe 01 00 00 a3 2e");
}

BOOST_AUTO_TEST_CASE(answers_come_by_themselves) {
    Line line;
    BOOST_TEST((line("C1 01 00 00 00 45") == Packets{"01: a2", "f0: a6 00 55 00 00"}));
    BOOST_TEST(line.wire.sent.size() == 2); // a write for each packet
    BOOST_TEST((line("C3 00", 2) == Packets{"02: a3 55 00 00"}));
    BOOST_TEST((line("C1 01 00 00 00 45", 3) == Packets{"03: b2"}));
    BOOST_TEST((line("C2 00", 4) == Packets{"04: a3"}));
    BOOST_TEST((line("C3 00", 5) == Packets{"05: b3"}));
    BOOST_TEST((line("C1 01 00 00 00 9A 00", 6) == Packets{"06: a2", "f0: a7 00 55 66 00"}));
    BOOST_TEST((line("C1 01 01 00 00 45", 7) == Packets{"07: a5"})); // stopped
    BOOST_TEST((line("C4", 8) == Packets{"08: a3"}));
    BOOST_TEST((line("C1 01 01 00 00 45", 9) == Packets{"09: a2", "f0: a6 01 55 00 00"}));
    BOOST_TEST((line("C1 01 02 12 34 45", 10) == Packets{"0a: a2", "f0: a7 02 55 a4 00"}));
}

BOOST_AUTO_TEST_CASE(or_in_the_packet_of_the_task) {
    Line line(true);
    BOOST_TEST((line("C1 01 00 00 00 45") == Packets{"01: a3 55 00 00"}));
    BOOST_TEST((line("C1 01 01 00 00 9A 00") == Packets{"01: a4 55 66 00"}));
}

BOOST_AUTO_TEST_CASE(acknowledge_and_add_in_one) {
    Line line;
    (void)line("C1 01 00 00 00 45");
    BOOST_TEST((line("C5 00 01 01 00 00 45") == Packets{"01: a2", "f0: a6 01 55 00 00"}));
    BOOST_TEST((line("C3 00") == Packets{"01: b3"}));
}

BOOST_AUTO_TEST_CASE(malformed_packets_are_refused) {
    Line line;
    BOOST_TEST((line("C1") == Packets{"01: b4 00"}));
    BOOST_TEST((line("C1 08 00 00 00 45") == Packets{"01: b4 00"}));
    BOOST_TEST((line("C1 01 E0 00 00 45") == Packets{"01: b4 01"}));
    BOOST_TEST((line("C5") == Packets{"01: b4 01"}));
    BOOST_TEST((line("77") == Packets{"01: b4 00"}));
    BOOST_TEST((line("C1 01 00 00") == Packets{"01: a2", "f0: a7 00 55 14 00"}));
    std::string broken = driver::atol::encode({.id = 5, .data = bytes("C4")});
    broken.back() = static_cast<char>(broken.back() ^ 1);
    BOOST_TEST((line.raw(broken) == Packets{"05: "})); // repeat it
    (void)line("C4", 6);
    BOOST_TEST((line("", 7) == Packets{"06: a3"})); // we are told to repeat
}

BOOST_AUTO_TEST_CASE(a_slow_command_can_be_asked_about) {
    Line line;
    line.rule("before 45 slow 100ms");
    BOOST_TEST((line("C1 01 00 00 00 45") == Packets{"01: a2"}));
    BOOST_TEST((line("C1 01 01 00 00 45") == Packets{"01: a1"}));
    BOOST_TEST((line("C3 00") == Packets{"01: a2"}));
    BOOST_TEST((line("C3 01") == Packets{"01: a1"}));
    BOOST_TEST((*line.session.due() == line.now + milliseconds(100)));
    BOOST_TEST(line.after(milliseconds(99)).empty());
    BOOST_TEST(
        (line.after(milliseconds(1)) == Packets{"f0: a6 00 55 00 00", "f0: a6 01 55 00 00"}));
    BOOST_TEST(!line.session.due().has_value());
}

BOOST_AUTO_TEST_CASE(an_answer_lost_after_closing_is_found_by_asking) {
    Line line;
    ready_to_close(line);
    line.rule("after 4A lose_answer");
    BOOST_TEST((line(close_task) == Packets{"01: a2"}));
    BOOST_TEST(line.kkt.last_fd() == 2);
    line.session.connected(); // after a reconnect
    BOOST_TEST((line("C3 42") == Packets{"01: a3 55 00 00"}));
    BOOST_TEST(line.kkt.last_fd() == 2);
}

BOOST_AUTO_TEST_CASE(a_packet_lost_before_closing_was_never_there) {
    for (const std::string_view fault : {"lose_answer", "drop", "half_frame", "wrong_crc"}) {
        Line line;
        ready_to_close(line);
        line.rule("before 4A " + std::string(fault));
        BOOST_TEST(line(close_task).empty(), fault);
        BOOST_TEST(line.kkt.last_fd() == 1, fault);
        BOOST_TEST((line("C3 42") == Packets{"01: b3"}), fault);
        BOOST_TEST((line(close_task) == Packets{"01: a2", "f0: a6 42 55 00 00"}), fault);
    }
}

BOOST_AUTO_TEST_CASE(every_disturbance_of_the_link_after_closing_leaves_one_document) {
    for (const std::string_view fault :
         {"drop", "refuse 3s", "half_frame", "wrong_crc", "wrong_id", "slow 5s"}) {
        Line line;
        ready_to_close(line);
        line.rule("after 4A " + std::string(fault));
        const auto came = line(close_task);
        BOOST_TEST(came.size() == (fault == "wrong_id" ? 2U : 1U), fault);
        (void)line.after(milliseconds(5000));
        BOOST_TEST((line("C3 42") == Packets{"01: a3 55 00 00"}), fault);
        BOOST_TEST(line.kkt.last_fd() == 2, fault);
        BOOST_TEST(line.wire.dropped == (fault == "drop" || fault == "refuse 3s" ? 1 : 0), fault);
        BOOST_TEST((line.wire.refused == milliseconds(fault == "refuse 3s" ? 3000 : 0)));
    }
}

BOOST_AUTO_TEST_CASE(stray_bytes_go_before_the_answer) {
    Line line;
    line.rule("after 45 stray_bytes");
    BOOST_TEST((line("C1 01 00 00 00 45") == Packets{"01: a2", "f0: a6 00 55 00 00"}));
    BOOST_TEST(hex(line.wire.sent[1]).starts_with("00 55 aa 13 7f fe"));
}

BOOST_AUTO_TEST_CASE(busy_executes_nothing_and_ends) {
    Line line;
    ready_to_close(line);
    line.rule("before 4A busy 2");
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST((line(close_task) == Packets{"01: a2", "f0: a7 42 55 76 00"}));
        (void)line("C4");
    }
    BOOST_TEST(line.kkt.last_fd() == 1);
    BOOST_TEST((line(close_task) == Packets{"01: a2", "f0: a6 42 55 00 00"}));
}

BOOST_AUTO_TEST_CASE(power_takes_the_buffer_and_leaves_the_document) {
    Line line;
    ready_to_close(line);
    line.rule("after 4A power_cycle");
    BOOST_TEST((line(close_task) == Packets{"01: a2"}));
    BOOST_TEST(line.wire.dropped == 1);
    line.session.connected();
    BOOST_TEST((line("C3 42") == Packets{"01: b3"}));
    BOOST_TEST(line.kkt.last_fd() == 2);
    Line before;
    ready_to_close(before);
    before.rule("before 4A power_cycle");
    BOOST_TEST(before(close_task).empty());
    BOOST_TEST(before.kkt.last_fd() == 1);
    BOOST_TEST(!before.kkt.till.state().receipt_open);
}

BOOST_AUTO_TEST_CASE(the_answer_to_a_question_can_be_lost_too) {
    Line line;
    line.rule("after ask lose_answer");
    line.rule("before abort drop");
    BOOST_TEST(line("C3 00").empty());
    BOOST_TEST((line("C3 00") == Packets{"01: b3"}));
    (void)line("C1 01 00 00 00 45");
    BOOST_TEST(line("C4").empty());
    BOOST_TEST(line.wire.dropped == 1);
    BOOST_TEST((line("C3 00") == Packets{"01: a3 55 00 00"})); // it never came
}

BOOST_AUTO_TEST_CASE(a_broken_paper_is_told_after_registering) {
    Line line;
    ready_to_close(line);
    line.rule("after 4A paper out");
    BOOST_TEST((line(close_task) == Packets{"01: a2", "f0: a7 42 55 67 00"}));
    BOOST_TEST(line.kkt.last_fd() == 2);
    BOOST_TEST(line.kkt.till.unprinted());
}

BOOST_AUTO_TEST_CASE(any_bytes_end_in_some_packets_or_none) {
    Line line;
    std::uint32_t seed = 1;
    for (int round = 0; round < 2000; ++round) {
        std::string packet;
        for (std::uint32_t size = seed % 20; size > 0; --size) {
            seed = seed * 1664525 + 1013904223;
            packet.push_back(static_cast<char>(seed >> 24));
        }
        seed = seed * 1664525 + 1013904223;
        const auto id = static_cast<std::uint8_t>(seed >> 8);
        packet = "\xC1\x01" + packet;
        line.raw(seed % 2 == 0 ? packet : driver::atol::encode({.id = id, .data = packet}));
    }
    (void)line("C4");
    BOOST_TEST((line("C1 01 00 00 00 45").size() == 2U));
}

BOOST_AUTO_TEST_SUITE_END()
