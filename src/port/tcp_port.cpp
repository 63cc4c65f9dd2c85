#include "port/tcp_port.hpp"

#include <cerrno>
#include <cstring>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>

namespace kktd::port {

namespace {

// A KKT whose power or cable is gone says nothing. Idle, it is asked after 10 s and given up 15 s
// later; while bytes of ours are on their way, the kernel gives up after 20 s without a sign.
constexpr int keepalive_idle_seconds = 10;
constexpr int keepalive_interval_seconds = 5;
constexpr int keepalive_probes = 3;
constexpr unsigned unacknowledged_milliseconds = 20'000;

std::string name_of(const std::string& host, int port) {
    const bool bare_ipv6 = host.find(':') != std::string::npos;
    return (bare_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

template<class Value>
void set(int fd, int level, int option, Value value) {
    // None of them decides whether the device can be talked to.
    static_cast<void>(::setsockopt(fd, level, option, &value, sizeof value));
}

/// Whether a connection that is closed, by a kill too, forgets what the device has not got yet.
void forget_unsent(int fd, bool yes) {
    const linger now{.l_onoff = yes ? 1 : 0, .l_linger = 0};
    static_cast<void>(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now));
}

void set_options(int fd) {
    set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(fd, IPPROTO_TCP, TCP_KEEPIDLE, keepalive_idle_seconds);
    set(fd, IPPROTO_TCP, TCP_KEEPINTVL, keepalive_interval_seconds);
    set(fd, IPPROTO_TCP, TCP_KEEPCNT, keepalive_probes);
    set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, unacknowledged_milliseconds);
    forget_unsent(fd, true);
}

/// What became of a connect() in the background: an errno, 0 for connected.
int connect_outcome(int fd) {
    int number = 0;
    socklen_t size = sizeof number;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &size) == 0 ? number : errno;
}

/// Nobody listens, but the kernel gave our own end the very port that we connect to: the connection
/// leads to ourselves. Happens on the loopback with ports of the ephemeral range.
bool is_own_echo(int fd) {
    sockaddr_storage ours{};
    sockaddr_storage theirs{};
    socklen_t our_size = sizeof ours;
    socklen_t their_size = sizeof theirs;
    return ::getsockname(fd, reinterpret_cast<sockaddr*>(&ours), &our_size) == 0 &&
           ::getpeername(fd, reinterpret_cast<sockaddr*>(&theirs), &their_size) == 0 &&
           our_size == their_size && std::memcmp(&ours, &theirs, our_size) == 0;
}

} // namespace

TcpPort::TcpPort(const std::string& host, int port)
    : resolver_(host, port), stream_(name_of(host, port)) {}

Result<void> TcpPort::open(Deadline deadline) {
    if (is_open()) {
        return {};
    }
    const auto addresses = resolver_.resolve(deadline);
    if (!addresses) {
        return addresses.error();
    }
    Result<void> connected = stream_.timeout("has no address");
    auto left = static_cast<Deadline::duration::rep>(addresses->size());
    for (const auto& address : *addresses) {
        const auto now = std::chrono::steady_clock::now();
        connected = connect_to(address, now + (deadline - now) / left);
        --left;
        if (connected) {
            break;
        }
    }
    return connected;
}

TcpPort::~TcpPort() {
    close();
}

/// A command that is still on its way must not come to the device later, when its absence may have
/// been found already. So the rest is thrown away by a reset; where there is none, the device is
/// told goodbye.
void TcpPort::close() {
    int unsent = 0;
    if (is_open() && ::ioctl(stream_.fd(), SIOCOUTQ, &unsent) == 0 && unsent == 0) {
        forget_unsent(stream_.fd(), false);
    }
    stream_.close();
}

Result<std::string> TcpPort::receive(std::size_t max, Deadline deadline) {
    // A device that says two things in a row ("in progress", then the answer) holds the second back
    // until the first is acknowledged (Nagle's algorithm), which the kernel delays by 40 ms unless
    // it is told each time not to.
    set(stream_.fd(), IPPROTO_TCP, TCP_QUICKACK, 1);
    return stream_.receive(max, deadline);
}

Result<void> TcpPort::connect_to(const Address& address, Deadline deadline) {
    base::UniqueFd fd(
        ::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) {
        return stream_.error("cannot make a socket", errno);
    }
    set_options(fd.get());
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address.bytes), address.size) != 0) {
        if (errno != EINPROGRESS) {
            return stream_.error("cannot connect", errno);
        }
        if (wait_for(fd.get(), POLLOUT, deadline) == 0) {
            return stream_.timeout("cannot connect: no answer");
        }
        if (const int number = connect_outcome(fd.get()); number != 0) {
            return stream_.error("cannot connect", number);
        }
    }
    if (is_own_echo(fd.get())) {
        return stream_.error("cannot connect", ECONNREFUSED);
    }
    stream_.attach(std::move(fd));
    return {};
}

} // namespace kktd::port
