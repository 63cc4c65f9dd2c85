#include "sim/server.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace kktd::sim {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int backlog = 16;
/// A client that takes no bytes for so long has gone.
constexpr milliseconds send_limit{1000};
constexpr std::size_t max_control_line = 4096;

[[noreturn]] void throw_errno(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// Writes all, in one call where the system lets.
bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == ENOTSOCK) {
            count = ::write(fd, bytes.data(), bytes.size()); // a terminal
        }
        if (count > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
            continue;
        }
        if (errno == EINTR) {
            continue;
        }
        pollfd writable{.fd = fd, .events = POLLOUT, .revents = 0};
        if (errno != EAGAIN || ::poll(&writable, 1, static_cast<int>(send_limit.count())) <= 0) {
            return false;
        }
    }
    return true;
}

base::UniqueFd listen_unix(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        throw_errno(path);
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    base::UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!listener) {
        throw_errno("socket");
    }
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) {
        ::unlink(path.c_str()); // of a simulator that was killed
    }
    if (::fchmod(listener.get(), S_IRUSR | S_IWUSR) != 0 ||
        ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener.get(), backlog) != 0) {
        throw_errno(path);
    }
    return listener;
}

} // namespace

Server::Server(ServerConfig config) : config_(std::move(config)), port_(config_.port) {
    config_.pty.empty() ? listen() : open_pty();
    if (!config_.control.empty()) {
        control_listener_ = listen_unix(config_.control);
    }
}

Server::~Server() {
    if (!config_.pty.empty()) {
        ::unlink(config_.pty.c_str());
    }
    if (control_listener_) {
        ::unlink(config_.control.c_str());
    }
}

std::string Server::where() const {
    return config_.pty.empty() ? config_.address + ":" + std::to_string(port_) : config_.pty;
}

void Server::listen() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    if (::inet_pton(AF_INET, config_.address.c_str(), &address.sin_addr) != 1) {
        errno = EINVAL;
        throw_errno(config_.address);
    }
    base::UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int on = 1;
    if (!listener || ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener.get(), backlog) != 0) {
        throw_errno(where());
    }
    socklen_t size = sizeof address;
    if (::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw_errno(where());
    }
    port_ = ntohs(address.sin_port);
    listener_ = std::move(listener);
}

void Server::open_pty() {
    pty_ = base::UniqueFd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
    std::array<char, 128> name{};
    if (!pty_ || ::grantpt(pty_.get()) != 0 || ::unlockpt(pty_.get()) != 0 ||
        ::ptsname_r(pty_.get(), name.data(), name.size()) != 0) {
        throw_errno("pty");
    }
    pty_other_ = base::UniqueFd(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
    termios raw{};
    if (!pty_other_ || ::tcgetattr(pty_other_.get(), &raw) != 0) {
        throw_errno(name.data());
    }
    ::cfmakeraw(&raw);
    struct stat status {};
    if (::lstat(config_.pty.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) {
        ::unlink(config_.pty.c_str()); // of a simulator that was killed
    }
    if (::tcsetattr(pty_other_.get(), TCSANOW, &raw) != 0 ||
        ::symlink(name.data(), config_.pty.c_str()) != 0) {
        throw_errno(config_.pty);
    }
}

void Server::send(std::string_view bytes) {
    const int fd = pty_ ? pty_.get() : client_.get();
    if (refused_until_ || fd < 0) {
        return;
    }
    if (!write_all(fd, bytes)) {
        drop();
    }
}

/// A terminal cannot break; what is on its way is lost.
void Server::drop() {
    if (pty_) {
        ::tcflush(pty_other_.get(), TCIOFLUSH);
        return;
    }
    if (client_) {
        // With unread bytes a close is a reset, as of a device that lost its power.
        client_.reset();
    }
}

void Server::refuse(milliseconds time) {
    listener_.reset(); // before anybody sees the connection break and comes again
    drop();
    refused_until_ = steady_clock::now() + time;
}

void Server::accept_client(Session& session) {
    base::UniqueFd accepted(
        ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!accepted) {
        return;
    }
    const int on = 1;
    ::setsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    client_ = std::move(accepted);
    session.connected();
}

bool Server::read_client(const Handlers& handlers) {
    std::array<char, 16'384> bytes;
    const int fd = pty_ ? pty_.get() : client_.get();
    const ssize_t count = ::read(fd, bytes.data(), bytes.size());
    if (count > 0) {
        if (refused_until_) {
            return true; // a terminal whose device does not hear
        }
        if (!handlers.before()) {
            return false;
        }
        handlers.session.receive({bytes.data(), static_cast<std::size_t>(count)},
                                 steady_clock::now());
    } else if (!pty_ && (count == 0 || (errno != EAGAIN && errno != EINTR))) {
        client_.reset();
    }
    return true;
}

void Server::read_control(const Handlers& handlers) {
    std::array<char, 1024> bytes;
    const ssize_t count = ::read(control_.fd.get(), bytes.data(), bytes.size());
    if (count <= 0) {
        if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            control_ = Control();
        }
        return;
    }
    control_.line.append(bytes.data(), static_cast<std::size_t>(count));
    while (true) {
        const std::size_t end = control_.line.find('\n');
        if (end == control_.line.npos) {
            break;
        }
        const std::string line = control_.line.substr(0, end);
        control_.line.erase(0, end + 1);
        if (!write_all(control_.fd.get(), handlers.control(line) + "\n")) {
            control_ = Control();
            return;
        }
    }
    if (control_.line.size() > max_control_line) {
        control_ = Control();
    }
}

int Server::poll_timeout(const Session& session) const {
    std::optional<TimePoint> next = session.due();
    if (refused_until_) {
        next = next ? std::min(*next, *refused_until_) : *refused_until_;
    }
    if (!next) {
        return -1;
    }
    const auto left = std::chrono::ceil<milliseconds>(*next - steady_clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

void Server::run(Handlers handlers, int stop_fd) {
    const auto descriptor = [](const base::UniqueFd& fd, bool wanted) {
        return pollfd{.fd = wanted ? fd.get() : -1, .events = POLLIN, .revents = 0};
    };
    while (true) {
        // One client at a time: the next one waits in the backlog, as at a real device.
        std::array<pollfd, 5> fds{pollfd{.fd = stop_fd, .events = POLLIN, .revents = 0},
                                  descriptor(pty_ ? pty_ : client_, true),
                                  descriptor(listener_, !client_), descriptor(control_.fd, true),
                                  descriptor(control_listener_, !control_.fd)};
        if (::poll(fds.data(), fds.size(), poll_timeout(handlers.session)) < 0 && errno != EINTR) {
            throw_errno("poll");
        }
        if (fds[0].revents != 0) {
            return;
        }
        const TimePoint now = steady_clock::now();
        if (refused_until_ && now >= *refused_until_) {
            refused_until_.reset();
            if (!pty_) {
                listen();
            }
        }
        if (const auto due = handlers.session.due(); due && now >= *due) {
            handlers.session.tick(now);
        }
        if (fds[3].revents != 0 && control_.fd) {
            read_control(handlers);
        }
        if (fds[1].revents != 0 && (pty_ || client_) && !read_client(handlers)) {
            return;
        }
        if (fds[2].revents != 0 && listener_ && !client_) {
            accept_client(handlers.session);
        }
        if (fds[4].revents != 0) {
            control_.fd = base::UniqueFd(
                ::accept4(control_listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        }
    }
}

} // namespace kktd::sim
