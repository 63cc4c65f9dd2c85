// The Store in one SQLite file, state_dir/journal.db: WAL, synchronous=FULL. One thread writes
// (group_commit.hpp), a pool of read-only connections reads (reader_pool.hpp), and what a write
// means is in ledger.hpp.
#pragma once

#include "journal/store.hpp"

#include <memory>
#include <string>

namespace kktd::journal {

struct SqliteOptions {
    const char* vfs = nullptr; ///< name of a registered SQLite VFS (tests); null: the default one
};

/// Opens or creates the journal. `state_dir` must exist and belong to this process alone (the
/// caller holds its lock); it is made accessible to its owner only. Before this returns, a first
/// write went through: the database and its WAL exist durably, with mode 0600, and can be written.
/// Blocks for a few fsyncs. Errors: the folder is not ours, the file was written by a newer kktd,
/// is not a journal, or cannot be written.
///
/// The destructor blocks until everything queued is durable and answered.
[[nodiscard]] fiscal::Result<std::unique_ptr<Store>, JournalError>
open_sqlite_store(const std::string& state_dir, const SqliteOptions& options = {});

} // namespace kktd::journal
