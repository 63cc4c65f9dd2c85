#include "base/sd_notify.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace kktd::base {
namespace {

std::optional<std::int64_t> environment_number(const char* name) {
    const char* const text = std::getenv(name);
    if (text == nullptr) {
        return std::nullopt;
    }
    const std::string_view digits(text);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), number);
    if (error != std::errc() || end != digits.end() || number <= 0) {
        return std::nullopt;
    }
    return number;
}

std::string one_line(std::string_view text) {
    std::string line(text);
    for (char& c : line) {
        if (c == '\n') {
            c = ' '; // a line break would begin another assignment
        }
    }
    return line;
}

} // namespace

SdNotify::SdNotify() {
    if (const auto usec = environment_number("WATCHDOG_USEC")) {
        const auto pid = environment_number("WATCHDOG_PID");
        if (!pid || *pid == ::getpid()) {
            watchdog_interval_ = std::chrono::microseconds(*usec / 2);
        }
    }
    const char* const path = std::getenv("NOTIFY_SOCKET");
    if (path == nullptr || (path[0] != '/' && path[0] != '@') ||
        std::strlen(path) >= sizeof(sockaddr_un::sun_path)) {
        return;
    }
    address_ = path;
    if (address_[0] == '@') {
        address_[0] = '\0';
    }
    socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const timeval limit{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

bool SdNotify::ready(std::string_view status) const {
    return send(status.empty() ? "READY=1" : "READY=1\nSTATUS=" + one_line(status));
}
bool SdNotify::status(std::string_view text) const {
    return send("STATUS=" + one_line(text));
}
bool SdNotify::watchdog() const {
    return send("WATCHDOG=1");
}
bool SdNotify::stopping() const {
    return send("STOPPING=1");
}
bool SdNotify::reloading() const {
    return send("RELOADING=1");
}
bool SdNotify::extend_timeout(std::chrono::microseconds by) const {
    return send("EXTEND_TIMEOUT_USEC=" + std::to_string(by.count()));
}

bool SdNotify::send(const std::string& message) const {
    if (!socket_) {
        return false;
    }
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, address_.data(), address_.size());
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    // Not connected, so that a systemd that was re-executed is found again.
    return ::sendto(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL,
                    reinterpret_cast<const sockaddr*>(&to),
                    length) == static_cast<ssize_t>(message.size());
}

} // namespace kktd::base
