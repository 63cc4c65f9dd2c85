#include "port/logging_port.hpp"

#include "stopwatch.hpp"
#include "told.hpp"

#include <boost/test/unit_test.hpp>
#include <deque>
#include <stdexcept>
#include <vector>

using namespace kktd::port;
using namespace kktd::port::testing;

namespace {

/// 2026-03-02 09:00:00.123456 UTC.
class FixedClock final : public kktd::base::Clock {
public:
    [[nodiscard]] std::int64_t utc_micros() const override { return 1'772'442'000'123'456; }
};

class ScriptedPort final : public Port {
public:
    std::deque<Result<std::string>> answers;
    bool fails = false;
    bool opened = false;

    Result<void> open(Deadline /*unused*/) override {
        if (fails) {
            return PortError(PortError::Kind::io, "kkt: cannot connect: Connection refused");
        }
        opened = true;
        return {};
    }
    [[nodiscard]] bool is_open() const override { return opened; }
    Result<void> send(std::string_view /*unused*/, Deadline /*unused*/) override {
        if (fails) {
            return PortError(PortError::Kind::closed, "kkt: cannot send: Broken pipe");
        }
        return {};
    }
    Result<std::string> receive(std::size_t /*unused*/, Deadline /*unused*/) override {
        auto answer = answers.front();
        answers.pop_front();
        return answer;
    }
    void discard() override {}
    void close() override { opened = false; }
    [[nodiscard]] std::string describe() const override { return "kkt"; }
};

struct Fixture {
    FixedClock clock;
    std::vector<std::string> lines;
    ScriptedPort* device = nullptr;
    std::unique_ptr<LoggingPort> port;

    Fixture() {
        auto scripted = std::make_unique<ScriptedPort>();
        device = scripted.get();
        port = std::make_unique<LoggingPort>(
            std::move(scripted), [this](std::string_view line) { lines.emplace_back(line); },
            clock);
    }
};

const PortError silence(PortError::Kind::timeout, "kkt: nothing has come");

} // namespace

BOOST_FIXTURE_TEST_SUITE(logging_port_tests, Fixture)

BOOST_AUTO_TEST_CASE(a_transcript) {
    device->answers = {std::string("\xFE\x01\0", 3), silence, std::string("\0\xA3\x2E", 3),
                       PortError(PortError::Kind::closed, "kkt: closed by the device")};
    BOOST_REQUIRE(port->open(soon()));
    BOOST_REQUIRE(port->open(soon())); // is open: nothing to tell
    BOOST_REQUIRE(port->send(std::string_view("\xFE\x01\0\0\xC4\x02", 6), soon()));
    for (int i = 0; i < 4; ++i) {
        static_cast<void>(port->receive(100, soon()));
    }
    port->close();
    const std::string at = "2026-03-02T09:00:00.123456Z ";
    const std::vector<std::string> expected{at + "# opened: kkt",
                                            at + "> FE 01 00 00 C4 02",
                                            at + "< FE 01 00",
                                            at + "< 00 A3 2E",
                                            at + "# not received: kkt: closed by the device",
                                            at + "# closed"};
    BOOST_TEST(lines == expected, boost::test_tools::per_element());
    BOOST_TEST(port->describe() == "kkt");
}

BOOST_AUTO_TEST_CASE(what_was_perhaps_not_sent_is_a_remark) {
    device->fails = true;
    BOOST_TEST(port->open(soon()).has_error());
    BOOST_TEST(port->send("\xFE", soon()).has_error());
    BOOST_REQUIRE(lines.size() == 3U);
    BOOST_TEST(lines[0].substr(28) == "# not opened: kkt: cannot connect: Connection refused");
    BOOST_TEST(lines[1].substr(28) == "# not sent: kkt: cannot send: Broken pipe");
    BOOST_TEST(lines[2].substr(28) == "# FE");
}

BOOST_AUTO_TEST_CASE(a_sink_that_fails_disturbs_nothing) {
    auto scripted = std::make_unique<ScriptedPort>();
    scripted->answers = {std::string("ok")};
    LoggingPort failing(
        std::move(scripted),
        [](std::string_view /*unused*/) { throw std::runtime_error("disk full"); }, clock);
    BOOST_TEST(failing.open(soon()).has_value());
    BOOST_TEST(failing.send("x", soon()).has_value());
    BOOST_TEST(told(failing.receive(10, soon())) == "ok");
    failing.discard();
    failing.close();

    LoggingPort without(std::make_unique<ScriptedPort>(), {}, clock); // an empty function throws
    BOOST_TEST(without.open(soon()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
