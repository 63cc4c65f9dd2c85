#include "journal/lookups.hpp"

#include "journal/fresh_rows.hpp"
#include "journal/ledger.hpp"
#include "journal/schema.hpp"
#include "temp_dir.hpp"
#include "writes.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>

namespace {

using namespace kktd;
using namespace kktd::journal;

struct Fixture {
    Fixture() {
        std::ofstream(dir.db());
        connection.emplace(dir.db(), true, nullptr);
        migrate(*connection);
        fresh.emplace(*connection);
    }
    ~Fixture() { BOOST_TEST(tests::dangling(*connection) == ""); }
    std::int64_t count(const std::string& what) {
        Statement statement(*connection, "SELECT count(*) FROM " + what);
        auto rows = statement.query();
        return rows.next() ? rows.integer(0) : -1;
    }
    tests::TempDir dir;
    std::optional<Connection> connection;
    std::optional<FreshKeys> fresh;
};

constexpr int fresh_receipts = static_cast<int>(receipt_block);
constexpr int fresh_intents = static_cast<int>(intent_block);

} // namespace

BOOST_FIXTURE_TEST_SUITE(lookups_tests, Fixture)

// A lookup must not get slower as the journal grows: none of its statements may go through a whole
// table, or build an index of its own.
BOOST_AUTO_TEST_CASE(no_statement_scans_a_table) {
    constexpr int receipts = fresh_receipts + 44; // 300
    Ledger ledger(*connection, *fresh);
    for (int n = 0; n < receipts; ++n) {
        const auto claimed = ledger.claim(tests::claim_of(n));
        BOOST_REQUIRE(claimed.has_value());
        if (n % 3 != 0) {
            const std::string stamp = "stamp" + std::to_string(n);
            const auto intent = ledger.intent(tests::intent_of(claimed->row, stamp));
            BOOST_REQUIRE(intent.has_value());
            BOOST_REQUIRE(*ledger.outcome(n % 3 == 1 ? tests::done_of(*intent, 1)
                                                     : tests::unknown_of(*intent)));
        }
    }
    BOOST_REQUIRE(*ledger.bind("main", {}, 1));
    ledger.committed();

    Lookups lookups(*connection, *fresh);
    BOOST_TEST(lookups.find_key(Space::real, tests::key_of("key-5")).has_value());
    BOOST_TEST(lookups.find_id(tests::id_of(6)).has_value());
    BOOST_TEST(lookups.find_row(7).has_value());
    BOOST_TEST(lookups.first_row(tests::id_of(6)).has_value());
    BOOST_TEST(lookups.find_number("ТР00-8", {}, {}, 10).size() == 1U);
    BOOST_TEST(
        lookups.find_repeat(Space::real, "ТР00-9", "repeat-9", tests::claim_of(9).content_digest, 0)
            .has_value());
    BOOST_TEST(lookups.accepted("main").size() == 100U);
    BOOST_TEST(lookups.open_intents("main").size() == 100U);
    BOOST_TEST(lookups.unknown(1000).size() == 100U);
    BOOST_TEST(lookups.bound("main").has_value());
    BOOST_TEST(lookups.last_done("main").has_value());
    BOOST_TEST(lookups.has_real_documents());

    int statements = 0;
    for (sqlite3_stmt* statement = sqlite3_next_stmt(connection->handle(), nullptr);
         statement != nullptr; statement = sqlite3_next_stmt(connection->handle(), statement)) {
        ++statements;
        const std::string sql = sqlite3_sql(statement);
        BOOST_TEST_CONTEXT(sql) {
            // All unknown receipts are asked for: their index is gone through, and nothing else.
            const int wanted = sql.find("WHERE state = 5") != sql.npos ? 100 : 0;
            const int steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0);
            BOOST_TEST(steps <= wanted);
            BOOST_TEST(sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_AUTOINDEX, 0) == 0);
        }
    }
    BOOST_TEST(statements > 20);
}

