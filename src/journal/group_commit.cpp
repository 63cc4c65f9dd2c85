#include "journal/group_commit.hpp"

#include "base/fault_point.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace kktd::journal {

namespace {

using std::chrono::steady_clock;

struct FaultPoints {
    WriteKind kind;
    const char* before;
    const char* after;
};

constexpr std::array all_fault_points{
    FaultPoints{WriteKind::claim, "journal.claim.before_commit", "journal.claim.after_commit"},
    FaultPoints{WriteKind::intent, "journal.intent.before_commit", "journal.intent.after_commit"},
    FaultPoints{WriteKind::outcome, "journal.outcome.before_commit",
                "journal.outcome.after_commit"},
    FaultPoints{WriteKind::finish, "journal.finish.before_commit", "journal.finish.after_commit"},
};

/// Passes the points of the kinds that are in the batch, each once.
template<class Writes>
void pass(const Writes& writes, const char* FaultPoints::*point) {
    if constexpr (base::fault_points_enabled) {
        for (const FaultPoints& points : all_fault_points) {
            const auto of_kind = [&](const auto& write) {
                const bool both =
                    write->kind() == WriteKind::claim_and_intent &&
                    (points.kind == WriteKind::claim || points.kind == WriteKind::intent);
                return both || write->kind() == points.kind;
            };
            if (std::any_of(writes.begin(), writes.end(), of_kind)) {
                base::fault_point(points.*point);
            }
        }
    }
}

int wal_hook(void* used, sqlite3*, const char*, int pages) {
    *static_cast<int*>(used) = pages;
    return SQLITE_OK;
}

} // namespace

GroupCommit::GroupCommit(std::unique_ptr<Connection> connection, FreshKeys& fresh)
    : connection_(std::move(connection)), ledger_(*connection_, fresh),
      begin_(*connection_, "BEGIN IMMEDIATE"), commit_(*connection_, "COMMIT") {
    sqlite3_wal_hook(connection_->handle(), wal_hook, &wal_used_);
    thread_ = std::thread([this] { run(); });
}

GroupCommit::~GroupCommit() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

std::optional<JournalError> GroupCommit::trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
}

bool GroupCommit::stalled() const {
    const std::lock_guard lock(mutex_);
    return committing_ && steady_clock::now() - committing_since_ > stall_span;
}

void GroupCommit::queue(std::unique_ptr<Write> write, Urgency urgency) {
    std::unique_lock lock(mutex_);
    const bool now = urgency == Urgency::now;
    const TimePoint due = now ? TimePoint::min() : steady_clock::now() + with_next_span;
    // A thread that will look again soon enough by itself is not woken.
    const bool first = queue_.empty() || due < due_;
    due_ = queue_.empty() ? due : std::min(due_, due);
    queue_.push_back(std::move(write));
    if (committing_) {
        return; // whoever is at it looks into the queue when he is done
    }
    const bool here = now && wal_used_ < checkpoint_at_;
    if (here) {
        commit_group(lock);
    }
    if (here ? thread_needed() : first) {
        lock.unlock();
        changed_.notify_one();
    }
}

void GroupCommit::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        switch (wait(lock)) {
        case Work::commit:
            commit_group(lock);
            break;
        case Work::checkpoint:
            checkpoint(lock);
            break;
        case Work::end:
            checkpoint(lock);
            return;
        }
    }
}

/// Whether the writer's thread would sleep over something that has to be done.
bool GroupCommit::thread_needed() const {
    if (!queue_.empty() || stopping_) {
        return true;
    }
    const bool idle_one = sleeping_ && !copied_ && wal_used_ >= idle_checkpoint_pages;
    return !trouble_ && (wal_used_ >= checkpoint_at_ || idle_one);
}

/// Until nobody is committing and there is something to do.
GroupCommit::Work GroupCommit::wait(std::unique_lock<std::mutex>& lock) {
    TimePoint idle = steady_clock::now() + idle_span;
    int used_then = -1;
    const auto sleep = [&] {
        sleeping_ = true;
        changed_.wait(lock);
        sleeping_ = false;
        idle = steady_clock::now() + idle_span;
    };
    while (true) {
        if (committing_) {
            sleep();
        } else if (!trouble_ && wal_used_ >= checkpoint_at_) {
            return Work::checkpoint; // before the next group: the log has room for no more
        } else if (!queue_.empty()) {
            if (stopping_ || steady_clock::now() >= due_) {
                return Work::commit;
            }
            changed_.wait_until(lock, due_);
        } else if (stopping_) {
            return Work::end;
        } else if (trouble_ || copied_ || wal_used_ < idle_checkpoint_pages) {
            sleep();
        } else if (used_then != wal_used_) { // somebody has committed meanwhile
            used_then = wal_used_;
            idle = steady_clock::now() + idle_span;
        } else if (steady_clock::now() >= idle) {
            return Work::checkpoint;
        } else {
            changed_.wait_until(lock, idle);
        }
    }
}

/// Commits what is queued, as far as it goes into one batch. The lock is released meanwhile.
void GroupCommit::commit_group(std::unique_lock<std::mutex>& lock) noexcept {
    Writes writes;
    if (queue_.size() <= max_batch) {
        writes.swap(queue_);
    } else {
        const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(max_batch);
        writes.assign(std::move_iterator(queue_.begin()), std::move_iterator(end));
        queue_.erase(queue_.begin(), end);
    }
    committing_ = true;
    committing_since_ = steady_clock::now();
    lock.unlock();
    commit(writes);
    writes.clear();
    lock.lock();
    committing_ = false;
}

void GroupCommit::commit(Writes& writes) {
    if (!trouble()) {
        try {
            begin_.run();
            for (const auto& write : writes) {
                write->apply(ledger_);
            }
            pass(writes, &FaultPoints::before);
            const int used_before = wal_used_;
            commit_.run();
            ledger_.committed();
            copied_ = false;
            if (wal_used_ < used_before) { // the WAL was begun anew
                checkpoint_at_ = checkpoint_pages;
            }
            pass(writes, &FaultPoints::after);
        } catch (const std::exception& error) {
            fail(error.what());
        }
    }
    const std::optional<JournalError> trouble_now = trouble();
    for (const auto& write : writes) {
        write->answer(trouble_now);
    }
}

void GroupCommit::checkpoint(std::unique_lock<std::mutex>& lock) {
    if (copied_ || trouble_) {
        return;
    }
    committing_ = true;
    committing_since_ = steady_clock::now();
    lock.unlock();
    try {
        connection_->checkpoint();
    } catch (const std::exception& error) {
        fail(error.what());
    }
    lock.lock();
    committing_ = false;
    copied_ = true;
    // If readers hold part of it back, the next try comes after some more pages.
    checkpoint_at_ = wal_used_ + checkpoint_pages / 4;
}

/// The handle is not written to any more: after a failed fsync nobody knows what is on the disk.
void GroupCommit::fail(const std::string& text) {
    const std::lock_guard lock(mutex_);
    trouble_ = JournalError(text);
}

} // namespace kktd::journal
