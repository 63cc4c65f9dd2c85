// Link: carries one command at a time to an ATOL KKT and its answer back, over v3 (numbered tasks
// the KKT remembers; link_v3.hpp), v2 (serial, no memory; link_v2.hpp) or the one of them that the
// KKT speaks (detecting_link.hpp). Knows packets and tasks, nothing of what a command means.
#pragma once

#include "port/port.hpp"

#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

using port::Deadline;

/// Not an aggregate: it is the error of Result.
class LinkError {
public:
    enum class Kind : std::uint8_t {
        not_run, ///< certainly not executed: nothing was sent, or the KKT did not take it
        lost,    ///< sent, and no answer came in time: it may have been executed
    };
    LinkError() = default;
    LinkError(Kind kind, std::string text) : kind_(kind), text_(std::move(text)) {}
    [[nodiscard]] Kind kind() const { return kind_; }
    /// English, for logs and Fault::native_text: "192.168.1.10:5555: no answer to 4A within 20 s".
    [[nodiscard]] const std::string& text() const { return text_; }
    /// What else an operator should try, Russian sentences; mostly empty.
    [[nodiscard]] const std::string& advice() const { return advice_; }
    void advise(std::string_view advice) { advice_ = advice; }

private:
    Kind kind_ = Kind::lost;
    std::string text_;
    std::string advice_;
};

/// Of a task in the KKT's buffer, 00h to DFh. Those from first_reserved on are given out by
/// reserve() alone: no other command of ours can meet them.
using TaskId = std::uint8_t;
inline constexpr TaskId first_reserved = 0xD0;

/// What the KKT knows of a task it was given earlier.
struct TaskState {
    enum class Kind : std::uint8_t {
        absent,   ///< never came, or forgotten (power cycle, cleared): says nothing of execution
        running,  ///< waiting or being executed
        finished, ///< `answer` is that of the command, an error perhaps
        stopped,  ///< was waiting when an earlier one failed: never executed
    };
    Kind kind = Kind::absent;
    std::string answer;
    friend bool operator==(const TaskState&, const TaskState&) = default;
};

class Link {
public:
    template<class T>
    using Result = boost::system::result<T, LinkError>;

    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    virtual ~Link() = default;

    /// Opens the port if it is closed; sends nothing but the question for the protocol, which
    /// changes nothing. Nothing else opens it: what comes after a lost connection may be another
    /// KKT, or the same one after a restart, so no command of a document that was begun before may
    /// go there. Without a connection the others fail as `not_run`.
    [[nodiscard]] virtual Result<void> connect(Deadline) = 0;
    /// Whether ask() can ever find a task: v3 yes, v2 no. Known after connect().
    [[nodiscard]] virtual bool remembers() const = 0;
    /// C3: what became of a task, also of one given over an earlier connection. Changes nothing.
    [[nodiscard]] virtual Result<TaskState> ask(TaskId, Deadline) = 0;
    /// C4: forgets all tasks and what they answered. Destroys what ask() could have told: only when
    /// no outcome is open.
    [[nodiscard]] virtual Result<void> clear(Deadline) = 0;
    /// A number for a command whose outcome must be found again; v2: nothing.
    [[nodiscard]] virtual std::optional<TaskId> reserve() = 0;
    /// Runs one command: `payload` is command byte and parameters, without password. The answer is
    /// what the KKT said, an error ("55 err …") included. `task`: a reserved number. A command with
    /// a reserved number is never sent twice by itself, and its task is left in the KKT's memory
    /// until clear() or the next reserved command.
    [[nodiscard]] virtual Result<std::string> run(std::string_view payload, Deadline,
                                                  std::optional<TaskId> task = {}) = 0;
    virtual void close() = 0;
    [[nodiscard]] virtual std::string describe() const = 0;
};

} // namespace kktd::driver::atol
