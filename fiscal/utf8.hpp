// UTF-8, one character at a time.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::fiscal {

void append_utf8(std::string& out, char32_t c);

/// How many bytes at the front are ASCII.
[[nodiscard]] std::size_t ascii_prefix(std::string_view text);

/// take_utf8() for the characters it does not take itself.
[[nodiscard]] std::optional<char32_t> take_rare_utf8(std::string_view& text);

/// Takes one character off the front; nothing for anything Unicode does not allow (overlong forms,
/// surrogates, beyond U+10FFFF, cut sequences), and then `text` is untouched. `text` must not be
/// empty. ASCII and Cyrillic, nearly every character here, are taken in place.
[[nodiscard]] inline std::optional<char32_t> take_utf8(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80) {
        text.remove_prefix(1);
        return first;
    }
    if (text.size() > 1 && first >= 0xC2 && first < 0xE0) {
        const auto second = static_cast<unsigned char>(text[1]);
        if ((second & 0xC0) == 0x80) {
            text.remove_prefix(2);
            return static_cast<char32_t>((first & 0x1F) << 6 | (second & 0x3F));
        }
    }
    std::string_view rest = text; // so that the caller's view may stay in registers
    const auto rare = take_rare_utf8(rest);
    text = rest;
    return rare;
}

} // namespace kktd::fiscal
