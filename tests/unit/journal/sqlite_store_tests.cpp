#include "journal/sqlite_store.hpp"

#include "temp_dir.hpp"
#include "writes.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kktd;
using namespace kktd::journal;
using namespace kktd::tests;
using fiscal::ReceiptState;

struct Fixture {
    TempDir dir;
    std::unique_ptr<Store> store = open_store(dir.path());

    ~Fixture() {
        store.reset();
        Connection connection(dir.db(), false, nullptr);
        BOOST_TEST(dangling(connection) == "");
    }
    void reopen() {
        store.reset();
        store = open_store(dir.path());
    }
    Claimed accept(Claim value) {
        const auto claimed = claim(*store, std::move(value));
        BOOST_REQUIRE(claimed.has_value());
        BOOST_REQUIRE(!claimed->existing.has_value());
        return *claimed;
    }
    RowId begin(RowId receipt, const std::string& stamp,
                fiscal::TaskKind kind = fiscal::TaskKind::receipt) {
        const auto row = intent(*store, intent_of(receipt, stamp, kind));
        BOOST_REQUIRE(row.has_value());
        return *row;
    }
    fiscal::Standing standing(const std::string& id) {
        const auto found = store->find_id(id);
        BOOST_REQUIRE(found.has_value());
        BOOST_REQUIRE(found->has_value());
        return (*found)->standing;
    }
    /// An attempt that came to nothing; the receipt goes on.
    void refuse(const Claimed& claimed, const std::string& stamp, std::string note,
                fiscal::TaskKind kind = fiscal::TaskKind::receipt) {
        auto said = refused_of(begin(claimed.row, stamp, kind), true);
        said.note = std::move(note);
        BOOST_TEST(*outcome(*store, said));
    }
    /// "id:stamp " of each absent attempt.
    std::string absent() {
        std::string attempts;
        for (const auto& attempt : *store->absent_attempts("main")) {
            attempts += attempt.receipt + ':' + attempt.marker.stamp + ' ';
        }
        return attempts;
    }
    std::vector<std::string> accepted_ids() {
        std::vector<std::string> ids;
        const auto accepted = store->accepted("main");
        BOOST_REQUIRE(accepted.has_value());
        for (const auto& receipt : *accepted) {
            ids.push_back(receipt.standing.id);
        }
        return ids;
    }
};

using Ids = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(sqlite_store_tests, Fixture)

BOOST_AUTO_TEST_CASE(an_empty_journal_owes_nothing) {
    BOOST_TEST(!store->find_key(Space::real, "k")->has_value());
    BOOST_TEST(!store->find_id("id")->has_value());
    BOOST_TEST(!store->find_row(1)->has_value());
    BOOST_TEST(store->find_number("1", {}, {}, 10)->empty());
    BOOST_TEST(store->accepted("main")->empty());
    BOOST_TEST(store->open_intents("main")->empty());
    BOOST_TEST(store->unknown(10)->empty());
    BOOST_TEST(!store->bound("main")->has_value());
    BOOST_TEST(!store->last_done("main")->has_value());
    BOOST_TEST(!*store->has_real_documents());
    BOOST_TEST(!store->trouble().has_value());
}

BOOST_AUTO_TEST_CASE(a_claim_comes_back_as_it_was_made) {
    const Claim made = claim_of(1);
    const Claimed claimed = accept(made);
    BOOST_TEST(claimed.id == made.id);
    BOOST_TEST(claimed.attempt == 1);
    for (int opened = 0; opened < 2; ++opened) {
        const auto found = store->find_key(Space::real, made.keys[0]);
        BOOST_REQUIRE((found.has_value() && found->has_value()));
        const StoredReceipt& receipt = **found;
        BOOST_TEST(receipt.row == claimed.row);
        BOOST_TEST((receipt.space == Space::real));
        BOOST_TEST(receipt.content_digest == made.content_digest);
        BOOST_TEST(receipt.draft == made.draft);
        BOOST_TEST((receipt.rates == made.rates));
        BOOST_TEST(receipt.request_id == made.request_id);
        fiscal::Standing expected;
        expected.id = made.id;
        expected.kkt = "main";
        expected.number = made.number;
        expected.date = made.date;
        expected.kind = made.kind;
        expected.total = made.total;
        expected.warnings = made.warnings;
        expected.accepted_at = made.at;
        BOOST_TEST((receipt.standing == expected));
        BOOST_TEST(((*store->find_row(claimed.row))->standing == expected));
        BOOST_TEST((standing(made.id) == expected));
        reopen();
    }
    BOOST_TEST(*store->has_real_documents());
}

