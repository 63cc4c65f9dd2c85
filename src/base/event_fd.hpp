// EventFd: tells threads that sleep in poll() that something is to be done (stop, an answer is
// ready). Any thread may raise it.
#pragma once

#include "base/unique_fd.hpp"

#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace kktd::base {

class EventFd {
public:
    /// Errors: throws std::system_error when the process has no descriptors left.
    EventFd() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (!fd_) {
            throw std::system_error(errno, std::generic_category(), "eventfd");
        }
    }

    /// For poll(): readable from raise() to clear().
    [[nodiscard]] int fd() const { return fd_.get(); }

    void raise() {
        const std::uint64_t one = 1;
        // Full (2⁶⁴−2 raises) is as readable as one.
        [[maybe_unused]] const auto written = ::write(fd_.get(), &one, sizeof one);
    }

    /// Makes it unreadable; says whether it had been raised. Never blocks.
    bool clear() {
        std::uint64_t count = 0;
        return ::read(fd_.get(), &count, sizeof count) == sizeof count;
    }

private:
    UniqueFd fd_;
};

} // namespace kktd::base
