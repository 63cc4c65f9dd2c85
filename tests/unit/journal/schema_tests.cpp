#include "journal/schema.hpp"

#include "base/sha256.hpp"
#include "journal/fresh_rows.hpp"
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
