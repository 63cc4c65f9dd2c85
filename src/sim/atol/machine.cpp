#include "sim/atol/machine.hpp"

namespace kktd::sim::atol {

void Machine::remember_cashier() {
    if (tags.has(1021)) {
        told_operator = {tags.attributes().cashier, tags.attributes().cashier_inn};
    }
}

Operator Machine::cashier() const {
    if (tags.has(1021)) {
        return {tags.attributes().cashier, tags.attributes().cashier_inn};
    }
    if (!told_operator.name.empty()) {
        return told_operator;
    }
    // The names of table 3 as they leave the factory are not in any source.
    constexpr std::uint8_t administrator = 29;
    return {operator_number == system_administrator ? "СИС. АДМИНИСТРАТОР"
            : operator_number == administrator      ? "АДМИНИСТРАТОР"
                                               : "КАССИР " + std::to_string(operator_number),
            {}};
}

bool Machine::report_interrupted() const {
    return till.unprinted() && till.last_document()->kind == fiscal::TaskKind::shift_close;
}

std::optional<ReportPrint::State> Machine::report_state() const {
    // That one without paper stays in the state of printing is not in any source.
    return report_interrupted() ? ReportPrint::State::z_printing : report.state(till.clock_time());
}

void Machine::forget_document() {
    remember_cashier();
    tags = ReceiptTags();
    blocks.reset();
    position.reset();
    last_text.clear();
    electronic = false;
    receipt_type = 0;
    reading_broken = reading.has_value();
    reading.reset();
}

void Machine::power_cycle() {
    till.power_cycle();
    forget_document();
    told_operator = Operator();
    reading_broken = false;
    report.power_cycle();
    mode = Mode::selection;
    operator_number = system_administrator;
    extended = ExtendedError();
}

} // namespace kktd::sim::atol
