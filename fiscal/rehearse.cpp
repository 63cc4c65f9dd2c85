#include "fiscal/rehearse.hpp"

#include "fiscal/virtual_kkt.hpp"

#include <limits>

namespace kktd::fiscal {

namespace {

/// A KKT in the same state. Rates, digits and memory are capabilities of the device that compile()
/// has asked already: here they refuse nothing.
VirtualKkt copy_of(const DeviceState& state) {
    KktProfile profile;
    profile.registration.identity = state.identity;
    if (state.taxations.mask != 0) {
        profile.registration.taxations = state.taxations;
    } else {
        profile.registration.taxations.mask = 0xFF; // the device does not tell
    }
    profile.registration.ffd = state.ffd;
    profile.registration.internet_only = state.internet_only;
    profile.quantity_digits = 6;
    profile.fn_capacity = std::numeric_limits<std::uint32_t>::max();

    KktMemory memory;
    memory.fn = state.identity.fn;
    memory.last_fd = state.last_fd;
    memory.last_document = state.last_document;
    memory.shift_open = state.shift != ShiftState::closed;
    memory.shift = state.shift_number;
    memory.shift_opened = state.shift_opened;
    memory.receipts = state.receipt_number;
    memory.ofd = state.ofd;
    return {std::move(profile), std::move(memory)};
}

struct Perform {
    VirtualKkt& kkt;
    LocalTime now;
    VirtualKkt::Answer<FinishedDocument> operator()(const OpenShift& task) const {
        return kkt.open_shift(task.cashier, now);
    }
    VirtualKkt::Answer<FinishedDocument> operator()(const CloseShift& task) const {
        return kkt.close_shift(task.cashier, now);
    }
    VirtualKkt::Answer<FinishedDocument> operator()(const Register& task) const {
        return kkt.register_document(task.document, now);
    }
};

} // namespace

Rehearsal rehearse(const Document& document, const DeviceState& state, LocalTime host_now,
                   const ShiftPolicy& policy) {
    const Plan planned = plan(document, state, host_now, policy);
    if (const auto* wait = std::get_if<Wait>(&planned)) {
        return *wait;
    }
    if (const auto* refuse = std::get_if<Refuse>(&planned)) {
        return *refuse;
    }
    VirtualKkt kkt = copy_of(state);
    WouldRegister would;
    for (const FiscalTask& task : std::get<Steps>(planned).tasks) {
        const auto answer = std::visit(Perform{kkt, state.now}, task);
        if (!answer) {
            Fault fault = answer.error().fault();
            if (is_temporary(fault.cls())) {
                return Wait{std::move(fault)};
            }
            return Refuse{std::move(fault)};
        }
        would.steps.push_back(answer->kind);
        would.shift = answer->shift;
        would.number = answer->number;
        would.tlv_bytes = answer->tlv.size();
    }
    return would;
}

} // namespace kktd::fiscal
