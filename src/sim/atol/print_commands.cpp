// Printing: reports and texts that are no fiscal documents, copies, the rest of an interrupted
// document, and the small mechanics.
#include "driver/atol/external_text.hpp"
#include "sim/atol/commands.hpp"

namespace kktd::sim::atol {

namespace {

constexpr std::uint32_t report_lines = 30;
constexpr std::uint32_t footer_lines = 5;
constexpr std::uint32_t document_lines = 20;

/// Prints so much paper if there is some.
Outcome<Answer> print(Machine& machine, std::uint32_t lines) {
    return machine.till.print_lines(lines) ? Outcome<Answer>(done_answer()) : no_paper;
}

} // namespace

/// Nothing to be continued is no error: the device does the same by itself before its next print.
Outcome<Answer> continue_print(Machine& machine, Params& params) {
    if (!params.complete()) {
        return bad_length;
    }
    const bool report = machine.report_interrupted();
    if (!machine.till.continue_print()) {
        return no_paper;
    }
    if (report) {
        machine.begin_report(ReportPrint::Kind::z);
    }
    return done_answer();
}

Outcome<Answer> print_report(Machine& machine, Params& params) {
    constexpr std::uint8_t x_report = 0x01, ofd_report = 0x09;
    const std::uint8_t kind = params.byte();
    if (!params.complete()) {
        return bad_length;
    }
    if (kind < x_report || kind > ofd_report) {
        return bad_format;
    }
    if (machine.till.state().receipt_open) {
        return receipt_is_open;
    }
    auto printed = print(machine, report_lines);
    if (printed) {
        machine.begin_report(ReportPrint::Kind::x);
    }
    return printed;
}

Outcome<Answer> print_footer(Machine& machine, Params& params) {
    return params.complete() ? print(machine, footer_lines) : bad_length;
}

Outcome<Answer> print_service(Machine& machine, Params& params) {
    (void)params.bytes(3); // 01, what, 00
    return params.complete() ? print(machine, report_lines) : bad_length;
}

Outcome<Answer> print_text(Machine& machine, Params& params) {
    const std::string_view text = params.all();
    auto printed = print(machine, 1);
    if (printed) {
        machine.last_text = driver::atol::from_external(text);
    }
    return printed;
}

Outcome<Answer> print_barcode(Machine& machine, Params& params) {
    (void)params.all();
    return print(machine, footer_lines);
}

Outcome<Answer> print_fd(Machine& machine, Params& params) {
    const std::uint64_t fd = params.bcd(5);
    if (!params.complete()) {
        return bad_length;
    }
    if (!machine.till.document(static_cast<std::uint32_t>(fd))) {
        return no_such_data;
    }
    return print(machine, document_lines);
}

Outcome<Answer> reprint_last(Machine& machine, Params& params) {
    if (!params.complete()) {
        return bad_length;
    }
    if (!machine.till.last_document()) {
        return no_reports;
    }
    return print(machine, document_lines);
}

Outcome<Answer> clear_reprint(Machine& machine, Params& params) {
    if (!params.complete()) {
        return bad_length;
    }
    return machine.till.last_document() ? Outcome<Answer>(done_answer()) : no_reports;
}

Outcome<Answer> small_mechanics(Machine&, Params& params) {
    (void)params.all();
    return done_answer();
}

/// 41h restarts; 00h switches off, and somebody switches it on again.
Outcome<Answer> reboot(Machine& machine, Params& params) {
    constexpr std::uint8_t off = 0x00, restart = 0x41;
    const std::uint8_t what = params.byte();
    if (!params.complete()) {
        return bad_length;
    }
    if (what != off && what != restart) {
        return bad_format;
    }
    machine.power_cycle();
    return done_answer();
}

} // namespace kktd::sim::atol
