#include "fiscal/line_sum.hpp"

namespace kktd::fiscal {

namespace {

Line line(Money price, Quantity quantity) {
    return {price, quantity, line_cost(price, quantity)};
}

/// Why the sum is too far from what price × quantity costs.
LineFault judge(Money cost, Quantity quantity, Money sum, int max_discount_percent) {
    if (sum > cost) {
        const auto surcharge = (sum - cost).kopecks();
        const bool under_a_kopeck_each = surcharge * Quantity::per_unit < quantity.micro();
        const bool rounded_up = surcharge == 1 && !quantity.whole();
        return under_a_kopeck_each || rounded_up ? LineFault::none : LineFault::surcharge;
    }
    const bool too_cheap = (cost - sum).kopecks() * 100 > cost.kopecks() * max_discount_percent;
    return too_cheap ? LineFault::discount : LineFault::none;
}

LineSum split(std::int64_t units, Money sum) {
    const Money price(sum.kopecks() / units);
    const auto dearer = sum.kopecks() % units;
    LineSum result{{line(price, Quantity::units(units - dearer))}, false};
    if (dearer > 0) {
        result.lines.push_back(line(price + Money(1), Quantity::units(dearer)));
    }
    return result;
}

} // namespace

Result<LineSum, LineError> line_sum(std::optional<Money> price, Quantity quantity, Money sum,
                                    FractionPolicy fraction, int max_discount_percent) {
    if (price) {
        const auto as_sent = line(*price, quantity);
        if (as_sent.cost == sum) {
            return LineSum{{as_sent}, false};
        }
        const auto fault = judge(as_sent.cost, quantity, sum, max_discount_percent);
        if (fault != LineFault::none) {
            return LineError(fault);
        }
    }
    if (quantity.whole()) {
        return split(quantity.micro() / Quantity::per_unit, sum);
    }
    // The only prices that can give the sum are the two next to sum ÷ quantity.
    const Money below(sum.kopecks() * Quantity::per_unit / quantity.micro());
    for (const auto candidate : {below, below + Money(1)}) {
        const auto one = line(candidate, quantity);
        if (one.cost == sum) {
            if (candidate.kopecks() > Money::max_kopecks) {
                return LineError(LineFault::too_large);
            }
            return LineSum{{one}, false};
        }
    }
    if (fraction == FractionPolicy::refuse) {
        return LineError(LineFault::fraction);
    }
    return LineSum{{line(sum, Quantity::units(1))}, true};
}

} // namespace kktd::fiscal
