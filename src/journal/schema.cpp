#include "journal/schema.hpp"

#include <array>
#include <string>

namespace kktd::journal {

namespace {

// receipt      one row an attempt, in the order of acceptance. Rows are appended; afterwards only
//              `state` (always one byte: see columns.hpp), `indexed` and, once, `superseded_by`
//              change.
// receipt_key  the callers' keys, and the ids: each leads to the first attempt. Those of the newest
//              receipts are in `keys` of their rows only, and go before what stands here.
// intent       the markers. `is_open`, `inconclusive` and, once, `indexed` change in place.
// outcome      what was ever said of an intent or receipt: only appended.
// result       what the newest outcome made of a receipt, once there is one.
// last_done    saves a search through the receipts of all KKT.
//
// What a commit costs besides the fsync is the number of pages it changes. A claim changes one, the
// end of `receipt`. A receipt is put into the large indexes some receipts later, with its
// neighbours
// (`indexed`; FreshKeys). And only changing what keeps its size leaves full pages full: a receipt
// that grew at its outcome would split a page for most receipts. Large texts stand last, so that
// reading the rest of a row does not go through their pages.
constexpr const char* version_1 = R"sql(
CREATE TABLE receipt (
    row           INTEGER PRIMARY KEY,
    state         INTEGER NOT NULL,
    indexed       INTEGER NOT NULL,
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
CREATE INDEX receipt_accepted ON receipt (kkt) WHERE indexed = 1 AND state = 2;
CREATE INDEX receipt_unknown ON receipt (accepted_at) WHERE state = 5;
CREATE INDEX receipt_number ON receipt (number)
    WHERE indexed = 1 AND number <> '' AND superseded_by IS NULL;

CREATE TABLE receipt_key (
    space   INTEGER NOT NULL,
    key     TEXT NOT NULL,
    receipt INTEGER NOT NULL REFERENCES receipt,
    PRIMARY KEY (space, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE intent (
    row          INTEGER PRIMARY KEY,
    is_open      INTEGER NOT NULL,
    indexed      INTEGER NOT NULL,
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
CREATE INDEX intent_open ON intent (kkt, receipt) WHERE indexed = 1 AND is_open = 1;

CREATE TABLE outcome (
    row          INTEGER PRIMARY KEY,
    receipt      INTEGER REFERENCES receipt,
    intent       INTEGER REFERENCES intent,
    at           INTEGER NOT NULL,
    word         TEXT NOT NULL,
    registration TEXT,
    fault        TEXT,
    warnings     TEXT NOT NULL,
    note         TEXT NOT NULL
) STRICT;

CREATE TABLE result (
    receipt  INTEGER PRIMARY KEY REFERENCES receipt,
    outcome  INTEGER REFERENCES outcome,
    warnings TEXT NOT NULL
) STRICT;

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

constexpr std::array all_migrations{
    Migration{1, version_1},
};

} // namespace

std::span<const Migration> migrations() {
    return all_migrations;
}

int schema_version(Connection& connection) {
    Statement statement(connection, "PRAGMA user_version");
    auto rows = statement.query();
    return rows.next() ? static_cast<int>(rows.integer(0)) : 0;
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
