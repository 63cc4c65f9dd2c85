// Connection and Statement: the thinnest owner of a SQLite handle that cannot be used wrongly by
// accident: everything that was opened is closed, everything that was stepped is reset, every error
// is an exception. SqliteError never leaves src/journal: readers and the writer turn it into a
// JournalError. None of these objects may be used by two threads at once.
#pragma once

#include <cstdint>
#include <optional>
#include <sqlite3.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace kktd::journal {

class SqliteError : public std::runtime_error {
public:
    SqliteError(int code, const std::string& text) : std::runtime_error(text), code_(code) {}
    /// Extended result code.
    [[nodiscard]] int code() const { return code_; }

private:
    int code_ = 0;
};

class Connection {
public:
    /// Opens an existing file. `writable` false: the connection cannot change anything. Never runs
    /// a checkpoint by itself, not on close either. `vfs` is SQLite's default one if null.
    Connection(const std::string& path, bool writable, const char* vfs);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// One or more statements without results and parameters.
    void exec(const char* sql);
    /// Copies what the WAL holds into the database, as far as no reader needs it; waits for none.
    void checkpoint();
    [[nodiscard]] std::int64_t last_row() const { return sqlite3_last_insert_rowid(handle_); }
    [[nodiscard]] sqlite3* handle() const { return handle_; }

    /// Throws what the handle says of its last error. `doing`: "cannot write journal.db".
    [[noreturn]] void fail(std::string_view doing, int code) const;

private:
    sqlite3* handle_ = nullptr;
};

/// Bytes as they are: no text to SQLite.
struct Blob {
    std::string_view bytes;
};

class Statement {
public:
    /// One statement of SQL, prepared on first use.
    Statement(Connection& connection, std::string sql)
        : connection_(connection), sql_(std::move(sql)) {}
    ~Statement() { sqlite3_finalize(handle_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// The rows of one execution; resets the statement when it goes.
    class Rows {
    public:
        explicit Rows(Statement& statement) : statement_(&statement) {}
        Rows(Rows&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
        Rows& operator=(Rows&&) = delete;
        ~Rows();

        /// Goes to the next row; false after the last.
        [[nodiscard]] bool next();
        [[nodiscard]] bool is_null(int column) const;
        [[nodiscard]] std::int64_t integer(int column) const;
        /// Valid until the next call of next().
        [[nodiscard]] std::string_view bytes(int column) const;
        [[nodiscard]] std::string text(int column) const { return std::string(bytes(column)); }

    private:
        Statement* statement_;
    };

    /// Starts a query. Arguments are bound to ?1, ?2 … in order: integers, texts, Blob, nullptr, or
    /// optionals of them. Texts and Blobs are not copied: they must stay as they are while the Rows
    /// are stepped through.
    template<class... Arguments>
    [[nodiscard]] Rows query(const Arguments&... arguments) {
        prepare();
        Rows rows(*this);
        bind_all(arguments...);
        return rows;
    }

    /// Runs a statement without results.
    template<class... Arguments>
    void run(const Arguments&... arguments) {
        prepare();
        Rows rows(*this);
        bind_all(arguments...);
        static_cast<void>(rows.next());
    }

private:
    template<class... Arguments>
    void bind_all(const Arguments&... arguments) {
        int index = 0;
        (bind(++index, arguments), ...);
    }
    template<class T>
    void bind(int index, const T& value) {
        if constexpr (std::is_integral_v<T>) {
            bind_integer(index, static_cast<std::int64_t>(value));
        } else {
            bind_text(index, value);
        }
    }
    template<class T>
    void bind(int index, const std::optional<T>& value) {
        if (value) {
            bind(index, *value);
        } else {
            bind(index, nullptr);
        }
    }
    void bind(int index, Blob value);
    void bind(int index, std::nullptr_t);
    void bind_integer(int index, std::int64_t value);
    void bind_text(int index, std::string_view value);
    void prepare();
    void check(int code) const;

    Connection& connection_;
    const std::string sql_;
    sqlite3_stmt* handle_ = nullptr;
};

} // namespace kktd::journal
