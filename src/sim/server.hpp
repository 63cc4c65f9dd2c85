// Server: brings bytes to a Session, from one TCP client or a pseudo terminal, and an operator's
// lines from a control socket. One thread, one poll(); it ends when told by a signal.
#pragma once

#include "base/unique_fd.hpp"
#include "sim/session.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::sim {

struct ServerConfig {
    std::string address = "127.0.0.1"; ///< IPv4
    std::uint16_t port = 0;            ///< 0: any free one
    std::string pty;                   ///< path of a link to the terminal; instead of TCP
    std::string control;               ///< path of the control socket (0600); empty: none
};

class Server final : public Wire {
public:
    /// Listens. Errors: throws std::system_error.
    explicit Server(ServerConfig config);
    ~Server() override;

    /// "127.0.0.1:5555", or the path of the link.
    [[nodiscard]] std::string where() const;
    [[nodiscard]] std::uint16_t port() const { return port_; }

    struct Handlers {
        Session& session;
        /// Before bytes of the client are given to the session; false ends run().
        std::function<bool()> before;
        /// A line of the control socket; returns what is answered (one line or more).
        std::function<std::string(std::string_view)> control;
    };
    /// Serves until `stop_fd` is readable or `before` says so. Once.
    void run(Handlers handlers, int stop_fd);

    void send(std::string_view bytes) override;
    void drop() override;
    void refuse(std::chrono::milliseconds time) override;

private:
    struct Control {
        base::UniqueFd fd;
        std::string line; ///< what has come of it
    };

    void listen();
    void open_pty();
    void accept_client(Session& session);
    [[nodiscard]] bool read_client(const Handlers& handlers);
    void read_control(const Handlers& handlers);
    [[nodiscard]] int poll_timeout(const Session& session) const;

    ServerConfig config_;
    std::uint16_t port_ = 0;
    base::UniqueFd listener_; ///< closed while connections are refused
    base::UniqueFd client_;
    base::UniqueFd pty_;       ///< the device's end
    base::UniqueFd pty_other_; ///< the client's end, held open so that a client may come and go
    base::UniqueFd control_listener_;
    Control control_;
    std::optional<TimePoint> refused_until_;
};

} // namespace kktd::sim
