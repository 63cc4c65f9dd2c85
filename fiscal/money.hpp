// Money: a sum in kopecks. 64-bit integers only; every way in from outside is checked.
#pragma once

#include "fiscal/number.hpp"

#include <compare>
#include <cstdint>
#include <string>

namespace kktd::fiscal {

class Money {
public:
    /// The largest sum or price a receipt may carry: 42 949 672.95 ₽, what 32 bits of kopecks
    /// hold (ATOL's bound, the narrowest of the supported families).
    static constexpr std::int64_t max_kopecks = 4'294'967'295;

    constexpr Money() = default;
    constexpr explicit Money(std::int64_t kopecks) : kopecks_(kopecks) {}

    /// The exact sum. Errors: negative, too_many_decimals (more than two), too_large.
    [[nodiscard]] static Result<Money, NumberError> exact(const Number& rubles);

    /// Rounds half up to a kopeck; for unit prices, which 1C gets by division. `was_exact` tells
    /// whether digits were dropped. Errors: negative, too_large.
    struct Rounded;
    [[nodiscard]] static Result<Rounded, NumberError> rounded(const Number& rubles);

    [[nodiscard]] constexpr std::int64_t kopecks() const { return kopecks_; }

    /// Rubles with two decimals and a point: "1950.00".
    [[nodiscard]] std::string text() const;

    friend constexpr auto operator<=>(const Money&, const Money&) = default;
    // Sums of checked values cannot overflow: 500 lines of max_kopecks are below 2^42.
    friend constexpr Money operator+(Money a, Money b) { return Money(a.kopecks_ + b.kopecks_); }
    friend constexpr Money operator-(Money a, Money b) { return Money(a.kopecks_ - b.kopecks_); }
    constexpr Money& operator+=(Money other) { return *this = *this + other; }

private:
    std::int64_t kopecks_ = 0;
};

struct Money::Rounded {
    Money money;
    bool was_exact = true;
};

} // namespace kktd::fiscal
