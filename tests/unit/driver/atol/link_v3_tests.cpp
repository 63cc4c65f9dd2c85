#include "driver/atol/link_v3.hpp"

#include "bytes.hpp"
#include "fake_port.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace kktd::driver::atol;
using kktd::driver::atol::testing::FakePort;
using namespace std::chrono_literals;

namespace {

constexpr TimingV3 quick{20ms, 5ms, 10ms};
constexpr auto allowed = 200ms; ///< of a call whose answer does not come

Deadline in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

/// "answer 55 00", "not_run: text", "lost: text".
std::string told(const Link::Result<std::string>& result) {
    if (result) {
        return "answer " + hex_dump(*result);
    }
    const bool not_run = result.error().kind() == LinkError::Kind::not_run;
    return (not_run ? "not_run: " : "lost: ") + result.error().text();
}

/// A KKT that does with each packet what its script says, and keeps the order of them in mind.
struct Kkt {
    FakePort* port = nullptr;
    std::unique_ptr<LinkV3> link;
    FrameV3Reader reader;
    std::vector<std::string> seen; ///< data of the packets, C2 left out
    std::vector<std::uint8_t> acked;
    std::function<void(const FrameV3&)> on_packet;
    std::size_t adds = 0;

    Kkt() {
        auto fake = std::make_unique<FakePort>();
        port = fake.get();
        port->on_bytes = [this](std::string_view bytes) { take(bytes); };
        link = std::make_unique<LinkV3>(std::move(fake), 0, quick);
    }
    void take(std::string_view bytes) {
        reader.add(bytes);
        const auto packet = reader.next();
        BOOST_REQUIRE(packet); // one write a packet
        BOOST_TEST(!reader.next());
        if (packet->data[0] == '\xC2') {
            acked.push_back(static_cast<std::uint8_t>(packet->data[1]));
            reply(*packet, "A3");
            return;
        }
        seen.push_back(hex_dump(packet->data));
        adds += packet->data[0] == '\xC1' ? 1U : 0U;
        if (packet->data[0] == '\xC4') {
            reply(*packet, "A3");
        } else if (on_packet) {
            on_packet(*packet);
        }
    }
    void reply(const FrameV3& to, std::string_view data, std::chrono::milliseconds after = {}) {
        port->put(encode({to.id, bytes(data)}), after);
    }
    void async(std::string_view data, std::chrono::milliseconds after = {}) {
        port->put(encode({async_id, bytes(data)}), after);
    }
    /// What to say to each packet in turn; "" is silence, "-" a packet without data.
    void script(std::vector<std::string> replies) {
        on_packet = [this, replies = std::move(replies),
                     at = std::size_t{0}](const FrameV3& packet) mutable {
            if (at < replies.size() && !replies[at].empty()) {
                reply(packet, replies[at]);
            }
            ++at;
        };
    }
    /// As the driver between two documents.
    std::string run(std::string_view payload, std::optional<TaskId> task = {},
                    std::chrono::milliseconds time = allowed) {
        if (const auto connected = link->connect(in(time)); !connected) {
            return told(connected.error());
        }
        return told(link->run(bytes(payload), in(time), task));
    }
};

LinkV3& connected(LinkV3& link) {
    static_cast<void>(link.connect(in(allowed)));
    return link;
}

bool is_add(const FrameV3& packet) {
    return packet.data[0] == '\xC1';
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(link_v3_tests, Kkt)

BOOST_AUTO_TEST_CASE(a_synchronous_answer) {
    script({"A3 55 00 12"});
    BOOST_TEST(run("91 18 00 00") == "answer 55 00 12");
    BOOST_TEST(seen.at(0) == "C1 01 00 00 00 91 18 00 00");
    BOOST_TEST((acked == std::vector<std::uint8_t>{0}));
    script({"A3 44"});
    BOOST_TEST(run("3F") == "answer 44"); // the acknowledgement's own answer disturbs nothing
    BOOST_TEST(seen.at(1) == "C1 01 01 00 00 3F");
    BOOST_TEST(port->opened == 1);
    BOOST_TEST(port->writes == 4); // one a packet
}

BOOST_AUTO_TEST_CASE(an_asynchronous_answer) {
    on_packet = [this](const FrameV3& packet) {
        reply(packet, "A1");
        async("A6 07 55 11"); // somebody else's
        async("A6 00 55 00", 5ms);
    };
    BOOST_TEST(run("45") == "answer 55 00");
    BOOST_TEST(seen.size() == 1U); // nothing had to be asked
    BOOST_TEST(acked.size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_access_password) {
    auto fake = std::make_unique<FakePort>();
    FakePort& device = *fake;
    LinkV3 protected_link(std::move(fake), 1'234, quick);
    std::string sent;
    device.on_bytes = [&](std::string_view wire) {
        FrameV3Reader own;
        own.add(wire);
        const auto packet = own.next();
        if (is_add(*packet)) {
            sent = hex_dump(packet->data);
        }
        device.put(encode({packet->id, bytes("A3 55 00")}));
    };
    BOOST_TEST(told(connected(protected_link).run(bytes("3F"), in(allowed))) == "answer 55 00");
    BOOST_TEST(sent == "C1 01 00 12 34 3F");
}

BOOST_AUTO_TEST_CASE(waiting_asks_and_does_not_wait_blindly) {
    // Pending, in progress, waiting for a device of its own; the asynchronous answer was lost.
    script({"A1", "A2", "A8", "A3 55 00 00"});
    BOOST_TEST(run("5A") == "answer 55 00 00");
    BOOST_TEST(seen.size() == 4U);
    BOOST_TEST(seen.at(1) == "C3 00");
    BOOST_TEST(adds == 1U);
}

BOOST_AUTO_TEST_CASE(a_lost_answer_is_asked_for) {
    script({"", "A3 55 00 00"});
    BOOST_TEST(run("4A 00 01 00 00 00 00 00", link->reserve()) == "answer 55 00 00");
    BOOST_TEST(adds == 1U);
    BOOST_TEST(seen.at(1) == "C3 D0");
    BOOST_TEST(acked.empty()); // left in the KKT's memory
}

BOOST_AUTO_TEST_CASE(a_slow_answer_to_an_earlier_question_counts) {
    on_packet = [this](const FrameV3& packet) {
        if (!is_add(packet)) {
            reply(packet, "A3 55 00", 50ms); // later than the next question
        }
    };
    BOOST_TEST(run("3F") == "answer 55 00");
}

BOOST_AUTO_TEST_CASE(an_error_is_an_answer_and_the_queue_goes_on) {
    for (const bool async_error : {false, true}) {
        seen.clear();
        acked.clear();
        on_packet = [&](const FrameV3& packet) {
            reply(packet, async_error ? "A2" : "A4 55 9B 00");
            if (async_error) {
                async("A7 " + hex_dump(packet.data.substr(2, 1)) + " 55 9B 00");
            }
        };
        BOOST_TEST(run("92 00 01") == "answer 55 9B 00");
        BOOST_TEST(acked.empty());
        BOOST_TEST(seen.size() == 1U); // ask() could still tell it
        script({"A3 55 00 00"});
        BOOST_TEST(run("59") == "answer 55 00 00");
        BOOST_TEST(seen.at(1) == "C4");
        script({"A3 55 00 00"});
        BOOST_TEST(run("59") == "answer 55 00 00");
        BOOST_TEST(seen.size() == 4U); // one C4 is enough
    }
}

BOOST_AUTO_TEST_CASE(stopped_behind_an_earlier_error) {
    script({"A5", "A3 44"}); // of an earlier client: sent once more
    BOOST_TEST(run("3F") == "answer 44");
    BOOST_TEST(seen.size() == 3U);
    BOOST_TEST(seen.at(1) == "C4");
    script({"A5", "A5"});
    BOOST_TEST(run("3F") == "not_run: kkt: 3F was stopped by an earlier error");
    BOOST_TEST(seen.size() == 7U);
    BOOST_TEST(seen.back() == "C4"); // before it is called not run
    script({"A5"});
    BOOST_TEST(run("4A", link->reserve()) == "not_run: kkt: 4A was stopped by an earlier error");
    BOOST_TEST(seen.size() == 9U); // never sent twice
}

BOOST_AUTO_TEST_CASE(stopped_and_not_known_to_be_taken_out) {
    port->on_bytes = [this](std::string_view wire) {
        reader.add(wire);
        const auto packet = reader.next();
        if (is_add(*packet)) {
            reply(*packet, "A5");
        }
    };
    BOOST_TEST(run("3F").starts_with("lost: "));
}

BOOST_AUTO_TEST_CASE(a_full_buffer_is_offered_the_same_again) {
    script({"B1", "B1", "A3 55 00 00"});
    BOOST_TEST(run("9A 00", link->reserve()) == "answer 55 00 00");
    BOOST_TEST(adds == 3U);
    BOOST_TEST(seen.at(0) == seen.at(2));

    on_packet = [this](const FrameV3& packet) { reply(packet, "B1"); };
    BOOST_TEST(run("9A 00", link->reserve()) ==
               "not_run: kkt: its buffer of tasks stays full, 9A was not taken");
    BOOST_TEST(adds > 6U);
}

BOOST_AUTO_TEST_CASE(a_number_in_use_is_not_ours) {
    on_packet = [this](const FrameV3& packet) {
        if (is_add(packet)) {
            reply(packet, packet.data[2] < 3 ? "B2" : "A3 55 00 33");
        } else {
            reply(packet, "A3 55 00 00"); // of the earlier task
        }
    };
    BOOST_TEST(run("3F") == "answer 55 00 33");
    BOOST_TEST(adds == 4U);
    BOOST_TEST((acked == std::vector<std::uint8_t>{3}));

    // One that was reserved: its owner has to ask, and to compare.
    script({"B2", "A3 55 00 00"});
    BOOST_TEST(run("4A", first_reserved) ==
               "lost: kkt: a task with the number D0 of 4A is there already");

    on_packet = [this](const FrameV3& packet) { reply(packet, "B2"); };
    BOOST_TEST(run("3F").starts_with("not_run: "));
    for (const auto& data : seen) {
        BOOST_TEST(data != "C4"); // never aborted
    }
}

BOOST_AUTO_TEST_CASE(an_earlier_task_s_late_answer_is_not_taken_for_ours) {
    on_packet = [this](const FrameV3& packet) {
        if (packet.data[2] == 0 && is_add(packet)) {
            async("A6 00 55 00 EE"); // left from an earlier run, and finished just now
            reply(packet, "B2");
        } else if (is_add(packet)) {
            reply(packet, "A2");
            async("A6 01 55 00 11");
        }
    };
    BOOST_TEST(run("3F") == "answer 55 00 11");
}

BOOST_AUTO_TEST_CASE(unknown_to_the_kkt) {
    script({"", "B3"});
    BOOST_TEST(run("3F") == "not_run: kkt: never got 3F");
    script({"", "B3"});
    BOOST_TEST(run("4A", link->reserve()) == "lost: kkt: never got 4A, as it says");
    script({"A2", "B3"});
    BOOST_TEST(run("3F") == "lost: kkt: has forgotten 3F, was it restarted?");
    BOOST_TEST(adds == 3U);
}

BOOST_AUTO_TEST_CASE(a_command_that_came_broken) {
    script({"-", "B3", "A3 55 00 00"});
    BOOST_TEST(run("3F") == "answer 55 00 00");
    BOOST_TEST(adds == 2U);
    BOOST_TEST(seen.at(0) == seen.at(2));

    adds = 0;
    script({"-", "A3 55 00 00"}); // it had it after all
    BOOST_TEST(run("3F") == "answer 55 00 00");
    BOOST_TEST(adds == 1U);

    adds = 0;
    script({"-", "B3"});
    BOOST_TEST(run("4A", link->reserve()) == "lost: kkt: never got 4A, as it says");
    BOOST_TEST(adds == 1U);

    adds = 0;
    on_packet = [this](const FrameV3& packet) { reply(packet, is_add(packet) ? "-" : "B3"); };
    BOOST_TEST(run("3F") == "not_run: kkt: never got 3F");
    BOOST_TEST(adds == 3U);
}

BOOST_AUTO_TEST_CASE(a_late_absent_does_not_speak_of_the_second_sending) {
    int question = 0;
    FrameV3 second;
    on_packet = [&](const FrameV3& packet) {
        if (is_add(packet) && adds == 1) {
            reply(packet, "-");
        } else if (is_add(packet)) {
            reply(second, "B3"); // asked before this sending
            reply(packet, "A2");
            async("A6 00 55 00 77", 5ms);
        } else if (++question == 2) {
            second = packet;
            port->put(encode({static_cast<std::uint8_t>(packet.id - 1), bytes("B3")}));
        }
    };
    BOOST_TEST(run("3F") == "answer 55 00 77");
    BOOST_TEST(adds == 2U);
}

BOOST_AUTO_TEST_CASE(a_wrong_crc_makes_us_ask_at_once) {
    on_packet = [this](const FrameV3& packet) {
        std::string wire = encode({packet.id, bytes("A3 55 00 00")});
        if (is_add(packet)) {
            wire.back() = static_cast<char>(wire.back() ^ 0x40);
        }
        port->put(wire);
    };
    const auto begun = std::chrono::steady_clock::now();
    BOOST_TEST(run("3F", {}, 5s) == "answer 55 00 00");
    BOOST_TEST((std::chrono::steady_clock::now() - begun < 5s));
    BOOST_TEST(adds == 1U);
    BOOST_TEST(seen.size() == 2U);
}

BOOST_AUTO_TEST_CASE(half_a_packet) {
    on_packet = [this](const FrameV3& packet) {
        const std::string wire = encode({packet.id, bytes("A3 55 00 00")});
        port->put(is_add(packet) ? wire.substr(0, 5) : wire);
    };
    BOOST_TEST(run("3F") == "answer 55 00 00");
    BOOST_TEST(adds == 1U);

    on_packet = [this](const FrameV3& packet) {
        port->put(encode({packet.id, bytes("A3 55 00 00")}).substr(0, 5));
        port->hang_up();
    };
    BOOST_TEST(run("4A", link->reserve()) ==
               "lost: kkt: connection lost before the answer to 4A (kkt: closed by the device)");
}

BOOST_AUTO_TEST_CASE(another_number_is_ignored) {
    on_packet = [this](const FrameV3& packet) {
        FrameV3 other = packet;
        other.id = static_cast<std::uint8_t>(other.id + 100);
        reply(other, "A3 55 00 EE");
        other.id = 0xE5; // nobody's
        reply(other, "A3 55 00 EE");
    };
    BOOST_TEST(run("3F") == "lost: kkt: no answer to 3F within 0 s");
    BOOST_TEST(adds == 1U);
    BOOST_TEST(seen.size() > 5U); // and asked
}

BOOST_AUTO_TEST_CASE(silence_ends_at_the_deadline_and_is_connected_anew) {
    const auto begun = std::chrono::steady_clock::now();
    BOOST_TEST(run("3F").starts_with("lost: "));
    const auto passed = std::chrono::steady_clock::now() - begun;
    BOOST_TEST((passed >= allowed && passed < allowed + 2s));
    BOOST_TEST(!link->connect(in(allowed)).has_error());
    BOOST_TEST(port->opened == 2);
    script({"A3 44"});
    BOOST_TEST(run("3F") == "answer 44");
    // The number of what was given up is left out when its turn comes again.
    for (int i = 2; i < first_reserved; ++i) {
        script({"A3 44"});
        BOOST_REQUIRE(run("3F") == "answer 44");
    }
    BOOST_TEST(seen.back() == "C1 01 CF 00 00 3F");
    script({"A3 44"});
    BOOST_REQUIRE(run("3F") == "answer 44");
    BOOST_TEST(seen.back() == "C1 01 01 00 00 3F");
}

BOOST_AUTO_TEST_CASE(garbage_ends_at_the_deadline) {
    // No packet at all, half of one, broken ones, whole ones of nobody: without a pause.
    for (const std::string& flood : {std::string(3'000, 'x'), bytes("FE 7F 7F 00") + "x",
                                     bytes("FE 01 00 00 A3 00"), encode({0xE0, bytes("A3")})}) {
        seen.clear();
        on_packet = [&](const FrameV3& /*unused*/) { port->flood = flood; };
        const auto begun = std::chrono::steady_clock::now();
        BOOST_TEST(run("3F").starts_with("lost: "));
        BOOST_TEST((std::chrono::steady_clock::now() - begun < allowed + 2s));
        BOOST_TEST(seen.size() < 40U); // and is not answered with a flood of questions
        BOOST_TEST(connected(*link).ask(0xD0, in(50ms)).has_error());
        BOOST_TEST(run("3F", {}, 50ms).starts_with("not_run: ")); // nothing is sent into it
        port->flood.clear();
        link->close();
    }
}

BOOST_AUTO_TEST_CASE(unknown_statuses_end_at_the_deadline) {
    for (const char* status : {"B3", "B4 01", "00", "C1", "FF", "A6 00 55"}) {
        adds = 0;
        on_packet = [&](const FrameV3& packet) { reply(packet, status); };
        const std::string said = run("4A", link->reserve(), 60ms);
        BOOST_TEST(adds == 1U);
        const bool refused = std::string(status) == "B4 01"; // an Add with wrong flags or number
        BOOST_TEST(said.starts_with(refused ? "not_run: " : "lost: "), status << ": " << said);
    }
}

BOOST_AUTO_TEST_CASE(nothing_was_sent) {
    port->refuses = true;
    BOOST_TEST(run("3F") == "not_run: kkt: connection refused");
    BOOST_TEST(link->connect(in(allowed)).has_error());
    port->refuses = false;
    BOOST_TEST(run("3F", {}, -1ms) == "not_run: kkt: no time was left to send 3F");
    BOOST_TEST(run("3F", TaskId{5}).starts_with("not_run: "));
    BOOST_TEST(run("3F", TaskId{0xE0}).starts_with("not_run: "));
    BOOST_TEST(run("").starts_with("not_run: "));
    BOOST_TEST(told(connected(*link).run(std::string(max_frame_data, 'x'), in(allowed)))
                   .starts_with("not_run"));
    BOOST_TEST(adds == 0U);
}

BOOST_AUTO_TEST_CASE(a_connection_that_died_while_idle_is_made_anew) {
    script({"A3 44"});
    BOOST_TEST(run("3F") == "answer 44");
    port->hang_up();
    script({"A3 44"});
    BOOST_TEST(run("3F") == "answer 44");
    BOOST_TEST(port->opened == 2);
}

/// … but not by a command: behind it may be another KKT, or none of what was begun on this one.
BOOST_AUTO_TEST_CASE(no_command_goes_over_another_connection) {
    for (const bool noticed : {true, false}) {
        Kkt kkt;
        kkt.script({"A3 44"});
        BOOST_TEST(kkt.run("3F") == "answer 44");
        kkt.port->hang_up();
        if (noticed) {
            kkt.port->close();
        }
        const std::string lost = "not_run: kkt: the connection is lost";
        BOOST_TEST(told(kkt.link->run(bytes("EA 00 01 00"), in(allowed))) == lost);
        BOOST_TEST(told(kkt.link->run(bytes("4A"), in(allowed), first_reserved)) == lost);
        BOOST_TEST(kkt.link->ask(first_reserved, in(allowed)).has_error());
        BOOST_TEST(kkt.link->clear(in(allowed)).has_error());
        BOOST_TEST(kkt.port->opened == 1);
        BOOST_TEST(kkt.adds == 1U);
    }
}

BOOST_AUTO_TEST_CASE(what_may_have_been_sent_is_never_sent_again) {
    BOOST_REQUIRE(link->connect(in(allowed)).has_value());
    port->send_fails = true;
    BOOST_TEST(run("3F") == "lost: kkt: cannot send");
    port->send_fails = false;
    BOOST_TEST(adds == 0U);
    on_packet = [this](const FrameV3& /*unused*/) { port->hang_up(); };
    BOOST_TEST(run("3F").starts_with("lost: "));
    BOOST_TEST(adds == 1U);
}

BOOST_AUTO_TEST_CASE(what_became_of_a_task) {
    const auto state = [this](std::string_view answer) {
        script({std::string(answer)});
        const auto asked = connected(*link).ask(0xD3, in(allowed));
        BOOST_REQUIRE(asked.has_value());
        return *asked;
    };
    using Kind = TaskState::Kind;
    BOOST_TEST((state("A1") == TaskState{Kind::running, {}}));
    BOOST_TEST((state("A2") == TaskState{Kind::running, {}}));
    BOOST_TEST((state("A8") == TaskState{Kind::running, {}}));
    BOOST_TEST((state("A3 55 00") == TaskState{Kind::finished, bytes("55 00")}));
    BOOST_TEST((state("B3") == TaskState{Kind::absent, {}}));
    BOOST_TEST(seen.back() == "C3 D3");
    BOOST_TEST((state("A4 55 9A") == TaskState{Kind::finished, bytes("55 9A")}));
    BOOST_TEST((state("A5") == TaskState{Kind::stopped, {}}));
    BOOST_TEST(acked.empty());
    const std::size_t before = seen.size();
    script({"A3 44"});
    BOOST_TEST(run("3F") == "answer 44");
    BOOST_TEST(seen.at(before) == "C4"); // an error stands in front
}

BOOST_AUTO_TEST_CASE(asking_asks_again) {
    script({"", "-", "A3 55 00"});
    const auto asked = connected(*link).ask(0xD0, in(1s));
    BOOST_REQUIRE(asked.has_value());
    BOOST_TEST((asked->kind == TaskState::Kind::finished));
    BOOST_TEST(seen.size() == 3U);

    const auto silent = connected(*link).ask(0xD0, in(50ms));
    BOOST_REQUIRE(silent.has_error());
    BOOST_TEST((silent.error().kind() == LinkError::Kind::lost));
    on_packet = [this](const FrameV3& packet) { reply(packet, "B4 01"); };
    BOOST_TEST(connected(*link).ask(0xD0, in(50ms)).has_error());
}

BOOST_AUTO_TEST_CASE(clearing) {
    BOOST_TEST(connected(*link).clear(in(allowed)).has_value());
    BOOST_TEST(seen.at(0) == "C4");
    port->on_bytes = [](std::string_view /*unused*/) {};
    BOOST_TEST(connected(*link).clear(in(50ms)).has_error());
    port->refuses = true;
    link->close();
    const auto cleared = connected(*link).clear(in(50ms));
    BOOST_REQUIRE(cleared.has_error());
    BOOST_TEST((cleared.error().kind() == LinkError::Kind::not_run));
}

BOOST_AUTO_TEST_CASE(numbers) {
    for (int round = 0; round < 2; ++round) {
        for (TaskId task = first_reserved; task <= last_id; ++task) {
            BOOST_TEST(link->reserve().value() == task);
        }
    }
    on_packet = [this](const FrameV3& packet) { reply(packet, "A3 " + hex_dump(packet.data)); };
    for (std::size_t i = 0; i < 500; ++i) {
        const auto answer = connected(*link).run("x", in(allowed));
        BOOST_REQUIRE(answer.has_value());
        BOOST_TEST(static_cast<std::uint8_t>((*answer)[2]) == i % first_reserved);
    }
    BOOST_TEST(link->remembers());
    BOOST_TEST(link->describe() == "kkt");
}

BOOST_AUTO_TEST_CASE(an_acknowledgement_that_is_not_answered_leaves_its_number_alone) {
    port->on_bytes = [this](std::string_view wire) {
        reader.add(wire);
        const auto packet = reader.next();
        if (packet->data[0] != '\xC2') {
            seen.push_back(hex_dump(packet->data));
            reply(*packet, "A3 44");
        }
    };
    for (int i = 0; i < first_reserved; ++i) {
        BOOST_TEST(run("3F") == "answer 44");
        if (i == 0) {
            port->on_bytes = [this](std::string_view bytes) { take(bytes); };
            on_packet = [this](const FrameV3& packet) { reply(packet, "A3 44"); };
        }
    }
    BOOST_TEST(run("3F") == "answer 44");
    BOOST_TEST(seen.back() == "C1 01 01 00 00 3F");
    BOOST_REQUIRE(connected(*link).clear(in(allowed)).has_value());
    for (int i = 2; i <= first_reserved; ++i) {
        BOOST_TEST(run("3F") == "answer 44");
    }
    BOOST_TEST(seen.back() == "C1 01 00 00 00 3F"); // free again
}

BOOST_AUTO_TEST_SUITE_END()
