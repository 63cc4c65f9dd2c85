// line_sum: the price and quantity of a line whose sum is given. A KKT computes price × quantity
// itself and knows no discount (tags 1079 and 1043 are "с учётом скидок и наценок"), so a line's
// sum is kept exactly by changing the price, by splitting the line in two, or by policy.
#pragma once

#include "fiscal/legal.hpp"
#include "fiscal/quantity.hpp"

#include <optional>
#include <vector>

namespace kktd::fiscal {

/// cost == line_cost(price, quantity) always.
struct Line {
    Money price;
    Quantity quantity;
    Money cost;
    friend bool operator==(const Line&, const Line&) = default;
};

struct LineSum {
    std::vector<Line> lines; ///< one or two; their costs add up to the sum
    /// FractionPolicy::whole was applied: the line is 1 × sum, the name must tell the quantity.
    bool quantity_in_name = false;
    friend bool operator==(const LineSum&, const LineSum&) = default;
};

enum class LineFault {
    none,
    surcharge, ///< the sum is over price × quantity by more than rounding explains
    discount,  ///< below it by more than max_discount_percent
    fraction,  ///< no price gives the sum, and the policy refuses
    too_large, ///< the price would be over Money::max_kopecks
};

class LineError {
public:
    LineError() = default;
    explicit LineError(LineFault fault) : fault_(fault) {}
    [[nodiscard]] LineFault fault() const { return fault_; }
    friend bool operator==(const LineError&, const LineError&) = default;

private:
    LineFault fault_ = LineFault::none;
};

/// In this order: price × quantity gives the sum → kept; a whole quantity → one line at sum ÷
/// quantity, or two whose prices differ by a kopeck; a fractional one → the one line at a price
/// that gives the sum (always there is one up to a quantity of 1), else by `fraction`.
///
/// Without a price only the sum decides. With one, the sum may be below price × quantity by
/// `max_discount_percent` of it, and above it by what rounding explains: less than a kopeck for
/// each unit, or one kopeck for a fractional quantity.
[[nodiscard]] Result<LineSum, LineError> line_sum(std::optional<Money> price, Quantity quantity,
                                                  Money sum, FractionPolicy fraction,
                                                  int max_discount_percent);

} // namespace kktd::fiscal
