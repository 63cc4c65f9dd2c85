#include "fiscal/money.hpp"

namespace kktd::fiscal {

namespace {

constexpr int kopeck_digits = 2;

} // namespace

Result<Money, NumberError> Money::exact(const Number& rubles) {
    const auto rounded_sum = rounded(rubles);
    if (!rounded_sum.has_value()) {
        return rounded_sum.error();
    }
    if (!rounded_sum->was_exact) {
        return NumberError(NumberFault::too_many_decimals);
    }
    return rounded_sum->money;
}

Result<Money::Rounded, NumberError> Money::rounded(const Number& rubles) {
    if (rubles.negative()) {
        return NumberError(NumberFault::negative);
    }
    auto kopecks = rubles.mantissa();
    bool round_up = false;
    for (int scale = rubles.scale(); scale > kopeck_digits; --scale) {
        round_up = kopecks % 10 >= 5; // the first dropped digit decides, and it is dropped last
        kopecks /= 10;
    }
    kopecks += round_up ? 1 : 0;
    for (int scale = rubles.scale(); scale < kopeck_digits && kopecks <= max_kopecks; ++scale) {
        kopecks *= 10;
    }
    if (kopecks > max_kopecks) {
        return NumberError(NumberFault::too_large);
    }
    return Rounded{Money(static_cast<std::int64_t>(kopecks)), rubles.scale() <= kopeck_digits};
}

std::string Money::text() const {
    const auto magnitude = kopecks_ < 0 ? 0 - static_cast<std::uint64_t>(kopecks_)
                                        : static_cast<std::uint64_t>(kopecks_);
    std::string text = kopecks_ < 0 ? "-" : "";
    text += std::to_string(magnitude / 100);
    text += '.';
    text += static_cast<char>('0' + magnitude % 100 / 10);
    text += static_cast<char>('0' + magnitude % 10);
    return text;
}

} // namespace kktd::fiscal
