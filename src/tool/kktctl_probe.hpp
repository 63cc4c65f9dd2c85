// `kktctl probe`: opens a KKT through its driver and tells what it is, how it is and what it can
// do. Changes nothing on it; `--vat` opens a receipt there and cancels it. For an administrator who
// connects a KKT, before kktd knows it.
#pragma once

#include "driver/registry.hpp"
#include "fiscal/device_state.hpp"
#include "kktctl_options.hpp"

#include <chrono>
#include <iosfwd>
#include <string>

namespace kktd::tool {

/// Bounds of what is asked of the device.
inline constexpr std::chrono::seconds probe_limit{20};
inline constexpr std::chrono::seconds vat_probe_limit{60};

/// Opens the device of `probe.uri`; returns kktctl's exit code. Blocks at most for both limits and
/// for a short question to a running kktd, whose devices it does not touch.
[[nodiscard]] int run_probe(const Probe& probe, std::ostream& out, std::ostream& err);

/// The same with a driver that is open already. `utc_seconds` is the host's clock.
[[nodiscard]] int probe_driver(driver::Driver& driver, const driver::DriverEntry& entry,
                               const Probe& probe, std::int64_t utc_seconds, std::ostream& out,
                               std::ostream& err);

/// A KKT's clock does not name its zone: the one that fits it best, in half hours, and by how much
/// it is wrong then.
struct ClockReading {
    std::chrono::seconds utc_offset{0};
    std::int64_t skew = 0; ///< seconds; positive: fast
    friend bool operator==(const ClockReading&, const ClockReading&) = default;
};
[[nodiscard]] ClockReading read_clock(fiscal::LocalTime kkt, std::int64_t utc_seconds);

} // namespace kktd::tool
