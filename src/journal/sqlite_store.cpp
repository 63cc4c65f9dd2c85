#include "journal/sqlite_store.hpp"

#include "base/unique_fd.hpp"
#include "journal/group_commit.hpp"
#include "journal/reader_pool.hpp"
#include "journal/schema.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace kktd::journal {

namespace {

constexpr mode_t others = S_IRWXG | S_IRWXO;

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// Takes access from everybody but the owner.
void make_private(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        fail("cannot use " + path);
    }
    if ((status.st_mode & others) != 0 && ::chmod(path.c_str(), status.st_mode & 0700) != 0) {
        fail("cannot take " + path + " from other users");
    }
}

/// SQLite gives its other files the mode of this one.
void create_private(const std::string& path) {
    const base::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file) {
        return;
    }
    if (errno != EEXIST) {
        fail("cannot create " + path);
    }
    make_private(path);
}

void sync_directory(const std::string& path) {
    const base::UniqueFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory || ::fsync(directory.get()) != 0) {
        fail("cannot sync " + path);
    }
}

/// journal_mode answers with the mode it left the file in.
void use_wal(Connection& connection) {
    Statement statement(connection, "PRAGMA journal_mode = WAL");
    auto rows = statement.query();
    if (!rows.next() || rows.bytes(0) != "wal") {
        throw SqliteError(SQLITE_ERROR, "journal.db cannot use a write-ahead log here"
                                        " (is the state folder on a network file system?)");
    }
}

/// Lengthens the WAL with zeros, which are no valid frames, while nobody else can write it.
void grow_wal(Connection& connection) {
    constexpr sqlite3_int64 full_size = sqlite3_int64{GroupCommit::wal_pages} * (4096 + 24) + 32;
    constexpr int step = 64 * 1024; // SQLite writes less than 128 KiB at a time
    sqlite3_file* wal = nullptr;
    if (sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal) !=
            SQLITE_OK ||
        wal == nullptr || wal->pMethods == nullptr) {
        return;
    }
    sqlite3_int64 size = 0;
    int code = wal->pMethods->xFileSize(wal, &size);
    const std::string zeros(step, '\0');
    for (; code == SQLITE_OK && size < full_size; size += step) {
        code = wal->pMethods->xWrite(wal, zeros.data(), step, size);
    }
    if (code == SQLITE_OK) {
        code = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL);
    }
    if (code != SQLITE_OK) {
        throw SqliteError(code,
                          "cannot write journal.db-wal: " + std::string(sqlite3_errstr(code)));
    }
}

/// A first write, so that what stops writing is found out before a receipt is accepted.
void prove_writable(Connection& connection) {
    const std::string version =
        "PRAGMA user_version = " + std::to_string(schema_version(connection));
    connection.exec("BEGIN IMMEDIATE");
    connection.exec(version.c_str());
    connection.exec("COMMIT");
}

class SqliteStore final : public Store {
public:
    SqliteStore(std::unique_ptr<Connection> writer, const std::string& path, const char* vfs)
        : fresh_(*writer), readers_(path, vfs, fresh_), writer_(std::move(writer), fresh_) {}

    Read<std::optional<StoredReceipt>> find_key(Space space, std::string_view key) const override {
        return readers_.read([&](Lookups& lookups) { return lookups.find_key(space, key); });
    }
    Read<std::optional<StoredReceipt>> find_id(std::string_view id) const override {
        return readers_.read([&](Lookups& lookups) { return lookups.find_id(id); });
    }
    Read<std::optional<StoredReceipt>> find_row(RowId row) const override {
        return readers_.read([&](Lookups& lookups) { return lookups.find_row(row); });
    }
    Read<std::vector<StoredReceipt>> find_number(std::string_view number,
                                                 std::optional<fiscal::Date> date,
                                                 std::optional<fiscal::ReceiptKind> kind,
                                                 std::size_t limit) const override {
        return readers_.read(
            [&](Lookups& lookups) { return lookups.find_number(number, date, kind, limit); });
    }
    Read<std::vector<StoredReceipt>> accepted(std::string_view kkt) const override {
        return readers_.read([&](Lookups& lookups) { return lookups.accepted(kkt); });
    }
    Read<std::vector<AbsentAttempt>> absent_attempts(std::string_view kkt) const override {
        return readers_.read([&](Lookups& lookups) { return lookups.absent_attempts(kkt); });
    }
    Read<std::vector<OpenIntent>> open_intents(std::string_view kkt) const override {
        return readers_.read([&](Lookups& lookups) { return lookups.open_intents(kkt); });
    }
    Read<std::vector<StoredReceipt>> unknown(std::size_t limit) const override {
        return readers_.read([&](Lookups& lookups) { return lookups.unknown(limit); });
    }
    Read<std::optional<fiscal::Identity>> bound(std::string_view kkt) const override {
        return readers_.read([&](Lookups& lookups) { return lookups.bound(kkt); });
    }
    Read<std::optional<fiscal::Fault>> stopped(std::string_view kkt) const override {
        return readers_.read([&](Lookups& lookups) { return lookups.stopped(kkt); });
    }
    Read<std::optional<StoredReceipt>> last_done(std::string_view kkt) const override {
        return readers_.read([&](Lookups& lookups) { return lookups.last_done(kkt); });
    }
    Read<std::vector<Owing>> owing() const override {
        return readers_.read([](Lookups& lookups) { return lookups.owing(); });
    }
    Read<bool> has_real_documents() const override {
        return readers_.read([](Lookups& lookups) { return lookups.has_real_documents(); });
    }

