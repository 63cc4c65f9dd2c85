#include "port/fd_stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace kktd::port {

namespace {

/// poll() counts in int milliseconds; a wait that is longer is made of several.
constexpr std::chrono::milliseconds longest_poll{60'000};

/// Only a socket raises SIGPIPE, and only a socket can be told not to.
ssize_t write_quietly(int fd, std::string_view bytes) {
    const auto written = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return written < 0 && errno == ENOTSOCK ? ::write(fd, bytes.data(), bytes.size()) : written;
}

bool would_block(int number) {
    return number == EAGAIN || number == EWOULDBLOCK;
}

bool is_past(Deadline deadline) {
    return std::chrono::steady_clock::now() >= deadline;
}

/// The other side has gone, as opposed to the system refusing: what the network reports of a lost
/// peer, and what a terminal reports of a pulled cable.
bool is_gone(int number) {
    constexpr std::array gone{EPIPE,        ECONNRESET, ETIMEDOUT, EHOSTUNREACH,
                              ENETUNREACH,  ENETDOWN,   EHOSTDOWN, ENOTCONN,
                              ECONNABORTED, EIO,        ENXIO,     ENODEV};
    return std::ranges::find(gone, number) != gone.end();
}

} // namespace

short wait_for(int fd, short events, Deadline deadline) {
    for (;;) {
        const auto left = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(
                                         deadline - std::chrono::steady_clock::now()),
                                     std::chrono::milliseconds{0}, longest_poll);
        pollfd one{fd, events, 0};
        const int ready = ::poll(&one, 1, static_cast<int>(left.count()));
        if (ready > 0) {
            return one.revents;
        }
        if (ready < 0 && errno != EINTR) {
            return POLLERR; // the next read or write says what it is
        }
        if (ready == 0 && is_past(deadline)) {
            return 0;
        }
    }
}

PortError FdStream::error(std::string_view what, int number) const {
    return {is_gone(number) ? PortError::Kind::closed : PortError::Kind::io,
            name_ + ": " + std::string(what) + ": " + std::generic_category().message(number)};
}

PortError FdStream::timeout(std::string_view what) const {
    return {PortError::Kind::timeout, name_ + ": " + std::string(what)};
}

PortError FdStream::broken(std::string_view what, int number) {
    close();
    return error(what, number);
}

Result<void> FdStream::send(std::string_view bytes, Deadline deadline) {
    if (!fd_) {
        return PortError(PortError::Kind::closed, name_ + ": not open");
    }
    bool late = false;
    while (!bytes.empty()) {
        const auto written = write_quietly(fd_.get(), bytes);
        if (written > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (written < 0 && would_block(errno)) {
            if (late || wait_for(fd_.get(), POLLOUT, deadline) == 0) {
                return timeout("takes no more bytes");
            }
            late = is_past(deadline);
        } else if (written < 0 && errno != EINTR) {
            return broken("cannot send", errno);
        }
    }
    return {};
}

Result<std::string> FdStream::receive(std::size_t max, Deadline deadline) {
    if (!fd_) {
        return PortError(PortError::Kind::closed, name_ + ": not open");
    }
    std::string bytes(max, '\0');
    for (bool late = false;;) {
        const auto got = ::read(fd_.get(), bytes.data(), bytes.size());
        if (got > 0) {
            bytes.resize(static_cast<std::size_t>(got));
            return bytes;
        }
        if (got == 0) {
            close();
            return PortError(PortError::Kind::closed, name_ + ": closed by the device");
        }
        if (would_block(errno)) {
            if (late || wait_for(fd_.get(), POLLIN, deadline) == 0) {
                return timeout("nothing has come");
            }
            late = is_past(deadline);
        } else if (errno != EINTR) {
            return broken("cannot receive", errno);
        }
    }
}

void FdStream::discard() {
    std::array<char, 4096> bytes;
    std::size_t thrown = 0;
    while (fd_ && thrown < max_discarded) {
        const auto got = ::read(fd_.get(), bytes.data(), bytes.size());
        if (got <= 0) {
            return; // nothing there; an end is told by the next receive()
        }
        thrown += static_cast<std::size_t>(got);
    }
}

} // namespace kktd::port
