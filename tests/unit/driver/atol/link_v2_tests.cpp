#include "driver/atol/link_v2.hpp"

#include "bytes.hpp"
#include "fake_port.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <vector>

using namespace kktd::driver::atol;
using kktd::driver::atol::testing::FakePort;
using namespace std::chrono_literals;

namespace {

constexpr TimingV2 quick{10ms, 20ms, 10ms, 10ms, 10ms, 5ms};
constexpr auto allowed = 300ms;

std::string told(const Link::Result<std::string>& result) {
    if (result) {
        return "answer " + hex_dump(*result);
    }
    const bool not_run = result.error().kind() == LinkError::Kind::not_run;
    return (not_run ? "not_run: " : "lost: ") + result.error().text();
}

const std::string answer = encode_v2(bytes("55 00 10 03"));

struct Kkt {
    FakePort* port = nullptr;
    std::unique_ptr<LinkV2> link;
    std::vector<std::string> seen; ///< each write, hex
    /// What to put for the nth write of that hex; silence if there is none.
    std::map<std::string, std::vector<std::string>> script;
    std::map<std::string, std::size_t> times;

    Kkt() {
        auto fake = std::make_unique<FakePort>();
        port = fake.get();
        port->on_bytes = [this](std::string_view wire) {
            seen.push_back(hex_dump(wire));
            const auto found = script.find(wire[0] == v2::stx ? "packet" : hex_dump(wire));
            if (found != script.end()) {
                const std::size_t time = times[found->first]++;
                const auto& all = found->second;
                const auto& said = all[std::min(time, all.size() - 1)];
                if (!said.empty()) {
                    port->put(said);
                }
            }
        };
        link = std::make_unique<LinkV2>(std::move(fake), 0, quick);
        // ENQ → ACK; packet → ACK; EOT → ENQ; ACK → answer; ACK → EOT.
        script = {
            {"05", {"\x06"}}, {"packet", {"\x06"}}, {"04", {"\x05"}}, {"06", {answer, "\x04"}}};
    }
    std::string run(std::chrono::milliseconds time = allowed) {
        times.clear();
        seen.clear();
        const auto deadline = std::chrono::steady_clock::now() + time;
        if (const auto connected = link->connect(deadline); !connected) {
            return told(connected.error());
        }
        return told(link->run(bytes("3F"), deadline));
    }
    [[nodiscard]] std::size_t packets() const {
        return static_cast<std::size_t>(std::count_if(
            seen.begin(), seen.end(), [](const auto& s) { return s.starts_with("02 "); }));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(link_v2_tests, Kkt)

BOOST_AUTO_TEST_CASE(a_command_and_its_answer) {
    BOOST_TEST(run() == "answer 55 00 10 03");
    const std::vector<std::string> expected{"05", "02 00 00 3F 03 3C", "04", "06", "06"};
    BOOST_TEST(seen == expected, boost::test_tools::per_element());
    BOOST_TEST(run() == "answer 55 00 10 03");
}

BOOST_AUTO_TEST_CASE(it_remembers_nothing) {
    BOOST_TEST(!link->remembers());
    BOOST_TEST(!link->reserve());
    const auto soon = std::chrono::steady_clock::now() + allowed;
    const auto asked = link->ask(0xD0, soon);
    BOOST_TEST((asked.has_value() && asked->kind == TaskState::Kind::absent));
    BOOST_TEST(link->clear(soon).has_value());
    BOOST_TEST(link->connect(soon).has_value());
    BOOST_TEST(link->describe() == "kkt");
    BOOST_TEST(seen.empty());
}

BOOST_AUTO_TEST_CASE(nobody_there) {
    script.clear();
    BOOST_TEST(run() == "not_run: kkt: does not let us send");
    BOOST_TEST(seen.back() == "04");
    BOOST_TEST(packets() == 0U);
    port->refuses = true;
    link->close();
    BOOST_TEST(run() == "not_run: kkt: connection refused");
}

BOOST_AUTO_TEST_CASE(busy_first) {
    script["05"] = {"\x15", "\x15", "\x06"};
    BOOST_TEST(run() == "answer 55 00 10 03");
    script["05"] = {"\x15"};
    BOOST_TEST(run() == "not_run: kkt: does not let us send"); // at the deadline
}

BOOST_AUTO_TEST_CASE(both_ask) {
    script["05"] = {"\x05", "\x06"};
    BOOST_TEST(run() == "answer 55 00 10 03");

    // It holds the answer of a command that was given up, and wants to be rid of it.
    script["05"] = {"\x05", "\x05", "\x05", "\x06"};
    script["06"] = {encode_v2("old"), "\x04", answer, "\x04"};
    BOOST_TEST(run() == "answer 55 00 10 03");
}

BOOST_AUTO_TEST_CASE(a_packet_is_repeated) {
    script["packet"] = {"\x15", "", "\x06"};
    BOOST_TEST(run() == "answer 55 00 10 03");
    BOOST_TEST(packets() == 3U);

    script["packet"] = {"", "\x05"}; // had taken it, its ACK was lost
    BOOST_TEST(run() == "answer 55 00 10 03");
    BOOST_TEST(packets() == 2U);
}

BOOST_AUTO_TEST_CASE(a_packet_is_never_taken) {
    script["packet"] = {"\x15"};
    BOOST_TEST(run() == "not_run: kkt: does not take the command");
    BOOST_TEST(packets() == 10U);
    script["packet"] = {"\x15", ""};
    BOOST_TEST(run() == "lost: kkt: does not take the command");
    BOOST_TEST(packets() == 10U);
}

BOOST_AUTO_TEST_CASE(no_answer) {
    script["04"] = {""};
    BOOST_TEST(run() == "lost: kkt: no answer in time");
    BOOST_TEST(packets() == 1U);
    script["04"] = {"\x05"};
    script["06"] = {""};
    BOOST_TEST(run() == "lost: kkt: no whole answer");
}

BOOST_AUTO_TEST_CASE(a_broken_answer_is_repeated) {
    std::string broken = answer;
    broken.back() = static_cast<char>(broken.back() ^ 1);
    script["06"] = {broken, "\x04"};
    script["15"] = {answer.substr(0, 4), broken, answer};
    BOOST_TEST(run() == "answer 55 00 10 03");
    BOOST_TEST(times["15"] == 3U);

    script["15"] = {broken};
    BOOST_TEST(run(2s) == "lost: kkt: no whole answer");
    BOOST_TEST(packets() == 1U);
}

BOOST_AUTO_TEST_CASE(the_kkt_repeats_what_it_has_said) {
    script["04"] = {std::string("x\x15\x05", 3)}; // garbage before its ENQ
    script["06"] = {"\x05", "zz" + answer, answer, "\x04"};
    BOOST_TEST(run() == "answer 55 00 10 03");

    // The second time it does not come whole: the first one is in our hands.
    script["06"] = {answer, answer.substr(0, 3)};
    BOOST_TEST(run() == "answer 55 00 10 03");
}

BOOST_AUTO_TEST_CASE(the_cable_is_pulled) {
    port->on_bytes = [this](std::string_view wire) {
        port->put(wire[0] == v2::stx ? "" : "\x06");
        if (wire[0] == v2::stx) {
            port->discard();
            port->hang_up();
        }
    };
    BOOST_TEST(run() == "lost: kkt: closed by the device");
    port->on_bytes = [this](std::string_view /*unused*/) { port->hang_up(); };
    BOOST_TEST(run() == "not_run: kkt: closed by the device");
}

BOOST_AUTO_TEST_CASE(garbage_ends_at_the_deadline) {
    for (const char flood : {'\x02', '\x05', '\x06', '\x10', '\x15', 'x'}) {
        port->on_bytes = [this, flood](std::string_view /*unused*/) {
            for (int i = 0; i < 50; ++i) {
                port->put(std::string(2'000, flood), std::chrono::milliseconds(10 * i));
            }
        };
        const auto begun = std::chrono::steady_clock::now();
        const std::string said = run();
        BOOST_TEST(!said.starts_with("answer"), said);
        BOOST_TEST((std::chrono::steady_clock::now() - begun < allowed + 2s));
        port->discard();
    }
}

BOOST_AUTO_TEST_CASE(no_command_opens_the_line) {
    const auto soon = std::chrono::steady_clock::now() + allowed;
    BOOST_TEST(told(link->run(bytes("EA 00 01 00"), soon)) == "not_run: kkt: the line is closed");
    BOOST_TEST(port->opened == 0);
}

BOOST_AUTO_TEST_CASE(too_long) {
    const auto soon = std::chrono::steady_clock::now() + allowed;
    BOOST_REQUIRE(link->connect(soon).has_value());
    BOOST_TEST(told(link->run(std::string(254, 'x'), soon)).starts_with("not_run"));
    BOOST_TEST(told(link->run("", soon)).starts_with("not_run"));
    BOOST_TEST(told(link->run(std::string(253, 'x'), soon)) == "answer 55 00 10 03");
}

BOOST_AUTO_TEST_SUITE_END()
