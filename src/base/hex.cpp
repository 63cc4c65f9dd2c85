#include "base/hex.hpp"

namespace kktd::base {

std::string hex_byte(std::uint8_t byte) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    return {digits[byte >> 4U], digits[byte & 0xFU]};
}

std::string hex_dump(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() * 3);
    for (const char byte : bytes) {
        text += text.empty() ? "" : " ";
        text += hex_byte(static_cast<std::uint8_t>(byte));
    }
    return text;
}

} // namespace kktd::base
