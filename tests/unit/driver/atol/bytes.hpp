// Bytes written as hex in tests: bytes("FE 01 00") and hex(…).
#pragma once

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

inline std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string made;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        made += made.empty() ? "" : " ";
        made += digits[byte >> 4U];
        made += digits[byte & 0xFU];
    }
    return made;
}

} // namespace kktd::driver::atol
