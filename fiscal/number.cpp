#include "fiscal/number.hpp"

#include <algorithm>
#include <limits>

namespace kktd::fiscal {

namespace {

/// Digits that fit into 64 bits whatever they are.
constexpr std::size_t short_digits = 18;

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(digits.size());
    return digits;
}

/// Removes an optional sign; whether it was a minus.
bool take_sign(std::string_view& text) {
    if (text.empty() || (text.front() != '-' && text.front() != '+')) {
        return false;
    }
    const bool minus = text.front() == '-';
    text.remove_prefix(1);
    return minus;
}

/// The value of an exponent's digits, saturated where every larger one is out of range anyway.
std::int64_t exponent_of(std::string_view digits) {
    constexpr std::int64_t out_of_range = 1'000'000'000;
    std::int64_t value = 0;
    for (const char c : digits) {
        value = std::min(value * 10 + (c - '0'), out_of_range);
    }
    return value;
}

} // namespace

/// What nearly every number is: within 64 bits and without an exponent.
Number Number::short_number(bool minus, std::string_view integer, std::string_view fraction) {
    std::int64_t mantissa = 0;
    for (const std::string_view part : {integer, fraction}) {
        for (const char c : part) {
            mantissa = mantissa * 10 + (c - '0');
        }
    }
    Number number;
    number.scale_ = static_cast<int>(fraction.size());
    while (number.scale_ > 0 && mantissa % 10 == 0) {
        mantissa /= 10;
        --number.scale_;
    }
    number.mantissa_ = minus ? -mantissa : mantissa;
    return number;
}

Result<Number, NumberError> Number::parse(std::string_view text) {
    if (text.empty()) {
        return NumberError(NumberFault::empty);
    }
    const bool minus = take_sign(text);
    const auto integer = take_digits(text);
    if (integer.empty()) {
        return NumberError(NumberFault::not_a_number);
    }
    std::string_view fraction;
    if (!text.empty() && (text.front() == '.' || text.front() == ',')) {
        text.remove_prefix(1);
        fraction = take_digits(text);
        if (fraction.empty()) {
            return NumberError(NumberFault::not_a_number);
        }
    }
    if (text.empty() && integer.size() + fraction.size() <= short_digits) {
        return short_number(minus, integer, fraction);
    }
    auto scale = static_cast<std::int64_t>(fraction.size());
    if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
        text.remove_prefix(1);
        const bool minus_exponent = take_sign(text);
        const auto exponent = take_digits(text);
        if (exponent.empty()) {
            return NumberError(NumberFault::not_a_number);
        }
        scale += minus_exponent ? exponent_of(exponent) : -exponent_of(exponent);
    }
    if (!text.empty()) {
        return NumberError(NumberFault::not_a_number);
    }

    std::string digits(integer);
    digits += fraction;
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    if (digits.empty()) {
        return Number();
    }
    while (digits.back() == '0') {
        digits.pop_back();
        --scale;
    }
    const auto zeros = scale < 0 ? -scale : 0;
    if (static_cast<std::int64_t>(digits.size()) + zeros > max_digits || scale > max_scale) {
        return NumberError(NumberFault::too_long);
    }
    digits.append(static_cast<std::size_t>(zeros), '0');

    Number number;
    for (const char c : digits) {
        number.mantissa_ = number.mantissa_ * 10 + (c - '0');
    }
    if (minus) {
        number.mantissa_ = -number.mantissa_;
    }
    number.scale_ = static_cast<int>(std::max<std::int64_t>(scale, 0));
    return number;
}

Number Number::of(std::int64_t integer) {
    Number number;
    number.mantissa_ = integer;
    return number;
}

std::string Number::text() const {
    std::string digits; // from the last to the first
    const auto take = [&digits](auto& rest) {
        digits += static_cast<char>('0' + static_cast<int>(rest % 10));
        rest /= 10;
    };
    Mantissa rest = negative() ? -mantissa_ : mantissa_;
    constexpr auto short_limit = std::numeric_limits<std::int64_t>::max();
    while (rest > short_limit) {
        take(rest);
    }
    for (auto short_rest = static_cast<std::int64_t>(rest); short_rest != 0;) {
        take(short_rest); // far quicker than dividing 128 bits, and nearly always all of it
    }
    const auto scale = static_cast<std::size_t>(scale_);
    if (digits.size() <= scale) {
        digits.append(scale + 1 - digits.size(), '0');
    }
    if (scale > 0) {
        digits.insert(scale, 1, '.');
    }
    if (negative()) {
        digits += '-';
    }
    std::reverse(digits.begin(), digits.end());
    return digits;
}

} // namespace kktd::fiscal
