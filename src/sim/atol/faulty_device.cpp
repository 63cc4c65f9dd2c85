#include "sim/atol/faulty_device.hpp"

namespace kktd::sim::atol {

namespace {

using Kind = Action::Kind;

/// What a rule does to the link and to the answer.
void disturb(Disturbance& disturbance, const Action& action) {
    using Wire = Disturbance::Wire;
    switch (action.kind) {
    case Kind::lose_answer:
        disturbance.wire = Wire::lose;
        return;
    case Kind::refuse:
        disturbance.refuse = action.time;
        disturbance.wire = Wire::drop;
        return;
    case Kind::drop:
        disturbance.wire = Wire::drop;
        return;
    case Kind::half_frame:
        disturbance.wire = Wire::half_frame;
        return;
    case Kind::wrong_crc:
        disturbance.wire = Wire::wrong_crc;
        return;
    case Kind::wrong_id:
        disturbance.wire = Wire::wrong_id;
        return;
    case Kind::stray_bytes:
        disturbance.stray_bytes = true;
        return;
    case Kind::slow:
        disturbance.slow += action.time;
        return;
    case Kind::busy:
        disturbance.answer = error_answer(unfinished_before.code());
        return;
    case Kind::error:
        disturbance.answer = error_answer(static_cast<std::uint8_t>(action.number));
        return;
    case Kind::power_cycle:
        disturbance.power_cycle = true;
        return;
    case Kind::paper_ok:
    case Kind::paper_low:
    case Kind::paper_out:
    case Kind::cover_open:
    case Kind::cover_closed:
    case Kind::shift_expired:
    case Kind::clock_skew:
    case Kind::ofd_ok:
    case Kind::ofd_stuck:
    case Kind::ofd_days:
    case Kind::fn_ok:
    case Kind::fn_absent:
    case Kind::fn_expired:
    case Kind::fn_full:
    case Kind::fn_critical:
    case Kind::foreign_receipt:
    case Kind::foreign_open:
    case Kind::foreign_close:
        return;
    }
}

/// Commands that print a document: out of paper after one of them means while it was printed.
bool makes_document(std::string_view command) {
    return command.starts_with('\x4A') || command.starts_with('\x9A') ||
           command.starts_with('\x5A');
}

} // namespace

Disturbance FaultyDevice::happen(Moment moment, Packet packet, std::string_view command) {
    Disturbance disturbance;
    for (const Action& action : script_.due(moment, packet, command)) {
        disturb(disturbance, action);
        const bool in_print = moment == Moment::after && action.kind == Kind::paper_out &&
                              action.number == 0 && makes_document(command);
        if (in_print) {
            till().spoil_print();
            disturbance.answer = error_answer(no_paper.code());
        } else {
            apply(action);
        }
    }
    return disturbance;
}

Disturbance FaultyDevice::before(std::string_view command) {
    return happen(Moment::before, Packet::command, command);
}

Disturbance FaultyDevice::after(std::string_view command) {
    return happen(Moment::after, Packet::command, command);
}

Disturbance FaultyDevice::around(Moment moment, Packet packet) {
    return happen(moment, packet, {});
}

Answer FaultyDevice::execute(std::string_view command) {
    if (!command.empty()) {
        ++counts_.at(static_cast<unsigned char>(command.front()));
    }
    Answer answer = device_.execute(command);
    if (trace_) {
        trace_(command, answer.bytes);
    }
    foreign_open_ = foreign_open_ && device_.machine().receipt() != nullptr;
    serve_others();
    return answer;
}

void FaultyDevice::power_cycle() {
    device_.power_cycle();
    foreign_open_ = false;
    serve_others();
}

void FaultyDevice::serve_others() {
    Machine& machine = device_.machine();
    if (waiting_ == Foreign::none || machine.receipt() != nullptr) {
        return;
    }
    if (waiting_ == Foreign::receipt) {
        (void)till().foreign_receipt();
        machine.forget_document();
    } else if (till().open_foreign_receipt()) {
        machine.forget_document();
        machine.receipt_type = 1;
        foreign_open_ = true;
    }
    waiting_ = Foreign::none;
}

void FaultyDevice::close_foreign() {
    if (!foreign_open_) {
        return;
    }
    const fiscal::Money total = device_.machine().receipt()->total;
    (void)till().kkt().pay(fiscal::PaymentKind::cash, total);
    (void)till().close_receipt();
    device_.machine().forget_document();
    foreign_open_ = false;
}

void FaultyDevice::apply(const Action& action) {
    fiscal::KktSwitches switches = till().kkt().switches();
    switch (action.kind) {
    case Kind::paper_ok:
        till().set_paper(std::nullopt);
        return;
    case Kind::paper_out:
        till().set_paper(static_cast<std::uint32_t>(action.number));
        return;
    case Kind::paper_low:
        switches.paper = fiscal::Paper::low;
        break;
    case Kind::cover_open:
        switches.cover_open = true;
        break;
    case Kind::cover_closed:
        switches.cover_open = false;
        break;
    case Kind::shift_expired:
        switches.shift_expired = true;
        break;
    case Kind::clock_skew:
        switches.clock_skew = std::chrono::duration_cast<std::chrono::seconds>(action.time);
        break;
    case Kind::ofd_ok:
        switches.ofd_stuck = false;
        switches.ofd_days = 0;
        break;
    case Kind::ofd_stuck:
        switches.ofd_stuck = true;
        break;
    case Kind::ofd_days:
        switches.ofd_days = static_cast<int>(action.number);
        break;
    case Kind::fn_ok:
        switches.fn = fiscal::FnFault::none;
        break;
    case Kind::fn_absent:
        switches.fn = fiscal::FnFault::absent;
        break;
    case Kind::fn_expired:
        switches.fn = fiscal::FnFault::expired;
        break;
    case Kind::fn_full:
        switches.fn = fiscal::FnFault::full;
        break;
    case Kind::fn_critical:
        switches.fn = fiscal::FnFault::critical;
        break;
    case Kind::foreign_receipt:
        waiting_ = Foreign::receipt;
        serve_others();
        return;
    case Kind::foreign_open:
        waiting_ = Foreign::open;
        serve_others();
        return;
    case Kind::foreign_close:
        close_foreign();
        return;
    case Kind::power_cycle: // needs the link's task buffer as well: whoever owns both does it
    case Kind::lose_answer:
    case Kind::drop:
    case Kind::refuse:
    case Kind::half_frame:
    case Kind::wrong_crc:
    case Kind::stray_bytes:
    case Kind::wrong_id:
    case Kind::slow:
    case Kind::busy:
    case Kind::error:
        return;
    }
    till().kkt().set_switches(switches);
}

} // namespace kktd::sim::atol
