// SdNotify: tells systemd how the service is doing (sd_notify(3)), by hand: one datagram a message
// to $NOTIFY_SOCKET. Without that variable every call does nothing.
#pragma once

#include "base/unique_fd.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::base {

/// Any thread. A call waits at most a second for a systemd that does not read; what it could not
/// deliver it reports as false, which nobody needs to act on: the next message says it again.
class SdNotify {
public:
    /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    SdNotify();

    bool ready(std::string_view status = {}) const;
    /// One line for `systemctl status`; line breaks become spaces.
    bool status(std::string_view text) const;
    bool watchdog() const;
    bool stopping() const;
    /// The configuration is being taken anew; ready() ends it.
    bool reloading() const;
    /// More time to start or stop, from now on; to be repeated before it is over.
    bool extend_timeout(std::chrono::microseconds by) const;

    /// How often watchdog() must be called (half of WatchdogSec); nothing: no watchdog set.
    [[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval() const {
        return watchdog_interval_;
    }

private:
    bool send(const std::string& message) const;

    std::string address_; ///< bytes of sun_path; an abstract one begins with NUL
    UniqueFd socket_;
    std::optional<std::chrono::microseconds> watchdog_interval_;
};

} // namespace kktd::base
