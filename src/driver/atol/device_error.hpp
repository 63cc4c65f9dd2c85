// DeviceError: what an ATOL KKT answers when it does not do what it was told ("55 err ext"), and
// what that means for kktd. The table of codes is that of the vendor's driver for every code it
// knows; classes follow the cure.
#pragma once

#include "fiscal/fault.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

// Codes the driver acts upon.
inline constexpr std::uint8_t error_wrong_mode = 0x66;
inline constexpr std::uint8_t error_unfinished = 0x76; ///< the previous operation
inline constexpr std::uint8_t error_receipt_closed = 0x9A;
inline constexpr std::uint8_t error_no_data = 0xDA;  ///< no such document; the end of its tags
inline constexpr std::uint8_t error_extended = 0xEE; ///< the reason stands in register 55
inline constexpr std::uint8_t error_parameter = 0xF6;
// Extended codes.
inline constexpr std::uint16_t extended_bad_vat = 0x0104;
inline constexpr std::uint16_t extended_tag_written = 0x0201;
inline constexpr std::uint16_t extended_read_ended = 0x0303;

/// Not an aggregate: it may be the error of a Result.
class DeviceError {
public:
    DeviceError() = default;
    DeviceError(std::uint8_t command, std::uint8_t code, std::uint8_t detail = 0)
        : command_(command), code_(code), detail_(detail) {}

    [[nodiscard]] std::uint8_t command() const { return command_; }
    [[nodiscard]] std::uint8_t code() const { return code_; }
    [[nodiscard]] std::uint16_t extended() const { return extended_; }
    /// From register 55; 0: not known.
    void set_extended(std::uint16_t code) { extended_ = code; }

    /// The extended code where there is one (above 255), else the code.
    [[nodiscard]] std::int64_t native_code() const { return extended_ != 0 ? extended_ : code_; }
    /// The KKT's own words, Russian: "Нет бумаги"; "код ошибки 0x2F" if nobody knows them.
    [[nodiscard]] std::string text() const;
    /// Class by cure, and a text that says what was being done and what to do now.
    [[nodiscard]] fiscal::Fault fault(std::string_view doing = {}) const;

private:
    std::uint8_t command_ = 0;
    std::uint8_t code_ = 0;
    std::uint8_t detail_ = 0;
    std::uint16_t extended_ = 0;
};

} // namespace kktd::driver::atol
