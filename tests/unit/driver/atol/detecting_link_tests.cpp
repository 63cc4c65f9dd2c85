#include "driver/atol/detecting_link.hpp"

#include "bytes.hpp"
#include "fake_port.hpp"

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

using namespace kktd::driver::atol;
using kktd::driver::atol::testing::FakePort;
using namespace std::chrono_literals;

namespace {

constexpr DetectionTiming quick{.question = 20ms,
                                .v3_patience = 70ms,
                                .v2_patience = 200ms,
                                .v3 = {20ms, 5ms, 10ms},
                                .v2 = {10ms, 20ms, 10ms, 10ms, 10ms, 5ms}};
constexpr auto allowed = 500ms;
/// A machine may be stopped for a while; a hang is longer.
constexpr auto late = 2s;

const std::string question = "FE 02 00 5A C3 DF 6E";

Deadline in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

template<class T>
std::string told(const Link::Result<T>& result) {
    if (result) {
        return "well";
    }
    const bool not_run = result.error().kind() == LinkError::Kind::not_run;
    return (not_run ? "not_run: " : "lost: ") + result.error().text();
}

std::string broken(std::string packet) {
    packet.back() = static_cast<char>(packet.back() ^ 1);
    return packet;
}

/// A KKT of v3, v2, both or neither.
struct Kkt {
    FakePort* port = nullptr;
    std::unique_ptr<DetectingLink> link;
    std::vector<std::string> seen; ///< each write, hex

    bool v3 = false;
    std::string v3_status = "B3"; ///< its answer to a C3
    std::chrono::milliseconds v3_after{0};

    bool v2 = false;
    std::string v2_answer = encode_v2(bytes("44 30")); ///< to any command
    bool v2_offered = false;                           ///< the next ACK is that to its ENQ

    Kkt() { connect_new(); }
    void connect_new(const DetectionTiming& timing = quick) {
        auto fake = std::make_unique<FakePort>();
        port = fake.get();
        port->on_bytes = [this](std::string_view wire) {
            seen.push_back(hex_dump(wire));
            take(wire);
        };
        link = std::make_unique<DetectingLink>(std::move(fake), 0, timing);
    }
    void take(std::string_view wire) {
        FrameV3Reader reader;
        reader.add(wire);
        if (const auto packet = reader.next()) {
            if (v3) {
                const bool command = packet->data[0] == '\xC1';
                port->put(encode({packet->id, bytes(command ? "A3 55 00" : v3_status)}), v3_after);
            }
        } else if (v2) {
            take_v2(wire);
        }
    }
    void take_v2(std::string_view wire) {
        const char first = wire[0];
        if (first == v2::enq || first == v2::stx) {
            port->put("\x06");
        } else if (first == v2::eot) {
            port->put("\x05");
            v2_offered = true;
        } else if ((first == v2::ack && v2_offered) || first == v2::nak) {
            port->put(v2_answer);
            v2_offered = false;
        } else if (first == v2::ack) {
            port->put("\x04");
        }
    }

