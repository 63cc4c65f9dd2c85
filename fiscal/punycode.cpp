#include "fiscal/punycode.hpp"

#include <algorithm>
#include <cstdint>

namespace kktd::fiscal {

namespace {

// The parameters of RFC 3492, section 5.
constexpr std::uint32_t base = 36, least = 1, most = 26, skew = 38, damp = 700, initial_bias = 72;
constexpr char32_t ascii_end = 0x80;

char digit(std::uint32_t value) {
    return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

/// Section 6.1.
std::uint32_t adapt(std::uint32_t delta, std::uint32_t points, bool first) {
    delta = first ? delta / damp : delta / 2;
    delta += delta / points;
    std::uint32_t k = 0;
    for (; delta > (base - least) * most / 2; k += base) {
        delta /= base - least;
    }
    return k + (base - least + 1) * delta / (delta + skew);
}

} // namespace

std::string punycode(std::u32string_view label) {
    std::string out;
    for (const char32_t c : label) {
        if (c < ascii_end) {
            out += static_cast<char>(c);
        }
    }
    const auto basic = static_cast<std::uint32_t>(out.size());
    if (basic > 0) {
        out += '-';
    }

    // Section 6.3: code points in rising order, each inserted at its place by a variable-length
    // number.
    char32_t n = ascii_end;
    std::uint32_t delta = 0, bias = initial_bias, handled = basic;
    while (handled < label.size()) {
        char32_t next = 0x10FFFF;
        for (const char32_t c : label) {
            if (c >= n) {
                next = std::min(next, c);
            }
        }
        delta += (next - n) * (handled + 1);
        n = next;
        for (const char32_t c : label) {
            if (c < n) {
                ++delta;
            }
            if (c != n) {
                continue;
            }
            auto q = delta;
            for (std::uint32_t k = base;; k += base) {
                const auto threshold = std::clamp(k > bias ? k - bias : 0, least, most);
                if (q < threshold) {
                    break;
                }
                out += digit(threshold + (q - threshold) % (base - threshold));
                q = (q - threshold) / (base - threshold);
            }
            out += digit(q);
            bias = adapt(delta, handled + 1, handled == basic);
            delta = 0;
            ++handled;
        }
        ++delta;
        ++n;
    }
    return out;
}

} // namespace kktd::fiscal
