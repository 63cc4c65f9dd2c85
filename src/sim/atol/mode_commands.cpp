// Modes: 56h enters one from the selection, 48h goes back to it.
#include "sim/atol/commands.hpp"

namespace kktd::sim::atol {

Outcome<Answer> enter_mode(Machine& machine, Params& params) {
    const std::uint8_t mode = params.byte();
    const std::uint64_t password = params.bcd(4);
    if (params.too_short() || !params.empty()) {
        return bad_length;
    }
    if (machine.mode != Mode::selection) {
        return not_in_this_mode;
    }
    if (mode < static_cast<std::uint8_t>(Mode::registration) ||
        mode > static_cast<std::uint8_t>(Mode::fn_documents)) {
        return not_in_this_mode;
    }
    // As they leave the factory the passwords are the numbers of the operators.
    if (!params.complete() || password < 1 || password > Machine::system_administrator) {
        return bad_password;
    }
    machine.mode = static_cast<Mode>(mode);
    machine.operator_number = static_cast<std::uint8_t>(password);
    return done_answer();
}

Outcome<Answer> leave_mode(Machine& machine, Params& params) {
    if (!params.complete()) {
        return bad_length;
    }
    machine.mode = Mode::selection;
    return done_answer();
}

} // namespace kktd::sim::atol
