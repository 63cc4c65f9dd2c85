#include "driver/atol/status.hpp"

#include "driver/atol/bcd.hpp"
#include "driver/atol/byte_reader.hpp"
#include "driver/atol/external_text.hpp"

namespace kktd::driver::atol {

namespace {

constexpr std::uint8_t status_prefix = 0x44;
constexpr std::uint8_t answer_prefix = 0x55;

std::string two_digits(std::uint64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

} // namespace

std::string status_command() {
    return bytes({0x3F});
}

std::optional<Status> parse_status(std::string_view answer) {
    ByteReader reader(answer);
    Status status;
    if (reader.byte() != status_prefix) {
        return std::nullopt;
    }
    reader.skip(2); // operator, logical number
    const auto now = reader.ymd_hms_bcd();
    const auto flags = reader.byte();
    status.shift_open = (flags & 0x02) != 0;
    status.paper_present = (flags & 0x08) != 0;
    status.cover_open = (flags & 0x20) != 0;
    const auto serial = std::to_string(reader.bcd(4));
    status.short_serial = std::string(8 - std::min<std::size_t>(8, serial.size()), '0') + serial;
    reader.skip(3); // model, two ASCII digits of the firmware version
    const auto mode = reader.byte();
    status.mode = mode & 0x0F;
    status.submode = static_cast<std::uint8_t>(mode >> 4);
    reader.skip(4); // receipt number, number of the last closed shift
    status.receipt_state = reader.byte();
    reader.skip(7); // receipt sum, decimal point, interface
    if (!reader.done() || !now) {
        return std::nullopt;
    }
    status.now = *now;
    return status;
}

std::string state_code_command() {
    return bytes({0x45});
}

std::optional<StateCode> parse_state_code(std::string_view answer) {
    ByteReader reader(answer);
    if (reader.byte() != answer_prefix) {
        return std::nullopt;
    }
    StateCode code;
    const auto state = reader.byte();
    const auto flags = reader.byte();
    code.mode = state & 0x0F;
    code.submode = static_cast<std::uint8_t>(state >> 4);
    code.no_paper = (flags & 0x01) != 0;
    code.paper_low = (flags & 0x80) != 0;
    code.printer_broken = (flags & (0x02 | 0x04 | 0x08 | 0x10 | 0x40)) != 0;
    return reader.done() ? std::optional(code) : std::nullopt;
}

std::string device_type_command() {
    return bytes({0xA5});
}

std::optional<DeviceType> parse_device_type(std::string_view answer) {
    ByteReader reader(answer);
    DeviceType type;
    if (reader.byte() != 0) {
        return std::nullopt;
    }
    reader.skip(5); // protocol, type, model, its modes
    const auto major = reader.bcd(1);
    const auto minor = reader.bcd(1);
    reader.skip(1); // language
    const auto build = reader.bcd(2);
    type.firmware = std::to_string(major) + '.' + std::to_string(minor) + '.' +
                    two_digits(build / 100) + two_digits(build % 100);
    type.model = from_external(reader.rest());
    while (!type.model.empty() && (type.model.back() == ' ' || type.model.back() == '\0')) {
        type.model.pop_back();
    }
    return reader.done() ? std::optional(type) : std::nullopt;
}

std::string enter_mode_command(std::uint8_t mode, std::uint32_t password) {
    constexpr std::size_t size = 4;
    return bytes({0x56, mode}) + to_bcd(password, size).value_or(bytes({0x00, 0x00, 0x00, 0x30}));
}

std::string leave_mode_command() {
    return bytes({0x48});
}

} // namespace kktd::driver::atol
