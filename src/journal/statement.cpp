#include "journal/statement.hpp"

#include <cstddef>

namespace kktd::journal {

namespace {

/// Somebody may look into the file with the sqlite3 shell; nobody else writes it.
constexpr int busy_timeout_ms = 1000;

/// Counting the memory in use costs a lock for each allocation, and nobody asks for the count. Must
/// come before SQLite's first use; later it does nothing.
void count_no_memory() {
    static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(once);
}

} // namespace

Connection::Connection(const std::string& path, bool writable, const char* vfs) {
    const int flags = (writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
                      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
    count_no_memory();
    try {
        if (const int code = sqlite3_open_v2(path.c_str(), &handle_, flags, vfs);
            code != SQLITE_OK) {
            fail("cannot open " + path, code);
        }
        sqlite3_busy_timeout(handle_, busy_timeout_ms);
        sqlite3_wal_autocheckpoint(handle_, 0);
        // Two checkpointers at once can lose commits in SQLite before 3.51 ("WAL-reset bug"), and
        // the last connection to close would be one.
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        exec("PRAGMA foreign_keys = OFF; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;"
             " PRAGMA secure_delete = OFF");
        if (!writable) {
            exec("PRAGMA query_only = ON");
        }
    } catch (...) {
        sqlite3_close(handle_);
        throw;
    }
}

Connection::~Connection() {
    sqlite3_close(handle_);
}

void Connection::exec(const char* sql) {
    if (const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr); code != SQLITE_OK) {
        fail("cannot use journal.db", code);
    }
}

void Connection::checkpoint() {
    const int code =
        sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (code != SQLITE_OK && code != SQLITE_BUSY) {
        fail("cannot write journal.db", code);
    }
}

void Connection::fail(std::string_view doing, int code) const {
    std::string text(doing);
    text += ": ";
    if (handle_ == nullptr) {
        text += sqlite3_errstr(code);
    } else {
        text += sqlite3_errmsg(handle_);
    }
    text += " (SQLite " + std::to_string(code) + ")";
    throw SqliteError(code, text);
}

Statement::Rows::~Rows() {
    if (statement_ != nullptr) {
        // The error of a failed step is reported by next(); reset only repeats it.
        // What was bound stays, unread: every execution binds all parameters anew.
        sqlite3_reset(statement_->handle_);
    }
}

bool Statement::Rows::next() {
    const int code = sqlite3_step(statement_->handle_);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        statement_->connection_.fail("cannot use journal.db", code);
    }
    return false;
}

bool Statement::Rows::is_null(int column) const {
    return sqlite3_column_type(statement_->handle_, column) == SQLITE_NULL;
}

std::int64_t Statement::Rows::integer(int column) const {
    return sqlite3_column_int64(statement_->handle_, column);
}

std::string_view Statement::Rows::bytes(int column) const {
    // blob, not text: the same bytes for both types, and no search for an end.
    const void* data = sqlite3_column_blob(statement_->handle_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_->handle_, column));
    return size == 0 ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
}

void Statement::bind(int index, Blob value) {
    // An empty string_view may have no address, which SQLite would take for NULL.
    const char* data = value.bytes.empty() ? "" : value.bytes.data();
    check(sqlite3_bind_blob64(handle_, index, data, value.bytes.size(), SQLITE_STATIC));
}

void Statement::bind(int index, std::nullptr_t) {
    check(sqlite3_bind_null(handle_, index));
}

void Statement::bind_integer(int index, std::int64_t value) {
    check(sqlite3_bind_int64(handle_, index, value));
}

void Statement::bind_text(int index, std::string_view value) {
    const char* data = value.empty() ? "" : value.data();
    check(sqlite3_bind_text64(handle_, index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::prepare() {
    if (handle_ == nullptr) {
        check(sqlite3_prepare_v3(connection_.handle(), sql_.c_str(), -1, SQLITE_PREPARE_PERSISTENT,
                                 &handle_, nullptr));
    }
}

void Statement::check(int code) const {
    if (code != SQLITE_OK) {
        connection_.fail("cannot use journal.db", code);
    }
}

} // namespace kktd::journal