BOOST_AUTO_TEST_CASE(all_keys_lead_to_the_receipt) {
    Claim made = claim_of(1);
    made.keys.push_back("header");
    made.date.reset();
    accept(made);
    for (const auto& key : made.keys) {
        BOOST_TEST((*store->find_key(Space::real, key))->standing.id == made.id);
        BOOST_TEST(!store->find_key(Space::test_device, key)->has_value());
        BOOST_TEST(!store->find_key(Space::rehearsal, key)->has_value());
    }
    BOOST_TEST(!standing(made.id).date.has_value());
    BOOST_TEST(!store->find_key(Space::real, made.id)->has_value());
}

BOOST_AUTO_TEST_CASE(a_taken_key_writes_nothing) {
    Claim first = claim_of(1);
    accept(first);
    Claim second = claim_of(2);
    second.keys = {second.keys[0], first.keys[0]};
    const auto lost = claim(*store, second);
    BOOST_REQUIRE(lost.has_value());
    BOOST_REQUIRE(lost->existing.has_value());
    BOOST_TEST(lost->existing->standing.id == first.id);
    BOOST_TEST(lost->id == first.id);
    BOOST_TEST(!store->find_id(second.id)->has_value());
    BOOST_TEST(!store->find_key(Space::real, second.keys[0])->has_value());
}

BOOST_AUTO_TEST_CASE(an_intent_is_written_with_its_claim) {
    Claim together = claim_of(1);
    together.intent = intent_of(0, "AAAAAAAAAAAAAAAA");
    const auto claimed = claim(*store, together);
    BOOST_REQUIRE((claimed.has_value() && !claimed->existing));
    const auto check = [&] {
        const auto open = store->open_intents("main");
        BOOST_REQUIRE(open->size() == 1U);
        BOOST_TEST(open->front().row == claimed->intent);
        BOOST_TEST(open->front().receipt.value() == claimed->row);
        BOOST_TEST((open->front().marker == together.intent->marker));
        BOOST_TEST((standing(together.id).state == ReceiptState::accepted));
        BOOST_TEST(!*finish(*store, refusal_of(claimed->row))); // it may be on the KKT
        BOOST_TEST(!intent(*store, intent_of(claimed->row, "BBBBBBBBBBBBBBBB")).has_value());
    };
    check();
    reopen();
    check();
    BOOST_TEST(*outcome(*store, done_of(claimed->intent, 42)));
    BOOST_TEST((standing(together.id).state == ReceiptState::done));
    BOOST_TEST(store->open_intents("main")->empty());
    BOOST_TEST((*store->last_done("main"))->standing.id == together.id);
}

BOOST_AUTO_TEST_CASE(a_lost_claim_takes_its_intent_with_it) {
    accept(claim_of(1, "k"));
    Claim second = claim_of(2, "k");
    second.intent = intent_of(0, "AAAAAAAAAAAAAAAA");
    const auto lost = claim(*store, second);
    BOOST_REQUIRE((lost.has_value() && lost->existing));
    BOOST_TEST(lost->intent == 0);
    BOOST_TEST(store->open_intents("main")->empty());
}

BOOST_AUTO_TEST_CASE(the_first_live_receipt_answers_for_keys_of_two) {
    Claim dead = claim_of(1, "a");
    BOOST_REQUIRE(*finish(*store, refusal_of(accept(dead).row)));
    accept(claim_of(2, "b"));
    accept(claim_of(3, "c"));
    Claim next = claim_of(4, "a");
    next.keys = {key_of("a"), key_of("b"), key_of("c")};
    const auto lost = claim(*store, next);
    BOOST_REQUIRE((lost.has_value() && lost->existing.has_value()));
    BOOST_TEST(lost->existing->standing.id == id_of(2));
    BOOST_TEST(standing(dead.id).attempt == 1);
}

