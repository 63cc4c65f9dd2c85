// ControlServer: the operator's door, state_dir/control.sock (0600). A few threads serve one
// connection after the other: a line with a JSON command in, a line with a JSON answer out, then
// the end. What the commands are: control_commands.hpp. More than one, because a Z report may print
// for a minute, and status must not wait for it.
#pragma once

#include "base/unique_fd.hpp"
#include "front/desk.hpp"
#include "front/stop_event.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace kktd::front {

struct ControlBounds {
    std::size_t line_limit = std::size_t{64} * 1024; ///< bytes of a command
    std::chrono::milliseconds limit{5000}; ///< of reading the command, and of writing the answer
    std::size_t threads = 4;               ///< commands that are served at once
};

class ControlServer {
public:
    /// `desk` outlives the server.
    ControlServer(Desk& desk, std::string socket_path, ControlBounds bounds = {});
    /// stop()
    ~ControlServer();
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    /// Replaces a socket that a dead kktd has left: the caller must own the state folder (its
    /// lock). Errors: throws std::system_error.
    void start();
    /// Finishes the commands at work, removes the socket.
    void stop();

private:
    void run();
    void serve(const base::UniqueFd& client);
    /// Longer than the bound: too long. Nothing: the client left, was silent, or kktd stops.
    [[nodiscard]] std::optional<std::string> read_line(int client) const;
    void write_line(int client, std::string text) const;

    Desk& desk_;
    const std::string path_;
    const ControlBounds bounds_;
    StopEvent stop_;
    base::UniqueFd listener_;
    std::vector<std::thread> threads_;
};

} // namespace kktd::front
