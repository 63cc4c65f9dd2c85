// The engine with a real journal and the test driver, through the classic dialect.
#include "../front/log_fixture.hpp"
#include "../journal/older_journal.hpp"
#include "eventually.hpp"
#include "house.hpp"
#include "post.hpp"

#include <atomic>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace {

using namespace kktd;
using test::log_text;
using tests::eventually;
using tests::House;
using tests::patience;
using tests::post;

std::int64_t number_at(const api::Answer& answer, const char* key) {
    return boost::json::parse(answer.body).at(key).to_number<std::int64_t>();
}

std::string text_at(const api::Answer& answer, const char* key) {
    return std::string(boost::json::parse(answer.body).at(key).as_string());
}

/// A repeat of the done receipt `first` under that number gets what is stored: nothing is made.
void gets_stored_answer(House& house, const std::string& number, const api::Answer& first) {
    const auto made = house.documents();
    const auto again = house.ask(post(number));
    BOOST_TEST(again.status == 200);
    BOOST_TEST(number_at(again, "result_code") == 0);
    BOOST_TEST(boost::json::parse(again.body).at("repeated").as_bool());
    for (const char* const key : {"id", "fpd", "fn", "time", "outcome"}) {
        BOOST_TEST(text_at(again, key) == text_at(first, key));
    }
    for (const char* const key : {"fd", "shift", "check_number"}) {
        BOOST_TEST(number_at(again, key) == number_at(first, key));
    }
    BOOST_TEST(house.ask(post(number, 777)).status == 409); // other content is still told
    BOOST_TEST(house.documents() == made);
}

} // namespace

BOOST_AUTO_TEST_SUITE(engine_tests)

BOOST_AUTO_TEST_CASE(a_rehearsal_is_kept_with_its_number) {
    House house;
    auto request = post("N-1");
    request.body.insert(1, R"("test": true, )");
    const auto rehearsed = house.ask(request);
    BOOST_TEST(number_at(rehearsed, "result_code") == 340);
    const auto id = text_at(rehearsed, "id");
    BOOST_TEST(eventually([&] { return house.engine().find(id).has_value(); }));
    BOOST_TEST(house.receipts() == 0U);
    // Its number is free for the receipt itself.
    BOOST_TEST(number_at(house.ask(post("N-1")), "result_code") == 0);
}