BOOST_AUTO_TEST_CASE(the_same_key_is_free_in_another_space) {
    accept(claim_of(1, "k"));
    Claim test = claim_of(2, "k");
    test.space = Space::test_device;
    accept(test);
    BOOST_TEST(standing(test.id).test_device);
    BOOST_TEST(!standing(id_of(1)).test_device);
}

BOOST_AUTO_TEST_CASE(only_real_receipts_count_as_real_documents) {
    Claim test = claim_of(1);
    test.space = Space::test_device;
    accept(test);
    Claim rehearsal = claim_of(2);
    rehearsal.space = Space::rehearsal;
    rehearsal.rehearsed.emplace().state = ReceiptState::rehearsed;
    accept(rehearsal);
    BOOST_TEST(!*store->has_real_documents());
}

BOOST_AUTO_TEST_CASE(a_claim_without_keys_or_with_a_wrong_one_is_an_error_and_no_trouble) {
    Claim keyless = claim_of(1);
    keyless.keys.clear();
    BOOST_TEST(!claim(*store, keyless).has_value());
    BOOST_TEST(!store->find_id(keyless.id)->has_value());
    BOOST_TEST(!store->trouble().has_value());
    Claim misnamed = claim_of(2);
    misnamed.number = "another";
    BOOST_TEST(!claim(*store, misnamed).has_value());
    BOOST_TEST(!store->find_id(misnamed.id)->has_value());
    BOOST_TEST(!store->trouble().has_value());
    accept(claim_of(3));
}

BOOST_AUTO_TEST_CASE(a_refused_receipt_gets_another_attempt_under_its_id) {
    Claim first = claim_of(1, "k");
    first.keys.push_back("old-header");
    const Claimed one = accept(first);
    BOOST_TEST(*finish(*store, refusal_of(one.row)));
    const fiscal::Standing refused = standing(first.id);

    for (int attempt = 2; attempt <= 4; ++attempt) {
        Claim again = claim_of(attempt, "k");
        again.keys.push_back("header-" + std::to_string(attempt));
        const Claimed next = accept(again);
        BOOST_TEST(next.id == first.id);
        BOOST_TEST(next.attempt == attempt);
        BOOST_TEST(next.row > one.row);
        for (const std::string& key : {again.keys[0], std::string("old-header"), again.keys[1]}) {
            BOOST_TEST((*store->find_key(Space::real, key))->row == next.row);
        }
        BOOST_TEST((*store->find_id(first.id))->row == next.row);
        BOOST_TEST(standing(first.id).attempt == attempt);
        BOOST_TEST((standing(first.id).state == ReceiptState::accepted));
        BOOST_TEST(!standing(first.id).fault.has_value());
        BOOST_TEST((*store->find_row(next.row))->draft == again.draft);
        BOOST_TEST(!store->find_id(again.id)->has_value());
        // The last one stays accepted.
        if (attempt < 4) {
            BOOST_TEST(*finish(*store, withdrawal_of(next.row)));
        }
    }
    // Earlier attempts are kept as they ended, and are not found by what they have in common.
    BOOST_TEST(((*store->find_row(one.row))->standing == refused));
    BOOST_TEST(!*finish(*store, withdrawal_of(one.row)));
    const auto found = store->find_number(first.number, {}, {}, 10);
    BOOST_REQUIRE(found->size() == 1U);
    BOOST_TEST(found->front().standing.attempt == 4);
    BOOST_TEST((accepted_ids() == Ids{first.id}));
}

BOOST_AUTO_TEST_CASE(two_refused_receipts_become_one) {
    BOOST_REQUIRE(*finish(*store, refusal_of(accept(claim_of(1, "a")).row)));
    BOOST_REQUIRE(*finish(*store, refusal_of(accept(claim_of(2, "b")).row)));
    Claim both = claim_of(3, "a");
    both.keys = {key_of("a"), key_of("b")};
    const Claimed claimed = accept(both);
    BOOST_TEST(claimed.id == id_of(1));
    BOOST_TEST((*store->find_key(Space::real, key_of("b")))->row == claimed.row);
    BOOST_TEST(standing(id_of(2)).attempt == 1);
}

