// Quantity: how much of a thing is sold (количество, tag 1023), in millionths.
#pragma once

#include "fiscal/money.hpp"

namespace kktd::fiscal {

class Quantity {
public:
    static constexpr std::int64_t per_unit = 1'000'000;
    /// 99 999.999 (ATOL Online's bound; every supported device takes it).
    static constexpr std::int64_t max_micro = 99'999'999'000;

    constexpr Quantity() = default;
    constexpr explicit Quantity(std::int64_t micro) : micro_(micro) {}
    [[nodiscard]] static constexpr Quantity units(std::int64_t n) { return Quantity(n * per_unit); }

    /// Errors: negative (zero included: nothing cannot be sold), too_many_decimals (more than
    /// six), too_large. How many decimals a device takes is its capability, checked by compile().
    [[nodiscard]] static Result<Quantity, NumberError> exact(const Number& units);

    [[nodiscard]] constexpr std::int64_t micro() const { return micro_; }
    [[nodiscard]] constexpr bool whole() const { return micro_ % per_unit == 0; }
    /// Decimals needed to write it exactly, 0 … 6.
    [[nodiscard]] int decimals() const;
    /// "6", "0.5", "1.234".
    [[nodiscard]] std::string text() const;

    friend constexpr auto operator<=>(const Quantity&, const Quantity&) = default;

private:
    std::int64_t micro_ = 0;
};

/// round_half_up(price × quantity): the cost of a line (tag 1043) that a KKT computes and compares.
/// Exact for all values within the bounds (128-bit inside); what does not fit int64 saturates.
[[nodiscard]] Money line_cost(Money price, Quantity quantity);

} // namespace kktd::fiscal
