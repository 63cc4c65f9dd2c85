// TaskBuffer: the tasks that a v3 device keeps by number, and what it says of them. Pure: it runs
// nothing; whoever does takes head() and gives the answer back.
#pragma once

#include "sim/atol/answer.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace kktd::sim::atol {

/// First byte of what the device sends.
enum class Status : std::uint8_t {
    pending = 0xA1,
    in_progress = 0xA2,
    result = 0xA3, ///< also of acknowledgements
    error = 0xA4,
    stopped = 0xA5,
    async_result = 0xA6,
    async_error = 0xA7,
    overflow = 0xB1,
    already_exists = 0xB2,
    not_found = 0xB3,
    illegal_value = 0xB4,
};

/// Flags of C1h.
inline constexpr std::uint8_t need_result = 0x01;
inline constexpr std::uint8_t ignore_error = 0x02; ///< the queue goes on after it
inline constexpr std::uint8_t wait_async_data = 0x04;

struct Task {
    enum class State : std::uint8_t { pending, running, finished, stopped };
    std::uint8_t id = 0;
    std::uint8_t flags = 0;
    std::string payload; ///< password, command, parameters
    State state = State::pending;
    Answer answer; ///< once finished
};

class TaskBuffer {
public:
    static constexpr std::uint8_t last_task = 0xDF;
    /// How many a real device holds is not in any source.
    static constexpr std::size_t capacity = 16;

    /// Why a task cannot be taken; nothing: it can.
    [[nodiscard]] std::optional<std::string> refusal(std::uint8_t flags, std::uint8_t id) const;
    /// To be asked refusal() before. Status: pending, in_progress for the head, or stopped.
    Status add(std::uint8_t flags, std::uint8_t id, std::string_view payload);
    /// The one that is to be run, or is running; nullptr if there is none.
    [[nodiscard]] Task* head();
    /// The head has its answer. An error stops the queue, unless the task ignores it. Returns the
    /// finished task, or nothing if nobody wants its result any more.
    std::optional<Task> finish(Answer answer);

    /// Answers to C3h, C2h, C4h.
    [[nodiscard]] std::string ask(std::uint8_t id) const;
    [[nodiscard]] std::string acknowledge(std::uint8_t id);
    /// Forgets all; what is being executed goes on, and nobody will hear of it.
    [[nodiscard]] std::string abort();
    /// Power is gone.
    void clear();
    [[nodiscard]] std::size_t size() const { return tasks_.size(); }

private:
    [[nodiscard]] const Task* find(std::uint8_t id) const;

    std::deque<Task> tasks_;
    std::optional<Task> orphan_; ///< running when all was forgotten
    bool stopped_ = false;
};

/// One status byte.
[[nodiscard]] std::string status_bytes(Status status);

} // namespace kktd::sim::atol
