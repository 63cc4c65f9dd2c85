#include "front/server.hpp"

#include "api/problem.hpp"
#include "base/log.hpp"
#include "front/delivery.hpp"
#include "front/fcgi_connection.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <utility>
#include <variant>

namespace kktd::front {

namespace {

/// After a failed accept (no descriptors left) an acceptor waits so long before the next.
constexpr std::chrono::milliseconds accept_pause{100};

[[noreturn]] void throw_errno(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// An epoll of one acceptor. EPOLLEXCLUSIVE: a connection wakes one acceptor, not all of them.
base::UniqueFd watch_both(int listen_fd, int stop_fd) {
    base::UniqueFd both(::epoll_create1(EPOLL_CLOEXEC));
    if (!both) {
        throw_errno("epoll_create1");
    }
    epoll_event listening{};
    listening.events = EPOLLIN | EPOLLEXCLUSIVE;
    epoll_event stopping{};
    stopping.events = EPOLLIN;
    if (::epoll_ctl(both.get(), EPOLL_CTL_ADD, listen_fd, &listening) != 0 ||
        ::epoll_ctl(both.get(), EPOLL_CTL_ADD, stop_fd, &stopping) != 0) {
        throw_errno("epoll_ctl");
    }
    return both;
}

/// A bug or no memory: whoever asked is told, as far as that is still possible.
void fail(FcgiConnection* connection, const RequestLine& line, std::string_view why) noexcept {
    try {
        base::log(base::LogLevel::error,
                  "request " + line.request_id + " failed: " + std::string(why));
        if (connection) {
            deliver(*connection, line,
                    api::problem_answer(api::Problem::internal, "", line.request_id));
        }
    } catch (...) {
        // Closed without an answer: nginx says "unknown, repeat" for us.
    }
}

} // namespace

bool is_listening_socket(int fd) {
    int listening = 0;
    socklen_t size = sizeof listening;
    return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0;
}

std::size_t descriptors_needed(const FrontConfig& config) {
    constexpr std::size_t everything_else = 128;
    return 2 * config.parked_limit + 4 * std::size_t{config.acceptors} + everything_else;
}

Server::Server(const FrontConfig& config, Router& router, int listen_fd)
    : config_(config), router_(router), listen_fd_(listen_fd), watchdog_(config.peer_timeout),
      lot_(config, router.desk()) {}

Server::~Server() {
    stop();
}

void Server::start() {
    init_fcgi();
    const int flags = ::fcntl(listen_fd_, F_GETFL);
    if (flags < 0 || ::fcntl(listen_fd_, F_SETFL, flags | O_NONBLOCK) < 0) {
        throw_errno("the listening socket");
    }
    try {
        for (unsigned i = 0; i < config_.acceptors; ++i) {
            acceptors_.emplace_back(
                [this, both = watch_both(listen_fd_, stop_.fd())] { accept_requests(both.get()); });
        }
    } catch (...) {
        stop();
        throw;
    }
}

void Server::stop() {
    stop_.set();
    lot_.close();
    for (std::thread& acceptor : acceptors_) {
        acceptor.join();
    }
    acceptors_.clear();
    lot_.join();
}

void Server::accept_requests(int both) {
    bool failing = false;
    while (!stop_.is_set()) {
        base::UniqueFd socket(::accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC));
        if (socket) {
            failing = false;
            serve(std::move(socket));
        } else if (errno == EAGAIN) {
            // A signal (a debugger's) may end the wait early: then it is only repeated.
            std::array<epoll_event, 2> events;
            ::epoll_wait(both, events.data(), static_cast<int>(events.size()), -1);
        } else if (errno != EINTR && errno != ECONNABORTED && errno != EPROTO) {
            if (!std::exchange(failing, true)) {
                base::log(base::LogLevel::error,
                          "cannot accept connections: " + std::generic_category().message(errno) +
                              "; trying again");
            }
            (void)stop_.wait(-1, 0, accept_pause);
        }
    }
}

void Server::serve(base::UniqueFd socket) {
    RequestLine line;
    line.begun = std::chrono::steady_clock::now();
    std::unique_ptr<FcgiConnection> connection;
    try {
        FcgiConnection::Incoming incoming =
            FcgiConnection::read(std::move(socket), config_.body_limit, watchdog_);
        connection = std::move(incoming.connection);
        const Request& request = incoming.request;
        if (!connection) {
            base::log(base::LogLevel::warning,
                      "a connection was dropped: no complete FastCGI request came in time");
            return;
        }
        line = {request.request_id, request.method, request.path, line.begun};
        if (incoming.problem) {
            deliver(*connection, line, api::problem_answer(*incoming.problem, "", line.request_id));
            return;
        }
        if (connection->peer_gone()) {
            // It waited in the backlog until nginx gave up and told its caller to repeat. Nothing
            // has begun, so nothing need.
            base::log(base::LogLevel::warning,
                      "request " + line.request_id + " dropped: the peer has gone");
            return;
        }
        const ParkingLot::Ticket ticket = lot_.ticket();
        Handled handled = router_.handle(request, lot_.waiter(ticket), lot_.room());
        if (const auto* answer = std::get_if<api::Answer>(&handled)) {
            deliver(*connection, line, *answer);
        } else {
            auto& [waiter, render] = std::get<Waiting>(handled);
            lot_.park(ticket, std::move(connection), waiter, std::move(render), std::move(line));
        }
    } catch (const std::exception& error) {
        fail(connection.get(), line, error.what());
    } catch (...) {
        fail(connection.get(), line, "an exception of no known type");
    }
}

} // namespace kktd::front
