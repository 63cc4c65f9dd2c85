// Signals as values: blocked in every thread, read by one from a descriptor, so that no system
// call is ever interrupted and no handler runs. libfcgi's own handlers do not stop a worker with
// several threads; this does.
#pragma once

#include "base/unique_fd.hpp"

#include <chrono>
#include <optional>

namespace kktd::base {

/// Blocks SIGTERM, SIGINT, SIGHUP and SIGUSR1 in the calling thread and all it will start, and
/// ignores SIGPIPE. Call it in main() before the first thread. A child process inherits the mask
/// over exec() and must unblock for itself.
/// Errors: throws std::system_error.
void block_signals();

/// Reads the signals that block_signals() holds back.
class SignalFd {
public:
    /// Errors: throws std::system_error.
    SignalFd();

    /// For poll(): readable while a signal is pending.
    [[nodiscard]] int fd() const { return fd_.get(); }

    /// The next signal's number (SIGTERM …), or nothing when none came within `timeout` (0: only
    /// what is pending already).
    [[nodiscard]] std::optional<int> read(std::chrono::milliseconds timeout);

private:
    UniqueFd fd_;
};

} // namespace kktd::base
