// VAT (НДС): the rates as data with their validity dates and tag-1199 codes, and the tax of a sum.
// Sources: НК РФ ст. 164; orders ЕД-7-20/662@, 1038@ (2024), 1050@ (2025); 303-ФЗ, 425-ФЗ.
#pragma once

#include "fiscal/date.hpp"
#include "fiscal/money.hpp"

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace kktd::fiscal {

/// A VAT rate as the receipt names it (ставка НДС, tag 1199). The calculated ones (n/(100+n)) are
/// for prepayments. Values are indexes into vat_rates(), not wire codes.
enum class VatRate : std::uint8_t {
    vat22,
    vat20,
    vat18,
    vat10,
    vat7,
    vat5,
    vat0,
    none,
    vat22_122,
    vat20_120,
    vat18_118,
    vat10_110,
    vat7_107,
    vat5_105,
};

struct VatRateInfo {
    VatRate rate;
    std::string_view name;        ///< stable name for programs: "22", "22/122", "0", "none"
    std::string_view title;       ///< for people: "22 %", "22/122", "без НДС"
    int percent;                  ///< 22 for both 22 % and 22/122; 0 for 0 % and none
    bool calculated;              ///< n/(100+n)
    std::uint8_t code;            ///< tag 1199; 18 % and 20 % share 1, their calculated forms 3
    std::optional<int> flat_tag;  ///< 1102 … 1107, nothing where the total goes to 1115 only
    Date valid_from;              ///< first day a sale may carry it
    std::optional<Date> valid_to; ///< last day, both inclusive; nothing = in force
};

/// All rates, indexed by VatRate.
[[nodiscard]] std::span<const VatRateInfo> vat_rates();
[[nodiscard]] const VatRateInfo& info(VatRate rate);

/// By stable name ("22", "22/122", "none"); nothing if unknown.
[[nodiscard]] std::optional<VatRate> vat_by_name(std::string_view name);
/// By tag-1199 code on a given day (1 is 18 % until 2018-12-31, 20 % after).
[[nodiscard]] std::optional<VatRate> vat_by_code(std::uint8_t code, Date day);

/// Whether a *sale* may carry the rate on that day. Refunds follow their original.
[[nodiscard]] bool valid_on(VatRate rate, Date day);

/// The tax inside a sum that includes it: round_half_up(S·r / (100+r)); zero for 0 % and none.
[[nodiscard]] Money vat_amount(Money sum, VatRate rate);

/// Totals of a receipt: tax per rate as the sum of the lines' rounded taxes; for 0 % and none the
/// turnover (tags 1104, 1105 carry turnover, not tax).
class VatTotals {
public:
    void add(VatRate rate, Money sum, Money tax);
    [[nodiscard]] bool has(VatRate rate) const;
    [[nodiscard]] Money of(VatRate rate) const;
    friend bool operator==(const VatTotals&, const VatTotals&) = default;

private:
    std::array<std::optional<Money>, 14> totals_{};
};

} // namespace kktd::fiscal
