// Bytes written as hex in tests: bytes("FE 01 00") and hex_dump(…).
#pragma once

#include "base/hex.hpp"

#include <string>
#include <string_view>

namespace kktd::driver::atol {

inline std::string bytes(std::string_view hex) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string made;
    std::size_t high = digits.npos;
    for (const char c : hex) {
        const std::size_t value = digits.find(c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c);
        if (value == digits.npos) {
            continue; // a space
        }
        if (high == digits.npos) {
            high = value;
        } else {
            made += static_cast<char>(high << 4 | value);
            high = digits.npos;
        }
    }
    return made;
}

using base::hex_dump;

} // namespace kktd::driver::atol
