#include "sim/atol/task_buffer.hpp"

#include <algorithm>
#include <utility>

namespace kktd::sim::atol {

std::string status_bytes(Status status) {
    return {static_cast<char>(status)};
}

const Task* TaskBuffer::find(std::uint8_t id) const {
    const auto found = std::ranges::find(tasks_, id, &Task::id);
    return found == tasks_.end() ? nullptr : &*found;
}

std::optional<std::string> TaskBuffer::refusal(std::uint8_t flags, std::uint8_t id) const {
    constexpr std::uint8_t all_flags = need_result | ignore_error | wait_async_data;
    constexpr char of_flags = 0, of_id = 1; // index of the wrong parameter
    if ((flags & ~all_flags) != 0) {
        return status_bytes(Status::illegal_value) + of_flags;
    }
    if (id > last_task) {
        return status_bytes(Status::illegal_value) + of_id;
    }
    if (find(id) != nullptr) {
        return status_bytes(Status::already_exists);
    }
    if (tasks_.size() >= capacity) {
        return status_bytes(Status::overflow);
    }
    return std::nullopt;
}

Status TaskBuffer::add(std::uint8_t flags, std::uint8_t id, std::string_view payload) {
    const bool busy = head() != nullptr;
    tasks_.push_back({.id = id,
                      .flags = flags,
                      .payload = std::string(payload),
                      .state = stopped_ ? Task::State::stopped : Task::State::pending,
                      .answer = {}});
    return stopped_ ? Status::stopped : busy ? Status::pending : Status::in_progress;
}

Task* TaskBuffer::head() {
    if (orphan_) {
        return &*orphan_;
    }
    const auto found = std::ranges::find_if(tasks_, [](const Task& task) {
        return task.state == Task::State::pending || task.state == Task::State::running;
    });
    return found == tasks_.end() ? nullptr : &*found;
}

std::optional<Task> TaskBuffer::finish(Answer answer) {
    if (orphan_) {
        orphan_.reset();
        return std::nullopt;
    }
    Task& task = *head();
    task.state = Task::State::finished;
    task.answer = std::move(answer);
    if (task.answer.error && (task.flags & ignore_error) == 0) {
        stopped_ = true;
        for (Task& other : tasks_) {
            if (other.state == Task::State::pending) {
                other.state = Task::State::stopped;
            }
        }
    }
    if ((task.flags & need_result) == 0) {
        const std::uint8_t id = task.id;
        std::erase_if(tasks_, [id](const Task& other) { return other.id == id; });
        return std::nullopt;
    }
    return task;
}

std::string TaskBuffer::ask(std::uint8_t id) const {
    const Task* task = find(id);
    if (task == nullptr) {
        return status_bytes(Status::not_found);
    }
    switch (task->state) {
    case Task::State::pending:
        return status_bytes(Status::pending);
    case Task::State::running:
        return status_bytes(Status::in_progress);
    case Task::State::stopped:
        return status_bytes(Status::stopped);
    case Task::State::finished:
        break;
    }
    return status_bytes(task->answer.error ? Status::error : Status::result) + task->answer.bytes;
}

std::string TaskBuffer::acknowledge(std::uint8_t id) {
    const Task* task = find(id);
    const bool ended = task != nullptr && (task->state == Task::State::finished ||
                                           task->state == Task::State::stopped);
    if (!ended) {
        return ask(id); // not found, or not to be forgotten yet
    }
    std::erase_if(tasks_, [id](const Task& other) { return other.id == id; });
    return status_bytes(Status::result);
}

std::string TaskBuffer::abort() {
    Task* running = head();
    if (!orphan_ && running != nullptr && running->state == Task::State::running) {
        orphan_ = std::move(*running);
    }
    tasks_.clear();
    stopped_ = false;
    return status_bytes(Status::result);
}

void TaskBuffer::clear() {
    tasks_.clear();
    orphan_.reset();
    stopped_ = false;
}

} // namespace kktd::sim::atol
