// Simulator: a simulated ATOL KKT as a program runs it: till, device, link protocol, faults from a
// file and from a control socket.
#pragma once

#include "base/clock.hpp"
#include "base/file_version.hpp"
#include "sim/atol/faulty_device.hpp"
#include "sim/server.hpp"
#include "sim/till.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::sim {

enum class Protocol : std::uint8_t { atol2, atol3 };

struct SimulatorConfig {
    Protocol protocol = Protocol::atol3;
    bool sync_answers = false; ///< atol3: nothing comes by itself
    TillConfig till;
    atol::DeviceOptions device;
    ServerConfig server;
    std::string faults; ///< path of the file; empty: none
    bool trace = false; ///< each command and its answer in hex to stderr
};

/// Not an aggregate: it is the error of Result. A mistake of the user's, Russian, one line.
class SimulatorError {
public:
    SimulatorError() = default;
    explicit SimulatorError(std::string text) : text_(std::move(text)) {}
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

class Simulator {
public:
    /// Opens the storage file and listens. `clock` outlives it.
    [[nodiscard]] static fiscal::Result<std::unique_ptr<Simulator>, SimulatorError>
    open(SimulatorConfig config, const base::Clock& clock);

    [[nodiscard]] std::string where() const { return server_->where(); }
    [[nodiscard]] std::uint16_t port() const { return server_->port(); }
    /// Serves until `stop_fd` is readable, or until the file of faults has become wrong: the error
    /// says why. Once.
    [[nodiscard]] fiscal::Result<void, SimulatorError> run(int stop_fd);

    /// A line of the control socket: a line of faults, "clear", "state", "stats" or "rules".
    [[nodiscard]] std::string control(std::string_view line);

private:
    Simulator(SimulatorConfig config, Till till);
    [[nodiscard]] fiscal::Result<void, FaultError> read_faults();
    [[nodiscard]] fiscal::Result<void, FaultError> take(const FaultLine& line);
    void clear_faults();
    [[nodiscard]] std::string state_json();
    [[nodiscard]] std::string stats_json();

    SimulatorConfig config_;
    Till till_;
    std::unique_ptr<Server> server_;
    atol::FaultyDevice device_;
    std::unique_ptr<Session> session_;
    base::FileVersion seen_; ///< of the file of faults
    std::string trouble_;    ///< why the file of faults is wrong
};

} // namespace kktd::sim
