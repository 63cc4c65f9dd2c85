// Status: who the device is (A5h, 9Dh) and what state it is in (3Fh, 45h, 4Dh).
#include "driver/atol/external_text.hpp"
#include "sim/atol/commands.hpp"
#include "sim/atol/fields.hpp"

namespace kktd::sim::atol {

namespace {

/// Major, minor, language, build: that of a platform-2 device (3.0.7820).
constexpr std::string_view version{"\x03\x00\x00\x78\x20", 5};

constexpr std::size_t short_serial_digits = 8;

std::uint64_t digits(std::string_view text) {
    std::uint64_t number = 0;
    for (const char digit : text) {
        number = number * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    return number;
}

std::uint8_t mode_byte(const Machine& machine) {
    constexpr std::uint8_t invalid_fn = 0xE7; // mode 7, submode 14
    constexpr std::uint8_t paying = 4;        // submode of registration
    if (machine.till.kkt().switches().fn == fiscal::FnFault::absent) {
        return invalid_fn;
    }
    if (const auto state = machine.report_state()) {
        return static_cast<std::uint8_t>(*state);
    }
    const fiscal::Document* receipt = machine.receipt();
    const bool paid = receipt != nullptr && receipt->payments.sum() > fiscal::Money();
    const std::uint8_t submode = machine.mode == Mode::registration && paid ? paying : 0;
    return static_cast<std::uint8_t>(submode << 4 | static_cast<std::uint8_t>(machine.mode));
}

std::uint8_t status_flags(const Machine& machine, const fiscal::DeviceState& state) {
    constexpr std::uint8_t fiscalised = 0x01, shift_open = 0x02, drawer_closed = 0x04, paper = 0x08,
                           cover = 0x20, fn_fiscal = 0x40;
    std::uint8_t flags = fiscalised | drawer_closed | fn_fiscal;
    flags |= state.shift != fiscal::ShiftState::closed ? shift_open : std::uint8_t{0};
    flags |= state.paper != fiscal::Paper::out ? paper : std::uint8_t{0};
    flags |= machine.till.kkt().switches().cover_open ? cover : std::uint8_t{0};
    return flags;
}

} // namespace

Outcome<Answer> device_type(Machine& machine, Params& params) {
    if (!params.complete()) {
        return bad_length;
    }
    Fields fields;
    fields
        .byte(0) // no error
        .byte(3) // protocol
        .byte(1) // a KKT
        .byte(machine.options.model)
        .bytes({"\x10\x00", 2})
        .bytes(version)
        .bytes(driver::atol::to_external(machine.options.model_name));
    return Answer{fields.take(), false};
}

/// All parts of the firmware (01h firmware, 03h boot loader, 91h build …) have one version here.
Outcome<Answer> firmware_version(Machine&, Params& params) {
    (void)params.byte(); // which part
    return params.complete() ? Outcome<Answer>(data_answer(std::string(version))) : bad_length;
}

Outcome<Answer> full_status(Machine& machine, Params& params) {
    if (!params.complete()) {
        return bad_length;
    }
    constexpr std::uint8_t mark = 0x44, logical_number = 1, point = 2, ethernet = 6;
    const fiscal::DeviceState state = machine.till.state();
    const std::string& serial = state.identity.serial;
    const std::string_view tail = std::string_view(serial).substr(
        serial.size() - std::min(serial.size(), short_serial_digits));
    const bool open = state.shift != fiscal::ShiftState::closed;
    const fiscal::Document* receipt = machine.receipt();
    Fields fields;
    fields.byte(mark)
        .bcd(machine.operator_number, 1)
        .byte(logical_number)
        .year_first(state.now.date())
        .seconds(state.now)
        .byte(status_flags(machine, state))
        .bcd(digits(tail), 4)
        .byte(machine.options.model)
        .bytes("30") // major and minor version
        .byte(mode_byte(machine))
        .bcd(state.receipt_number, 2)
        .bcd(open ? state.shift_number - 1 : state.shift_number, 2)
        .byte(state.receipt_open ? std::max<std::uint8_t>(machine.receipt_type, 1)
                                 : std::uint8_t{0})
        .money(receipt != nullptr ? receipt->total : fiscal::Money(), 5)
        .byte(point)
        .byte(ethernet);
    return Answer{fields.take(), false};
}

Outcome<Answer> short_status(Machine& machine, Params& params) {
    if (!params.complete()) {
        return bad_length;
    }
    constexpr std::uint8_t no_paper_flag = 0x01, paper_ends = 0x80;
    const fiscal::Paper paper = machine.till.kkt().switches().paper;
    Fields fields;
    fields.byte(static_cast<std::uint8_t>(answer_mark))
        .byte(mode_byte(machine))
        .byte(paper == fiscal::Paper::out   ? no_paper_flag
              : paper == fiscal::Paper::low ? paper_ends
                                            : std::uint8_t{0});
    return Answer{fields.take(), false};
}

Outcome<Answer> cash_sum(Machine& machine, Params& params) {
    if (!params.complete()) {
        return bad_length;
    }
    // The width is not in any source; that of register 10.
    Fields fields;
    fields.byte(0x4D).money(machine.till.cash(), 7);
    return Answer{fields.take(), false};
}

} // namespace kktd::sim::atol
