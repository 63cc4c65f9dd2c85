// Shift: 9Ah opens it, 5Ah prints the Z report and closes it.
#include "sim/atol/commands.hpp"

namespace kktd::sim::atol {

namespace {

/// What is registered stays registered, also where the answer is that its paper has ended.
Outcome<Answer> answer_of(Machine& machine, const Till::Answer<fiscal::FinishedDocument>& made) {
    if (!made) {
        return device_error(made.error());
    }
    machine.forget_document();
    return machine.till.unprinted() ? Outcome<Answer>(no_paper) : done_answer();
}

} // namespace

Outcome<Answer> open_shift(Machine& machine, Params& params) {
    const std::uint8_t flags = params.byte();
    (void)params.all(); // a text to print
    if (!params.complete()) {
        return bad_length;
    }
    const std::string cashier = machine.cashier().name;
    if ((flags & check_only_flag) != 0) {
        fiscal::VirtualKkt copy = machine.till.kkt();
        const auto made = copy.open_shift(cashier, machine.till.host_now());
        return made ? Outcome<Answer>(done_answer()) : device_error(made.error());
    }
    return answer_of(machine, machine.till.open_shift(cashier));
}

Outcome<Answer> close_shift(Machine& machine, Params& params) {
    if (!params.complete()) {
        return bad_length;
    }
    const auto made = machine.till.close_shift(machine.cashier().name);
    if (made) {
        // Whether a real device has the document in its fiscal storage before the paper is not in
        // any source; here it has.
        machine.begin_report(ReportPrint::Kind::z);
    }
    return answer_of(machine, made);
}

} // namespace kktd::sim::atol
