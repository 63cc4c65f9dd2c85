#include "engine/job_queue.hpp"

#include <algorithm>

namespace kktd::engine {

void JobQueue::fill(std::list<Job> jobs) {
    const std::lock_guard lock(mutex_);
    jobs_ = std::move(jobs);
}

bool JobQueue::reserve() {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() + reserved_ >= limit_) {
        return false;
    }
    ++reserved_;
    return true;
}

void JobQueue::release() {
    const std::lock_guard lock(mutex_);
    --reserved_;
}

bool JobQueue::push(Job job) {
    const std::lock_guard lock(mutex_);
    --reserved_;
    jobs_.push_back(std::move(job));
    return jobs_.size() == 1;
}

void JobQueue::put_back(Job job) {
    const std::lock_guard lock(mutex_);
    const auto place = std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& other) {
        return &other != at_work_ && other.standing.accepted_at > job.standing.accepted_at;
    });
    jobs_.insert(place, std::move(job));
}

Job* JobQueue::begin_head() {
    const std::lock_guard lock(mutex_);
    if (jobs_.empty()) {
        return nullptr;
    }
    at_work_ = &jobs_.front();
    return &jobs_.front();
}

Job* JobQueue::begin(journal::RowId row) {
    const std::lock_guard lock(mutex_);
    const auto place = place_of(row);
    at_work_ = place == jobs_.end() ? nullptr : &*place;
    return place == jobs_.end() ? nullptr : &*place;
}

void JobQueue::end_work() {
    const std::lock_guard lock(mutex_);
    at_work_ = nullptr;
    work_ended_.notify_all();
}

std::optional<std::string> JobQueue::at_work() const {
    const std::lock_guard lock(mutex_);
    if (at_work_ == nullptr) {
        return std::nullopt;
    }
    return at_work_->standing.id;
}

std::optional<Job> JobQueue::take_at(Place place) {
    if (place == jobs_.end()) {
        return std::nullopt;
    }
    if (&*place == at_work_) {
        at_work_ = nullptr;
        work_ended_.notify_all();
    }
    std::optional<Job> job(std::move(*place));
    jobs_.erase(place);
    return job;
}

JobQueue::Place JobQueue::place_of(journal::RowId row) {
    return std::find_if(jobs_.begin(), jobs_.end(),
                        [row](const Job& job) { return job.row == row; });
}

Job* JobQueue::find(journal::RowId row) {
    const std::lock_guard lock(mutex_);
    const auto place = place_of(row);
    return place == jobs_.end() ? nullptr : &*place;
}

std::optional<Job> JobQueue::take(journal::RowId row) {
    const std::lock_guard lock(mutex_);
    return take_at(place_of(row));
}

std::optional<Job> JobQueue::take_waiting(std::string_view receipt,
                                          std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    work_ended_.wait_for(lock, patience,
                         [&] { return at_work_ == nullptr || at_work_->standing.id != receipt; });
    return take_at(std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) {
        return &job != at_work_ && !job.in_doubt && job.standing.id == receipt;
    }));
}

std::optional<Job> JobQueue::take_older(fiscal::UtcMicros then) {
    const std::lock_guard lock(mutex_);
    // In the order they were accepted: behind the first younger one nobody has waited longer.
    for (auto job = jobs_.begin(); job != jobs_.end() && job->standing.accepted_at <= then; ++job) {
        if (!job->in_doubt) {
            return take_at(job);
        }
    }
    return std::nullopt;
}

void JobQueue::set_in_doubt(journal::RowId row, bool in_doubt) {
    const std::lock_guard lock(mutex_);
    if (const auto place = place_of(row); place != jobs_.end()) {
        place->in_doubt = in_doubt;
    }
}

std::size_t JobQueue::size() const {
    const std::lock_guard lock(mutex_);
    return jobs_.size();
}

} // namespace kktd::engine
