// The tables of journal.db and how older ones become today's. The version is SQLite's user_version;
// each migration runs in a transaction of its own, so a crash leaves one version or the next.
#pragma once

#include "journal/statement.hpp"

#include <span>

namespace kktd::journal {

struct Migration {
    int version;     ///< user_version after it
    const char* sql; ///< from the version before
};

/// In ascending order, without gaps, from version 1.
[[nodiscard]] std::span<const Migration> migrations();

[[nodiscard]] int schema_version(Connection& connection);

/// Throws SqliteError if the file was written by a kktd whose version 1 had other tables: there
/// were some before the first release, and no migration leads from them. An empty file is no such
/// file.
void refuse_unreleased(Connection& connection);

/// Brings the file to the last version of `steps`. Throws SqliteError if the file was written by a
/// newer kktd: old code must not guess what new tables mean.
void migrate(Connection& connection, std::span<const Migration> steps = migrations());

} // namespace kktd::journal
