// JobQueue: the accepted receipts of one KKT in the order they were accepted, with a bound that is
// reserved before a receipt is journaled. Thread-safe. A job stays where it is in memory until it
// is taken out, and the receipt at work is taken out by the executor's thread alone.
#pragma once

#include "engine/job.hpp"

#include <functional>
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
    void end_work();
    [[nodiscard]] std::optional<std::string> at_work() const;

    [[nodiscard]] Job* find(journal::RowId row);
    [[nodiscard]] std::optional<Job> take(journal::RowId row);
    /// Nothing if it is at work or not here.
    [[nodiscard]] std::optional<Job> take_waiting(std::string_view receipt);
    /// The first that was accepted at or before `then` and is not `spared`.
    [[nodiscard]] std::optional<Job> take_older(fiscal::UtcMicros then,
                                                const std::function<bool(const Job&)>& spared);

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
};

} // namespace kktd::engine
