#include "driver/fptr10/amount.hpp"

#include <cmath>

namespace kktd::driver::fptr10 {

namespace {

constexpr std::int64_t kopecks_per_ruble = 100;
/// Beyond it neighbouring doubles are more than a unit apart, so nothing could be checked.
constexpr std::int64_t max_units = std::int64_t{1} << 52;

} // namespace

std::optional<std::int64_t> from_library(double number, std::int64_t per_whole) {
    // A quarter of a unit: far above what a double loses here, far below another count.
    constexpr double tolerance = 0.25;
    const double units = number * static_cast<double>(per_whole);
    if (!(std::fabs(units) <= static_cast<double>(max_units))) { // NaN too
        return std::nullopt;
    }
    const std::int64_t whole = std::llround(units);
    return std::fabs(units - static_cast<double>(whole)) <= tolerance ? std::optional(whole)
                                                                      : std::nullopt;
}

std::optional<double> to_library(std::int64_t units, std::int64_t per_whole) {
    const double number = static_cast<double>(units) / static_cast<double>(per_whole);
    return from_library(number, per_whole) == units ? std::optional(number) : std::nullopt;
}

std::optional<double> to_library(fiscal::Money sum) {
    return to_library(sum.kopecks(), kopecks_per_ruble);
}

std::optional<double> to_library(fiscal::Quantity quantity) {
    return to_library(quantity.micro(), fiscal::Quantity::per_unit);
}

std::optional<fiscal::Money> money_from_library(double rubles) {
    const auto kopecks = from_library(rubles, kopecks_per_ruble);
    return kopecks ? std::optional(fiscal::Money(*kopecks)) : std::nullopt;
}

std::optional<fiscal::Money> money_of_output(const Value& rubles) {
    const auto* const number = std::get_if<double>(&rubles);
    return number != nullptr ? money_from_library(*number) : std::nullopt;
}

} // namespace kktd::driver::fptr10