BOOST_AUTO_TEST_CASE(keys_move_between_receipts_after_they_were_indexed) {
    BOOST_REQUIRE(*finish(*store, refusal_of(accept(claim_of(1, "a")).row)));
    BOOST_REQUIRE(*finish(*store, refusal_of(accept(claim_of(2, "b")).row)));
    for (int n = 10; n < 60; ++n) {
        accept(claim_of(n));
    }
    Claim both = claim_of(3, "a");
    both.keys = {key_of("a"), key_of("b")};
    const Claimed claimed = accept(both);
    for (int n = 60; n < 110; ++n) {
        BOOST_TEST((*store->find_key(Space::real, key_of("b")))->row == claimed.row);
        accept(claim_of(n));
    }
    BOOST_TEST((*store->find_key(Space::real, key_of("a")))->row == claimed.row);
    BOOST_TEST((*store->find_key(Space::real, key_of("b")))->row == claimed.row);
    BOOST_TEST((*store->find_id(id_of(1)))->row == claimed.row);
}

BOOST_AUTO_TEST_CASE(a_rehearsal_is_born_final) {
    Claim made = claim_of(1);
    made.space = Space::rehearsal;
    fiscal::Standing& end = made.rehearsed.emplace();
    end.state = ReceiptState::rehearsed;
    end.fault = fiscal::Fault(fiscal::FaultClass::paper, "нет бумаги");
    end.registration = registration_of(0);
    end.warnings = {{.code = "rehearsal", .path = "", .text = "ТЕСТ"}};
    end.finished_at = 99;
    accept(made);
    const fiscal::Standing found = standing(made.id);
    BOOST_TEST((found.state == ReceiptState::rehearsed));
    BOOST_TEST((found.fault == end.fault));
    BOOST_TEST((found.registration == end.registration));
    BOOST_TEST((found.warnings == end.warnings));
    BOOST_TEST(found.finished_at == 99);
    BOOST_TEST(!found.test_device);
    BOOST_TEST(accepted_ids().empty());
    BOOST_TEST(store->find_number(made.number, {}, {}, 10)->empty());
    BOOST_TEST((*store->find_key(Space::rehearsal, made.keys[0]))->standing.id == made.id);
}

BOOST_AUTO_TEST_CASE(an_intent_is_open_until_its_outcome) {
    const Claimed claimed = accept(claim_of(1));
    BOOST_TEST(!standing(claimed.id).working);
    const Intent made = intent_of(claimed.row, "AAAABBBBCCCCDDDD");
    const RowId row = *intent(*store, made);
    reopen();
    const auto open = store->open_intents("main");
    BOOST_REQUIRE_EQUAL(open->size(), 1U);
    BOOST_TEST(open->front().row == row);
    BOOST_TEST((open->front().receipt == made.receipt));
    BOOST_TEST(open->front().kkt == "main");
    BOOST_TEST((open->front().marker == made.marker));
    BOOST_TEST(open->front().at == made.at);
    BOOST_TEST(!open->front().inconclusive);
    BOOST_TEST(store->open_intents("other")->empty());
    BOOST_TEST(standing(claimed.id).working);

    BOOST_TEST(*outcome(*store, done_of(row, 42)));
    BOOST_TEST(store->open_intents("main")->empty());
    const fiscal::Standing done = standing(claimed.id);
    BOOST_TEST((done.state == ReceiptState::done));
    BOOST_TEST(!done.working);
    BOOST_TEST((done.registration == registration_of(42)));
    BOOST_TEST(done.finished_at == done_of(row, 42).at);
    BOOST_TEST(accepted_ids().empty());
    BOOST_TEST((*store->last_done("main"))->standing.id == claimed.id);
    BOOST_TEST(!store->last_done("other")->has_value());
}

