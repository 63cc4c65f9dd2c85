#include "fiscal/inn.hpp"

#include <algorithm>
#include <span>

namespace kktd::fiscal {

namespace {

/// Whether the digit after the weighted ones is their check digit: (Σ mod 11) mod 10.
bool checked(std::string_view digits, std::span<const int> weights) {
    int sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        sum += weights[i] * (digits[i] - '0');
    }
    return sum % 11 % 10 == digits[weights.size()] - '0';
}

constexpr int weights[] = {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}; ///< each check digit uses a tail

} // namespace

bool valid_inn(std::string_view text) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!std::all_of(text.begin(), text.end(), is_digit) || text.substr(0, 2) == "00") {
        return false;
    }
    const std::span<const int> all(weights);
    switch (text.size()) {
    case 10:
        return checked(text, all.last(9));
    case 12:
        return checked(text, all.last(10)) && checked(text, all);
    default:
        return false;
    }
}

} // namespace kktd::fiscal
