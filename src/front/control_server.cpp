#include "front/control_server.hpp"

#include "base/log.hpp"
#include "front/control_commands.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <utility>

namespace kktd::front {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// After a failed accept (no descriptors left).
constexpr milliseconds accept_pause{100};
constexpr int backlog = 16;

[[noreturn]] void throw_errno(int error, const std::string& what) {
    throw std::system_error(error, std::generic_category(), what);
}

milliseconds left_until(steady_clock::time_point deadline) {
    return std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
}

/// Who is at the other end, as the kernel knows it: "uid 998".
std::string peer_of(const base::UniqueFd& client) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(client.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        return "uid unknown";
    }
    return "uid " + std::to_string(peer.uid);
}

base::UniqueFd listen_at(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        throw_errno(ENAMETOOLONG, path + ": the path of a socket has at most 107 bytes");
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);

    base::UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!listener) {
        throw_errno(errno, "socket");
    }
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
        throw_errno(errno, path);
    }
    // The mode set before bind() is the one the path is born with: there is no moment at which
    // somebody else could connect.
    if (::fchmod(listener.get(), S_IRUSR | S_IWUSR) != 0 ||
        ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener.get(), backlog) != 0) {
        throw_errno(errno, path);
    }
    return listener;
}

} // namespace

ControlServer::ControlServer(Desk& desk, std::string socket_path, ControlBounds bounds)
    : desk_(desk), path_(std::move(socket_path)), bounds_(bounds) {}

ControlServer::~ControlServer() {
    stop();
}

void ControlServer::start() {
    listener_ = listen_at(path_);
    for (std::size_t i = 0; i < bounds_.threads; ++i) {
        threads_.emplace_back([this] { run(); });
    }
}

void ControlServer::stop() {
    stop_.set();
    for (std::thread& thread : threads_) {
        thread.join();
    }
    threads_.clear();
    if (listener_) {
        listener_.reset();
        ::unlink(path_.c_str());
    }
}

void ControlServer::run() {
    while (stop_.wait(listener_.get(), POLLIN, std::nullopt) != StopEvent::Seen::stop) {
        const base::UniqueFd client(
            ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (client) {
            serve(client);
        } else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
            (void)stop_.wait(-1, 0, accept_pause);
        }
    }
}

void ControlServer::serve(const base::UniqueFd& client) {
    try {
        const std::optional<std::string> line = read_line(client.get());
        if (line) {
            write_line(client.get(), line->size() > bounds_.line_limit
                                         ? control_refusal("Команда слишком длинная")
                                         : run_control_command(desk_, *line, peer_of(client)));
        }
    } catch (const std::exception& error) {
        base::log(base::LogLevel::error,
                  std::string("an operator's command failed: ") + error.what());
    }
}

std::optional<std::string> ControlServer::read_line(int client) const {
    const auto deadline = steady_clock::now() + bounds_.limit;
    std::string line;
    while (line.size() <= bounds_.line_limit) {
        std::array<char, 4096> chunk;
        const ssize_t count = ::recv(client, chunk.data(), chunk.size(), 0);
        if (count > 0) {
            const std::string_view bytes(chunk.data(), static_cast<std::size_t>(count));
            const std::size_t end = bytes.find('\n');
            line += bytes.substr(0, end);
            if (end != bytes.npos) {
                return line;
            }
        } else if (count == 0 || (errno != EAGAIN && errno != EINTR) ||
                   stop_.wait(client, POLLIN, left_until(deadline)) != StopEvent::Seen::ready) {
            return std::nullopt;
        }
    }
    return line;
}

void ControlServer::write_line(int client, std::string text) const {
    const auto deadline = steady_clock::now() + bounds_.limit;
    text += '\n';
    std::string_view rest = text;
    while (!rest.empty()) {
        const ssize_t count = ::send(client, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (count > 0) {
            rest.remove_prefix(static_cast<std::size_t>(count));
        } else if ((errno != EAGAIN && errno != EINTR) ||
                   stop_.wait(client, POLLOUT, left_until(deadline)) != StopEvent::Seen::ready) {
            return; // the operator has gone, or does not read
        }
    }
}

} // namespace kktd::front
