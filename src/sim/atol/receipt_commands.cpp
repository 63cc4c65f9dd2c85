// Receipts: 92h opens, 43h rounds the total, B8h tells a tax sum, 99h pays, 4Ah closes, 59h
// cancels.
#include "sim/atol/commands.hpp"
#include "sim/atol/fields.hpp"
#include "sim/atol/receipt_type.hpp"
#include "sim/atol/tax_code.hpp"

#include <algorithm>
#include <cstdlib>

namespace kktd::sim::atol {

namespace {

using fiscal::Document;
using fiscal::Money;
using fiscal::PaymentKind;
using fiscal::VirtualKkt;

constexpr std::uint8_t electronic_flag = 0x04;
constexpr std::uint8_t of_receipt = 0x00; ///< 43h, B8h: not of one position
constexpr std::uint8_t by_sum = 0x01;
constexpr std::uint8_t is_discount = 0x00;

Money money(Params& params, std::size_t size) {
    return Money(static_cast<std::int64_t>(params.bcd(size)));
}

DeviceError length_or_format(const Params& params) {
    return params.too_short() || !params.empty() ? bad_length : bad_format;
}

std::optional<PaymentKind> payment_kind(std::uint8_t type) {
    constexpr auto kinds = fiscal::payment_kinds; // cash, electronic, prepaid, credit, other
    return type >= 1 && type <= kinds.size() ? std::optional(kinds[type - 1U]) : std::nullopt;
}

/// Why this payment cannot be.
std::optional<DeviceError> payment_error(const Document& receipt, PaymentKind kind, Money sum) {
    const Money not_cash = receipt.payments.sum() - receipt.payments.cash;
    if (kind != PaymentKind::cash && not_cash + sum > receipt.total) {
        return noncash_above_sum;
    }
    return std::nullopt;
}

/// The document's own tags with what the firmware adds to them.
Outcome<Document> attributes_of(const Machine& machine) {
    Document attributes = machine.tags.attributes();
    const Operator cashier = machine.cashier();
    attributes.cashier = cashier.name;
    attributes.cashier_inn = cashier.inn;
    attributes.electronic_only = machine.electronic;
    if (!machine.tags.has(1055)) {
        const auto only = machine.till.registration().taxations.only();
        if (!only) {
            return tag_missing;
        }
        attributes.taxation = *only;
    }
    if (machine.electronic && attributes.contact.empty()) {
        return tag_missing; // 1008
    }
    return attributes;
}

/// Everything that is told of the receipt besides its lines and payments.
VirtualKkt::Answer<void> complete(VirtualKkt& kkt, const Machine& machine,
                                  const Document& attributes) {
    if (const auto set = kkt.set_attributes(attributes); !set) {
        return set;
    }
    if (machine.tags.correction()) {
        if (const auto set = kkt.set_correction(*machine.tags.correction()); !set) {
            return set;
        }
    }
    return kkt.add_elements(machine.tags.elements());
}

struct Closing {
    std::uint8_t type;
    Money sum; ///< zero: the rest, if there is one
};

VirtualKkt::Answer<void> pay_rest(VirtualKkt& kkt, const Closing& closing) {
    const Document& receipt = *kkt.open_document();
    const Money rest = receipt.total - receipt.payments.sum();
    const Money sum = closing.sum > Money() ? closing.sum : std::max(rest, Money());
    return sum > Money() ? kkt.pay(*payment_kind(closing.type), sum) : VirtualKkt::Answer<void>();
}

/// Closes it on the KKT itself. A refusal leaves the receipt as it was; paper that ends in the
/// print is an error of a receipt that is registered.
Outcome<Answer> close_for_good(Machine& machine, const Document& attributes,
                               const Closing& closing) {
    Till& till = machine.till;
    const VirtualKkt before = till.kkt();
    const auto back_out = [&](const fiscal::KktRefusal& refusal) {
        till.kkt() = before;
        return device_error(refusal);
    };
    if (const auto done = complete(till.kkt(), machine, attributes); !done) {
        return back_out(done.error());
    }
    if (const auto paid = pay_rest(till.kkt(), closing); !paid) {
        return back_out(paid.error());
    }
    till.set_electronic(machine.electronic);
    const auto made = till.close_receipt();
    till.set_electronic(false);
    if (!made) {
        const bool broken = made.error().error() == fiscal::KktError::fn_critical;
        return broken ? device_error(made.error()) : back_out(made.error());
    }
    machine.forget_document();
    return till.unprinted() ? Outcome<Answer>(no_paper) : done_answer();
}

Outcome<Answer> close_on_trial(Machine& machine, const Document& attributes,
                               const Closing& closing) {
    const auto tried = attempt(machine, true, [&](VirtualKkt& kkt) -> VirtualKkt::Answer<void> {
        if (const auto done = complete(kkt, machine, attributes); !done) {
            return done;
        }
        if (const auto paid = pay_rest(kkt, closing); !paid) {
            return paid;
        }
        const auto made = kkt.close_receipt(machine.till.host_now());
        return made ? VirtualKkt::Answer<void>() : made.error();
    });
    return tried ? Outcome<Answer>(done_answer()) : tried.error();
}

} // namespace

Outcome<void> open_receipt_of(Machine& machine, std::uint8_t type, bool check_only) {
    const auto known = receipt_type(type);
    if (!known) {
        return bad_receipt_type;
    }
    // The basis of a correction is told afterwards, by E8h.
    const auto correction = known->correction ? std::optional(fiscal::Correction()) : std::nullopt;
    const auto opened = attempt(machine, check_only, [&](VirtualKkt& kkt) {
        return kkt.open_receipt(known->kind, correction, machine.till.host_now());
    });
    if (opened && !check_only) {
        machine.receipt_type = type;
    }
    return opened;
}

Outcome<Answer> open_receipt(Machine& machine, Params& params) {
    const std::uint8_t flags = params.byte();
    const std::uint8_t type = params.byte();
    if (!params.complete()) {
        return bad_length;
    }
    const bool check_only = (flags & check_only_flag) != 0;
    if (const auto opened = open_receipt_of(machine, type, check_only); !opened) {
        return opened.error();
    }
    if (!check_only) {
        machine.electronic = (flags & electronic_flag) != 0;
    }
    return done_answer();
}

/// The FN firmware knows one discount only: that which rounds the total to roubles.
Outcome<Answer> round_receipt(Machine& machine, Params& params) {
    const std::uint8_t flags = params.byte();
    const std::uint8_t area = params.byte();
    const std::uint8_t kind = params.byte();
    const std::uint8_t sign = params.byte();
    const Money sum = money(params, 5);
    if (!params.complete()) {
        return length_or_format(params);
    }
    if (area != of_receipt || kind != by_sum || sign != is_discount) {
        return bad_discount;
    }
    const auto rounded = attempt(machine, (flags & check_only_flag) != 0,
                                 [&](VirtualKkt& kkt) { return kkt.round_down(sum); });
    if (!rounded) {
        return rounded.error() == bad_sum ? bad_discount : rounded.error();
    }
    return done_answer();
}

/// The document carries the sum of its lines' taxes; a stated one must agree with it to a kopeck a
/// line.
Outcome<Answer> receipt_tax(Machine& machine, Params& params) {
    (void)params.byte(); // flags
    const std::uint8_t area = params.byte();
    const std::uint8_t code = params.byte();
    const Money sum = money(params, 5);
    if (!params.complete()) {
        return length_or_format(params);
    }
    if (area != of_receipt) {
        return bad_format;
    }
    const Document* receipt = machine.receipt();
    if (receipt == nullptr) {
        return receipt_is_closed;
    }
    const auto rate = vat_of_code(machine, code);
    if (!rate) {
        return rate.error();
    }
    const Money computed = receipt->items.empty() ? receipt->vat.of(*rate)
                                                  : fiscal::vat_totals(receipt->items).of(*rate);
    const auto difference = std::abs((computed - sum).kopecks());
    return difference <= static_cast<std::int64_t>(receipt->items.size())
               ? Outcome<Answer>(done_answer())
               : bad_tax_sum;
}

Outcome<Answer> pay(Machine& machine, Params& params) {
    const std::uint8_t flags = params.byte();
    const std::uint8_t type = params.byte();
    const Money sum = money(params, 5);
    if (!params.complete()) {
        return length_or_format(params);
    }
    const Document* receipt = machine.receipt();
    if (receipt == nullptr) {
        return receipt_is_closed;
    }
    const auto kind = payment_kind(type);
    if (!kind) {
        return bad_payment_type;
    }
    if (const auto error = payment_error(*receipt, *kind, sum)) {
        return *error;
    }
    const Money total = receipt->total;
    const Money paid = receipt->payments.sum() + sum;
    const auto done = attempt(machine, (flags & check_only_flag) != 0,
                              [&](VirtualKkt& kkt) { return kkt.pay(*kind, sum); });
    if (!done) {
        return done.error();
    }
    Fields fields;
    fields.money(total - paid, 5).money(paid - total, 5);
    return data_answer(fields.take());
}

Outcome<Answer> close_receipt(Machine& machine, Params& params) {
    const std::uint8_t flags = params.byte();
    const Closing closing{.type = params.byte(), .sum = money(params, 5)};
    if (!params.complete()) {
        return length_or_format(params);
    }
    const Document* receipt = machine.receipt();
    if (receipt == nullptr) {
        return receipt_is_closed;
    }
    if (machine.position) {
        return position_is_open;
    }
    const auto kind = payment_kind(closing.type);
    if (!kind) {
        return bad_payment_type;
    }
    if (const auto error = payment_error(*receipt, *kind, closing.sum)) {
        return *error;
    }
    if (receipt->correction && !(machine.tags.has(1173) && machine.tags.has(1174))) {
        return tag_missing;
    }
    const auto attributes = attributes_of(machine);
    if (!attributes) {
        return attributes.error();
    }
    return (flags & check_only_flag) != 0 ? close_on_trial(machine, *attributes, closing)
                                          : close_for_good(machine, *attributes, closing);
}

Outcome<Answer> cancel_receipt(Machine& machine, Params& params) {
    if (!params.complete()) {
        return bad_length;
    }
    if (const auto cancelled = machine.till.kkt().cancel_receipt(); !cancelled) {
        return device_error(cancelled.error());
    }
    machine.forget_document();
    return done_answer();
}

} // namespace kktd::sim::atol
