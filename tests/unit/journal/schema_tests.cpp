#include "journal/schema.hpp"

#include "base/sha256.hpp"
#include "journal/fresh_rows.hpp"
#include "older_journal.hpp"
#include "temp_dir.hpp"
#include "writes.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sys/stat.h>

namespace {

using namespace kktd;
using namespace kktd::journal;
using tests::TempDir;

/// A connection to an empty database.
struct Fixture {
    Fixture() {
        std::ofstream(dir.db());
        connection.emplace(dir.db(), true, nullptr);
    }
    TempDir dir;
    std::optional<Connection> connection;
};

std::string one_text(Connection& connection, const std::string& sql) {
    Statement statement(connection, sql);
    auto rows = statement.query();
    return rows.next() ? rows.text(0) : "";
}

mode_t mode_of(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(schema_tests, Fixture)

BOOST_AUTO_TEST_CASE(a_new_file_gets_the_latest_version) {
    BOOST_TEST(schema_version(*connection) == 0);
    migrate(*connection);
    BOOST_TEST(schema_version(*connection) == migrations().back().version);
    migrate(*connection); // nothing left to do
    BOOST_TEST(one_text(*connection, "PRAGMA integrity_check") == "ok");
}

// Until the release the format may change in place, but never under the same application_id: an
// earlier journal would be opened, and its keys not be found. If this fails, take a new id first.
BOOST_AUTO_TEST_CASE(the_format_is_the_one_of_its_id) {
    std::string format = migrations().front().sql;
    format += std::to_string(receipt_block) + " " + std::to_string(intent_block) + " " +
              std::to_string(waiting_to(1000)) + " " + key_prefix("A-1, Б");
    BOOST_TEST(base::hex(base::sha256(format)) ==
               "7c7e686c823b6da955cf60bf9fc2977d5d2f4962941897b2cddce8382b4b5e82");
}

BOOST_AUTO_TEST_CASE(versions_are_numbered_without_gaps) {
    int expected = 1;
    for (const Migration& step : migrations()) {
        BOOST_TEST(step.version == expected++);
    }
}

BOOST_AUTO_TEST_CASE(only_the_missing_steps_run) {
    constexpr std::array first{Migration{1, "CREATE TABLE a (x INTEGER)"}};
    constexpr std::array both{Migration{1, "CREATE TABLE a (x INTEGER)"},
                              Migration{2, "ALTER TABLE a ADD COLUMN y INTEGER DEFAULT 5"}};
    migrate(*connection, first);
    connection->exec("INSERT INTO a VALUES (1)");
    migrate(*connection, both);
    BOOST_TEST(schema_version(*connection) == 2);
    BOOST_TEST(one_text(*connection, "SELECT x || ' ' || y FROM a") == "1 5");
}

// A repeat after an upgrade gets its stored answer: nothing of what an earlier version has written
// is lost or read otherwise, neither of the newest receipts nor of those before them.
BOOST_AUTO_TEST_CASE(a_journal_full_of_receipts_is_read_alike_after_an_upgrade) {
    constexpr int receipts = 2 * static_cast<int>(receipt_block) + 44;
    const fiscal::Identity identity{"7701234560", "0000000001012345", "00106700000001",
                                    "9999078900006341"};
    connection.reset();
    {
        const auto store = tests::open_store(dir.path());
        for (int n = 0; n < receipts; ++n) {
            const RowId row = tests::claim(*store, tests::claim_of(n))->row;
            const auto end = [&](auto outcome) {
                const auto intent = tests::intent(*store, tests::intent_of(row, "S"));
                BOOST_REQUIRE(*tests::outcome(*store, outcome(*intent)));
            };
            switch (n % 10) {
            case 0: // stays accepted
                break;
            case 1:
                end(tests::unknown_of);
                break;
            case 2:
                BOOST_REQUIRE(*tests::finish(*store, tests::refusal_of(row)));
                break;
            case 3:
                BOOST_REQUIRE(*tests::finish(*store, tests::withdrawal_of(row)));
                break;
            default:
                end([&](RowId intent) {
                    return tests::done_of(intent, static_cast<std::uint32_t>(n));
                });
            }
        }
        BOOST_REQUIRE(*tests::bind(*store, "main", identity));
    }

    const auto read_all = [&] {
        const auto store = tests::open_store(dir.path());
        std::vector<StoredReceipt> read;
        for (int n = 0; n < receipts; ++n) {
            const auto found =
                store->find_key(Space::real, tests::key_of("key-" + std::to_string(n)));
            BOOST_REQUIRE((found && *found));
            read.push_back(**found);
        }
        BOOST_TEST(store->accepted("main")->size() == 56U);
        BOOST_TEST(store->unknown(1000)->size() == 56U);
        BOOST_TEST(store->open_intents("main")->size() == 56U);
        BOOST_TEST((store->bound("main")->value() == identity));
        BOOST_TEST(!store->stopped("main")->has_value());
        BOOST_TEST(store->last_done("main")->has_value());
        return read;
    };
    const auto before = read_all();
    for (const Migration& step : migrations()) {
        tests::make_older(dir.path(), step.version);
        connection.emplace(dir.db(), true, nullptr);
        BOOST_TEST(schema_version(*connection) == step.version);
        connection.reset();
        const auto after = read_all();
        for (std::size_t n = 0; n < before.size(); ++n) {
            BOOST_TEST((after[n].standing == before[n].standing));
            BOOST_TEST(after[n].draft == before[n].draft);
            BOOST_TEST(after[n].content_digest == before[n].content_digest);
            BOOST_TEST((after[n].rates == before[n].rates));
        }
        connection.emplace(dir.db(), true, nullptr);
        BOOST_TEST(schema_version(*connection) == migrations().back().version);
        BOOST_TEST(tests::dangling(*connection) == "");
        connection.reset();
        // What that version did not know is as good as in a journal that never was older.
        const auto store = tests::open_store(dir.path());
        BOOST_TEST(*tests::wait<bool>([&](auto done) {
            store->stop("main", fiscal::Fault(fiscal::FaultClass::identity, "другая"),
                        std::move(done));
        }));
        BOOST_TEST(store->stopped("main")->has_value());
        BOOST_TEST(*tests::bind(*store, "main", identity));
    }
}

BOOST_AUTO_TEST_CASE(a_step_that_fails_leaves_the_version_before) {
    constexpr std::array steps{Migration{1, "CREATE TABLE a (x INTEGER)"},
                               Migration{2, "CREATE TABLE b (x INTEGER); CREATE TABLE a (x)"}};
    BOOST_CHECK_THROW(migrate(*connection, steps), SqliteError);
    BOOST_TEST(schema_version(*connection) == 1);
    BOOST_TEST(one_text(*connection, "SELECT count(*) FROM sqlite_schema") == "1");
}

BOOST_AUTO_TEST_CASE(a_file_of_a_newer_program_is_refused_and_left_alone) {
    migrate(*connection);
    connection->exec("PRAGMA user_version = 999");
    connection.reset();
    const auto store = open_sqlite_store(dir.path());
    BOOST_REQUIRE(!store.has_value());
    BOOST_TEST(store.error().text().find("newer kktd") != std::string::npos);
    BOOST_TEST(store.error().text().find("999") != std::string::npos);
    connection.emplace(dir.db(), true, nullptr);
    BOOST_TEST(schema_version(*connection) == 999);
}

BOOST_AUTO_TEST_CASE(a_file_of_an_unreleased_program_is_refused_and_left_alone) {
    connection->exec("CREATE TABLE receipt (row INTEGER PRIMARY KEY, state INTEGER NOT NULL)");
    connection->exec("PRAGMA user_version = 1");
    connection.reset();
    const auto store = open_sqlite_store(dir.path());
    BOOST_REQUIRE(!store.has_value());
    BOOST_TEST(store.error().text().find("first release") != std::string::npos);
    connection.emplace(dir.db(), true, nullptr);
    BOOST_TEST(one_text(*connection, "SELECT count(*) FROM sqlite_schema") == "1");
}

BOOST_AUTO_TEST_CASE(a_journal_is_opened_again) {
    connection.reset();
    static_cast<void>(tests::open_store(dir.path()));
    static_cast<void>(tests::open_store(dir.path()));
    connection.emplace(dir.db(), true, nullptr);
    BOOST_TEST(one_text(*connection, "PRAGMA application_id") == std::to_string(0x6b6b746b));
}

BOOST_AUTO_TEST_CASE(the_journal_is_private_and_exists_once_it_is_open) {
    connection.reset();
    ::unlink(dir.db().c_str());
    ::chmod(dir.path().c_str(), 0755);
    const auto store = tests::open_store(dir.path());
    BOOST_TEST(mode_of(dir.path()) == 0700U);
    BOOST_TEST(mode_of(dir.db()) == 0600U);
    BOOST_TEST(mode_of(dir.db() + "-wal") == 0600U);
    BOOST_TEST(std::filesystem::file_size(dir.db() + "-wal") > 4'000'000U);
}

BOOST_AUTO_TEST_CASE(a_journal_others_could_read_is_made_private) {
    connection.reset();
    ::chmod(dir.db().c_str(), 0644);
    const auto store = tests::open_store(dir.path());
    BOOST_TEST(mode_of(dir.db()) == 0600U);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_opened_says_why) {
    connection.reset();
    const auto missing = open_sqlite_store(dir.path() + "/nowhere");
    BOOST_REQUIRE(!missing.has_value());
    BOOST_TEST(missing.error().text().find("nowhere") != std::string::npos);

    std::ofstream(dir.db()) << std::string(8192, 'x');
    const auto garbage = open_sqlite_store(dir.path());
    BOOST_REQUIRE(!garbage.has_value());
    BOOST_TEST(garbage.error().text().find("not a database") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_read_only_connection_cannot_write) {
    connection->exec("PRAGMA journal_mode = WAL");
    migrate(*connection);
    Connection reader(dir.db(), false, nullptr);
    BOOST_CHECK_THROW(reader.exec("DELETE FROM note"), SqliteError);
    BOOST_CHECK_THROW(reader.exec("CREATE TABLE t (x)"), SqliteError);
}

BOOST_AUTO_TEST_SUITE_END()
