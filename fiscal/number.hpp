// An exact decimal number as its sender wrote it. All sums, prices and quantities of a request
// pass through this type, so that no digit ever sees floating point (docs/architecture.md,
// "Money").
#pragma once

#include "fiscal/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace kktd::fiscal {

/// Why a text is not a number, or why a number does not fit where it is needed.
enum class NumberFault {
    none,
    empty,
    not_a_number,      ///< letters, NaN, Infinity, two points …
    too_long,          ///< more than max_digits significant digits, or max_scale decimals
    negative,          ///< a sum, price or quantity below zero
    too_many_decimals, ///< more decimals than the unit has (2 for kopecks, 6 for quantity)
    too_large,         ///< beyond the named bound of the unit
};

class NumberError {
public:
    NumberError() = default;
    explicit NumberError(NumberFault fault) : fault_(fault) {}
    [[nodiscard]] NumberFault fault() const { return fault_; }
    friend bool operator==(const NumberError&, const NumberError&) = default;

private:
    NumberFault fault_ = NumberFault::none;
};

/// value = mantissa × 10^-scale, normalised: no trailing zeros in the mantissa while scale > 0,
/// scale ≥ 0 always (1e2 is 100 with scale 0). Equal numbers are equal objects.
class Number {
public:
    /// What 1C's own numbers hold; 1C writes a divided price with all of them.
    static constexpr int max_digits = 38;
    /// Bound of decimals, so that no exponent makes a text of a gigabyte.
    static constexpr int max_scale = 60;
    __extension__ using Mantissa = __int128; ///< 38 digits fit

    Number() = default;

    /// Takes an integer, a decimal fraction with point or comma and digits on both sides of it, an
    /// optional sign and an optional exponent ("1950", "325.12", "325,12", "1e2", "-1.50"). Spaces
    /// around are not taken.
    /// Errors: empty, not_a_number, too_long. Negative numbers parse; units refuse them.
    [[nodiscard]] static Result<Number, NumberError> parse(std::string_view text);

    /// `integer` as it is (scale 0).
    [[nodiscard]] static Number of(std::int64_t integer);

    [[nodiscard]] Mantissa mantissa() const { return mantissa_; }
    [[nodiscard]] int scale() const { return scale_; }
    [[nodiscard]] bool negative() const { return mantissa_ < 0; }

    /// Canonical text with a point: "325.12", "100", "-0.5".
    [[nodiscard]] std::string text() const;

    friend bool operator==(const Number&, const Number&) = default;

private:
    [[nodiscard]] static Number short_number(bool minus, std::string_view integer,
                                             std::string_view fraction);

    Mantissa mantissa_ = 0;
    int scale_ = 0;
};

} // namespace kktd::fiscal
