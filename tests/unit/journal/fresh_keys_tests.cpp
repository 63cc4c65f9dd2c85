#include "journal/fresh_keys.hpp"

#include "journal/columns.hpp"
#include "journal/fresh_rows.hpp"
#include "journal/group_commit.hpp"
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
        connection = std::make_unique<Connection>(dir.db(), true, nullptr);
        connection->exec("PRAGMA journal_mode = WAL");
        migrate(*connection);
        fresh.emplace(*connection);
    }
    void add(RowId row, RowId first, std::string_view id, std::int64_t space,
             const std::vector<std::string>& keys, std::string_view repeat_key) {
        fresh->add({.row = row,
                    .first = first,
                    .id = id,
                    .space = space,
                    .keys = keys,
                    .repeat_key = repeat_key,
                    .number = repeat_key});
    }
    std::size_t take() {
        std::size_t keys = 0;
        fresh->take([&](std::int64_t, std::string_view, RowId) { ++keys; });
        return keys;
    }
    tests::TempDir dir;
    std::unique_ptr<Connection> connection;
    std::optional<FreshKeys> fresh;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(fresh_keys_tests, Fixture)

BOOST_AUTO_TEST_CASE(keys_of_a_space_lead_to_the_first_attempt) {
    add(7, 7, "ID", 0, {"a", "b"}, "repeat");
    add(9, 7, "", 0, {"a", "c"}, "repeat");
    for (const char* key : {"a", "b", "c"}) {
        BOOST_TEST((fresh->first_of(0, key) == RowId{7}));
        BOOST_TEST(!fresh->first_of(1, key).has_value());
    }
    BOOST_TEST((fresh->first_of(id_space_code, "ID") == RowId{7}));
    BOOST_TEST((fresh->repeats("repeat") == std::vector<RowId>{9, 7}));
    BOOST_TEST((fresh->numbered("repeat") == std::vector<RowId>{9, 7}));
    BOOST_TEST(fresh->repeats("").empty());
    BOOST_TEST((fresh->any_of(0) && !fresh->any_of(1)));
}

BOOST_AUTO_TEST_CASE(what_was_taken_is_answered_until_it_is_committed) {
    add(1, 1, "ID-1", 0, {"a"}, "r");
    BOOST_TEST(take() == 1U);
    add(2, 2, "ID-2", 0, {"b"}, "r");
    BOOST_TEST(take() == 1U); // a second time in one transaction
    BOOST_TEST((fresh->first_of(0, "a") && fresh->first_of(0, "b")));
    BOOST_TEST((fresh->repeats("r") == std::vector<RowId>{2, 1}));
    add(3, 3, "ID-3", 0, {"c"}, "");
    fresh->taken();
    BOOST_TEST((!fresh->first_of(0, "a") && !fresh->first_of(0, "b") && fresh->first_of(0, "c")));
    BOOST_TEST((fresh->repeats("r").empty() && fresh->numbered("r").empty()));
}

// Else the memory would grow with the journal.
BOOST_AUTO_TEST_CASE(the_writer_lets_go_of_what_is_indexed) {
    std::optional<GroupCommit> writer;
    writer.emplace(std::move(connection), *fresh);
    const auto accept = [&](int n) {
        tests::wait<Claimed>([&](auto done) {
            writer->submit<Claimed>(
                WriteKind::claim, Urgency::now,
                [claim = tests::claim_of(n)](Ledger& ledger) { return ledger.claim(claim); },
                std::move(done));
        });
    };
    for (int n = 0; n < static_cast<int>(receipt_block); ++n) {
        BOOST_TEST(!fresh->first_of(0, tests::claim_of(n).keys[0]).has_value());
        accept(n);
        BOOST_TEST(fresh->first_of(0, tests::claim_of(n).keys[0]).has_value());
    }
    accept(999); // the first of the next block
    BOOST_TEST(!fresh->first_of(0, tests::claim_of(0).keys[0]).has_value());
    accept(1000);
    BOOST_TEST(fresh->first_of(0, tests::claim_of(1000).keys[0]).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