    std::string connect(std::chrono::milliseconds time = allowed) {
        return told(link->connect(in(time)));
    }
    /// "well", or what the fault says to the operator.
    std::string advice() {
        const auto connected = link->connect(in(allowed));
        return connected ? "well" : connected.error().advice();
    }
    [[nodiscard]] std::ptrdiff_t sent(std::string_view what) const {
        return std::count(seen.begin(), seen.end(), what);
    }
    /// By v3; no C4 above all.
    [[nodiscard]] bool only_questions() const {
        return std::ranges::all_of(
            seen, [](const auto& one) { return !one.starts_with("FE ") || one == question; });
    }
};

/// That nothing was found is said only after v3 and v2 have been tried.
void check_nothing_found(Kkt& kkt, const std::string& told) {
    BOOST_TEST(told.starts_with("not_run: "), told);
    BOOST_TEST(told.ends_with(" by protocol 2, and no answer by protocol 3"), told);
    BOOST_TEST(kkt.sent(question) > 0);
    BOOST_TEST(kkt.sent("05") > 0);
    BOOST_TEST(!kkt.port->is_open());
    BOOST_TEST(kkt.link->remembers());
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(detecting_link_tests, Kkt)

BOOST_AUTO_TEST_CASE(a_kkt_of_v3) {
    v3 = true;
    v2 = true; // and by v2, too
    BOOST_TEST(connect() == "well");
    BOOST_TEST(seen == std::vector<std::string>{question}, boost::test_tools::per_element());
    BOOST_TEST(link->remembers());
    BOOST_TEST(link->reserve().has_value());
    const auto answer = link->run(bytes("3F"), in(allowed), first_reserved);
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(hex_dump(*answer) == "55 00");
    const auto asked = link->ask(first_reserved, in(allowed));
    BOOST_REQUIRE(asked.has_value());
    BOOST_CHECK(asked->kind == TaskState::Kind::absent);
    BOOST_TEST(port->opened == 1);
    BOOST_TEST(sent("05") == 0);
}

BOOST_AUTO_TEST_CASE(whatever_v3_says_of_the_task) {
    v3 = true;
    for (const char* status : {"A1", "A2", "A3 55 00", "A4 55 9A", "A5", "A8", "B1", "B4 01", ""}) {
        connect_new();
        v3_status = status;
        BOOST_TEST(connect() == "well", status);
        BOOST_TEST(link->remembers());
        BOOST_TEST(sent("05") == 0);
    }
}

// Before an outcome is asked for, C4 must not go out; nor anything that a KKT of v2 would take.
BOOST_AUTO_TEST_CASE(the_question_changes_nothing) {
    BOOST_TEST(connect() != "well");
    v2 = true;
    BOOST_TEST(connect() == "well");
    BOOST_TEST(only_questions());
    const std::string wire = bytes(question);
    for (std::size_t i = 0; i < wire.size(); ++i) {
        for (const char control : {v2::stx, v2::etx, v2::eot, v2::enq, v2::ack, v2::dle, v2::nak}) {
            BOOST_TEST((wire[i] != control || (i == 1 && control == v2::stx)));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_kkt_of_v2) {
    v2 = true;
    BOOST_TEST(connect() == "well");
    std::erase(seen, question);
    const std::vector<std::string> expected{"05", "02 00 00 3F 03 3C", "04", "06", "06"};
    BOOST_TEST(seen == expected, boost::test_tools::per_element());
    BOOST_TEST(!link->remembers());
    BOOST_TEST(!link->reserve().has_value());
    BOOST_TEST(link->clear(in(allowed)).has_value());
    const auto answer = link->run(bytes("45"), in(allowed));
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(hex_dump(*answer) == "44 30");
    BOOST_TEST(port->opened == 1);
}

// A wrong access password: the driver tells.
BOOST_AUTO_TEST_CASE(an_error_by_v2_is_an_answer) {
    v2 = true;
    v2_answer = encode_v2(bytes("55 8C 00"));
    BOOST_TEST(connect() == "well");
    BOOST_TEST(!link->remembers());
}

BOOST_AUTO_TEST_CASE(silence) {
    check_nothing_found(*this, connect());
    BOOST_TEST(sent(question) > 1);
    BOOST_TEST(std::none_of(seen.begin(), seen.end(),
                            [](const auto& one) { return one.starts_with("02 "); }));
    BOOST_TEST(advice().starts_with("ККТ не ответила ни по протоколу 3, ни по протоколу 2."));
}

BOOST_AUTO_TEST_CASE(it_is_asked_anew_after_silence) {
    BOOST_TEST(connect() != "well");
    v3 = true;
    BOOST_TEST(connect() == "well");
    BOOST_TEST(link->remembers());

    v3 = false;
    connect_new();
    BOOST_TEST(connect() != "well");
    v2 = true;
    BOOST_TEST(connect() == "well");
    BOOST_TEST(!link->remembers());
}

BOOST_AUTO_TEST_CASE(what_was_found_is_kept) {
    v3 = true;
    BOOST_TEST(connect() == "well");
    v3 = false;
    v2 = true;
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST(connect() == "well");
        BOOST_TEST(told(link->run(bytes("3F"), in(100ms))).starts_with("lost: "));
        link->close();
        BOOST_TEST(link->remembers());
    }
    BOOST_TEST(sent("05") == 0);
    BOOST_TEST(sent(question) == 1);

    connect_new();
    BOOST_TEST(connect() == "well");
    v2 = false;
    v3 = true;
    seen.clear();
    link->close();
    BOOST_TEST(connect() == "well");
    BOOST_TEST(told(link->run(bytes("3F"), in(100ms))).starts_with("not_run: "));
    BOOST_TEST(!link->remembers());
    BOOST_TEST(sent(question) == 0);
}

// The line carries whatever it likes, and the KKT wakes up after all has been tried.
BOOST_AUTO_TEST_CASE(a_slow_kkt_of_v3_does_not_become_one_of_v2) {
    v3 = true;
    v3_after = 300ms;
    const auto answer = port->on_bytes;
    port->on_bytes = [&](std::string_view wire) {
        if (!wire.starts_with('\xFE')) {
            port->put("\x06\x05");
            port->put(std::string("\x02\x44\x03\x00", 4)); // of a packet, all but the check sum
        }
        answer(wire);
    };
    check_nothing_found(*this, connect());
    port->on_bytes = answer;
    v3_after = 25ms; // after the second question
    BOOST_TEST(connect() == "well");
    BOOST_TEST(link->remembers());
    BOOST_TEST(only_questions());
}

BOOST_AUTO_TEST_CASE(what_is_no_answer_by_v3) {
    const std::string ours = bytes(question);
    for (const std::string& said : {ours,                                  // an echo
                                    broken(encode({0x5A, bytes("B3")})),   //
                                    encode({0x5A, bytes("B3")}).substr(1), //
                                    encode({0x59, bytes("B3")}),           // to another question
                                    encode({0x5A, bytes("55 00")})}) {
        connect_new();
        seen.clear();
        port->on_bytes = [&](std::string_view wire) {
            seen.push_back(hex_dump(wire));
            if (wire == ours) {
                port->put(said);
            }
        };
        check_nothing_found(*this, connect());
    }
}

BOOST_AUTO_TEST_CASE(part_of_an_exchange_by_v2_is_none) {
    port->on_bytes = [this](std::string_view wire) { // ACK to all
        seen.push_back(hex_dump(wire));
        port->put("\x06");
    };
    check_nothing_found(*this, connect());
    BOOST_TEST(sent("02 00 00 3F 03 3C") == 1);

    v2 = true;
    for (const std::string& said : {broken(encode_v2(bytes("44 30"))), encode_v2(""),
                                    encode_v2(bytes("00 12")), std::string("\x02\x44")}) {
        connect_new();
        seen.clear();
        v2_answer = said;
        check_nothing_found(*this, connect());
        BOOST_TEST(sent("02 00 00 3F 03 3C") == 1);
    }
}

BOOST_AUTO_TEST_CASE(noise_and_a_line_that_echoes) {
    std::mt19937 random(20'170'610);
    for (const int byte : {0x00, 0x02, 0x05, 0x06, 0x15, 0xFE, -1, -2, -3, -4}) {
        connect_new();
        seen.clear();
        port->flood.assign(512, static_cast<char>(byte));
        port->on_bytes = [&](std::string_view wire) {
            seen.push_back(hex_dump(wire));
            if (byte < 0) {
                std::generate(port->flood.begin(), port->flood.end(),
                              [&] { return static_cast<char>(random()); });
            }
        };
        const auto begun = std::chrono::steady_clock::now();
        check_nothing_found(*this, connect());
        BOOST_TEST((std::chrono::steady_clock::now() - begun < allowed + late));
    }

    connect_new();
    seen.clear();
    port->on_bytes = [this](std::string_view wire) {
        seen.push_back(hex_dump(wire));
        port->put(std::string(wire));
    };
    check_nothing_found(*this, connect());
}

BOOST_AUTO_TEST_CASE(the_deadline_comes_first) {
    // v3 does not use it up: a KKT of v2 is found in the other half.
    DetectionTiming patient = quick;
    patient.v3_patience = 1h;
    connect_new(patient);
    v2 = true;
    BOOST_TEST(connect() == "well");
    BOOST_TEST(!link->remembers());

    v2 = false;
    for (const auto time : {0ms, 30ms, 120ms}) {
        connect_new();
        const auto begun = std::chrono::steady_clock::now();
        BOOST_TEST(connect(time).starts_with("not_run: "));
        BOOST_TEST((std::chrono::steady_clock::now() - begun < time + late));
    }

    // Nor does it take longer where there is time: 70 ms, and five ENQ of 10 ms.
    connect_new();
    const auto begun = std::chrono::steady_clock::now();
    BOOST_TEST(connect(1h).starts_with("not_run: "));
    BOOST_TEST((std::chrono::steady_clock::now() - begun < late));
    for (const char never_quiet : {v2::ack, v2::nak, v2::enq}) {
        connect_new();
        port->flood.assign(1, never_quiet);
        BOOST_TEST(connect(1h).starts_with("not_run: "));
        BOOST_TEST((std::chrono::steady_clock::now() - begun < 4 * late));
    }
}

BOOST_AUTO_TEST_CASE(the_line_itself_fails) {
    port->refuses = true;
    BOOST_TEST(connect() == "not_run: kkt: connection refused");
    BOOST_TEST(advice() == "");
    port->refuses = false;
    port->send_fails = true;
    BOOST_TEST(connect() == "not_run: kkt: cannot send");
    BOOST_TEST(advice() == "");
    port->send_fails = false;
    for (const std::string& at : {question, std::string("05"), std::string("04")}) {
        connect_new();
        seen.clear();
        v2 = true;
        const auto answer = port->on_bytes;
        port->on_bytes = [&](std::string_view wire) {
            answer(wire);
            if (hex_dump(wire) == at) {
                port->discard();
                port->hang_up();
            }
        };
        BOOST_TEST(connect() == "not_run: kkt: closed by the device", at);
        BOOST_TEST(!port->is_open());
        port->on_bytes = answer;
        BOOST_TEST(connect() == "well", at);
    }
}

BOOST_AUTO_TEST_CASE(nothing_can_be_asked_before) {
    v3 = true;
    v2 = true;
    BOOST_TEST(link->remembers());
    BOOST_TEST(!link->reserve().has_value());
    const std::string unknown = "not_run: kkt: no connection, its protocol is not known yet";
    BOOST_TEST(told(link->ask(first_reserved, in(allowed))) == unknown);
    BOOST_TEST(told(link->clear(in(allowed))) == unknown);
    BOOST_TEST(told(link->run(bytes("3F"), in(allowed))) == unknown);
    link->close();
    BOOST_TEST(link->describe() == "kkt");
    BOOST_TEST(seen.empty());
    BOOST_TEST(port->opened == 0);
}

BOOST_AUTO_TEST_SUITE_END()
