// JobQueue: the accepted receipts of one KKT in the order they were accepted, with a bound that is
// reserved before a receipt is journaled. Thread-safe. A job stays where it is in memory until it
// is taken out, and the receipt at work is taken out by the executor's thread alone.
#pragma once

#include "engine/job.hpp"

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <string_view>

namespace kktd::engine {

class JobQueue {
public:
    explicit JobQueue(std::size_t limit) : limit_(limit) {}

    /// At start: what the journal owes, beyond any limit.
    void fill(std::list<Job> jobs);
    /// Takes one of the bounded places; false if there is none.
    [[nodiscard]] bool reserve();
    void release();
    /// Uses up a reservation; true if the queue was empty.
    bool push(Job job);
    /// Back to its place in the order of acceptance.
    void put_back(Job job);

    /// The oldest, now at work; nullptr if there is none.
    [[nodiscard]] Job* begin_head();
    /// The one of that row, now at work; nullptr if it is not here.
    [[nodiscard]] Job* begin(journal::RowId row);
    void end_work();
    [[nodiscard]] std::optional<std::string> at_work() const;

    /// For the executor's thread: nobody else takes a job that is at work or in doubt.
    [[nodiscard]] Job* find(journal::RowId row);
    void set_in_doubt(journal::RowId row, bool in_doubt);
    [[nodiscard]] std::optional<Job> take(journal::RowId row);
    /// Nothing if it is in doubt, not here, or at work for longer than `patience`: a look at a KKT
    /// that does not answer may take so long.
    [[nodiscard]] std::optional<Job> take_waiting(std::string_view receipt,
                                                  std::chrono::milliseconds patience);
    /// The first that was accepted at or before `then` and is not in doubt.
    [[nodiscard]] std::optional<Job> take_older(fiscal::UtcMicros then);

    [[nodiscard]] std::size_t size() const;

private:
    using Place = std::list<Job>::iterator;
    [[nodiscard]] std::optional<Job> take_at(Place place);
    [[nodiscard]] Place place_of(journal::RowId row);

    const std::size_t limit_;
    mutable std::mutex mutex_;
    std::list<Job> jobs_;
    std::size_t reserved_ = 0;
    const Job* at_work_ = nullptr;
    std::condition_variable work_ended_;
};

} // namespace kktd::engine
