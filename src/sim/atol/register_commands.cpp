// 91h: registers. Always two parameter bytes, whether the register has any or not.
#include "fiscal/tlv_codec.hpp"
#include "sim/atol/commands.hpp"
#include "sim/atol/fields.hpp"
#include "sim/atol/receipt_type.hpp"
#include "sim/atol/tax_code.hpp"

#include <algorithm>
#include <array>

namespace kktd::sim::atol {

namespace {

using fiscal::DeviceState;
using fiscal::FinishedDocument;
using fiscal::Money;
using fiscal::ShiftState;

constexpr std::int64_t day_seconds = 86'400;

struct Asked {
    Machine& machine;
    std::uint8_t p1, p2;
    DeviceState state;
};

std::uint64_t fpd_of(const FinishedDocument& document) {
    std::uint64_t fpd = 0;
    for (const char digit : document.fpd) {
        fpd = fpd * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    return fpd;
}

/// Type of 92h, from its TLV; 0 of a report.
std::uint8_t type_of(const FinishedDocument& document) {
    fiscal::TlvCursor form(document.tlv);
    const auto kind = form.next() ? fiscal::find_tlv(form.value(), 1054) : std::nullopt;
    if (!kind) {
        return 0;
    }
    return code_of({static_cast<fiscal::ReceiptKind>(fiscal::tlv_number(*kind)),
                    document.kind == fiscal::TaskKind::correction});
}

/// Totals of a type in the shift; nothing for a type that is none.
const fiscal::KindTotals* totals_of(const fiscal::Totals& totals, std::uint8_t type) {
    const auto known = receipt_type(type);
    if (!known) {
        return nullptr;
    }
    return known->correction ? &totals.corrections(known->kind) : &totals.receipts(known->kind);
}

const fiscal::KindTotals* shift_totals(const Asked& asked) {
    return totals_of(asked.machine.till.kkt().memory().shift_totals, asked.p1);
}

/// Place of a VAT code in KindTotals::vat; the rates of codes 7 … 12 are counted nowhere.
std::optional<std::size_t> vat_counter(std::uint8_t code) {
    constexpr std::array<std::size_t, 6> places{0, 1, 4, 5, 2, 3};
    return code >= 1 && code <= places.size() ? std::optional(places[code - 1U]) : std::nullopt;
}

Outcome<Fields> registrations_sum(const Asked& asked) {
    const auto* totals = shift_totals(asked);
    return totals == nullptr ? Outcome<Fields>(bad_format) : Fields().money(totals->total, 6);
}

Outcome<Fields> payments_sum(const Asked& asked) {
    const auto* totals = shift_totals(asked);
    if (totals == nullptr || asked.p2 < 1 || asked.p2 > fiscal::payment_kinds.size()) {
        return bad_format;
    }
    return Fields().money(totals->payments.of(fiscal::payment_kinds[asked.p2 - 1U]), 6);
}

Outcome<Fields> registrations_count(const Asked& asked) {
    const auto* totals = shift_totals(asked);
    return totals == nullptr ? Outcome<Fields>(bad_format) : Fields().bcd(totals->count, 2);
}

Outcome<Fields> receipts_count(const Asked& asked) {
    const auto* totals = shift_totals(asked);
    return totals == nullptr ? Outcome<Fields>(bad_format) : Fields().bcd(totals->count, 5);
}

Outcome<Fields> cash(const Asked& asked) {
    return Fields().money(asked.machine.till.cash(), 7);
}

Outcome<Fields> revenue(const Asked& asked) {
    const fiscal::Totals& totals = asked.machine.till.kkt().memory().shift_totals;
    const Money sum = totals.receipts(fiscal::ReceiptKind::sell).total -
                      totals.receipts(fiscal::ReceiptKind::sell_refund).total;
    const bool negative = sum < Money();
    return Fields().byte(negative ? 1 : 0).money(negative ? Money() - sum : sum, 6);
}

Outcome<Fields> clock(const Asked& asked) {
    return Fields().date(asked.state.now.date()).seconds(asked.state.now);
}

/// When it is open: the time it must be closed by.
Outcome<Fields> shift(const Asked& asked) {
    const fiscal::LocalTime time =
        asked.state.shift_opened
            ? fiscal::LocalTime{asked.state.shift_opened->seconds + day_seconds}
            : asked.state.now;
    return Fields()
        .byte(static_cast<std::uint8_t>(asked.state.shift))
        .date(time.date())
        .seconds(time);
}

/// Byte 0 is not known in any source.
Outcome<Fields> receipt(const Asked& asked) {
    const bool open = asked.state.receipt_open;
    const std::uint8_t type =
        open ? std::max<std::uint8_t>(asked.machine.receipt_type, 1) : std::uint8_t{0};
    return Fields()
        .byte(0)
        .byte(type)
        .bcd(asked.state.receipt_number + (open ? 1U : 0U), 2)
        .bcd(asked.state.last_fd + (open ? 1U : 0U), 4);
}

Outcome<Fields> receipt_sums(const Asked& asked) {
    const fiscal::Document* document = asked.machine.receipt();
    const Money total = document != nullptr ? document->total : Money();
    const Money paid = document != nullptr ? document->payments.sum() : Money();
    return Fields().money(total, 5).money(total - paid, 5).money(paid - total, 5);
}

Outcome<Fields> last_closed_shift(const Asked& asked) {
    const bool open = asked.state.shift != ShiftState::closed;
    return Fields().bcd(asked.state.shift_number - (open ? 1U : 0U), 2);
}

Outcome<Fields> serial(const Asked& asked) {
    std::uint64_t number = 0;
    for (const char digit : asked.state.identity.serial) {
        number = number * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    return Fields().bcd(number, 7);
}

Outcome<Fields> line_width(const Asked&) {
    constexpr unsigned characters = 48, pixels = 576;
    return Fields().bcd(characters, 1).bcd(pixels, 2);
}

Outcome<Fields> fn_term(const Asked& asked) {
    constexpr unsigned made = 1, left = 29;
    return Fields().bcd(made, 1).bcd(left, 1).date(asked.state.fn.valid_until).byte(0);
}

Outcome<Fields> non_nullable_sum(const Asked& asked) {
    const auto* totals = totals_of(asked.machine.till.kkt().memory().totals, asked.p1);
    return totals == nullptr ? Outcome<Fields>(bad_format) : Fields().money(totals->total, 7);
}

Outcome<Fields> exchange_errors(const Asked& asked) {
    // Errors of the network, the OFD and the storage: none. What the last five bytes are is not
    // in any source; the vendor's driver wants them.
    return Fields()
        .bytes(std::string(3, '\0'))
        .bcd(asked.state.ofd.first_fd, 5)
        .bytes(std::string(5, '\0'));
}

Outcome<Fields> unsent(const Asked& asked) {
    return Fields().bcd(asked.state.ofd.unsent, 3);
}

/// DD MM YY hh mm: the layout is not in any source.
Outcome<Fields> oldest_unsent(const Asked& asked) {
    if (!asked.state.ofd.oldest) {
        return Fields().bytes(std::string(5, '\0'));
    }
    return Fields().date(asked.state.ofd.oldest->date()).minutes(*asked.state.ofd.oldest);
}

Outcome<Fields> fn_number(const Asked& asked) {
    return Fields().text(asked.state.identity.fn, 16);
}

/// The report of the registration itself is not in the storage of a simulated KKT.
Outcome<Fields> last_registration(const Asked& asked) {
    const auto day = asked.machine.till.kkt().memory().activated;
    const auto time = fiscal::LocalTime::at(day.value_or(asked.state.now.date()));
    return Fields().bcd(0, 5).date(time.date()).minutes(time);
}

Outcome<Fields> last_receipt(const Asked& asked) {
    const auto& last = asked.machine.till.last_receipt();
    if (!last) {
        return Fields().bytes(std::string(23, '\0'));
    }
    return Fields()
        .bcd(last->fd, 5)
        .byte(type_of(*last))
        .money(last->total, 7)
        .date(last->time.date())
        .minutes(last->time)
        .bcd(fpd_of(*last), 5);
}

Outcome<Fields> last_document(const Asked& asked) {
    const auto& last = asked.machine.till.last_document();
    if (!last) {
        return Fields().bytes(std::string(15, '\0'));
    }
    return Fields()
        .bcd(last->fd, 5)
        .date(last->time.date())
        .minutes(last->time)
        .bcd(fpd_of(*last), 5);
}

Outcome<Fields> numbers_in_shift(const Asked& asked) {
    return Fields().bcd(asked.state.receipt_number, 3).bcd(asked.state.shift_number, 3);
}

Outcome<Fields> ffd(const Asked& asked) {
    constexpr std::uint8_t newest = 3; // of the device and of the storage: 1.1
    return Fields()
        .byte(newest)
        .byte(newest)
        .byte(asked.state.ffd)
        .date(asked.state.now.date())
        .bytes(std::string(7, '\0'));
}

Outcome<Fields> extended_error(const Asked& asked) {
    const ExtendedError& error = asked.machine.extended;
    return Fields().big(error.command, 2).big(error.code, 2).big(0, 4);
}

/// When all is sent: the time of the last document.
Outcome<Fields> last_sent(const Asked& asked) {
    const fiscal::LocalTime time = asked.state.last_document.value_or(asked.state.now);
    return Fields().date(time.date()).minutes(time);
}

/// The first five bytes are not known in any source.
Outcome<Fields> documents_in_shift(const Asked& asked) {
    const std::uint32_t count = asked.machine.till.kkt().memory().shift_documents;
    return Fields().bytes(std::string(5, '\0')).bcd(count, 5);
}

Outcome<Fields> registration_flags(const Asked& asked) {
    constexpr std::uint8_t not_printed = 0x10;
    return Fields()
        .byte(asked.machine.till.unprinted() ? not_printed : std::uint8_t{0})
        .bytes(std::string(3, '\0'));
}

Outcome<Fields> shift_tax(const Asked& asked) {
    const auto* totals = shift_totals(asked);
    if (totals == nullptr) {
        return bad_format;
    }
    const auto place = vat_counter(asked.p2);
    return Fields().money(place ? totals->vat.at(*place) : Money(), 6);
}

/// The width is not in any source; that of register 60.
Outcome<Fields> receipt_tax_sum(const Asked& asked) {
    const auto rate = vat_of_code(asked.machine, asked.p1);
    if (!rate) {
        return rate.error();
    }
    const fiscal::Document* document = asked.machine.receipt();
    if (document == nullptr) {
        return Fields().money(Money(), 6);
    }
    return Fields().money(document->items.empty() ? document->vat.of(*rate)
                                                  : fiscal::vat_totals(document->items).of(*rate),
                          6);
}

Outcome<Fields> receipt_bytes(const Asked& asked) {
    const fiscal::Document* document = asked.machine.receipt();
    return Fields().bcd(document != nullptr ? fiscal::tlv_size(*document, asked.state.ffd) : 0, 5);
}

struct Register {
    std::uint8_t number;
    Outcome<Fields> (*read)(const Asked&);
};

constexpr auto registers = std::to_array<Register>({
    {1, registrations_sum},
    {3, payments_sum},
    {6, registrations_count},
    {10, cash},
    {11, revenue},
    {17, clock},
    {18, shift},
    {19, receipt},
    {20, receipt_sums},
    {21, last_closed_shift},
    {22, serial},
    {24, line_width},
    {26, fn_term},
    {40, non_nullable_sum},
    {43, exchange_errors},
    {44, unsent},
    {45, oldest_unsent},
    {47, fn_number},
    {48, last_registration},
    {51, last_receipt},
    {52, last_document},
    {53, numbers_in_shift},
    {54, ffd},
    {55, extended_error},
    {57, last_sent},
    {58, documents_in_shift},
    {59, registration_flags},
    {60, shift_tax},
    {61, receipt_tax_sum},
    {65, receipts_count},
    {66, receipt_bytes},
});

} // namespace

Outcome<Answer> read_register(Machine& machine, Params& params) {
    const std::uint8_t number = params.byte();
    const std::uint8_t p1 = params.byte();
    const std::uint8_t p2 = params.byte();
    if (!params.complete()) {
        return bad_length;
    }
    const auto found = std::ranges::find(registers, number, &Register::number);
    if (found == registers.end()) {
        return bad_format; // which error it is, is not in any source
    }
    auto fields = found->read({machine, p1, p2, machine.till.state()});
    return fields ? Outcome<Answer>(data_answer(fields->take())) : fields.error();
}

} // namespace kktd::sim::atol
