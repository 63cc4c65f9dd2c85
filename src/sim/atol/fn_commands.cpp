// A4h: what the fiscal storage (ФН) says of itself and of its documents. Numbers are little endian,
// texts as the storage has them (CP866).
#include "fiscal/tlv_codec.hpp"
#include "sim/atol/commands.hpp"
#include "sim/atol/fields.hpp"

namespace kktd::sim::atol {

namespace {

using fiscal::FinishedDocument;

constexpr std::size_t ofd_sign_size = 18;

std::uint32_t fpd_of(const FinishedDocument& document) {
    std::uint32_t fpd = 0;
    for (const char digit : document.fpd) {
        fpd = fpd * 10 + static_cast<std::uint32_t>(digit - '0');
    }
    return fpd;
}

std::uint16_t form_of(const FinishedDocument& document) {
    fiscal::TlvCursor cursor(document.tlv);
    return cursor.next() ? cursor.tag() : std::uint16_t{0};
}

/// Tag 1054.
std::uint64_t kind_of(const FinishedDocument& document) {
    fiscal::TlvCursor form(document.tlv);
    const auto kind = form.next() ? fiscal::find_tlv(form.value(), 1054) : std::nullopt;
    return kind ? fiscal::tlv_number(*kind) : 0;
}

bool sent_to_ofd(const Machine& machine, const FinishedDocument& document) {
    const fiscal::OfdQueue queue = machine.till.state().ofd;
    return queue.unsent == 0 || document.fd < queue.first_fd;
}

Outcome<Answer> shift_state(Machine& machine) {
    const fiscal::DeviceState state = machine.till.state();
    Fields fields;
    fields.byte(state.shift != fiscal::ShiftState::closed ? 1 : 0)
        .little(state.shift_number, 2)
        .little(state.receipt_number, 2);
    return data_answer(fields.take());
}

Outcome<Answer> ofd_state(Machine& machine) {
    constexpr std::uint8_t has_messages = 0x02;
    const fiscal::OfdQueue queue = machine.till.state().ofd;
    Fields fields;
    fields.byte(queue.unsent > 0 ? has_messages : std::uint8_t{0})
        .byte(0) // no message is being read
        .little(queue.unsent, 2)
        .little(queue.unsent > 0 ? queue.first_fd : 0, 4);
    if (queue.unsent > 0 && queue.oldest) {
        fields.fn_time(*queue.oldest);
    } else {
        fields.bytes(std::string(5, '\0'));
    }
    return data_answer(fields.take());
}

std::uint8_t warnings(const fiscal::FnState& fn) {
    constexpr std::uint8_t replace = 0x01, resource = 0x02, memory = 0x04, ofd = 0x08,
                           critical = 0x80;
    std::uint8_t flags = 0;
    flags |= fn.replace_urgently ? replace : std::uint8_t{0};
    flags |= fn.resource_ends ? resource : std::uint8_t{0};
    flags |= fn.memory_99 ? memory : std::uint8_t{0};
    flags |= fn.ofd_timeout ? ofd : std::uint8_t{0};
    flags |= fn.critical ? critical : std::uint8_t{0};
    return flags;
}

Outcome<Answer> fn_state(Machine& machine) {
    const fiscal::DeviceState state = machine.till.state();
    Fields fields;
    fields.byte(state.fn.phase)
        .byte(0) // type of the document being made
        .byte(0) // whether its data have come
        .byte(state.shift != fiscal::ShiftState::closed ? 1 : 0)
        .byte(warnings(state.fn))
        .fn_time(state.last_document.value_or(state.now))
        .text(state.identity.fn, 16)
        .little(state.last_fd, 4);
    return data_answer(fields.take());
}

Outcome<Answer> fn_term(Machine& machine) {
    constexpr std::uint8_t registrations_left = 29, registrations_made = 1;
    Fields fields;
    fields.fn_date(machine.till.state().fn.valid_until)
        .byte(registrations_left)
        .byte(registrations_made);
    return data_answer(fields.take());
}

Outcome<Answer> fn_version() {
    constexpr std::uint8_t debug = 0;
    return data_answer(Fields().text("fn kktsim TEST", 16).byte(debug).take());
}

Outcome<FinishedDocument> document(Machine& machine, Params& params) {
    const auto fd = static_cast<std::uint32_t>(params.little(4));
    if (!params.complete()) {
        return bad_length;
    }
    auto found = machine.till.document(fd);
    return found ? Outcome<FinishedDocument>(std::move(*found)) : no_such_data;
}

/// The data that depend on the type follow. Those of receipts: type of the operation (1054) and
/// sum, as the vendor's driver reads them; of reports none.
Outcome<Answer> find_document(Machine& machine, Params& params) {
    const auto found = document(machine, params);
    if (!found) {
        return found.error();
    }
    Fields fields;
    fields.byte(static_cast<std::uint8_t>(form_of(*found)))
        .byte(sent_to_ofd(machine, *found) ? 1 : 0)
        .fn_time(found->time)
        .little(found->fd, 4)
        .little(fpd_of(*found), 4);
    if (fiscal::is_receipt(found->kind)) {
        fields.little(kind_of(*found), 1)
            .little(static_cast<std::uint64_t>(found->total.kopecks()), 5);
    }
    return data_answer(fields.take());
}

/// Time, sign of the OFD, FD number: the layout is not in any source.
Outcome<Answer> ofd_ticket(Machine& machine, Params& params) {
    const auto found = document(machine, params);
    if (!found) {
        return found.error();
    }
    if (!sent_to_ofd(machine, *found)) {
        return no_such_data;
    }
    Fields fields;
    fields.fn_time(found->time).bytes(std::string(ofd_sign_size, '\0')).little(found->fd, 4);
    return data_answer(fields.take());
}

/// Offsets from the answer's first byte: INN 7, RNM 19, taxation 39, modes 40.
Outcome<Answer> registration(Machine& machine, Params& params) {
    (void)params.byte(); // number of the registration: there is one
    if (!params.complete()) {
        return bad_length;
    }
    const fiscal::KktRegistration& kkt = machine.till.registration();
    const auto activated = machine.till.kkt().memory().activated;
    Fields fields;
    fields.fn_time(fiscal::LocalTime::at(activated.value_or(machine.till.now().date())))
        .text(kkt.identity.inn, 12)
        .text(kkt.identity.rnm, 20)
        .byte(kkt.taxations.mask)
        .byte(0);
    return data_answer(fields.take());
}

Outcome<Answer> begin_reading(Machine& machine, Params& params) {
    const auto found = document(machine, params);
    if (!found) {
        return found.error();
    }
    fiscal::TlvCursor form(found->tlv);
    if (!form.next()) {
        return no_such_data;
    }
    FnReading reading;
    fiscal::TlvCursor cursor(form.value());
    while (cursor.next()) {
        reading.elements.push_back(Fields()
                                       .little(cursor.tag(), 2)
                                       .little(cursor.value().size(), 2)
                                       .bytes(cursor.value())
                                       .take());
    }
    Fields fields;
    fields.little(form.tag(), 2).little(form.value().size(), 2);
    machine.reading = std::move(reading);
    machine.reading_broken = false;
    return data_answer(fields.take());
}

Outcome<Answer> read_next(Machine& machine, Params& params) {
    if (!params.complete()) {
        return bad_length;
    }
    if (machine.reading_broken) {
        return reading_interrupted;
    }
    if (!machine.reading || machine.reading->next >= machine.reading->elements.size()) {
        machine.reading.reset();
        return no_such_data;
    }
    return data_answer(machine.reading->elements[machine.reading->next++]);
}

Outcome<Answer> without_params(Machine& machine, const Params& params,
                               Outcome<Answer> (*run)(Machine&)) {
    return params.complete() ? run(machine) : Outcome<Answer>(bad_length);
}

} // namespace

Outcome<Answer> ask_fn(Machine& machine, Params& params) {
    constexpr DeviceError no_fn{0xE9};
    const std::uint8_t what = params.byte();
    if (machine.till.kkt().switches().fn == fiscal::FnFault::absent) {
        return no_fn;
    }
    switch (what) {
    case 0x10:
        return without_params(machine, params, shift_state);
    case 0x20:
        return without_params(machine, params, ofd_state);
    case 0x30:
        return without_params(machine, params, fn_state);
    case 0x31:
        return params.complete()
                   ? data_answer(Fields().text(machine.till.registration().identity.fn, 16).take())
                   : Outcome<Answer>(bad_length);
    case 0x32:
        return without_params(machine, params, fn_term);
    case 0x33:
        return params.complete() ? fn_version() : Outcome<Answer>(bad_length);
    case 0x35: // details of the last error: the layout is not in any source
        (void)params.byte();
        return params.complete() ? data_answer(std::string(4, '\0')) : Outcome<Answer>(bad_length);
    case 0x40:
        return find_document(machine, params);
    case 0x41:
        return ofd_ticket(machine, params);
    case 0x43:
        return registration(machine, params);
    case 0x45:
        return begin_reading(machine, params);
    case 0x46:
        return read_next(machine, params);
    default:
        return bad_format;
    }
}

} // namespace kktd::sim::atol