BOOST_AUTO_TEST_CASE(an_outcome_counts_once) {
    const Claimed claimed = accept(claim_of(1));
    const RowId row = begin(claimed.row, "S1");
    BOOST_TEST(*outcome(*store, done_of(row, 42)));
    BOOST_TEST(!*outcome(*store, refused_of(row, false)));
    BOOST_TEST(!*outcome(*store, done_of(row + 1, 43)));
    BOOST_TEST(standing(claimed.id).registration->fd == 42U);
    BOOST_TEST((standing(claimed.id).state == ReceiptState::done));
}

BOOST_AUTO_TEST_CASE(a_temporary_refusal_keeps_the_receipt_accepted) {
    const Claimed claimed = accept(claim_of(1));
    BOOST_TEST(*outcome(*store, refused_of(begin(claimed.row, "S1"), true)));
    fiscal::Standing waiting = standing(claimed.id);
    BOOST_TEST((waiting.state == ReceiptState::accepted));
    BOOST_TEST(!waiting.working);
    BOOST_TEST(waiting.finished_at == 0);
    BOOST_REQUIRE(waiting.fault.has_value());
    BOOST_TEST(waiting.fault->native_text() == "Нет бумаги: 5:,");
    BOOST_TEST(waiting.warnings.size() == 2U);
    BOOST_TEST((accepted_ids() == Ids{claimed.id}));

    BOOST_TEST(*outcome(*store, refused_of(begin(claimed.row, "S2"), false)));
    waiting = standing(claimed.id);
    BOOST_TEST((waiting.state == ReceiptState::refused));
    BOOST_TEST(waiting.warnings.size() == 3U);
    BOOST_TEST(waiting.finished_at == refused_of(0, false).at);
    BOOST_TEST(accepted_ids().empty());
}

/// What the KKT was asked about and did not have; not what a KKT refused by itself, nor what was
/// before somebody's decision.
BOOST_AUTO_TEST_CASE(the_absent_attempts_of_each_accepted_receipt) {
    const Claimed one = accept(claim_of(1));
    const Claimed two = accept(claim_of(2));
    refuse(one, "A", "");
    BOOST_TEST(absent() == "");
    refuse(one, "B", std::string(journal::recovered_note));
    refuse(two, "C", std::string(journal::recovered_note));
    refuse(two, "", std::string(journal::recovered_note), fiscal::TaskKind::shift_open);
    refuse(one, "D", "");
    const auto name = [](const Claimed& claimed, const char* stamp) {
        return claimed.id + ':' + stamp + ' ';
    };
    BOOST_TEST(absent() == name(one, "B") + name(two, "C"));
    refuse(one, "E", std::string(journal::recovered_note));
    reopen();
    BOOST_TEST(absent() == name(one, "B") + name(two, "C") + name(one, "E"));
    BOOST_TEST(store->absent_attempts("other")->empty());
    refuse(one, "F", "operator: not registered, make it again");
    BOOST_TEST(absent() == name(two, "C"));
    refuse(one, "G", std::string(journal::recovered_note));
    BOOST_TEST(absent() == name(two, "C") + name(one, "G"));
    BOOST_TEST(*outcome(*store, done_of(begin(two.row, "H"), 42)));
    BOOST_TEST(*outcome(*store, done_of(begin(one.row, "I"), 43)));
    BOOST_TEST(accepted_ids().empty());
}