// What is not in the large indexes yet must be found all the same, and found once.
BOOST_AUTO_TEST_CASE(fresh_and_indexed_receipts_are_found_alike) {
    constexpr int receipts = 2 * fresh_receipts + 5;
    Ledger ledger(*connection, *fresh);
    Lookups lookups(*connection, *fresh);
    for (int n = 0; n < receipts; ++n) {
        BOOST_REQUIRE(ledger.claim(tests::claim_of(n)).has_value());
        if (n % 16 == 0) {
            BOOST_TEST(lookups.accepted("main").size() == static_cast<std::size_t>(n + 1));
        }
        for (const int known : {0, n / 2, n}) {
            const auto claim = tests::claim_of(known);
            BOOST_TEST(lookups.find_number(claim.number, {}, {}, 10).size() == 1U);
            BOOST_TEST(lookups.find_key(Space::real, claim.keys[0]).has_value());
            BOOST_TEST(lookups.find_id(claim.id).has_value());
            BOOST_TEST(lookups
                           .find_repeat(Space::real, claim.number, claim.repeat_key,
                                        claim.content_digest, 0)
                           .has_value());
        }
        BOOST_TEST(!lookups.find_key(Space::real, tests::claim_of(n + 1).keys[0]).has_value());
        if (n % 3 == 0) {
            ledger.committed();
        }
    }
    // All but the newest few stand in the large indexes.
    const RowId indexed = indexed_to(receipts, receipt_block);
    BOOST_TEST(indexed >= receipts - fresh_receipts);
    BOOST_TEST(count("receipt_key WHERE receipt > " + std::to_string(indexed)) == 0);
    BOOST_TEST(count("receipt_key") == 2 * indexed); // key and id
}

BOOST_AUTO_TEST_CASE(a_ledger_goes_on_where_another_stopped) {
    for (int n = 0; n < 2 * fresh_receipts; ++n) {
        fresh.emplace(*connection); // each as after a start
        Ledger ledger(*connection, *fresh);
        BOOST_REQUIRE(ledger.claim(tests::claim_of(n)).has_value());
        const auto again = ledger.claim(tests::claim_of(n / 2));
        BOOST_REQUIRE((again.has_value() && again->existing.has_value()));
        BOOST_TEST(again->existing->standing.id == tests::id_of(n / 2));
        if (n % 16 == 0) {
            Lookups lookups(*connection, *fresh);
            BOOST_TEST(lookups.accepted("main").size() == static_cast<std::size_t>(n + 1));
        }
    }
}

// A later attempt is fresh when its first attempt may be indexed long since.
BOOST_AUTO_TEST_CASE(keys_lead_to_the_newest_attempt_after_a_start_too) {
    for (const int between : {0, 2 * fresh_receipts}) {
        const int refused = 1000 + between;
        Claim claim = tests::claim_of(refused);
        {
            Ledger ledger(*connection, *fresh);
            const auto first = ledger.claim(claim);
            BOOST_REQUIRE(*ledger.finish(tests::refusal_of(first->row)));
            for (int n = 0; n < between; ++n) {
                BOOST_REQUIRE(ledger.claim(tests::claim_of(n)).has_value());
            }
            claim.id = tests::id_of(refused + 1);
            claim.keys.push_back("another key " + std::to_string(between));
            BOOST_TEST(ledger.claim(claim)->attempt == 2);
        }
        fresh.emplace(*connection);
        Lookups lookups(*connection, *fresh);
        for (const auto& key : claim.keys) {
            const auto found = lookups.find_key(claim.space, key);
            BOOST_REQUIRE(found.has_value());
            BOOST_TEST(found->standing.id == tests::id_of(refused));
            BOOST_TEST(found->standing.attempt == 2);
        }
    }
}

// An intent comes into its index only if it is still open some intents later.
BOOST_AUTO_TEST_CASE(open_intents_are_found_however_old) {
    std::vector<RowId> open;
    for (int n = 0; n < 3 * fresh_intents; ++n) {
        Ledger ledger(*connection, *fresh); // each as after a start
        const auto claimed = *ledger.claim(tests::claim_of(n));
        const auto intent = *ledger.intent(tests::intent_of(claimed.row, "S"));
        BOOST_TEST(!ledger.intent(tests::intent_of(claimed.row, "again")).has_value());
        if (n % 10 == 0) {
            open.push_back(intent);
        } else {
            BOOST_TEST(*ledger.outcome(tests::done_of(intent, 1)));
            BOOST_TEST(!*ledger.outcome(tests::done_of(intent, 1)));
        }
        Lookups lookups(*connection, *fresh);
        std::vector<RowId> found;
        for (const auto& one : lookups.open_intents("main")) {
            found.push_back(one.row);
            BOOST_TEST(lookups.find_row(*one.receipt)->standing.working);
        }
        BOOST_TEST(found == open, boost::test_tools::per_element());
        BOOST_TEST(lookups.open_intents().size() == open.size());
    }
    Ledger ledger(*connection, *fresh);
    for (const RowId intent : open) {
        BOOST_TEST(*ledger.outcome(tests::refused_of(intent, true)));
    }
    Lookups lookups(*connection, *fresh);
    BOOST_TEST(lookups.open_intents("main").empty());
    BOOST_TEST(!lookups.find_row(1)->standing.working);
}

