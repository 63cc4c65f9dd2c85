// Positions: EAh … EBh with tags between, E6h in one command, 52h and 57h of the oldest protocol.
#include "driver/atol/external_text.hpp"
#include "fiscal/ffd.hpp"
#include "sim/atol/commands.hpp"
#include "sim/atol/tax_code.hpp"

namespace kktd::sim::atol {

namespace {

using fiscal::Item;
using fiscal::Money;
using fiscal::Quantity;
using fiscal::VirtualKkt;

constexpr std::int64_t micro_per_thousandth = 1000;
constexpr std::size_t max_name = 128;
constexpr std::uint8_t sale = 1, sale_return = 2; ///< types of 92h

Money money(Params& params, std::size_t size) {
    return Money(static_cast<std::int64_t>(params.bcd(size)));
}

Quantity quantity(Params& params) {
    return Quantity(static_cast<std::int64_t>(params.bcd(5)) * micro_per_thousandth);
}

DeviceError length_or_format(const Params& params) {
    return params.too_short() || !params.empty() ? bad_length : bad_format;
}

std::string name_of(std::string_view external) {
    std::string name = driver::atol::from_external(external.substr(0, external.find('\0')));
    name.erase(name.find_last_not_of(' ') + 1);
    return name;
}

/// A position as a command told it.
struct Told {
    std::uint8_t flags = 0;
    std::string name;
    Money price;
    Quantity quantity;
    std::optional<Money> sum; ///< nothing: price × quantity
    std::uint64_t vat_code = 0;
    Money vat_sum; ///< zero: the KKT computes it
    std::uint64_t object = 0;
    std::uint64_t method = 0;
};

constexpr std::uint8_t any_sum_flag = 0x02;      ///< the sum need not be price × quantity
constexpr std::uint8_t tax_per_unit_flag = 0x04; ///< the tax sum is that of one unit

Outcome<Item> item_of(Machine& machine, const Told& told, const Item& with_tags) {
    Item item = with_tags;
    if (told.name.empty()) {
        return tag_missing; // 1030
    }
    item.name = told.name;
    item.price = told.price;
    item.quantity = told.quantity;
    item.cost = told.sum.value_or(fiscal::line_cost(told.price, told.quantity));
    const auto rate = vat_of_code(machine, told.vat_code);
    if (!rate) {
        return rate.error();
    }
    item.vat = *rate;
    item.vat_sum = (told.flags & tax_per_unit_flag) != 0
                       ? fiscal::line_cost(told.vat_sum, told.quantity)
                       : told.vat_sum;
    if (item.vat_sum == Money()) {
        item.vat_sum = fiscal::vat_amount(item.cost, item.vat);
    }
    // 0: the firmware's own, which the vendor's driver counts on when it is told none.
    const auto object = fiscal::payment_object_by_code(
        told.object == 0 ? 1 : static_cast<std::int64_t>(told.object));
    const auto method = fiscal::payment_method_by_code(
        told.method == 0 ? 4 : static_cast<std::int64_t>(told.method));
    if (!object) {
        return bad_subject;
    }
    if (!method) {
        return bad_method;
    }
    item.object = *object;
    item.method = *method;
    if (!item.agent) {
        item.agent = machine.tags.agent();
    }
    if (!item.supplier) {
        item.supplier = machine.tags.supplier();
    }
    return item;
}

/// In FFD 1.05 a correction has no positions: the one that is told is its sum and its tax.
VirtualKkt::Answer<void> set_correction_sum(VirtualKkt& kkt, const Item& item) {
    fiscal::VatTotals vat;
    vat.add(item.vat, item.cost, item.vat_sum);
    return kkt.set_sums(item.cost, vat);
}

Outcome<Answer> add(Machine& machine, const Told& told, const Item& with_tags) {
    const auto item = item_of(machine, told, with_tags);
    if (!item) {
        return item.error();
    }
    const fiscal::Document* receipt = machine.receipt();
    if (receipt == nullptr) {
        return receipt_is_closed;
    }
    const bool sum_only =
        receipt->correction && machine.till.registration().ffd == fiscal::ffd_1_05;
    if (sum_only && receipt->total > Money()) {
        return several_corrections;
    }
    const auto cost =
        (told.flags & any_sum_flag) != 0 ? VirtualKkt::Cost::stated : VirtualKkt::Cost::exact;
    const auto added = attempt(machine, (told.flags & check_only_flag) != 0, [&](VirtualKkt& kkt) {
        return sum_only ? set_correction_sum(kkt, *item) : kkt.add_item(*item, cost);
    });
    return added ? Outcome<Answer>(done_answer()) : added.error();
}

/// 52h and 57h: open the receipt where none is; the name was printed before by 4Ch.
Outcome<Answer> old_position(Machine& machine, Params& params, std::uint8_t type,
                             bool has_section) {
    Told told;
    told.flags = params.byte();
    told.price = money(params, 5);
    told.quantity = quantity(params);
    const std::uint64_t section = has_section ? params.bcd(1) : 0;
    if (!params.complete()) {
        return length_or_format(params);
    }
    // Without a text before it the name is that of the section (its words: not in any source).
    told.name = machine.last_text.empty() ? "СЕКЦИЯ " + std::to_string(section) : machine.last_text;
    const bool check_only = (told.flags & check_only_flag) != 0;
    if (machine.receipt() == nullptr) {
        if (const auto opened = open_receipt_of(machine, type, check_only); !opened) {
            return opened.error();
        }
        if (check_only) {
            return done_answer(); // there is no receipt to try the position on
        }
    } else if (machine.receipt_type != type) {
        return type == sale ? DeviceError(0x87) : DeviceError(0x89);
    }
    auto answer = add(machine, told, Item());
    if (answer && !check_only) {
        machine.last_text.clear();
    }
    return answer;
}

} // namespace

Outcome<Answer> begin_position(Machine& machine, Params& params) {
    (void)params.bytes(3); // 00 01 00
    if (!params.complete()) {
        return bad_length;
    }
    if (machine.receipt() == nullptr) {
        return receipt_is_closed;
    }
    machine.position.emplace();
    machine.blocks.reset();
    return done_answer();
}

Outcome<Answer> finish_position(Machine& machine, Params& params) {
    Told told;
    told.flags = params.byte();
    told.price = money(params, 7);
    told.quantity = quantity(params);
    told.sum = money(params, 7);
    told.vat_code = params.byte();
    told.vat_sum = money(params, 7);
    (void)params.byte(); // section
    told.object = params.bcd(1);
    told.method = params.bcd(1);
    (void)params.byte();   // sign of the discount
    (void)params.bcd(7);   // the discount, for information only
    (void)params.bytes(2); // reserved
    const std::string_view name = params.all();
    told.name = name_of(name);
    if (!params.complete()) {
        return length_or_format(params);
    }
    if (name.size() > max_name) {
        return bad_length;
    }
    if (!machine.position) {
        return machine.receipt() == nullptr ? receipt_is_closed : position_not_begun;
    }
    auto answer = add(machine, told, machine.position->item());
    if (answer && (told.flags & check_only_flag) == 0) {
        machine.position.reset();
    }
    return answer;
}

Outcome<Answer> whole_position(Machine& machine, Params& params) {
    Told told;
    told.flags = params.byte();
    told.name = name_of(params.bytes(64));
    told.price = money(params, 6);
    told.quantity = quantity(params);
    (void)params.byte(); // type of the discount
    (void)params.byte(); // its sign
    const Money discount = money(params, 6);
    told.vat_code = params.byte();
    (void)params.byte();    // section
    (void)params.bytes(16); // bar code
    (void)params.byte();    // reserved
    if (!params.complete()) {
        return length_or_format(params);
    }
    // A price in a fiscal document is that after discounts: the FN firmware knows none.
    if (discount > Money()) {
        return bad_discount;
    }
    return add(machine, told, Item());
}

Outcome<Answer> sell(Machine& machine, Params& params) {
    return old_position(machine, params, sale, true);
}

Outcome<Answer> sell_return(Machine& machine, Params& params) {
    return old_position(machine, params, sale_return, false);
}

} // namespace kktd::sim::atol
