#include "fiscal/quantity.hpp"

#include <limits>

namespace kktd::fiscal {

namespace {

constexpr int max_decimals = 6; ///< of per_unit

} // namespace

Result<Quantity, NumberError> Quantity::exact(const Number& units) {
    if (units.mantissa() <= 0) {
        return NumberError(NumberFault::negative);
    }
    if (units.scale() > max_decimals) {
        return NumberError(NumberFault::too_many_decimals);
    }
    auto micro = units.mantissa();
    for (int scale = units.scale(); scale < max_decimals && micro <= max_micro; ++scale) {
        micro *= 10;
    }
    if (micro > max_micro) {
        return NumberError(NumberFault::too_large);
    }
    return Quantity(static_cast<std::int64_t>(micro));
}

int Quantity::decimals() const {
    int decimals = max_decimals;
    for (auto rest = micro_; decimals > 0 && rest % 10 == 0; rest /= 10) {
        --decimals;
    }
    return decimals;
}

std::string Quantity::text() const {
    auto text = std::to_string(micro_ / per_unit);
    if (const int digits = decimals(); digits > 0) {
        const auto fraction = std::to_string(per_unit + micro_ % per_unit); // "1" and six digits
        text += '.' + fraction.substr(1, static_cast<std::size_t>(digits));
    }
    return text;
}

Money line_cost(Money price, Quantity quantity) {
    using Wide = Number::Mantissa;
    const Wide product = Wide{price.kopecks()} * quantity.micro();
    const Wide cost = (product + Quantity::per_unit / 2) / Quantity::per_unit;
    constexpr auto limit = std::numeric_limits<std::int64_t>::max();
    return Money(cost < limit ? static_cast<std::int64_t>(cost) : limit);
}

} // namespace kktd::fiscal