// A receipt is written down as waiting only if it has no end many receipts later.
BOOST_AUTO_TEST_CASE(receipts_without_an_end_are_found_however_old) {
    constexpr int receipts = 2 * static_cast<int>(receipt_block) + 45;
    std::vector<RowId> expected;
    std::vector<RowId> unknown;
    std::optional<Ledger> ledger;
    for (int n = 0; n < receipts; ++n) {
        if (n % 50 == 0) { // as after a start
            fresh.emplace(*connection);
            ledger.emplace(*connection, *fresh);
        }
        const RowId row = ledger->claim(tests::claim_of(n))->row;
        if (n % 20 == 0) {
            expected.push_back(row);
        } else if (n % 20 == 1) {
            const auto intent = *ledger->intent(tests::intent_of(row, "S"));
            BOOST_REQUIRE(*ledger->outcome(tests::unknown_of(intent)));
            unknown.push_back(row);
        } else if (n % 2 == 0) {
            const auto intent = *ledger->intent(tests::intent_of(row, "S"));
            BOOST_REQUIRE(*ledger->outcome(tests::done_of(intent, 1)));
        } else {
            BOOST_REQUIRE(*ledger->finish(tests::refusal_of(row)));
        }
        ledger->committed();
    }
    BOOST_TEST(count("waiting") > 0);
    BOOST_TEST(count("waiting") < static_cast<std::int64_t>(expected.size() + unknown.size()));
    const auto rows_of = [](const std::vector<StoredReceipt>& found) {
        std::vector<RowId> rows;
        for (const auto& receipt : found) {
            rows.push_back(receipt.row);
        }
        return rows;
    };
    Lookups lookups(*connection, *fresh);
    BOOST_TEST(rows_of(lookups.accepted("main")) == expected, boost::test_tools::per_element());
    BOOST_TEST(rows_of(lookups.unknown(1000)) == unknown, boost::test_tools::per_element());
    BOOST_TEST(lookups.accepted("other").empty());
    BOOST_TEST((lookups.owing() == std::vector<Owing>{{"main", Space::real}}));

    ledger.emplace(*connection, *fresh);
    for (const RowId row : expected) {
        BOOST_TEST(*ledger->finish(tests::withdrawal_of(row)));
    }
    BOOST_TEST(lookups.accepted("main").empty());
    BOOST_TEST(lookups.owing().size() == 1U);
    for (const auto& intent : lookups.open_intents()) {
        BOOST_TEST(*ledger->outcome(tests::refused_of(intent.row, intent.row % 2 == 0)));
    }
    BOOST_TEST(lookups.unknown(1000).empty());
    for (const auto& receipt : lookups.accepted("main")) {
        BOOST_TEST(*ledger->finish(tests::withdrawal_of(receipt.row)));
    }
    BOOST_TEST(lookups.owing().empty());
    BOOST_TEST(count("waiting") == 0);
    BOOST_TEST(count("open_intent") == 0);
}

// It is written down some intents later; until then the newest intents tell.
BOOST_AUTO_TEST_CASE(the_last_done_receipt_is_found_however_old) {
    const auto begin = [&](Ledger& ledger, int n, const char* kkt) {
        Claim claim = tests::claim_of(n);
        claim.kkt = kkt;
        Intent intent = tests::intent_of(ledger.claim(claim)->row, "S");
        intent.kkt = kkt;
        return *ledger.intent(intent);
    };
    Lookups lookups(*connection, *fresh);
    const auto last = [&](const char* kkt) {
        const auto found = lookups.last_done(kkt);
        return found ? found->standing.id : "";
    };
    RowId long_open = 0;
    {
        Ledger ledger(*connection, *fresh);
        BOOST_TEST(*ledger.outcome(tests::done_of(begin(ledger, 1000, "rare"), 1)));
        long_open = begin(ledger, 1001, "slow");
    }
    for (int n = 0; n < 3 * fresh_intents; ++n) {
        Ledger ledger(*connection, *fresh); // each as after a start
        BOOST_TEST(*ledger.outcome(tests::done_of(begin(ledger, n, "main"), 1)));
        BOOST_TEST(*ledger.outcome(tests::refused_of(begin(ledger, 500 + n, "main"), n % 2 == 0)));
        BOOST_TEST(last("main") == tests::id_of(n));
        BOOST_TEST(last("rare") == tests::id_of(1000));
        BOOST_TEST(last("slow") == "");
    }
    Ledger ledger(*connection, *fresh);
    BOOST_TEST(*ledger.outcome(tests::done_of(long_open, 1)));
    BOOST_TEST(last("slow") == tests::id_of(1001));
}

