#include "driver/atol/bcd.hpp"

namespace kktd::driver::atol {

namespace {

/// 18 digits: every such number fits 64 bits.
constexpr std::size_t max_bytes = 9;

} // namespace

std::optional<std::string> to_bcd(std::uint64_t number, std::size_t bytes) {
    if (bytes == 0 || bytes > max_bytes) {
        return std::nullopt;
    }
    std::string text(bytes, '\0');
    for (std::size_t i = bytes; i-- > 0; number /= 100) {
        const std::uint64_t pair = number % 100;
        text[i] = static_cast<char>((pair / 10 << 4) | pair % 10);
    }
    return number == 0 ? std::optional(std::move(text)) : std::nullopt;
}

std::optional<std::uint64_t> from_bcd(std::string_view bytes) {
    if (bytes.empty() || bytes.size() > max_bytes) {
        return std::nullopt;
    }
    std::uint64_t number = 0;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        const std::uint64_t tens = byte >> 4U;
        const std::uint64_t ones = byte & 0xFU;
        if (tens > 9 || ones > 9) {
            return std::nullopt;
        }
        number = number * 100 + tens * 10 + ones;
    }
    return number;
}

} // namespace kktd::driver::atol
