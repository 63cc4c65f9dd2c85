// Server: the acceptors. N threads take connections from one listening socket; each reads one
// request, has the router handle it and answers, or parks the connection and takes the next.
#pragma once

#include "front/front_config.hpp"
#include "front/parking_lot.hpp"
#include "front/router.hpp"
#include "front/stop_event.hpp"
#include "front/watchdog.hpp"

#include <thread>
#include <vector>

namespace kktd::front {

/// Whether the descriptor is what spawn-fcgi and systemd (StandardInput=socket) hand over as
/// standard input: a listening stream socket.
[[nodiscard]] bool is_listening_socket(int fd);

/// Descriptors a process with such a server may hold at once, for RLIMIT_NOFILE: two a request
/// while it is read or written, one while it is parked, and some for everything else.
[[nodiscard]] std::size_t descriptors_needed(const FrontConfig& config);

class Server {
public:
    /// `router` and `listen_fd` outlive the server; the socket is made non-blocking, which whoever
    /// shares it must cope with. Starts threads of its own: the signals that the program handles
    /// must be blocked before. Errors: throws std::system_error.
    Server(const FrontConfig& config, Router& router, int listen_fd);
    /// stop()
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Starts the acceptors.
    /// Errors: throws std::system_error or std::runtime_error; then nothing runs.
    void start();
    /// Takes no more connections, answers every request in hand: the parked ones with 202 at once.
    /// Blocks until then, at most as long as a slow peer may take plus settle_limit. Call it
    /// before the engine stops. The socket stays open for whoever listens next.
    void stop();

private:
    void accept_requests(int both);
    void serve(base::UniqueFd socket);

    const FrontConfig config_;
    Router& router_;
    const int listen_fd_;
    StopEvent stop_;
    Watchdog watchdog_;
    ParkingLot lot_;
    std::vector<std::thread> acceptors_;
};

} // namespace kktd::front