BOOST_AUTO_TEST_CASE(repeats_under_another_date_are_found) {
    using tests::claim_of;
    for (const bool indexed : {false, true}) {
        Ledger ledger(*connection, *fresh);
        const int base = indexed ? 1000 : 0;
        const auto accept = [&](int n, std::string digest, std::string repeat_key) {
            Claim claim = claim_of(base + n);
            claim.number = "R";
            claim.keys = {key_prefix("R") + claim.keys[0]};
            claim.repeat_key = std::move(repeat_key);
            claim.content_digest = std::move(digest);
            return *ledger.claim(claim);
        };
        const std::string key = "R" + std::to_string(base);
        const Claimed first = accept(1, "same", key);
        const Claimed second = accept(2, "same", key);
        accept(3, "other", key);
        accept(4, "same", "");
        for (int n = 0; indexed && n < fresh_receipts; ++n) {
            BOOST_REQUIRE(ledger.claim(claim_of(100 + n)).has_value());
        }
        ledger.committed();
        Lookups lookups(*connection, *fresh);
        const auto repeat = [&](const char* digest, fiscal::UtcMicros since) -> std::string {
            const auto found = lookups.find_repeat(Space::real, "R", key, digest, since);
            return found ? found->standing.id : "";
        };
        BOOST_TEST(repeat("same", 0) == second.id);
        BOOST_TEST(repeat("same", claim_of(base + 2).at) == second.id);
        BOOST_TEST(repeat("same", claim_of(base + 2).at + 1).empty());
        BOOST_TEST(repeat("else", 0).empty());
        BOOST_TEST(!lookups.find_repeat(Space::test_device, "R", key, "same", 0).has_value());
        BOOST_TEST(*ledger.finish(tests::refusal_of(second.row)));
        BOOST_TEST(repeat("same", 0) == first.id);
        BOOST_TEST(*ledger.finish(tests::withdrawal_of(first.row)));
        BOOST_TEST(repeat("same", 0).empty());
        BOOST_TEST(!lookups.find_repeat(Space::real, "R", "", "same", 0).has_value());
    }
}

BOOST_AUTO_TEST_CASE(a_damaged_row_is_told_and_not_guessed) {
    Ledger ledger(*connection, *fresh);
    BOOST_REQUIRE(ledger.claim(tests::claim_of(1)).has_value());
    connection->exec("INSERT INTO result VALUES (1, 77, NULL, 0, NULL, NULL, '', '')");
    Lookups lookups(*connection, *fresh);
    BOOST_CHECK_THROW(static_cast<void>(lookups.find_row(1)), std::exception);
}

BOOST_AUTO_TEST_CASE(a_damaged_row_stops_its_own_repeat_and_nothing_else) {
    Ledger ledger(*connection, *fresh);
    BOOST_REQUIRE(ledger.claim(tests::claim_of(1)).has_value());
    connection->exec("INSERT INTO result VALUES (1, 77, NULL, 0, NULL, NULL, '', '')");
    BOOST_TEST(!ledger.claim(tests::claim_of(1)).has_value());
    BOOST_TEST(ledger.claim(tests::claim_of(2)).has_value());
}

// Else one receipt's id would tell of the success of another.
BOOST_AUTO_TEST_CASE(a_key_does_not_lead_from_one_number_to_another) {
    Ledger ledger(*connection, *fresh);
    Claim first = tests::claim_of(1);
    first.keys.emplace_back("payment");
    const auto refused = ledger.claim(first);
    BOOST_REQUIRE(*ledger.finish(tests::refusal_of(refused->row)));
    Claim second = tests::claim_of(2);
    second.keys.emplace_back("payment");
    const auto lost = ledger.claim(second);
    BOOST_REQUIRE((lost.has_value() && lost->existing.has_value()));
    BOOST_TEST(lost->existing->standing.id == first.id);
    first.id = tests::id_of(3);
    BOOST_TEST(ledger.claim(first)->attempt == 2);
}

BOOST_AUTO_TEST_SUITE_END()
