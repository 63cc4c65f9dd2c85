// compile: from what was sent to a lawful document, or to every violation at once.
#pragma once

#include "fiscal/capabilities.hpp"
#include "fiscal/draft.hpp"
#include "fiscal/legal.hpp"
#include "fiscal/violation.hpp"

#include <optional>

namespace kktd::fiscal {

/// The original of a refund, found in the journal by its number (newest first if several).
struct Original {
    Date date;                  ///< of its registration
    std::vector<VatRate> rates; ///< its lines' rates
    friend bool operator==(const Original&, const Original&) = default;
};

struct CompileContext {
    const Legal& legal;
    const Capabilities& capabilities;
    TaxationSet taxations;            ///< registered in the KKT; empty mask: not known yet
    std::optional<std::uint8_t> ffd;  ///< its FFD version, tag 1209; nothing: not known yet
    Date today;                       ///< the date of the KKT's clock
    std::optional<Original> original; ///< of a refund, if the journal knows it
};

struct Compiled {
    Document document;
    Warnings warnings;
};

/// Not an aggregate: it is the error of Result.
class NotLawful {
public:
    NotLawful() = default;
    explicit NotLawful(Violations violations) : violations_(std::move(violations)) {}
    [[nodiscard]] const Violations& violations() const& { return violations_; }
    /// Result::error() hands out a copy: `for (… : result.error().violations())` must own them.
    [[nodiscard]] Violations violations() && { return std::move(violations_); }
    friend bool operator==(const NotLawful&, const NotLawful&) = default;

private:
    Violations violations_;
};

/// Pure. `draft.names` must be set. Violations come in the order of FieldNames: the total, the
/// positions one by one, then the contact and the rest. Warnings (codes): text_replaced,
/// price_rounded, price_adjusted, line_split, quantity_in_name, vat_mapped, vat_form, vat_usn,
/// zero_total, contact_missing, internet_cash. What is said of a rate (vat_…) stands at its first
/// line and tells how many more have it.
[[nodiscard]] Result<Compiled, NotLawful> compile(const Draft& draft,
                                                  const CompileContext& context);

} // namespace kktd::fiscal
