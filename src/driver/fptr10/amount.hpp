// The only place where kktd meets floating point: the library's interface takes and gives sums and
// quantities as double. Both ways are checked by going back, so that a sum that would change on its
// way is an error and never another sum.
#pragma once

#include "driver/fptr10/message.hpp"
#include "fiscal/money.hpp"
#include "fiscal/quantity.hpp"

#include <cstdint>
#include <optional>

namespace kktd::driver::fptr10 {

/// `units` of which `per_whole` make one whole (100 kopecks, 10^6 millionths), as the library wants
/// them. Nothing if the number that comes nearest does not lead back to `units`.
[[nodiscard]] std::optional<double> to_library(std::int64_t units, std::int64_t per_whole);
/// A number of the library in units; nothing if it is not that of a whole count of units, or
/// absurd.
[[nodiscard]] std::optional<std::int64_t> from_library(double number, std::int64_t per_whole);

[[nodiscard]] std::optional<double> to_library(fiscal::Money sum);
[[nodiscard]] std::optional<double> to_library(fiscal::Quantity quantity);
/// Rubles.
[[nodiscard]] std::optional<fiscal::Money> money_from_library(double rubles);
/// An output asked for as ValueType::real.
[[nodiscard]] std::optional<fiscal::Money> money_of_output(const Value& rubles);

} // namespace kktd::driver::fptr10
