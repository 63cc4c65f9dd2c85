#include "fiscal/vat.hpp"

namespace kktd::fiscal {

namespace {

constexpr Date code_begins{2001, 1, 1};     ///< НК РФ part 2: 10 %, 0 %, no VAT
constexpr Date eighteen_begins{2004, 1, 1}; ///< 117-ФЗ of 2003
constexpr Date eighteen_ends{2018, 12, 31};
constexpr Date twenty_begins{2019, 1, 1}; ///< 303-ФЗ
constexpr Date twenty_ends{2025, 12, 31};
constexpr Date usn_begins{2025, 1, 1};        ///< 176-ФЗ: 5 and 7 % of УСН payers
constexpr Date twenty_two_begins{2026, 1, 1}; ///< 425-ФЗ
constexpr std::optional<Date> in_force;
constexpr std::optional<int> container_only; ///< total in 1115 only

constexpr std::array<VatRateInfo, 14> rates{{
    {VatRate::vat22, "22", "22 %", 22, false, 11, container_only, twenty_two_begins, in_force},
    {VatRate::vat20, "20", "20 %", 20, false, 1, 1102, twenty_begins, twenty_ends},
    {VatRate::vat18, "18", "18 %", 18, false, 1, 1102, eighteen_begins, eighteen_ends},
    {VatRate::vat10, "10", "10 %", 10, false, 2, 1103, code_begins, in_force},
    {VatRate::vat7, "7", "7 %", 7, false, 8, container_only, usn_begins, in_force},
    {VatRate::vat5, "5", "5 %", 5, false, 7, container_only, usn_begins, in_force},
    {VatRate::vat0, "0", "0 %", 0, false, 5, 1104, code_begins, in_force},
    {VatRate::none, "none", "без НДС", 0, false, 6, 1105, code_begins, in_force},
    {VatRate::vat22_122, "22/122", "22/122", 22, true, 12, container_only, twenty_two_begins,
     in_force},
    {VatRate::vat20_120, "20/120", "20/120", 20, true, 3, 1106, twenty_begins, twenty_ends},
    {VatRate::vat18_118, "18/118", "18/118", 18, true, 3, 1106, eighteen_begins, eighteen_ends},
    {VatRate::vat10_110, "10/110", "10/110", 10, true, 4, 1107, code_begins, in_force},
    {VatRate::vat7_107, "7/107", "7/107", 7, true, 10, container_only, usn_begins, in_force},
    {VatRate::vat5_105, "5/105", "5/105", 5, true, 9, container_only, usn_begins, in_force},
}};

constexpr bool indexed_by_rate() {
    for (std::size_t i = 0; i < rates.size(); ++i) {
        if (static_cast<std::size_t>(rates[i].rate) != i) {
            return false;
        }
    }
    return true;
}
static_assert(indexed_by_rate());

constexpr std::size_t index(VatRate rate) {
    return static_cast<std::size_t>(rate);
}

} // namespace

std::span<const VatRateInfo> vat_rates() {
    return rates;
}

const VatRateInfo& info(VatRate rate) {
    return rates[index(rate)];
}

std::optional<VatRate> vat_by_name(std::string_view name) {
    for (const auto& rate : rates) {
        if (rate.name == name) {
            return rate.rate;
        }
    }
    return std::nullopt;
}

std::optional<VatRate> vat_by_code(std::uint8_t code, Date day) {
    // The youngest rate of the code that had begun by then: refunds carry an old rate for years.
    std::optional<VatRate> found;
    for (const auto& rate : rates) {
        if (rate.code == code) {
            found = rate.rate;
            if (rate.valid_from <= day) {
                break;
            }
        }
    }
    return found;
}

bool valid_on(VatRate rate, Date day) {
    const auto& data = info(rate);
    return data.valid_from <= day && (!data.valid_to || day <= *data.valid_to);
}

Money vat_amount(Money sum, VatRate rate) {
    const std::int64_t percent = info(rate).percent;
    const std::int64_t whole = 100 + percent;
    return Money((2 * sum.kopecks() * percent + whole) / (2 * whole));
}

void VatTotals::add(VatRate rate, Money sum, Money tax) {
    auto& total = totals_[index(rate)];
    total = total.value_or(Money()) + (info(rate).percent == 0 ? sum : tax);
}

bool VatTotals::has(VatRate rate) const {
    return totals_[index(rate)].has_value();
}

Money VatTotals::of(VatRate rate) const {
    return totals_[index(rate)].value_or(Money());
}

} // namespace kktd::fiscal