/// An attempt that was absent counts for every later claim under the same id, and keeps the intent
/// of that claim away.
BOOST_AUTO_TEST_CASE(absent_attempts_outlive_the_end_of_their_claim) {
    const Claimed first = accept(claim_of(1, "k"));
    refuse(first, "A", std::string(journal::recovered_note));
    BOOST_TEST(first.absent.empty());
    BOOST_TEST(*finish(*store, refusal_of(first.row)));

    Claim again = claim_of(2, "k");
    again.intent = intent_of(0, "B");
    const Claimed second = accept(again);
    BOOST_TEST(second.attempt == 2);
    BOOST_TEST(second.intent == 0);
    BOOST_REQUIRE(second.absent.size() == 1U);
    BOOST_TEST(second.absent.front().receipt == first.id);
    BOOST_TEST(second.absent.front().marker.stamp == "A");
    BOOST_TEST(store->open_intents("main")->empty());
    refuse(second, "C", std::string(journal::recovered_note));
    BOOST_TEST(*finish(*store, refusal_of(second.row)));

    const Claimed third = accept(again);
    BOOST_TEST(third.absent.size() == 2U);
    reopen();
    BOOST_TEST(absent() == first.id + ":A " + first.id + ":C ");
    // An operator knows better, of all of them.
    const RowId row = begin(third.row, "D");
    BOOST_TEST(*outcome(*store, unknown_of(row)));
    auto said = refused_of(row, false);
    said.note = "operator: not registered";
    BOOST_TEST(*outcome(*store, said));
    const Claimed fourth = accept(again);
    BOOST_TEST(fourth.attempt == 4);
    BOOST_TEST(fourth.absent.empty());
    BOOST_TEST(fourth.intent != 0);
}

BOOST_AUTO_TEST_CASE(unknown_waits_for_an_operator_and_may_become_anything) {
    const Claimed done = accept(claim_of(1));
    const Claimed refused = accept(claim_of(2));
    const Claimed again = accept(claim_of(3));
    std::vector<RowId> intents;
    for (const Claimed& claimed : {done, refused, again}) {
        intents.push_back(begin(claimed.row, "S" + claimed.id));
        BOOST_TEST(*outcome(*store, unknown_of(intents.back())));
        BOOST_TEST((standing(claimed.id).state == ReceiptState::unknown));
        BOOST_TEST(!standing(claimed.id).working);
        BOOST_TEST(standing(claimed.id).fault->text() == "не отвечает");
    }
    reopen();
    BOOST_TEST(accepted_ids().empty());
    BOOST_TEST(store->unknown(10)->size() == 3U);
    BOOST_TEST(store->unknown(2)->size() == 2U);
    BOOST_TEST(store->unknown(10)->front().standing.id == done.id);
    for (const OpenIntent& open : *store->open_intents("main")) {
        BOOST_TEST(open.inconclusive);
    }
    BOOST_TEST(*outcome(*store, unknown_of(intents[0]))); // asked again
    BOOST_TEST(*outcome(*store, done_of(intents[0], 42)));
    BOOST_TEST(*outcome(*store, refused_of(intents[1], false)));
    BOOST_TEST(*outcome(*store, refused_of(intents[2], true)));
    BOOST_TEST((standing(done.id).state == ReceiptState::done));
    BOOST_TEST(!standing(done.id).fault.has_value());
    BOOST_TEST((standing(refused.id).state == ReceiptState::refused));
    BOOST_TEST((standing(again.id).state == ReceiptState::accepted));
    BOOST_TEST(store->unknown(10)->empty());
    BOOST_TEST(store->open_intents("main")->empty());
    BOOST_TEST((accepted_ids() == Ids{again.id}));
    begin(again.row, "S4");
}

