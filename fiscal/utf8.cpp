#include "fiscal/utf8.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace kktd::fiscal {

void append_utf8(std::string& out, char32_t c) {
    const auto byte = [&out](char32_t value) {
        out += static_cast<char>(static_cast<unsigned char>(value));
    };
    if (c < 0x80) {
        byte(c);
    } else if (c < 0x800) {
        byte(0xC0 | (c >> 6));
        byte(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        byte(0xE0 | (c >> 12));
        byte(0x80 | ((c >> 6) & 0x3F));
        byte(0x80 | (c & 0x3F));
    } else {
        byte(0xF0 | (c >> 18));
        byte(0x80 | ((c >> 12) & 0x3F));
        byte(0x80 | ((c >> 6) & 0x3F));
        byte(0x80 | (c & 0x3F));
    }
}

std::size_t ascii_prefix(std::string_view text) {
    std::size_t size = 0;
    std::uint64_t eight = 0;
    for (; text.size() - size >= sizeof eight; size += sizeof eight) {
        std::memcpy(&eight, text.data() + size, sizeof eight);
        if ((eight & 0x8080'8080'8080'8080) != 0) {
            break;
        }
    }
    while (size < text.size() && static_cast<unsigned char>(text[size]) < 0x80) {
        ++size;
    }
    return size;
}

std::optional<char32_t> take_rare_utf8(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text.front());
    struct Form {
        unsigned char mask, lead;
        std::size_t size;
        char32_t least;
    };
    constexpr std::array<Form, 3> forms{
        {{0xE0, 0xC0, 2, 0x80}, {0xF0, 0xE0, 3, 0x800}, {0xF8, 0xF0, 4, 0x10000}}};
    for (const auto& form : forms) {
        if ((first & form.mask) != form.lead || text.size() < form.size) {
            continue;
        }
        char32_t c = first & static_cast<unsigned char>(~form.mask);
        for (const char continuation : text.substr(1, form.size - 1)) {
            const auto next = static_cast<unsigned char>(continuation);
            if ((next & 0xC0) != 0x80) {
                return std::nullopt;
            }
            c = (c << 6) | (next & 0x3F);
        }
        const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        if (c < form.least || c > 0x10FFFF || surrogate) {
            return std::nullopt;
        }
        text.remove_prefix(form.size);
        return c;
    }
    return std::nullopt;
}

} // namespace kktd::fiscal
