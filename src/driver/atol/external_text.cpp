#include "driver/atol/external_text.hpp"

#include "fiscal/text.hpp"
#include "fiscal/utf8.hpp"

#include <array>
#include <optional>

namespace kktd::driver::atol {

namespace {

/// What stands elsewhere than in CP866. The reference names these alone; of F3h to FBh, FDh and FEh
/// no source says anything, so they are taken as CP866 has them.
struct Place {
    char32_t character;
    char byte;
};
constexpr std::array places{
    Place{U'№', '\x24'},
    Place{U'$', '\xFC'},
    Place{U'€', '\xF2'},
    Place{U'—', '\xFA'},
};

/// Written only: they are read back as something else.
constexpr std::array lookalikes{
    Place{U'\u2011', '\xFA'}, // the non-breaking hyphen
    Place{U'«', '"'},
    Place{U'»', '"'},
};

constexpr char no_place = ' ';

/// Control characters have no place: what a KKT does with them is in no source.
bool is_control(char32_t c) {
    return c < 0x20 || c == 0x7F;
}

char external_byte(char32_t c) {
    for (const auto& place : places) {
        if (place.character == c) {
            return place.byte;
        }
    }
    for (const auto& place : lookalikes) {
        if (place.character == c) {
            return place.byte;
        }
    }
    std::string utf8;
    fiscal::append_utf8(utf8, c);
    const auto bytes = fiscal::to_cp866(utf8);
    if (is_control(c) || !bytes || bytes->size() != 1) {
        return no_place;
    }
    for (const auto& place : places) {
        if (place.byte == bytes->front()) { // taken by another character
            return no_place;
        }
    }
    return bytes->front();
}

} // namespace

std::string to_external(std::string_view utf8) {
    std::string bytes;
    bytes.reserve(utf8.size());
    while (!utf8.empty()) {
        const auto c = fiscal::take_utf8(utf8);
        if (!c) { // broken UTF-8: past this byte
            utf8.remove_prefix(1);
        }
        bytes += c ? external_byte(*c) : no_place;
    }
    return bytes;
}

std::string from_external(std::string_view bytes) {
    std::string utf8;
    utf8.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        std::optional<char32_t> moved;
        for (const auto& place : places) {
            if (place.byte == byte) {
                moved = place.character;
            }
        }
        if (moved) {
            fiscal::append_utf8(utf8, *moved);
        } else {
            utf8 += fiscal::from_cp866({&byte, 1});
        }
    }
    return utf8;
}

} // namespace kktd::driver::atol
