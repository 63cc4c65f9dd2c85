// vat_policy: which VAT rate a line may carry, by operation and day (reference: "VAT rates by
// date"). A sale carries a rate in force, a refund the rate of its original, a correction that of
// the corrected day; an old rate becomes today's only where the configuration says so.
#pragma once

#include "fiscal/compile.hpp"

#include <string>

namespace kktd::fiscal {

struct VatChoice {
    VatRate rate = VatRate::none;
    std::string warning; ///< Russian, why it is not the rate that was sent; empty: it is
    friend bool operator==(const VatChoice&, const VatChoice&) = default;
};

/// Not an aggregate: it is the error of Result.
class VatRefusal {
public:
    VatRefusal() = default;
    VatRefusal(Rule rule, std::string text) : rule_(rule), text_(std::move(text)) {}
    [[nodiscard]] Rule rule() const { return rule_; } ///< vat_expired or vat_original
    [[nodiscard]] const std::string& text() const { return text_; }
    friend bool operator==(const VatRefusal&, const VatRefusal&) = default;

private:
    Rule rule_ = Rule::vat_expired;
    std::string text_;
};

/// The general rate of a day, 18, 20 or 22 %, plain or calculated.
[[nodiscard]] VatRate general_rate(Date day, bool calculated);

/// `method` is tag 1214 of the line: the payment of a credit (7) carries the rate of the day the
/// goods were handed over, if the draft names it as its original's date.
[[nodiscard]] Result<VatChoice, VatRefusal>
choose_vat(VatRate sent, PaymentMethod method, const Draft& draft, const CompileContext& context);

} // namespace kktd::fiscal
