// Cash in (49h) and out (4Fh): no fiscal documents.
#include "sim/atol/commands.hpp"

namespace kktd::sim::atol {

namespace {

constexpr std::uint32_t slip_lines = 6;

Outcome<Answer> move_cash(Machine& machine, Params& params, bool out) {
    const std::uint8_t flags = params.byte();
    const fiscal::Money sum(static_cast<std::int64_t>(params.bcd(5)));
    if (!params.complete()) {
        return params.too_short() || !params.empty() ? bad_length : bad_format;
    }
    const fiscal::DeviceState state = machine.till.state();
    if (state.receipt_open) {
        return receipt_is_open;
    }
    if (state.shift == fiscal::ShiftState::closed) {
        return shift_is_closed;
    }
    if (state.shift == fiscal::ShiftState::expired) {
        return DeviceError(0x88);
    }
    if (out && sum > machine.till.cash()) {
        return no_money;
    }
    if (!machine.till.can_print()) {
        return no_paper;
    }
    if ((flags & check_only_flag) == 0) {
        machine.till.put_cash(out ? fiscal::Money() - sum : sum);
        (void)machine.till.print_lines(slip_lines);
        machine.remember_cashier(); // told for this slip, it may be told again
        machine.tags = ReceiptTags();
    }
    return done_answer();
}

} // namespace

Outcome<Answer> cash_in(Machine& machine, Params& params) {
    return move_cash(machine, params, false);
}

Outcome<Answer> cash_out(Machine& machine, Params& params) {
    return move_cash(machine, params, true);
}

} // namespace kktd::sim::atol
