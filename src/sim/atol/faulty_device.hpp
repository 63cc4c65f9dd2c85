// FaultyDevice: a Device to which things happen by script: before and after each command the rules
// that are due are applied, and whoever speaks on the link is told what becomes of the answer.
#pragma once

#include "sim/atol/device.hpp"
#include "sim/faults.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace kktd::sim::atol {

/// What the link does instead of carrying an answer.
struct Disturbance {
    enum class Wire : std::uint8_t { none, lose, drop, half_frame, wrong_crc, wrong_id };
    Wire wire = Wire::none;
    std::chrono::milliseconds refuse{0}; ///< with drop: new connections are refused for so long
    bool stray_bytes = false;            ///< before the answer
    std::chrono::milliseconds slow{0};
    bool power_cycle = false;     ///< and the connection breaks
    std::optional<Answer> answer; ///< instead of the command's own
};

class FaultyDevice {
public:
    /// `till` outlives it.
    FaultyDevice(Till& till, DeviceOptions options) : device_(till, std::move(options)) {}

    /// Applies what is due before the command; `answer` means: it is not executed.
    [[nodiscard]] Disturbance before(std::string_view command);
    [[nodiscard]] Answer execute(std::string_view command);
    /// Applies what is due after it; `answer` means: it was executed, and says something else.
    [[nodiscard]] Disturbance after(std::string_view command);
    /// Of packets without a command.
    [[nodiscard]] Disturbance around(Moment moment, Packet packet);
    void power_cycle();

    /// What happens at once. Link actions are the server's.
    void apply(const Action& action);
    /// Told of each command that is executed, and of its answer.
    using Trace = std::function<void(std::string_view command, std::string_view answer)>;
    void set_trace(Trace trace) { trace_ = std::move(trace); }
    [[nodiscard]] FaultScript& script() { return script_; }
    [[nodiscard]] Device& device() { return device_; }
    [[nodiscard]] Till& till() { return device_.machine().till; }
    /// Executed since the start, by command byte.
    [[nodiscard]] const std::array<std::uint64_t, 256>& counts() const { return counts_; }

private:
    enum class Foreign : std::uint8_t { none, receipt, open };

    [[nodiscard]] Disturbance happen(Moment moment, Packet packet, std::string_view command);
    void serve_others();
    void close_foreign();

    Device device_;
    FaultScript script_;
    Foreign waiting_ = Foreign::none; ///< somebody else, for our receipt to be closed
    bool foreign_open_ = false;
    std::array<std::uint64_t, 256> counts_{};
    Trace trace_;
};

} // namespace kktd::sim::atol