    void claim(Claim claim, Callback<Claimed> done) override {
        const auto kind = claim.intent ? WriteKind::claim_and_intent : WriteKind::claim;
        writer_.submit<Claimed>(
            kind, Urgency::now,
            [claim = std::move(claim)](Ledger& ledger) { return ledger.claim(claim); },
            std::move(done));
    }
    void intent(Intent intent, Callback<RowId> done) override {
        writer_.submit<RowId>(
            WriteKind::intent, Urgency::now,
            [intent = std::move(intent)](Ledger& ledger) { return ledger.intent(intent); },
            std::move(done));
    }
    void outcome(IntentOutcome outcome, Urgency urgency, Callback<bool> done) override {
        writer_.submit<bool>(
            WriteKind::outcome, urgency,
            [outcome = std::move(outcome)](Ledger& ledger) { return ledger.outcome(outcome); },
            std::move(done));
    }
    void finish(Finish finish, Callback<bool> done) override {
        writer_.submit<bool>(
            WriteKind::finish, Urgency::now,
            [finish = std::move(finish)](Ledger& ledger) { return ledger.finish(finish); },
            std::move(done));
    }
    void bind(std::string kkt, fiscal::Identity identity, fiscal::UtcMicros at,
              Callback<bool> done) override {
        writer_.submit<bool>(
            WriteKind::other, Urgency::now,
            [kkt = std::move(kkt), identity = std::move(identity), at](Ledger& ledger) {
                return ledger.bind(kkt, identity, at);
            },
            std::move(done));
    }
    void stop(std::string kkt, fiscal::Fault why, Callback<bool> done) override {
        writer_.submit<bool>(
            WriteKind::other, Urgency::now,
            [kkt = std::move(kkt), why = std::move(why)](Ledger& ledger) {
                return ledger.stop(kkt, why);
            },
            std::move(done));
    }
    void note(std::string kkt, std::string text, fiscal::UtcMicros at,
              Callback<bool> done) override {
        writer_.submit<bool>(
            WriteKind::other, Urgency::now,
            [kkt = std::move(kkt), text = std::move(text), at](Ledger& ledger) {
                return ledger.note(kkt, text, at);
            },
            std::move(done));
    }

    std::optional<JournalError> trouble() const override { return writer_.trouble(); }
    bool stalled() const override { return writer_.stalled(); }

private:
    FreshKeys fresh_;
    mutable ReaderPool readers_;
    GroupCommit writer_;
};

} // namespace

fiscal::Result<std::unique_ptr<Store>, JournalError>
open_sqlite_store(const std::string& state_dir, const SqliteOptions& options) {
    const std::string path = state_dir + "/journal.db";
    try {
        make_private(state_dir);
        create_private(path);
        auto writer = std::make_unique<Connection>(path, true, options.vfs);
        use_wal(*writer);
        writer->exec("PRAGMA synchronous = FULL");
        refuse_unreleased(*writer);
        migrate(*writer);
        prove_writable(*writer);
        grow_wal(*writer);
        writer->checkpoint(); // the WAL is begun anew by the next write
        sync_directory(state_dir);
        return std::unique_ptr<Store>(
            std::make_unique<SqliteStore>(std::move(writer), path, options.vfs));
    } catch (const std::exception& error) {
        return JournalError(error.what());
    }
}

} // namespace kktd::journal
