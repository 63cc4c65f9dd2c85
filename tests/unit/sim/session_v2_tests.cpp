#include "sim/atol/session_v2.hpp"

#include "bench_kkt.hpp"

using namespace kktd;
using namespace kktd::sim;
using namespace kktd::sim::testing;
using driver::atol::encode_v2;
using std::chrono::milliseconds;

namespace {

class TestWire final : public Wire {
public:
    void send(std::string_view bytes) override { sent += bytes; }
    void drop() override { dropped = true; }
    void refuse(milliseconds) override { dropped = true; }
    std::string sent;
    bool dropped = false;
};

struct Line {
    Line() : session(kkt.device, wire) { session.connected(); }
    std::string raw(std::string_view bytes) {
        wire.sent.clear();
        session.receive(bytes, now);
        return hex(wire.sent);
    }
    std::string after(milliseconds time) {
        wire.sent.clear();
        now += time;
        session.tick(now);
        return hex(wire.sent);
    }
    /// ENQ, frame, EOT; what came is the device's ENQ.
    std::string ask(std::string_view command) {
        BOOST_TEST(raw("\x05") == "06");
        BOOST_TEST(raw(encode_v2(std::string(2, '\0') + bytes(command))) == "06");
        return raw("\x04");
    }
    void rule(std::string_view line) {
        BOOST_REQUIRE(kkt.device.script().add(std::get<Rule>(*parse_fault(line))));
    }

    BenchKkt kkt;
    TestWire wire;
    atol::SessionV2 session;
    TimePoint now{};
};

} // namespace

BOOST_AUTO_TEST_SUITE(session_v2_tests)

BOOST_AUTO_TEST_CASE(a_command_goes_through_the_handshake) {
    Line line;
    BOOST_TEST(line.ask("45") == "05"); // its ENQ: the answer is ready
    BOOST_TEST(line.raw("\x06") == hex(encode_v2(bytes("55 00 00"))));
    BOOST_TEST(line.raw("\x06") == "04");
    BOOST_TEST(line.ask("9A 00") == "05");
    BOOST_TEST(line.raw("\x06") == hex(encode_v2(bytes("55 66 00"))));
    BOOST_TEST(line.raw("\x06") == "04");
}

BOOST_AUTO_TEST_CASE(repeats_are_not_executed_twice) {
    Line line;
    line.kkt.does("56 01 00 00 00 30");
    line.raw("\x05");
    const std::string frame = encode_v2(bytes("00 00 9A 00"));
    BOOST_TEST(line.raw(frame) == "06");
    BOOST_TEST(line.raw(frame) == "06");               // the host did not hear our ACK
    BOOST_TEST(line.after(milliseconds(500)) == "05"); // nor we its EOT
    BOOST_TEST(line.kkt.last_fd() == 1);
    BOOST_TEST(line.raw("\x06") == hex(encode_v2(bytes("55 00 00"))));
    BOOST_TEST(line.raw("\x15") == hex(encode_v2(bytes("55 00 00"))));
    BOOST_TEST(line.raw("\x06") == "04");
    BOOST_TEST(line.kkt.last_fd() == 1);
}

BOOST_AUTO_TEST_CASE(a_broken_frame_is_asked_for_again) {
    Line line;
    line.raw("\x05");
    std::string frame = encode_v2(bytes("00 00 45"));
    frame.back() = static_cast<char>(frame.back() ^ 1);
    BOOST_TEST(line.raw(frame) == "15");
    BOOST_TEST(line.raw(encode_v2(bytes("00 00 45"))) == "06");
    BOOST_TEST(line.raw("\x04") == "05");
}

BOOST_AUTO_TEST_CASE(a_host_that_went_away_is_given_up) {
    Line line;
    BOOST_TEST(line.ask("45") == "05");
    for (int i = 0; i < 4; ++i) {
        BOOST_TEST(line.after(milliseconds(500)) == "05");
    }
    BOOST_TEST(line.after(milliseconds(500)) == "04");
    BOOST_TEST(!line.session.due().has_value());
    BOOST_TEST(line.raw("\x05") == "06");
    BOOST_TEST(line.after(milliseconds(2000)).empty()); // no frame came
    BOOST_TEST(line.raw("\x02") == "");                 // it is idle again
}

BOOST_AUTO_TEST_CASE(faults_work_here_too) {
    Line line;
    line.rule("after 45 lose_answer");
    BOOST_TEST(line.ask("45") == "");
    line.rule("after 45 wrong_crc");
    BOOST_TEST(line.ask("45") == "05");
    BOOST_TEST(line.raw("\x06") != hex(encode_v2(bytes("55 00 00"))));
    BOOST_TEST(line.raw("\x15") == hex(encode_v2(bytes("55 00 00"))));
    line.raw("\x06");
    line.rule("before 45 slow 300ms");
    BOOST_TEST(line.ask("45") == "");
    BOOST_TEST(line.raw("\x05") == "15"); // at work
    BOOST_TEST(line.after(milliseconds(300)) == "05");
    line.raw("\x06");
    line.raw("\x06");
    line.rule("before 45 busy 1");
    BOOST_TEST(line.ask("45") == "05");
    BOOST_TEST(line.raw("\x06") == hex(encode_v2(bytes("55 76 00"))));
    line.raw("\x06");
    line.rule("before 45 drop");
    line.raw("\x05");
    BOOST_TEST(line.raw(encode_v2(bytes("00 00 45"))) == "");
    BOOST_TEST(line.wire.dropped);
}

BOOST_AUTO_TEST_SUITE_END()
