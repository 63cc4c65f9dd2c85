#include "engine/waiting_room.hpp"

#include "engine/journal_replies.hpp"

#include <boost/test/unit_test.hpp>
#include <thread>
#include <vector>

namespace {

using namespace kktd;
using engine::WaitingRoom;

fiscal::Standing accepted(const std::string& id) {
    fiscal::Standing standing;
    standing.id = id;
    return standing;
}

struct Heard {
    std::vector<fiscal::Reply> replies;
    engine::Waiter waiter() {
        return [this](fiscal::Reply reply) { replies.push_back(std::move(reply)); };
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(waiting_room_tests)

BOOST_AUTO_TEST_CASE(everybody_at_a_receipt_hears_its_end_once) {
    WaitingRoom room;
    Heard first;
    Heard second;
    const auto a = room.expect(first.waiter());
    const auto b = room.expect(second.waiter());
    room.admit(accepted("r"));
    BOOST_TEST(room.join("r", a, false));
    BOOST_TEST(room.join("r", b, true));
    auto done = accepted("r");
    done.state = fiscal::ReceiptState::done;
    room.settle(done);
    room.settle(done);
    BOOST_REQUIRE_EQUAL(first.replies.size(), 1U);
    BOOST_REQUIRE_EQUAL(second.replies.size(), 1U);
    BOOST_TEST(!std::get<fiscal::Settled>(first.replies[0]).repeated);
    BOOST_TEST(std::get<fiscal::Settled>(second.replies[0]).repeated);
    BOOST_TEST(!room.standing("r").has_value());
}

BOOST_AUTO_TEST_CASE(who_is_told_that_there_will_be_no_end_goes_and_the_receipt_stays) {
    WaitingRoom room;
    Heard here;
    Heard elsewhere;
    auto on_main = accepted("r");
    on_main.kkt = "main";
    auto on_other = accepted("o");
    on_other.kkt = "other";
    room.admit(on_main);
    room.admit(on_other);
    const auto a = room.expect(here.waiter());
    BOOST_TEST(room.join("r", a, true));
    BOOST_TEST(room.join("o", room.expect(elsewhere.waiter()), false));

    room.tell_all("main", fiscal::Fault(fiscal::FaultClass::internal, "disk"));
    BOOST_REQUIRE_EQUAL(here.replies.size(), 1U);
    const auto& told = std::get<fiscal::Settled>(here.replies[0]);
    BOOST_TEST((told.standing.id == "r" && told.repeated && told.standing.fault.has_value()));
    BOOST_TEST(elsewhere.replies.empty());
    BOOST_TEST(!room.leave(a).has_value());
    BOOST_TEST(room.standing("r").has_value());

    room.tell("o", engine::journal_doubt(true));
    BOOST_REQUIRE_EQUAL(elsewhere.replies.size(), 1U);
    BOOST_TEST(std::get<fiscal::NotAccepting>(elsewhere.replies[0]).test);
    room.tell("nowhere", engine::journal_doubt(true));
    room.settle(on_main);
    room.settle(on_other);
    BOOST_TEST(here.replies.size() + elsewhere.replies.size() == 2U);
}

BOOST_AUTO_TEST_CASE(who_left_hears_nothing_more) {
    WaitingRoom room;
    Heard heard;
    const auto id = room.expect(heard.waiter());
    BOOST_TEST(!room.leave(id).has_value()); // not durable yet: nothing to tell
    room.admit(accepted("r"));
    BOOST_TEST(room.join("r", id, false));
    room.set_working("r", true);
    const auto left = room.leave(id);
    BOOST_REQUIRE(left.has_value());
    BOOST_TEST(left->standing.working);
    room.settle(accepted("r"));
    BOOST_TEST(heard.replies.empty());
    BOOST_TEST(!room.leave(id).has_value());
}

BOOST_AUTO_TEST_CASE(nobody_joins_a_receipt_that_is_not_owed) {
    WaitingRoom room;
    Heard heard;
    const auto id = room.expect(heard.waiter());
    BOOST_TEST(!room.join("nowhere", id, false));
    room.answer(id, fiscal::NotAccepting{});
    BOOST_TEST(heard.replies.size() == 1U);
    room.answer(id, fiscal::NotAccepting{});
    BOOST_TEST(heard.replies.size() == 1U);
}

BOOST_AUTO_TEST_CASE(leaving_and_settling_at_once_answers_exactly_once) {
    for (int round = 0; round < 200; ++round) {
        WaitingRoom room;
        std::atomic<int> answers = 0;
        const auto id = room.expect([&](const fiscal::Reply&) { ++answers; });
        room.admit(accepted("r"));
        BOOST_REQUIRE(room.join("r", id, false));
        std::thread settler([&] { room.settle(accepted("r")); });
        if (room.leave(id)) {
            ++answers;
        }
        settler.join();
        BOOST_REQUIRE_EQUAL(answers.load(), 1);
    }
}

BOOST_AUTO_TEST_SUITE_END()