BOOST_AUTO_TEST_CASE(shift_reports_leave_the_receipt_as_it_is) {
    const Claimed claimed = accept(claim_of(1));
    const RowId refused = begin(claimed.row, "", fiscal::TaskKind::shift_open);
    BOOST_TEST(standing(claimed.id).working);
    BOOST_TEST(*outcome(*store, refused_of(refused, false)));
    BOOST_TEST((standing(claimed.id).state == ReceiptState::accepted));
    BOOST_TEST(!standing(claimed.id).fault.has_value());
    BOOST_TEST(standing(claimed.id).warnings.size() == 2U);

    const RowId unknown = begin(claimed.row, "", fiscal::TaskKind::shift_open);
    BOOST_TEST(*outcome(*store, unknown_of(unknown)));
    BOOST_TEST((standing(claimed.id).state == ReceiptState::accepted));
    BOOST_TEST(*outcome(*store, done_of(unknown, 41)));
    BOOST_TEST((standing(claimed.id).state == ReceiptState::accepted));
    BOOST_TEST(!standing(claimed.id).registration.has_value());
    BOOST_TEST(!store->last_done("main")->has_value());

    const RowId own = begin(claimed.row, "S1", fiscal::TaskKind::correction);
    BOOST_TEST(*outcome(*store, done_of(own, 42)));
    BOOST_TEST((standing(claimed.id).state == ReceiptState::done));
    BOOST_TEST(standing(claimed.id).warnings.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_report_may_belong_to_no_receipt) {
    Intent report = intent_of(0, "", fiscal::TaskKind::shift_close);
    report.receipt.reset();
    const auto row = intent(*store, report);
    BOOST_REQUIRE(row.has_value());
    BOOST_TEST(!store->open_intents("main")->front().receipt.has_value());
    BOOST_TEST(*outcome(*store, done_of(*row, 40)));
    BOOST_TEST(store->open_intents("main")->empty());
    BOOST_TEST(!store->last_done("main")->has_value());
}

BOOST_AUTO_TEST_CASE(no_intent_for_a_receipt_that_must_not_be_registered_now) {
    const Claimed withdrawn = accept(claim_of(1));
    BOOST_TEST(*finish(*store, withdrawal_of(withdrawn.row)));
    const auto late = intent(*store, intent_of(withdrawn.row, "S1"));
    BOOST_REQUIRE(!late.has_value());
    BOOST_TEST(late.error().text().find("not accepted") != std::string::npos);

    const Claimed working = accept(claim_of(2));
    begin(working.row, "S2");
    BOOST_TEST(!intent(*store, intent_of(working.row, "S3")).has_value());
    BOOST_TEST(!intent(*store, intent_of(999, "S4")).has_value());
    BOOST_TEST(store->open_intents("main")->size() == 1U);
    BOOST_TEST(!store->trouble().has_value());
}

BOOST_AUTO_TEST_CASE(finishing_needs_an_accepted_receipt_at_rest) {
    const Claimed claimed = accept(claim_of(1));
    const RowId open = begin(claimed.row, "S1");
    BOOST_TEST(!*finish(*store, withdrawal_of(claimed.row)));
    BOOST_TEST(*outcome(*store, refused_of(open, true)));
    BOOST_TEST(*finish(*store, refusal_of(claimed.row)));
    BOOST_TEST(!*finish(*store, withdrawal_of(claimed.row)));
    BOOST_TEST(!*finish(*store, withdrawal_of(999)));
    const fiscal::Standing end = standing(claimed.id);
    BOOST_TEST((end.state == ReceiptState::refused));
    BOOST_TEST(end.fault->text() == "сдались");
    BOOST_TEST(end.warnings.size() == 3U);
    BOOST_TEST(end.finished_at == refusal_of(0).at);

    const Claimed taken_back = accept(claim_of(2));
    BOOST_TEST(*finish(*store, withdrawal_of(taken_back.row)));
    BOOST_TEST((standing(taken_back.id).state == ReceiptState::withdrawn));
    BOOST_TEST(!standing(taken_back.id).fault.has_value());

    Finish wrong = withdrawal_of(accept(claim_of(3)).row);
    wrong.state = ReceiptState::done;
    BOOST_TEST(!finish(*store, wrong).has_value());
    BOOST_TEST(!store->trouble().has_value());
}

BOOST_AUTO_TEST_CASE(accepted_receipts_come_in_the_order_they_were_accepted) {
    Ids expected;
    for (const int n : {5, 3, 9, 1}) {
        accept(claim_of(n));
        expected.push_back(id_of(n));
    }
    Claim elsewhere = claim_of(2);
    elsewhere.kkt = "other";
    accept(elsewhere);
    BOOST_TEST((accepted_ids() == expected));
    // The one accepted anew stands at the end.
    BOOST_REQUIRE(*finish(*store, refusal_of((*store->find_id(id_of(3)))->row)));
    accept(claim_of(30, "key-3"));
    BOOST_TEST((accepted_ids() == Ids{id_of(5), id_of(9), id_of(1), id_of(3)}));
    BOOST_TEST(store->accepted("other")->size() == 1U);
}

BOOST_AUTO_TEST_CASE(receipts_are_found_by_number_newest_first) {
    const auto numbered = [](int n, const char* number, int day, fiscal::ReceiptKind kind) {
        Claim claim = claim_of(n);
        claim.number = number;
        claim.keys = {key_prefix(number) + std::to_string(n)};
        claim.date = fiscal::Date{2026, 3, day};
        claim.kind = kind;
        return claim;
    };
    using enum fiscal::ReceiptKind;
    accept(numbered(1, "7", 1, sell));
    accept(numbered(2, "7", 2, sell));
    accept(numbered(3, "7", 2, sell_refund));
    accept(numbered(4, "8", 2, sell));
    Claim nameless = claim_of(5);
    nameless.number.clear();
    nameless.keys = {"header"};
    accept(nameless);
    const auto ids = [&](std::optional<fiscal::Date> date, std::optional<fiscal::ReceiptKind> kind,
                         std::size_t limit) {
        Ids found;
        for (const auto& receipt : *store->find_number("7", date, kind, limit)) {
            found.push_back(receipt.standing.id);
        }
        return found;
    };
    BOOST_TEST((ids({}, {}, 10) == Ids{id_of(3), id_of(2), id_of(1)}));
    BOOST_TEST((ids({}, {}, 2) == Ids{id_of(3), id_of(2)}));
    BOOST_TEST((ids(fiscal::Date{2026, 3, 2}, {}, 10) == Ids{id_of(3), id_of(2)}));
    BOOST_TEST((ids(fiscal::Date{2026, 3, 2}, sell, 10) == Ids{id_of(2)}));
    BOOST_TEST((ids({}, sell_refund, 10) == Ids{id_of(3)}));
    BOOST_TEST(ids({}, buy, 10).empty());
    BOOST_TEST(ids({}, {}, 0).empty());
    BOOST_TEST(store->find_number("", {}, {}, 10)->empty());
}

BOOST_AUTO_TEST_CASE(a_stop_lasts_until_the_next_binding) {
    const fiscal::Identity identity{"7701234560", "0000000001012345", "77", "9999078900012345"};
    const auto stop = [&](const std::string& text) {
        return *wait<bool>([&](auto done) {
            store->stop("main", fiscal::Fault(fiscal::FaultClass::fn, text), std::move(done));
        });
    };
    BOOST_TEST(!stop("nobody"));
    BOOST_TEST(*bind(*store, "main", identity));
    BOOST_TEST(*bind(*store, "other", identity));
    BOOST_TEST(!store->stopped("main")->has_value());
    BOOST_TEST(stop("ставка"));
    reopen();
    BOOST_REQUIRE(store->stopped("main")->has_value());
    BOOST_TEST((*store->stopped("main"))->text() == "ставка");
    BOOST_TEST(!store->stopped("other")->has_value());
    BOOST_TEST((*store->bound("main") == identity));
    BOOST_TEST(*bind(*store, "main", identity));
    BOOST_TEST(!store->stopped("main")->has_value());
}

BOOST_AUTO_TEST_CASE(the_newest_binding_counts) {
    const fiscal::Identity old{.inn = "7707083893", .rnm = "1", .serial = "2", .fn = "3"};
    const fiscal::Identity now{.inn = "7707083893", .rnm = "1", .serial = "2", .fn = "4"};
    BOOST_TEST(*bind(*store, "main", old));
    BOOST_TEST((**store->bound("main") == old));
    BOOST_TEST(*bind(*store, "main", now));
    BOOST_TEST(*bind(*store, "other", old));
    reopen();
    BOOST_TEST((**store->bound("main") == now));
    BOOST_TEST((**store->bound("other") == old));
    BOOST_TEST(*note(*store, "resolve 01J… registered fd 1234"));
}

BOOST_AUTO_TEST_CASE(large_requests_are_kept_whole) {
    Claim large = claim_of(1);
    large.request = std::string(256 * 1024, 'r');
    large.draft = std::string(100'000, 'd');
    const Claimed claimed = accept(large);
    BOOST_TEST(*outcome(*store, done_of(begin(claimed.row, "S1"), 42)));
    BOOST_TEST(((*store->find_id(large.id))->draft == large.draft));
}

BOOST_AUTO_TEST_SUITE_END()
