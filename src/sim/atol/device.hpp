// Device: the application layer of an ATOL KKT (platform 2: FFD 1.05 and 1.1) over a Till: command
// bytes in, answer bytes out. Knows neither packets nor sockets. Layouts: reference «Протокол ККТ
// 3.1»; what is in no source says so where it is decided. One thread at a time.
#pragma once

#include "sim/atol/machine.hpp"

#include <string_view>

namespace kktd::sim::atol {

class Device {
public:
    /// `till` outlives the device.
    Device(Till& till, DeviceOptions options);

    /// `command`: command byte and parameters, without the access password.
    [[nodiscard]] Answer execute(std::string_view command);
    /// Switched off and on.
    void power_cycle() { machine_.power_cycle(); }
    /// For whoever does what no command can: the operator at the KKT, tests.
    [[nodiscard]] Machine& machine() { return machine_; }

private:
    [[nodiscard]] Outcome<Answer> run(std::string_view command);

    Machine machine_;
};

/// Bytes before every command: two of the access password (BCD; 0 as it leaves the factory).
inline constexpr std::size_t access_password_size = 2;
/// The command of a packet's payload, or the answer to a wrong password or an empty payload.
struct Opened {
    std::string_view command;
    std::optional<Answer> refusal;
};
[[nodiscard]] Opened open_payload(std::string_view payload);

} // namespace kktd::sim::atol
