// The commands that tell what an ATOL KKT is doing and change its mode: 3Fh, 45h, A5h, 56h, 48h
// ("Протокол ККТ 3.1"). Builders give command byte and parameters; parsers take a whole answer and
// give nothing if it is not exactly what the protocol says.
#pragma once

#include "fiscal/date.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

// Modes (56h), the low half byte of 45h's state.
inline constexpr std::uint8_t mode_choice = 0;
inline constexpr std::uint8_t mode_registration = 1;
inline constexpr std::uint8_t mode_x_reports = 2;
inline constexpr std::uint8_t mode_z_reports = 3;
inline constexpr std::uint8_t mode_extra = 7; ///< busy with, or blocked by, something of its own

/// 3Fh.
struct Status {
    fiscal::LocalTime now;
    bool shift_open = false;
    bool paper_present = false;
    bool cover_open = false;
    std::string short_serial; ///< 8 digits; the whole one is register 22
    std::uint8_t mode = 0;
    std::uint8_t submode = 0;
    std::uint8_t receipt_state = 0; ///< 0 closed, else the type given to 92h
    friend bool operator==(const Status&, const Status&) = default;
};
[[nodiscard]] std::string status_command();
[[nodiscard]] std::optional<Status> parse_status(std::string_view answer);

/// 45h.
struct StateCode {
    std::uint8_t mode = 0;
    std::uint8_t submode = 0;
    bool no_paper = false;
    bool paper_low = false;
    /// No link with the printer, its mechanics, its cutter, overheated, an error of its FR board.
    bool printer_broken = false;
    friend bool operator==(const StateCode&, const StateCode&) = default;
};
[[nodiscard]] std::string state_code_command();
[[nodiscard]] std::optional<StateCode> parse_state_code(std::string_view answer);

/// A5h.
struct DeviceType {
    std::string model;    ///< "АТОЛ 22Ф"
    std::string firmware; ///< "3.0.7820"
    friend bool operator==(const DeviceType&, const DeviceType&) = default;
};
[[nodiscard]] std::string device_type_command();
[[nodiscard]] std::optional<DeviceType> parse_device_type(std::string_view answer);

/// The password of the system administrator as the KKT leaves the factory.
inline constexpr std::uint32_t factory_user_password = 30;
/// Of eight decimal digits.
inline constexpr std::uint32_t max_user_password = 99'999'999;
/// 56h with a password of at most eight digits (the factory's if it has more); 48h.
[[nodiscard]] std::string enter_mode_command(std::uint8_t mode,
                                             std::uint32_t password = factory_user_password);
[[nodiscard]] std::string leave_mode_command();

} // namespace kktd::driver::atol
