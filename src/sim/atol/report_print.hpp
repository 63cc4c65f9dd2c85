// ReportPrint: a report on its way through the printer. 67h and 5Ah are answered at once; then 45h
// tells how far it is (reference: "Modes and states"): an X report is printed in 2.2; a Z report is
// printed in 3.2, after which the registers are cleared in 7.1, and it ends in 3.0. 3.6, a general
// clearing, is made by no command of this device.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace kktd::sim::atol {

class ReportPrint {
public:
    enum class Kind : std::uint8_t { x, z };
    /// Mode and submode as 45h and 3Fh tell them.
    enum class State : std::uint8_t { x_printing = 0x22, z_printing = 0x23, clearing = 0x17 };

    /// `time`: what it takes in all, clearing included; 0: it is over at once.
    explicit ReportPrint(std::chrono::microseconds time) : time_(time) {}

    /// Its paper begins to leave, or goes on after it was interrupted. `now`: host clock.
    void begin(Kind kind, std::chrono::microseconds now) { running_ = Running{kind, now}; }
    /// Nothing: none is printed. A host clock that is set back ends one.
    [[nodiscard]] std::optional<State> state(std::chrono::microseconds now) const;
    void power_cycle() { running_.reset(); }

private:
    struct Running {
        Kind kind;
        std::chrono::microseconds since;
    };

    std::chrono::microseconds time_;
    std::optional<Running> running_;
};

} // namespace kktd::sim::atol
