// ChildProcess: a running kktd-fptr10 and our end of its socketpair. It gets nothing else of ours:
// an empty signal mask, default dispositions, /dev/null for input and output, our stderr, and every
// other descriptor closed (a lock of ours that lived on in a hung child would keep the next kktd
// out). Used by one thread at a time; the child dies with the thread that started it.
#pragma once

#include "base/unique_fd.hpp"
#include "fiscal/result.hpp"

#include <filesystem>
#include <string>
#include <sys/types.h>

namespace kktd::driver::fptr10 {

/// Not an aggregate: it is the error of Result.
class SpawnError {
public:
    SpawnError() = default;
    explicit SpawnError(std::string text) : text_(std::move(text)) {}
    [[nodiscard]] const std::string& text() const { return text_; } ///< the system's words

private:
    std::string text_;
};

class ChildProcess {
public:
    /// Starts `executable`. `home`: the child's HOME, where the library keeps its logs; empty:
    /// ours.
    [[nodiscard]] static fiscal::Result<ChildProcess, SpawnError>
    start(const std::string& executable, const std::string& home);
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&&) = delete;
    /// Kills it, whatever it is doing (SIGKILL), and waits for its end for at most `kill_bound`: a
    /// process that hangs in the kernel is left behind.
    ~ChildProcess();

    [[nodiscard]] int socket() const { return socket_.get(); } ///< non-blocking
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    ChildProcess(pid_t pid, base::UniqueFd socket) : pid_(pid), socket_(std::move(socket)) {}

    pid_t pid_ = -1;
    base::UniqueFd socket_;
};

/// Where kktd-fptr10 is: `option` if it is given, else beside `program`, else in the folder above
/// (of kktctl in the folder of a build), else where it was installed.
[[nodiscard]] std::string child_executable(const std::string& option,
                                           const std::filesystem::path& program);
/// The executable of this process; empty if that cannot be read.
[[nodiscard]] std::filesystem::path this_program();

} // namespace kktd::driver::fptr10
