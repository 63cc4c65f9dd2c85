#include "sim/atol/device.hpp"

#include "sim/atol/commands.hpp"

#include <algorithm>
#include <array>

namespace kktd::sim::atol {

namespace {

/// Modes a command works in: a bit for each.
constexpr unsigned in(Mode mode) {
    return 1U << static_cast<unsigned>(mode);
}
constexpr unsigned any = 0xFF;
constexpr unsigned while_printing = 0x100; ///< a report, too
constexpr unsigned always = any | while_printing;

struct Entry {
    std::uint8_t command;
    unsigned modes;
    Handler handler;
};

constexpr auto table = std::to_array<Entry>({
    {0x3F, always, full_status},
    {0x43, in(Mode::registration), round_receipt},
    {0x45, always, short_status},
    {0x46, always, read_table},
    {0x47, any, small_mechanics},
    {0x48, any, leave_mode},
    {0x49, in(Mode::registration), cash_in},
    {0x4A, in(Mode::registration), close_receipt},
    {0x4B, any, set_time},
    {0x4C, any, print_text},
    {0x4D, always, cash_sum},
    {0x4F, in(Mode::registration), cash_out},
    {0x50, in(Mode::programming), write_table},
    {0x52, in(Mode::registration), sell},
    {0x55, always, continue_print},
    {0x56, any, enter_mode},
    {0x57, in(Mode::registration), sell_return},
    {0x59, in(Mode::registration), cancel_receipt},
    {0x5A, in(Mode::closing), close_shift},
    {0x64, any, set_date},
    {0x67, in(Mode::reports), print_report},
    {0x6C, any, print_footer},
    {0x73, in(Mode::reports), print_footer},
    {0x75, any, small_mechanics},
    {0x80, any, small_mechanics},
    {0x82, in(Mode::selection), print_service},
    {0x87, any, print_text},
    {0x88, any, small_mechanics},
    {0x91, always, read_register},
    {0x92, in(Mode::registration), open_receipt},
    {0x95, any, reprint_last},
    {0x97, any, clear_reprint},
    {0x99, in(Mode::registration), pay},
    {0x9A, in(Mode::registration), open_shift},
    {0x9D, always, firmware_version},
    {0xA4, always, ask_fn},
    {0xA5, always, device_type},
    {0xAB, in(Mode::fn_documents), print_fd},
    {0xB8, in(Mode::registration), receipt_tax},
    {0xC1, any, print_barcode},
    {0xCE, any, reboot},
    {0xE6, in(Mode::registration), whole_position},
    {0xE8, any, write_tag},
    {0xE9, always, read_tag},
    {0xEA, in(Mode::registration), begin_position},
    {0xEB, in(Mode::registration), finish_position},
    {0xED, any, set_clock},
    {0xEE, always, continue_print},
});

} // namespace

Device::Device(Till& till, DeviceOptions options)
    : machine_{.till = till,
               .options = std::move(options),
               .mode = Mode::selection,
               .report = ReportPrint(machine_.options.report_time),
               .operator_number = Machine::system_administrator,
               .extended = {},
               .blocks = {},
               .tags = {},
               .told_operator = {},
               .position = {},
               .last_text = {},
               .electronic = false,
               .receipt_type = 0,
               .reading = {},
               .reading_broken = false,
               .table_values = {}} {}

Outcome<Answer> Device::run(std::string_view command) {
    const auto code = static_cast<std::uint8_t>(command.front());
    const auto entry = std::ranges::find(table, code, &Entry::command);
    // What the firmware does not know at all is refused as what the mode does not know.
    if (entry == table.end() || (entry->modes & in(machine_.mode)) == 0) {
        return not_in_this_mode;
    }
    // What is refused while a report is printed is not in any source; the errors are what their
    // texts say: 76h while it is, 1Ah once it is interrupted.
    if ((entry->modes & while_printing) == 0 && machine_.report_state()) {
        return machine_.report_interrupted() ? report_was_interrupted : unfinished_before;
    }
    Params params(command.substr(1));
    return entry->handler(machine_, params);
}

Answer Device::execute(std::string_view command) {
    if (command.empty()) {
        return error_answer(bad_length.code());
    }
    const auto answer = run(command);
    if (answer) {
        return *answer;
    }
    const DeviceError error = answer.error();
    if (error.extended_code() != 0) {
        machine_.extended = {.command = static_cast<std::uint8_t>(command.front()),
                             .code = error.extended_code()};
    }
    return error_answer(error.code(), error.detail());
}

Opened open_payload(std::string_view payload) {
    if (payload.size() <= access_password_size) {
        return {{}, error_answer(bad_length.code())};
    }
    if (payload.substr(0, access_password_size).find_first_not_of('\0') != payload.npos) {
        return {{}, error_answer(bad_access_password.code())};
    }
    return {payload.substr(access_password_size), std::nullopt};
}

} // namespace kktd::sim::atol
