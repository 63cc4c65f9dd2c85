#include "journal/schema.hpp"

#include <array>
#include <string>

namespace kktd::journal {

namespace {

// receipt         one row an attempt, in the order of acceptance. Rows are appended; only
//                 `superseded_by` changes, once.
// result          what became of a receipt; no row, or one in state 2 (it waits, with warnings or a
//                 fault): still accepted.
// intent          the markers. One is open until the result of its receipt names it, or, where what
//                 became of it ended no receipt, until `closed`. `inconclusive` changes in place.
// outcome         what was said of an intent and ended no receipt; what ended one is its result.
//                 Only appended.
//
// A receipt that goes well appends one row to `receipt`, one to `intent` and one to `result`: three
// commits of one page each, for what a commit costs besides the fsync is the number of pages it
// changes. Whatever else is needed to find a row again is written for a block of rows at a time,
// neighbours together, and for few of them (fresh_rows.hpp):
//
// receipt_key     the callers' keys, and the ids: each leads to the first attempt. Those of fresh
//                 receipts are in `keys` of their rows only, and go before what stands here. The
//                 key that a receipt has by its document number begins with that: key_prefix().
// waiting         receipts without an end that are not fresh any more, for some time.
// open_intent     open intents that are not fresh any more.
// last_done       of a KKT, unless a fresh intent tells better.
//
// No foreign key is enforced while kktd runs: each would cost a search for each row, and there is
// one writer. The tests check them. Large texts stand last, so that reading the rest of a row does
// not go through their pages.
//
// The application_id ("kktk") tells these tables from those of version 1 before the release.
constexpr int application_id = 0x6b6b746b;
constexpr const char* version_1 = R"sql(
PRAGMA application_id = 0x6b6b746b;

CREATE TABLE receipt (
    row           INTEGER PRIMARY KEY,
    superseded_by INTEGER REFERENCES receipt, -- a later attempt; of the first: the newest
    id            TEXT NOT NULL,
    attempt       INTEGER NOT NULL,
    space         INTEGER NOT NULL,
    kkt           TEXT NOT NULL,
    inn           TEXT NOT NULL,
    accepted_at   INTEGER NOT NULL,
    number        TEXT NOT NULL,
    date          TEXT,
    kind          INTEGER NOT NULL,
    total         INTEGER NOT NULL,
    rates         TEXT NOT NULL,
    content       BLOB NOT NULL,
    keys          TEXT NOT NULL,
    repeat_key    TEXT NOT NULL,
    request_id    TEXT NOT NULL,
    warnings      TEXT NOT NULL,
    draft         BLOB NOT NULL,
    request       BLOB NOT NULL
) STRICT;

CREATE TABLE receipt_key (
    space   INTEGER NOT NULL,
    key     TEXT NOT NULL,
    receipt INTEGER NOT NULL REFERENCES receipt,
    PRIMARY KEY (space, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE waiting (
    kkt     TEXT NOT NULL,
    receipt INTEGER NOT NULL REFERENCES receipt,
    PRIMARY KEY (kkt, receipt)
) STRICT, WITHOUT ROWID;

CREATE TABLE intent (
    row          INTEGER PRIMARY KEY,
    closed       INTEGER NOT NULL,
    inconclusive INTEGER NOT NULL,
    receipt      INTEGER REFERENCES receipt,
    kkt          TEXT NOT NULL,
    at           INTEGER NOT NULL,
    fn           TEXT NOT NULL,
    last_fd      INTEGER NOT NULL,
    shift        INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    receipt_kind INTEGER NOT NULL,
    total        INTEGER NOT NULL,
    contact      TEXT NOT NULL,
    stamp        TEXT NOT NULL,
    prepared     BLOB NOT NULL
) STRICT;

CREATE TABLE open_intent (
    kkt    TEXT NOT NULL,
    intent INTEGER NOT NULL REFERENCES intent,
    PRIMARY KEY (kkt, intent)
) STRICT, WITHOUT ROWID;

CREATE TABLE outcome (
    row          INTEGER PRIMARY KEY,
    receipt      INTEGER REFERENCES receipt,
    intent       INTEGER NOT NULL REFERENCES intent,
    at           INTEGER NOT NULL,
    word         TEXT NOT NULL,
    registration TEXT,
    fault        TEXT,
    warnings     TEXT NOT NULL,
    note         TEXT NOT NULL
) STRICT;

CREATE TABLE result (
    receipt      INTEGER PRIMARY KEY REFERENCES receipt,
    state        INTEGER NOT NULL,
    intent       INTEGER REFERENCES intent, -- whose outcome ended the receipt
    at           INTEGER NOT NULL,
    registration TEXT,
    fault        TEXT,
    warnings     TEXT NOT NULL, -- of all outcomes
    note         TEXT NOT NULL
) STRICT;
CREATE INDEX result_unknown ON result (receipt) WHERE state = 5;

CREATE TABLE last_done (
    kkt     TEXT PRIMARY KEY,
    receipt INTEGER NOT NULL REFERENCES receipt
) STRICT, WITHOUT ROWID;

CREATE TABLE binding (
    row    INTEGER PRIMARY KEY,
    kkt    TEXT NOT NULL,
    at     INTEGER NOT NULL,
    inn    TEXT NOT NULL,
    rnm    TEXT NOT NULL,
    serial TEXT NOT NULL,
    fn     TEXT NOT NULL
) STRICT;
CREATE INDEX binding_kkt ON binding (kkt);

CREATE TABLE note (
    row  INTEGER PRIMARY KEY,
    kkt  TEXT NOT NULL,
    at   INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;
)sql";

// binding.stop    why the KKT sells no more (a packed fault), although it would; the next binding
//                 ends it.
constexpr const char* version_2 = "ALTER TABLE binding ADD COLUMN stop TEXT;";

constexpr std::array all_migrations{
    Migration{1, version_1},
    Migration{2, version_2},
};

int number_of(Connection& connection, const char* pragma) {
    Statement statement(connection, pragma);
    auto rows = statement.query();
    return rows.next() ? static_cast<int>(rows.integer(0)) : 0;
}

} // namespace

std::span<const Migration> migrations() {
    return all_migrations;
}

int schema_version(Connection& connection) {
    return number_of(connection, "PRAGMA user_version");
}

void refuse_unreleased(Connection& connection) {
    if (schema_version(connection) != 0 &&
        number_of(connection, "PRAGMA application_id") != application_id) {
        throw SqliteError(SQLITE_ERROR,
                          "journal.db is not of this program, or of one from before its first"
                          " release, whose tables it cannot read: let that program finish what it"
                          " has accepted, then move journal.db away and start with a new one");
    }
}

void migrate(Connection& connection, std::span<const Migration> steps) {
    const int found = schema_version(connection);
    const int known = steps.back().version;
    if (found > known) {
        throw SqliteError(SQLITE_ERROR, "journal.db was written by a newer kktd (its version is " +
                                            std::to_string(found) + ", this program knows up to " +
                                            std::to_string(known) + "): run that program again");
    }
    for (const Migration& step : steps) {
        if (step.version > found) {
            const std::string version = "PRAGMA user_version = " + std::to_string(step.version);
            connection.exec("BEGIN IMMEDIATE");
            try {
                connection.exec(step.sql);
                connection.exec(version.c_str());
                connection.exec("COMMIT");
            } catch (...) {
                sqlite3_exec(connection.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
                throw;
            }
        }
    }
}

} // namespace kktd::journal
