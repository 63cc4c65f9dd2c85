#include "base/hex.hpp"
#include "driver/atol/session.hpp"

#include "driver/atol/byte_reader.hpp"
#include "driver/atol/registers.hpp"
#include "driver/atol/status.hpp"
#include "unhex.hpp"

#include <boost/test/unit_test.hpp>
#include <deque>
#include <vector>

using namespace kktd::driver::atol;
using namespace std::chrono_literals;
using testing::unhex;

namespace {

/// Says what it was told to say, in order, and checks what it is asked.
class ScriptedLink final : public Link {
public:
    struct Exchange {
        std::string command; ///< hex
        std::string answer;  ///< hex; "lost" and "not_run" are link errors
    };
    explicit ScriptedLink(std::deque<Exchange> script) : script_(std::move(script)) {}
    ~ScriptedLink() override { BOOST_TEST(script_.empty()); }

    Result<void> connect(Deadline) override { return {}; }
    bool remembers() const override { return true; }
    Result<TaskState> ask(TaskId, Deadline) override { return TaskState{}; }
    Result<void> clear(Deadline) override { return {}; }
    std::optional<TaskId> reserve() override { return first_reserved; }
    Result<std::string> run(std::string_view payload, Deadline, std::optional<TaskId>) override {
        if (script_.empty()) {
            BOOST_ERROR("not expected: " << kktd::base::hex_dump(payload));
            return LinkError(LinkError::Kind::lost, "the script has ended");
        }
        const Exchange next = script_.front();
        script_.pop_front();
        BOOST_TEST(kktd::base::hex_dump(payload) == next.command);
        if (next.answer == "lost" || next.answer == "not_run") {
            return LinkError(next.answer == "lost" ? LinkError::Kind::lost
                                                   : LinkError::Kind::not_run,
                             next.answer);
        }
        return unhex(next.answer);
    }
    void close() override {}
    std::string describe() const override { return "script"; }

private:
    std::deque<Exchange> script_;
};

Session scripted(std::deque<ScriptedLink::Exchange> script) {
    return Session(std::make_unique<ScriptedLink>(std::move(script)));
}

Deadline soon() {
    return std::chrono::steady_clock::now() + 20s;
}

} // namespace

BOOST_AUTO_TEST_SUITE(atol_session_tests)

BOOST_AUTO_TEST_CASE(answers_and_errors) {
    Session session = scripted({{"59", "55 00 00"},
                                {"59", "55 9A 00"},
                                {"59", "55"},
                                {"59", "44 00 00"},
                                {"59", ""},
                                {"59", "lost"},
                                {"59", "not_run"}});
    const auto run = [&] { return session.run(unhex("59"), soon()); };
    BOOST_TEST(*run() == unhex("00"));
    BOOST_TEST(run().error().is(error_receipt_closed));
    for (int i = 0; i < 3; ++i) {
        const auto garbled = run();
        BOOST_CHECK(garbled.error().kind() == Failure::Kind::garbled);
        BOOST_CHECK(garbled.error().fault().cls() == kktd::fiscal::FaultClass::link);
    }
    BOOST_CHECK(run().error().kind() == Failure::Kind::lost);
    BOOST_CHECK(run().error().kind() == Failure::Kind::not_run);
}

BOOST_AUTO_TEST_CASE(the_mode_is_entered_once_and_again_when_it_was_left) {
    Session session = scripted({{"45", "55 03 00"},
                                {"48", "55 66 00"}, // refused: no matter
                                {"56 01 00 00 00 30", "55 00 00"},
                                {"92 00 01", "55 00 00"},
                                {"59", "55 66 00"},
                                {"45", "55 00 00"},
                                {"48", "55 00 00"},
                                {"56 01 00 00 00 30", "55 00 00"},
                                {"59", "55 66 00"}, // once is enough
                                {"45", "55 01 00"}, // it is there already
                                {"59", "55 00 00"}});
    BOOST_TEST(session.run_in(mode_registration, unhex("92 00 01"), soon()).has_value());
    BOOST_TEST(session.run_in(mode_registration, unhex("59"), soon()).error().is(error_wrong_mode));
    BOOST_TEST(session.run_in(mode_registration, unhex("59"), soon()).has_value());
}

BOOST_AUTO_TEST_CASE(a_mode_that_cannot_be_entered) {
    Session session = scripted({{"45", "55 00 00"},
                                {"48", "55 00 00"},
                                {"56 01 00 00 00 30", "55 8C 00"},
                                {"45", "lost"},
                                {"45", "55 00 00"},
                                {"48", "lost"}});
    BOOST_TEST(session.enter(mode_registration, soon()).error().is(0x8C));
    BOOST_CHECK(session.enter(mode_registration, soon()).error().kind() == Failure::Kind::lost);
    BOOST_CHECK(session.enter(mode_registration, soon()).error().kind() == Failure::Kind::lost);
}

BOOST_AUTO_TEST_CASE(the_extended_code_is_asked_for) {
    Session session = scripted({{"EB", "55 EE 00"},
                                {"91 37 00 00", "55 00 00 EB 01 04 00 00 00 00"},
                                {"EB", "55 EE 00"},
                                {"91 37 00 00", "55 00 00 92 02 06 00 00 00 00"}, // of another one
                                {"EB", "55 F6 08"},
                                {"91 37 00 00", "lost"}});
    const auto run = [&] { return session.run(unhex("EB"), soon()).error(); };
    BOOST_TEST(run().error()->extended() == extended_bad_vat);
    BOOST_TEST(run().error()->extended() == 0);
    BOOST_TEST(run().error()->text().find("1212") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_unfinished_operation_is_waited_for) {
    Session session = scripted({{"92 00 01", "55 76 00"}, {"92 00 01", "55 00 00"}});
    BOOST_TEST(session.run(unhex("92 00 01"), soon()).has_value());
    // Never a reserved task: its number must not be sent twice.
    Session reserved = scripted({{"4A", "55 76 00"}});
    BOOST_TEST(reserved.run(unhex("4A"), soon(), first_reserved).error().is(error_unfinished));
    Session hurried = scripted({{"92 00 01", "55 76 00"}});
    BOOST_TEST(hurried.run(unhex("92 00 01"), std::chrono::steady_clock::now() + 100ms)
                   .error()
                   .is(error_unfinished));
}

BOOST_AUTO_TEST_CASE(answers_of_their_own_form) {
    Session session = scripted({{"3F", "55 67 00"}, {"3F", "44 30"}, {"45", "55 01 00"}});
    BOOST_TEST(session.ask_whole(status_command(), parse_status, soon()).error().is(0x67));
    BOOST_CHECK(session.ask_whole(status_command(), parse_status, soon()).error().kind() ==
                Failure::Kind::garbled);
    BOOST_TEST(session.ask_whole(state_code_command(), parse_state_code, soon())->mode == 1);
}

BOOST_AUTO_TEST_SUITE_END()
