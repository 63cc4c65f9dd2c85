// GroupCommit: makes writes durable, each group of them in one transaction with one fsync. A write
// that finds nobody at it is committed on its caller's own thread, which saves two changes of
// thread; writes that arrive while a commit waits for the disk are a group for the writer's thread.
// Whoever commits has the only connection that writes or checkpoints journal.db for himself.
//
// The WAL is grown to its full size once and then written over: a commit that makes no file longer
// is a cheaper fdatasync. It is copied into the database (checkpoint) by the writer's thread, when
// nothing else is to do or when it is full.
#pragma once

#include "journal/ledger.hpp"
#include "journal/statement.hpp"
#include "journal/store.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace kktd::journal {

/// What is written, for the fault points around its commit.
enum class WriteKind : std::uint8_t { claim, intent, claim_and_intent, outcome, finish, other };

class GroupCommit {
public:
    /// Writes in one transaction; more wait for the next, so that the first are answered soon.
    static constexpr std::size_t max_batch = 512;
    /// How long a write `with_next` waits for company.
    static constexpr std::chrono::microseconds with_next_span{2000};
    /// Pages in the WAL that make a checkpoint due at once, and when nothing was written for
    /// `idle_span`. The file has room for `wal_pages`.
    static constexpr int checkpoint_pages = 900;
    static constexpr int idle_checkpoint_pages = 64;
    static constexpr int wal_pages = 1000;
    static constexpr std::chrono::milliseconds idle_span{100};
    static constexpr std::chrono::milliseconds stall_span{100};

    /// Takes a connection whose schema is migrated; `fresh` is that of its journal and outlives
    /// this. Starts the thread.
    GroupCommit(std::unique_ptr<Connection> connection, FreshKeys& fresh);
    /// Makes everything queued durable, calls the callbacks, checkpoints, ends the thread.
    ~GroupCommit();
    GroupCommit(const GroupCommit&) = delete;
    GroupCommit& operator=(const GroupCommit&) = delete;

    /// Any thread. `change` is called with the ledger inside the transaction; `done` after the
    /// commit with what it returned, or with what went wrong. Both perhaps before this returns, on
    /// the caller's thread, together with those of others.
    template<class T, class Change>
    void submit(WriteKind kind, Urgency urgency, Change change, Callback<T> done) {
        queue(std::make_unique<WriteOf<T, Change>>(kind, std::move(change), std::move(done)),
              urgency);
    }

    /// Any thread.
    [[nodiscard]] std::optional<JournalError> trouble() const;
    /// Any thread. Whether a commit (or checkpoint) has been taking longer than stall_span.
    [[nodiscard]] bool stalled() const;

private:
    using TimePoint = std::chrono::steady_clock::time_point;

    class Write {
    public:
        explicit Write(WriteKind kind) : kind_(kind) {}
        Write(const Write&) = delete;
        Write& operator=(const Write&) = delete;
        virtual ~Write() = default;
        virtual void apply(Ledger& ledger) = 0;
        virtual void answer(const std::optional<JournalError>& trouble) = 0;
        [[nodiscard]] WriteKind kind() const { return kind_; }

    private:
        WriteKind kind_;
    };

    template<class T, class Change>
    class WriteOf final : public Write {
    public:
        WriteOf(WriteKind kind, Change change, Callback<T> done)
            : Write(kind), change_(std::move(change)), done_(std::move(done)) {}
        void apply(Ledger& ledger) override { result_ = change_(ledger); }
        void answer(const std::optional<JournalError>& trouble) override {
            if (trouble) {
                done_(*trouble);
            } else {
                done_(std::move(result_));
            }
        }

    private:
        Change change_;
        Callback<T> done_;
        fiscal::Result<T, JournalError> result_ = JournalError();
    };

    using Writes = std::vector<std::unique_ptr<Write>>;

    /// What the writer's thread finds to do.
    enum class Work : std::uint8_t { commit, checkpoint, end };

    void queue(std::unique_ptr<Write> write, Urgency urgency);
    void run();
    [[nodiscard]] Work wait(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] bool thread_needed() const;
    // noexcept: a callback that throws has left something undone; a restart puts it right.
    void commit_group(std::unique_lock<std::mutex>& lock) noexcept;
    void commit(Writes& writes);
    void checkpoint(std::unique_lock<std::mutex>& lock);
    void fail(const std::string& text);

    const std::unique_ptr<Connection> connection_;

    // Of whoever has set `committing_`.
    Ledger ledger_;
    Statement begin_;
    Statement commit_;
    int wal_used_ = 0; ///< pages, after the last commit
    int checkpoint_at_ = checkpoint_pages;
    bool copied_ = true; ///< a checkpoint was made after the last commit

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Writes queue_;
    TimePoint due_; ///< when the queue must be written, if it is not empty
    bool committing_ = false;
    TimePoint committing_since_;
    bool sleeping_ = false; ///< the writer's thread, until it is woken
    bool stopping_ = false;
    std::optional<JournalError> trouble_;

    std::thread thread_;
};

} // namespace kktd::journal