BOOST_AUTO_TEST_CASE(two_hundred_simultaneous_identical_posts_make_one_document) {
    House house;
    constexpr int callers = 200;
    std::vector<std::thread> threads;
    std::mutex mutex;
    std::set<std::pair<std::int64_t, std::string>> seen;
    int done = 0;
    for (int i = 0; i < callers; ++i) {
        threads.emplace_back([&] {
            const auto answer = house.ask(post("N-1"));
            const std::lock_guard lock(mutex);
            done += answer.status == 200 ? 1 : 0;
            seen.emplace(number_at(answer, "fd"), text_at(answer, "fpd"));
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    BOOST_TEST(done == callers);
    BOOST_TEST(seen.size() == 1U);
    BOOST_TEST(house.engine().snapshot().kkt[0].state->receipt_number <= 1U);
}

BOOST_AUTO_TEST_CASE(every_receipt_of_a_crowd_gets_a_document_of_its_own) {
    House house;
    constexpr int callers = 32;
    constexpr int receipts = 8;
    std::vector<std::thread> threads;
    std::mutex mutex;
    std::set<std::int64_t> documents;
    for (int i = 0; i < callers; ++i) {
        threads.emplace_back([&, i] {
            for (int j = 0; j < receipts; ++j) {
                const auto answer =
                    house.ask(post("N-" + std::to_string(i) + "-" + std::to_string(j)));
                const std::lock_guard lock(mutex);
                documents.insert(number_at(answer, "fd"));
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    BOOST_TEST(documents.size() == static_cast<std::size_t>(callers) * receipts);
}

BOOST_AUTO_TEST_CASE(a_full_queue_refuses_before_anything_is_journaled) {
    House house;
    house.configure(R"({"queue_limit": 2})");
    house.set_faults("link=down");
    const auto first = house.ask(post("Q-1"), true);
    const auto second = house.ask(post("Q-2"), true);
    const auto third = house.ask(post("Q-3"), true);
    BOOST_TEST(first.status == 202);
    BOOST_TEST(second.status == 202);
    BOOST_TEST(third.status == 503);
    BOOST_TEST(house.engine().find_number("Q-3", {}, {}).empty());
    house.set_faults("");
    BOOST_TEST(eventually([&] { return house.ask(post("Q-3")).status == 200; }));
}

BOOST_AUTO_TEST_CASE(accepted_receipts_survive_a_restart_in_their_order) {
    House house;
    house.set_faults("link=down");
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i) {
        ids.push_back(text_at(house.ask(post("S-" + std::to_string(i)), true), "id"));
    }
    house.restart();
    house.set_faults("");
    std::uint32_t last = 0;
    for (const auto& id : ids) {
        BOOST_REQUIRE(eventually(
            [&] { return house.engine().find(id)->state == fiscal::ReceiptState::done; }));
        const auto fd = house.engine().find(id)->registration->fd;
        BOOST_TEST(fd > last);
        last = fd;
    }
}

BOOST_AUTO_TEST_CASE(a_stopping_engine_takes_nothing_new_but_tells_the_old) {
    House house;
    BOOST_TEST(house.ask(post("T-1")).status == 200);
    house.engine().stop();
    BOOST_TEST(house.ask(post("T-2")).status == 503);
    BOOST_TEST(house.ask(post("T-1")).status == 200);
}

BOOST_AUTO_TEST_CASE(a_changed_fiscal_storage_stops_the_kkt_until_it_is_accepted) {
    House house;
    BOOST_TEST(house.ask(post("U-1")).status == 200);
    house.set_device_options("&fn=9999078900099999");
    house.restart();
    const auto waiting = house.ask(post("U-2"), true);
    BOOST_TEST(waiting.status == 202);
    BOOST_REQUIRE(eventually([&] {
        const auto fault = house.engine().snapshot().kkt[0].fault;
        return fault && fault->cls() == fiscal::FaultClass::identity;
    }));
    BOOST_TEST(!house.engine().accept_kkt("nobody").done);
    BOOST_TEST(house.engine().accept_kkt("main").done);
    BOOST_TEST(eventually([&] {
        return house.engine().find(text_at(waiting, "id"))->state == fiscal::ReceiptState::done;
    }));
}

BOOST_AUTO_TEST_CASE(a_repeat_on_a_kkt_that_is_not_the_bound_one_gets_its_stored_answer) {
    House house;
    const auto first = house.ask(post("U-1"));
    house.set_device_options("&fn=9999078900099999");
    house.restart();
    BOOST_TEST(house.ask(post("U-2"), true).status == 202);
    BOOST_REQUIRE(eventually([&] {
        const auto fault = house.engine().snapshot().kkt[0].fault;
        return fault && fault->cls() == fiscal::FaultClass::identity;
    }));
    gets_stored_answer(house, "U-1", first);
}

BOOST_AUTO_TEST_CASE(a_repeat_after_an_upgrade_gets_its_stored_answer) {
    for (const auto& step : journal::migrations()) {
        House house;
        const auto first = house.ask(post("AB-1"));
        house.set_faults("link=down");
        const auto waiting = text_at(house.ask(post("AB-2"), true), "id");
        house.restart([&] { tests::make_older(house.state_dir(), step.version); });
        gets_stored_answer(house, "AB-1", first);
        house.set_faults("");
        BOOST_TEST(eventually(
            [&] { return house.engine().find(waiting)->state == fiscal::ReceiptState::done; }));
        BOOST_TEST(house.receipts() == 2U);
    }
}

/// The document is made and its answer lost; then another fiscal storage is put in: nobody can
/// tell.
struct UnknownReceipt {
    House house;
    api::Answer done; ///< of V-0
    std::string id;

    explicit UnknownReceipt(const front::Request& lost = post("V-1"))
        : done(house.ask(post("V-0"))) {
        BOOST_REQUIRE(done.status == 200);
        house.set_faults("lose_answer=after mute=1");
        id = text_at(house.ask(lost, true), "id");
        BOOST_REQUIRE(eventually([&] { return house.engine().find(id)->working; }));
        house.set_device_options("&fn=9999078900099999");
        house.restart();
        house.set_faults(""); // not before: the first KKT would tell
        BOOST_REQUIRE(eventually(
            [&] { return house.engine().find(id)->state == fiscal::ReceiptState::unknown; }));
    }
};

BOOST_FIXTURE_TEST_CASE(an_unknown_receipt_waits_for_an_operator_and_others_wait_behind_it,
                        UnknownReceipt) {
    BOOST_TEST(house.ask(post("V-1")).status == 409);
    const auto behind = house.ask(post("V-2"), true);
    BOOST_TEST(behind.status == 202);
    BOOST_TEST(house.engine().unknown().size() == 1U);
    BOOST_TEST(house.engine().snapshot().kkt[0].unknown == 1U);

    house.restart(); // also after a restart nobody asks blindly
    BOOST_TEST(house.engine().snapshot().kkt[0].unknown == 1U);

    BOOST_TEST(house.engine().resolve(id, engine::Resolution::registered, 77).done);
    BOOST_TEST(!house.engine().resolve(id, engine::Resolution::registered, 77).done);
    const auto standing = house.engine().find(id);
    BOOST_TEST((standing->state == fiscal::ReceiptState::done));
    BOOST_TEST(standing->registration->fd == 77U);
    BOOST_TEST(house.engine().accept_kkt("main").done);
    BOOST_TEST(eventually([&] {
        return house.engine().find(text_at(behind, "id"))->state == fiscal::ReceiptState::done;
    }));
}

BOOST_FIXTURE_TEST_CASE(a_repeat_behind_an_unknown_receipt_gets_its_stored_answer, UnknownReceipt) {
    BOOST_TEST(house.engine().accept_kkt("main").done); // nothing else stops the KKT
    BOOST_TEST(house.ask(post("V-2"), true).status == 202);
    BOOST_REQUIRE(eventually([&] {
        const auto fault = house.engine().snapshot().kkt[0].fault;
        return fault && fault->cls() == fiscal::FaultClass::earlier;
    }));
    gets_stored_answer(house, "V-0", done);
}

// The refund of such a receipt is judged by the day it was sold on.
BOOST_AUTO_TEST_CASE(a_receipt_that_an_operator_has_stated_can_be_refunded) {
    const auto with_old_rate = [](front::Request request) {
        request.body.replace(request.body.find("\"Tax\": 10"), 9, "\"Tax\": 18"); // is made 22
        return request;
    };
    UnknownReceipt unknown(with_old_rate(post("V-1")));
    House& house = unknown.house;
    BOOST_TEST(house.engine().resolve(unknown.id, engine::Resolution::registered, 3).done);
    BOOST_TEST(house.engine().accept_kkt("main").done);
    auto refund = with_old_rate(post("V-3"));
    refund.body.insert(1, R"("Operation": "sell_refund", "OriginalNumber": "V-1", )");
    const auto answer = house.ask(refund);
    BOOST_TEST(answer.status == 200, answer.body);
    BOOST_TEST(answer.body.find("vat_") != std::string::npos, answer.body); // the warning
}

BOOST_FIXTURE_TEST_CASE(an_operator_may_say_that_it_was_not_registered, UnknownReceipt) {
    BOOST_TEST(house.engine().resolve(id, engine::Resolution::not_registered, 0).done);
    BOOST_TEST((house.engine().find(id)->state == fiscal::ReceiptState::refused));
    BOOST_TEST(house.engine().accept_kkt("main").done);
    const auto again = house.ask(post("V-1"));
    BOOST_TEST(again.status == 200);
    BOOST_TEST(text_at(again, "id") == id);
}

BOOST_FIXTURE_TEST_CASE(an_operator_may_have_it_made_again, UnknownReceipt) {
    BOOST_TEST(house.engine().resolve(id, engine::Resolution::again, 0).done);
    BOOST_TEST(house.engine().accept_kkt("main").done);
    BOOST_TEST(
        eventually([&] { return house.engine().find(id)->state == fiscal::ReceiptState::done; }));
}

BOOST_AUTO_TEST_CASE(a_document_the_kkt_did_not_make_is_made_once) {
    House house;
    BOOST_REQUIRE(house.ask(post("W-0")).status == 200); // opens the shift
    house.set_faults("lose_answer=before mute=1");
    const auto id = text_at(house.ask(post("W-1"), true), "id");
    BOOST_REQUIRE(eventually([&] { return house.engine().find(id)->working; }));
    house.set_faults("");
    BOOST_REQUIRE(
        eventually([&] { return house.engine().find(id)->state == fiscal::ReceiptState::done; }));
    BOOST_TEST(house.receipts() == 2U);
}

BOOST_AUTO_TEST_CASE(a_receipt_at_work_cannot_be_withdrawn) {
    House house;
    BOOST_REQUIRE(house.ask(post("X-0")).status == 200); // opens the shift
    house.set_faults("lose_answer=after mute=1");
    const auto id = text_at(house.ask(post("X-1"), true), "id");
    BOOST_REQUIRE(eventually([&] { return house.engine().find(id)->working; }));
    BOOST_TEST(!house.engine().withdraw(id).done);
    house.set_faults("");
    BOOST_REQUIRE(
        eventually([&] { return house.engine().find(id)->state == fiscal::ReceiptState::done; }));
    BOOST_TEST(house.receipts() == 2U);
}

BOOST_AUTO_TEST_CASE(an_idle_kkt_has_its_old_shift_closed) {
    House house;
    BOOST_TEST(house.ask(post("Y-1")).status == 200);
    house.clock.advance(23 * 3600 + 51 * 60);
    BOOST_TEST(eventually([&] {
        return house.engine().snapshot().kkt[0].state->shift == fiscal::ShiftState::closed;
    }));
}

BOOST_AUTO_TEST_CASE(a_journal_that_fails_at_the_claim_accepts_nothing_and_says_so) {
    House house;
    BOOST_REQUIRE(house.ask(post("Z-0")).status == 200);
    house.journal().break_at(tests::BreakableStore::Write::claim);
    BOOST_TEST(house.ask(post("Z-1")).status == 503);
    BOOST_TEST(house.ask(post("Z-2")).status == 503);
    BOOST_TEST(house.ask(post("Z-0")).status == 200); // a stored answer is still given
    BOOST_TEST(!house.engine().snapshot().can_sell());
    BOOST_TEST(house.engine().snapshot().journal_trouble.value() == "disk full");
    house.restart();
    BOOST_TEST(house.ask(post("Z-1")).status == 200);
    BOOST_TEST(house.receipts() == 2U);
}

BOOST_AUTO_TEST_CASE(a_journal_that_fails_at_the_intent_keeps_the_kkt_untouched) {
    House house;
    BOOST_REQUIRE(house.ask(post("Z-0")).status == 200);
    house.journal().break_at(tests::BreakableStore::Write::intent);
    auto request = post("Z-1");
    request.prefer = "respond-async"; // promised before the KKT is asked
    const auto id = text_at(house.ask(request), "id");
    BOOST_REQUIRE(eventually([&] { return house.journal().trouble().has_value(); }));
    BOOST_TEST((house.engine().find(id)->state == fiscal::ReceiptState::accepted));
    BOOST_TEST(house.receipts() == 1U);
    house.restart();
    BOOST_TEST(
        eventually([&] { return house.engine().find(id)->state == fiscal::ReceiptState::done; }));
    BOOST_TEST(house.receipts() == 2U);
}

BOOST_AUTO_TEST_CASE(an_outcome_that_is_not_durable_is_told_to_nobody_and_found_after_a_restart) {
    House house;
    BOOST_REQUIRE(house.ask(post("Z-0")).status == 200);
    house.journal().break_at(tests::BreakableStore::Write::outcome);
    auto request = post("Z-1");
    request.prefer = "respond-async"; // who waits hears of the failure
    const auto answer = house.ask(request);
    BOOST_TEST(answer.status == 202);
    const auto id = text_at(answer, "id");
    BOOST_REQUIRE(eventually([&] { return house.journal().trouble().has_value(); }));
    BOOST_TEST((house.engine().find(id)->state == fiscal::ReceiptState::accepted));
    BOOST_TEST(house.ask(post("Z-2")).status == 503);
    house.restart();
    BOOST_TEST(
        eventually([&] { return house.engine().find(id)->state == fiscal::ReceiptState::done; }));
    BOOST_TEST(house.receipts() == 2U);
}

// Nobody who waits shall wait for what cannot come before a restart.
BOOST_AUTO_TEST_CASE(whoever_waits_when_the_journal_fails_is_told_at_once) {
    const auto began = std::chrono::steady_clock::now();
    {
        House house;
        BOOST_REQUIRE(house.ask(post("Z-0")).status == 200);
        house.journal().break_at(tests::BreakableStore::Write::outcome);
        const auto doubtful = house.ask(post("Z-1"));
        BOOST_TEST(doubtful.status == 503);
        BOOST_TEST(doubtful.body.find(R"("outcome":"unknown")") != std::string::npos);
        const auto again = house.ask(post("Z-1")); // it is accepted, and nobody can say more
        BOOST_TEST(again.status == 202);
        house.restart();
        BOOST_TEST(house.ask(post("Z-1")).status == 200);
        BOOST_TEST(house.receipts() == 2U);
    }
    {
        House house;
        BOOST_REQUIRE(house.ask(post("Z-0")).status == 200);
        house.set_faults("link=down");
        api::Answer waiting;
        std::thread caller([&] { waiting = house.ask(post("Z-1")); });
        BOOST_TEST(eventually([&] { return !house.engine().find_number("Z-1", {}, {}).empty(); }));
        house.journal().break_at(tests::BreakableStore::Write::intent);
        house.set_faults("");
        caller.join();
        BOOST_TEST(waiting.status == 202);
        BOOST_TEST(waiting.body.find("журнал чеков не записывается") != std::string::npos);
        house.restart();
        BOOST_TEST(house.ask(post("Z-1")).status == 200);
        BOOST_TEST(house.receipts() == 2U);
    }
    BOOST_TEST((std::chrono::steady_clock::now() - began < std::chrono::seconds(20)));
}

/// An idle KKT with an open shift, looked at just now.
struct IdleKkt {
    House house;

    IdleKkt() {
        BOOST_REQUIRE(house.ask(post("I-0")).status == 200); // opens the shift
        BOOST_REQUIRE(house.journal().claimed_intents() == 0U);
    }
    /// Whether the next receipt finds the KKT idle depends on who is quicker: so it is asked again.
    std::size_t together(const std::string& number) {
        for (int i = 0; house.journal().claimed_intents() == 0 && i < 100; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            BOOST_REQUIRE(house.ask(post(number + "-" + std::to_string(i))).status == 200);
        }
        return house.journal().claimed_intents();
    }
};

BOOST_FIXTURE_TEST_CASE(an_idle_kkt_has_claim_and_intent_in_one, IdleKkt) {
    BOOST_TEST(together("I-1") == 1U);
    const auto intents = house.journal().intents();
    BOOST_TEST(house.receipts() + 1 == intents); // and one for the shift
}

BOOST_FIXTURE_TEST_CASE(a_repeat_that_meets_an_idle_kkt_makes_nothing, IdleKkt) {
    BOOST_REQUIRE(together("I-1") == 1U);
    const auto made = house.receipts();
    for (int i = 0; i < 20; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        BOOST_TEST(house.ask(post("I-0")).status == 200);
        BOOST_TEST(house.ask(post("I-0", 200)).status == 409);
    }
    BOOST_TEST(house.receipts() == made);
    BOOST_TEST(house.journal().claimed_intents() > 1U); // the KKT was idle indeed
    BOOST_TEST(house.engine().snapshot().kkt[0].queued == 0U);
}

BOOST_FIXTURE_TEST_CASE(repeats_in_a_row_do_not_keep_the_kkt_busy, IdleKkt) {
    BOOST_REQUIRE(together("I-1") == 1U);
    for (int i = 0; i < 20; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        BOOST_TEST(house.ask(post("I-0", 200)).status == 409);
    }
    BOOST_TEST(house.journal().claimed_intents() <= 2U); // the first; no look since, as time stands
    house.clock.advance(3);
    BOOST_TEST(eventually([&] {
        const auto before = house.journal().claimed_intents();
        static_cast<void>(house.ask(post("I-0", 200)));
        return house.journal().claimed_intents() > before; // after the next look
    }));
}

BOOST_FIXTURE_TEST_CASE(who_does_not_wait_is_promised_before_the_kkt_is_asked, IdleKkt) {
    for (int i = 0; i < 10; ++i) {
        auto request = post("I-" + std::to_string(i + 1));
        request.prefer = "respond-async";
        const auto id = text_at(house.ask(request), "id");
        BOOST_REQUIRE(eventually(
            [&] { return house.engine().find(id)->state == fiscal::ReceiptState::done; }));
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    BOOST_TEST(house.journal().claimed_intents() == 0U);
}

BOOST_FIXTURE_TEST_CASE(an_answer_lost_by_an_idle_kkt_is_asked_for, IdleKkt) {
    BOOST_REQUIRE(together("I-1") == 1U);
    const auto made = house.receipts();
    for (const char* const fault : {"lose_answer=before mute=1", "lose_answer=after mute=1"}) {
        house.set_faults(fault);
        const auto id = text_at(house.ask(post(fault), true), "id");
        BOOST_REQUIRE(eventually([&] { return house.engine().find(id)->working; }));
        BOOST_TEST(!house.engine().withdraw(id).done);
        house.set_faults("");
        BOOST_REQUIRE(eventually(
            [&] { return house.engine().find(id)->state == fiscal::ReceiptState::done; }));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    BOOST_TEST(house.receipts() == made + 2);
}

BOOST_FIXTURE_TEST_CASE(a_kkt_that_has_just_failed_costs_no_receipt_its_acceptance, IdleKkt) {
    BOOST_REQUIRE(together("I-1") == 1U);
    house.set_faults("paper=out"); // the KKT was well when it was looked at last
    const auto id = text_at(house.ask(post("I-9"), true), "id");
    BOOST_TEST((house.engine().find(id)->state == fiscal::ReceiptState::accepted));
    BOOST_TEST(house.engine().withdraw(id).done);
    house.set_faults("");
    BOOST_TEST(house.ask(post("I-9")).status == 200);
}

BOOST_FIXTURE_TEST_CASE(a_journal_that_fails_at_both_leaves_the_kkt_untouched, IdleKkt) {
    BOOST_REQUIRE(together("I-1") == 1U);
    const auto made = house.receipts();
    house.journal().break_at(tests::BreakableStore::Write::intent);
    const auto answer = house.ask(post("I-9"));
    BOOST_TEST((answer.status == 503 || answer.status == 202)); // together, or one after the other
    BOOST_TEST(house.receipts() == made);
    house.restart();
    BOOST_TEST(house.ask(post("I-9")).status == 200);
    BOOST_TEST(house.receipts() == made + 1);
}

BOOST_AUTO_TEST_CASE(a_stop_loses_nothing_that_was_offered) {
    for (int i = 0; i < 10; ++i) {
        House house;
        BOOST_REQUIRE(house.ask(post("I-0")).status == 200);
        std::vector<std::string> promised;
        std::thread caller([&] {
            for (int n = 1; n < 200; ++n) {
                const auto answer = house.ask(post("I-" + std::to_string(n)), true);
                if (answer.status == 503) {
                    return;
                }
                promised.push_back(text_at(answer, "id"));
            }
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        house.engine().stop();
        caller.join();
        house.restart();
        for (const auto& id : promised) {
            BOOST_TEST(eventually(
                [&] { return house.engine().find(id)->state == fiscal::ReceiptState::done; }));
        }
        BOOST_TEST(house.receipts() == promised.size() + 1);
    }
}

BOOST_AUTO_TEST_CASE(a_repeat_is_answered_while_the_disk_stands_still) {
    House house;
    const auto first = house.ask(post("Z-1"));
    BOOST_REQUIRE(first.status == 200);
    house.journal().stall(); // a claim would never be answered
    const auto again = house.ask(post("Z-1"));
    BOOST_TEST(again.status == 200);
    BOOST_TEST(number_at(again, "fd") == number_at(first, "fd"));
    BOOST_TEST(house.ask(post("Z-1", 200)).status == 409);
    BOOST_TEST(house.receipts() == 1U);
}

BOOST_AUTO_TEST_CASE(every_refusal_of_a_test_device_says_what_it_is) {
    House house;
    auto unlawful = post("Z-1");
    unlawful.body.replace(unlawful.body.find("\"Tax\": 10"), 9, "\"Tax\": 77");
    const auto invalid = house.ask(unlawful);
    BOOST_TEST(invalid.status == 422);
    BOOST_TEST(text_at(invalid, "result_description").starts_with("ТЕСТ, не фискальный: "));
    house.journal().break_at(tests::BreakableStore::Write::claim);
    for (int i = 0; i < 2; ++i) { // the write that fails, and one after it
        const auto refused = house.ask(post("Z-2"));
        BOOST_TEST(refused.status == 503);
        BOOST_TEST(text_at(refused, "result_description").starts_with("ТЕСТ, не фискальный: "));
    }
}

BOOST_AUTO_TEST_CASE(a_corrected_inn_refuses_what_waited_and_registers_the_repeat_once) {
    House house;
    house.configure(R"({"legal": {"inn": "500100732259"}})"); // not the KKT's
    const auto id = text_at(house.ask(post("AA-1"), true), "id");
    house.configure("{}");
    BOOST_TEST(eventually([&] { return house.ask(post("AA-1")).status == 200; }));
    BOOST_TEST(eventually(
        [&] { return house.engine().find(id)->state == fiscal::ReceiptState::refused; }));
    BOOST_TEST(house.receipts() == 1U);
}

BOOST_AUTO_TEST_CASE(what_the_format_of_the_kkt_cannot_say_is_refused_once_the_format_is_known) {
    House house;
    const auto with_object_27 = [](const std::string& number) {
        auto request = post(number);
        request.body.insert(request.body.find(R"("Name")"),
                            R"("PaymentObject": "funds_issuance", )");
        return request;
    };
    house.set_device_options("&ffd=1.05");
    house.set_faults("link=down");
    house.restart();
    const auto early = house.ask(with_object_27("EE-1"), true);
    BOOST_TEST(early.status == 202); // nobody knows yet
    house.set_faults("");
    BOOST_TEST(eventually([&] {
        return house.engine().find(text_at(early, "id"))->state == fiscal::ReceiptState::refused;
    }));
    const auto late = house.ask(with_object_27("EE-2"));
    BOOST_TEST(late.status == 422);
    BOOST_TEST(late.body.find("/Goods/Position_1/PaymentObject") != std::string::npos);
    BOOST_TEST(house.documents() == 0U); // no shift was opened for it
}

BOOST_AUTO_TEST_CASE(what_became_unlawful_tells_its_first_ten_reasons) {
    House house;
    front::Request request = post("EE-3");
    request.body = R"({"DocNumber": "EE-3", "DocSumm": 1200, "Goods": [)";
    for (int i = 0; i < 12; ++i) {
        request.body += (i == 0 ? "" : ",") +
                        std::string(R"({"Name": "Выдача", "Price": 100, "Quantity": 1, "Tax": 10,)"
                                    R"( "PositionSumm": 100, "PaymentObject": "funds_issuance"})");
    }
    request.body += "]}";
    house.set_device_options("&ffd=1.05");
    house.set_faults("link=down");
    house.restart();
    const auto id = text_at(house.ask(request, true), "id");
    house.set_faults("");
    BOOST_REQUIRE(eventually(
        [&] { return house.engine().find(id)->state == fiscal::ReceiptState::refused; }));
    const std::string text = house.engine().find(id)->fault->text();
    BOOST_TEST(text.ends_with("; и ещё 2"), text);
    BOOST_TEST(text.find("/Goods/0/") != std::string::npos, text);
    BOOST_TEST(text.find("/Goods/11/") == std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(a_receipt_in_doubt_cannot_be_withdrawn_while_it_is_asked_about) {
    House house;
    BOOST_REQUIRE(house.ask(post("BB-0")).status == 200);
    house.set_faults("lose_answer=after mute=1");
    const auto id = text_at(house.ask(post("BB-1"), true), "id");
    BOOST_REQUIRE(eventually([&] { return house.engine().find(id)->working; }));
    std::thread withdrawer([&] {
        for (int i = 0; i < 200; ++i) {
            static_cast<void>(house.engine().withdraw(id));
        }
    });
    house.set_faults("");
    withdrawer.join();
    BOOST_TEST(
        eventually([&] { return house.engine().find(id)->state == fiscal::ReceiptState::done; }));
    BOOST_TEST(house.ask(post("BB-2")).status == 200); // the KKT goes on
    BOOST_TEST(house.receipts() == 3U);
}

BOOST_AUTO_TEST_CASE(a_shift_that_cannot_be_opened_is_tried_at_intervals) {
    House house;
    house.set_retry_interval(std::chrono::milliseconds(100));
    house.restart();
    house.set_faults("lose_answer=before");
    const auto id = text_at(house.ask(post("CC-1"), true), "id");
    std::this_thread::sleep_for(std::chrono::milliseconds(1000));
    house.set_faults("");
    BOOST_TEST(
        eventually([&] { return house.engine().find(id)->state == fiscal::ReceiptState::done; }));
    BOOST_TEST(house.intents() <= 15U); // not as many as fit into a second
}

BOOST_AUTO_TEST_CASE(one_idempotency_key_is_not_two_documents) {
    House house;
    auto first = post("DD-1");
    first.idempotency_key = "payment";
    auto second = post("DD-2");
    second.idempotency_key = "payment";
    BOOST_TEST(house.ask(first).status == 200);
    const auto answer = house.ask(second);
    BOOST_TEST(answer.status == 409);
    BOOST_TEST(answer.body.find("DD-1") != std::string::npos);
    BOOST_TEST(house.receipts() == 1U);
}

BOOST_AUTO_TEST_CASE(an_idempotency_key_of_a_withdrawn_receipt_stays_with_its_number) {
    House house;
    house.set_faults("link=down");
    auto first = post("DD-3");
    first.idempotency_key = "payment";
    const auto id = text_at(house.ask(first, true), "id");
    BOOST_REQUIRE(eventually([&] { return house.engine().withdraw(id).done; }));
    house.set_faults("");
    auto second = post("DD-4");
    second.idempotency_key = "payment";
    BOOST_TEST(house.ask(second).status == 409);
    BOOST_TEST(house.receipts() == 0U);
    BOOST_TEST(house.ask(first).status == 200);
    BOOST_TEST(house.receipts() == 1U);
}

BOOST_AUTO_TEST_CASE(twins_under_two_dates_at_once_make_one_document) {
    House house;
    std::vector<std::thread> threads;
    std::atomic<int> done = 0;
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([&, i] {
            auto request = post("EE-1");
            if (i % 2 == 1) {
                request.body.replace(request.body.find("02.03.2026"), 10, "03.03.2026");
            }
            done += house.ask(request).status == 200 ? 1 : 0;
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    BOOST_TEST(done == 8);
    BOOST_TEST(house.receipts() == 1U);
}

BOOST_AUTO_TEST_CASE(a_new_attempt_is_not_ended_by_the_end_of_the_old_one) {
    House house;
    house.set_faults("link=down");
    for (int round = 0; round < 20; ++round) {
        const auto id = text_at(house.ask(post("FF-1"), true), "id");
        std::thread again;
        std::thread withdrawer([&] { static_cast<void>(house.engine().withdraw(id)); });
        again = std::thread([&] {
            const auto answer = house.ask(post("FF-1"), true);
            BOOST_TEST((answer.status == 202 || answer.status == 409)); // 409: withdrawn
        });
        withdrawer.join();
        again.join();
    }
    const auto last = house.ask(post("FF-1"), true);
    house.set_faults("");
    BOOST_TEST(eventually([&] {
        return house.engine().find(text_at(last, "id"))->state == fiscal::ReceiptState::done;
    }));
    BOOST_TEST(house.receipts() == 1U);
}

BOOST_AUTO_TEST_CASE(passwords_in_a_device_are_shown_to_nobody) {
    House house;
    house.configure(
        R"({"device": "atol+tcp://127.0.0.1:1?password=7391&user_password=7392", "legal": {"inn":
        "7701234560", "taxation": "osn", "sale": "counter", "contact_missing": "refuse",
        "payment_method": "full_payment", "payment_object": "commodity", "legacy_vat": "strict"}})");
    BOOST_TEST(house.engine().snapshot().kkt[0].device ==
               "atol+tcp://127.0.0.1:1?password=***&user_password=***");
    front::Request status;
    status.method = "GET";
    for (const char* path : {"/kkt", "/kkt/status"}) {
        status.path = path;
        const auto answer = house.ask(status);
        BOOST_TEST(answer.body.find("739") == std::string::npos, answer.body);
    }
}

BOOST_AUTO_TEST_CASE(an_internet_sale_without_a_contact_is_an_alarm) {
    House house;
    house.configure(R"({"legal": {"inn": "7701234560", "taxation": "osn", "sale": "internet",
        "site": "https://shop.test", "contact_missing": "register", "payment_method":
        "full_payment", "payment_object": "commodity", "legacy_vat": "strict"}})");
    const std::string alarm = "an internet sale without the buyer's contact";
    auto with_contact = post("C-1");
    with_contact.body.insert(1, R"("CustomerContact": "+79260000000", )");
    BOOST_TEST(house.ask(with_contact).status == 200);
    BOOST_TEST(log_text().find(alarm) == std::string::npos);
    const auto answer = house.ask(post("C-2"));
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(eventually([&] {
        return log_text().find("receipt " + text_at(answer, "id") + " number C-2: " + alarm) !=
               std::string::npos;
    }));
}

/// The connection is given back, so the KKT is not looked at; but its shift is closed in time.
BOOST_AUTO_TEST_CASE(a_released_kkt_has_its_old_shift_closed) {
    House house;
    house.configure(R"({"idle_release": 30})");
    BOOST_TEST(house.ask(post("Y-1")).status == 200);
    const auto seen_at = [&] { return house.engine().snapshot().kkt[0].state_at; };
    BOOST_REQUIRE(eventually([&] { // the clock stands, but for each look
        const auto before = seen_at();
        house.clock.advance(31);
        std::this_thread::sleep_for(std::chrono::milliseconds(2500));
        return seen_at() == before;
    }));
    BOOST_TEST((house.engine().snapshot().kkt[0].state->shift == fiscal::ShiftState::open));
    house.clock.advance(23 * 3600 + 51 * 60);
    BOOST_TEST(eventually([&] {
        return house.engine().snapshot().kkt[0].state->shift == fiscal::ShiftState::closed;
    }));
    BOOST_TEST(house.ask(post("Y-2")).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
