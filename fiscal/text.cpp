#include "fiscal/text.hpp"

#include "fiscal/utf8.hpp"

#include <array>

namespace kktd::fiscal {

namespace {

/// CP866 0x80 … 0xFF as Unicode.
constexpr std::array<char16_t, 128> upper_half{
    0x0410, 0x0411, 0x0412, 0x0413, 0x0414, 0x0415, 0x0416, 0x0417, 0x0418, 0x0419, 0x041A, 0x041B,
    0x041C, 0x041D, 0x041E, 0x041F, 0x0420, 0x0421, 0x0422, 0x0423, 0x0424, 0x0425, 0x0426, 0x0427,
    0x0428, 0x0429, 0x042A, 0x042B, 0x042C, 0x042D, 0x042E, 0x042F, 0x0430, 0x0431, 0x0432, 0x0433,
    0x0434, 0x0435, 0x0436, 0x0437, 0x0438, 0x0439, 0x043A, 0x043B, 0x043C, 0x043D, 0x043E, 0x043F,
    0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557,
    0x255D, 0x255C, 0x255B, 0x2510, 0x2514, 0x2534, 0x252C, 0x251C, 0x2500, 0x253C, 0x255E, 0x255F,
    0x255A, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256C, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559,
    0x2558, 0x2552, 0x2553, 0x256B, 0x256A, 0x2518, 0x250C, 0x2588, 0x2584, 0x258C, 0x2590, 0x2580,
    0x0440, 0x0441, 0x0442, 0x0443, 0x0444, 0x0445, 0x0446, 0x0447, 0x0448, 0x0449, 0x044A, 0x044B,
    0x044C, 0x044D, 0x044E, 0x044F, 0x0401, 0x0451, 0x0404, 0x0454, 0x0407, 0x0457, 0x040E, 0x045E,
    0x00B0, 0x2219, 0x00B7, 0x221A, 0x2116, 0x00A4, 0x25A0, 0x00A0};

std::optional<char> cp866_byte(char32_t c) {
    if (c < 0x80) {
        return static_cast<char>(c);
    }
    const auto byte = [](char32_t value) {
        return static_cast<char>(static_cast<unsigned char>(value));
    };
    if (c >= U'А' && c <= U'п') { // nearly every character: not by search
        return byte(0x80 + (c - U'А'));
    }
    if (c >= U'р' && c <= U'я') {
        return byte(0xE0 + (c - U'р'));
    }
    for (char32_t i = 0; i < upper_half.size(); ++i) {
        if (upper_half[i] == c) {
            return byte(0x80 + i);
        }
    }
    return std::nullopt;
}

/// What stands in for characters that CP866 does not have.
struct Substitution {
    std::u32string_view characters;
    std::string_view text;
};
constexpr std::array substitutions{
    Substitution{U"«»“”„‟″", "\""},   Substitution{U"‘’‚‛′`´ʼ", "'"},
    Substitution{U"‐‑‒–—―−", "-"},    Substitution{U"…", "..."},
    Substitution{U"×", "x"},          Substitution{U"¹", "1"},
    Substitution{U"²", "2"},          Substitution{U"³", "3"},
    Substitution{U"½", "1/2"},        Substitution{U"¼", "1/4"},
    Substitution{U"¾", "3/4"},        Substitution{U"€", "EUR"},
    Substitution{U"₽", "руб."},     Substitution{U"™", "(TM)"},
    Substitution{U"®", "(R)"},        Substitution{U"©", "(C)"},
    Substitution{U"•●", "*"},         Substitution{U"≤", "<="},
    Substitution{U"≥", ">="},         Substitution{U"±", "+/-"},
    Substitution{U"І", "I"},          Substitution{U"і", "i"},
    Substitution{U"Ґ", "Г"},          Substitution{U"ґ", "г"},
    Substitution{U"ÀÁÂÃÄÅĀĂĄ", "A"},  Substitution{U"àáâãäåāăą", "a"},
    Substitution{U"Æ", "AE"},         Substitution{U"æ", "ae"},
    Substitution{U"ÇĆĈĊČ", "C"},      Substitution{U"çćĉċč", "c"},
    Substitution{U"ÐĎĐ", "D"},        Substitution{U"ðďđ", "d"},
    Substitution{U"ÈÉÊËĒĔĖĘĚ", "E"},  Substitution{U"èéêëēĕėęě", "e"},
    Substitution{U"ĜĞĠĢ", "G"},       Substitution{U"ĝğġģ", "g"},
    Substitution{U"ĤĦ", "H"},         Substitution{U"ĥħ", "h"},
    Substitution{U"ÌÍÎÏĨĪĬĮİ", "I"},  Substitution{U"ìíîïĩīĭįı", "i"},
    Substitution{U"Ĵ", "J"},          Substitution{U"ĵ", "j"},
    Substitution{U"Ķ", "K"},          Substitution{U"ķ", "k"},
    Substitution{U"ĹĻĽĿŁ", "L"},      Substitution{U"ĺļľŀł", "l"},
    Substitution{U"ÑŃŅŇ", "N"},       Substitution{U"ñńņň", "n"},
    Substitution{U"ÒÓÔÕÖØŌŎŐ", "O"},  Substitution{U"òóôõöøōŏő", "o"},
    Substitution{U"Œ", "OE"},         Substitution{U"œ", "oe"},
    Substitution{U"ŔŖŘ", "R"},        Substitution{U"ŕŗř", "r"},
    Substitution{U"ŚŜŞŠȘ", "S"},      Substitution{U"śŝşšș", "s"},
    Substitution{U"ß", "ss"},         Substitution{U"ŢŤŦȚ", "T"},
    Substitution{U"ţťŧț", "t"},       Substitution{U"ÙÚÛÜŨŪŬŮŰŲ", "U"},
    Substitution{U"ùúûüũūŭůűų", "u"}, Substitution{U"Ŵ", "W"},
    Substitution{U"ŵ", "w"},          Substitution{U"ÝŶŸ", "Y"},
    Substitution{U"ýÿŷ", "y"},        Substitution{U"ŹŻŽ", "Z"},
    Substitution{U"źżž", "z"},
};

std::optional<std::string_view> substitute(char32_t c) {
    for (const auto& substitution : substitutions) {
        if (substitution.characters.find(c) != std::u32string_view::npos) {
            return substitution.text;
        }
    }
    return std::nullopt;
}

constexpr bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

constexpr bool is_space(char32_t c) {
    return c == 0x20 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/// Takes no room when shown: soft hyphen, joiners, direction marks, byte order mark, variation
/// selectors.
constexpr bool is_invisible(char32_t c) {
    return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x2064) || c == 0xFEFF || (c >= 0xFE00 && c <= 0xFE0F);
}

constexpr bool is_combining(char32_t c) {
    return c >= 0x300 && c <= 0x36F;
}

/// The letters that have a combined form in CP866 (NFC of и + breve = й …); macOS sends them
/// apart.
char32_t compose(char32_t base, char32_t mark) {
    if (!is_combining(mark)) {
        return 0;
    }
    struct Pair {
        char32_t base, mark, composed;
    };
    constexpr std::array<Pair, 8> pairs{{{U'и', 0x306, U'й'},
                                         {U'И', 0x306, U'Й'},
                                         {U'е', 0x308, U'ё'},
                                         {U'Е', 0x308, U'Ё'},
                                         {U'у', 0x306, U'ў'},
                                         {U'У', 0x306, U'Ў'},
                                         {U'і', 0x308, U'ї'},
                                         {U'І', 0x308, U'Ї'}}};
    for (const auto& pair : pairs) {
        if (pair.base == base && pair.mark == mark) {
            return pair.composed;
        }
    }
    return 0;
}

/// Whether it is fit as it stands: CP866, single spaces inside, nothing else to look at. Nearly
/// every text is.
bool is_clean(std::string_view utf8) {
    bool space = true; // at the front, where none may stand
    while (!utf8.empty()) {
        const auto c = take_utf8(utf8);
        if (!c || is_control(*c) || (*c != ' ' && is_space(*c)) || !cp866_byte(*c) ||
            (space && *c == ' ')) {
            return false;
        }
        space = *c == ' ';
    }
    return !space;
}

std::string shown(char32_t c) {
    if (!is_invisible(c) && !is_combining(c)) {
        std::string text;
        append_utf8(text, c);
        return text;
    }
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string text = "[U+";
    for (int shift = 12; shift >= 0; shift -= 4) {
        text += hex[(c >> shift) & 0xF];
    }
    return text + "]";
}

} // namespace

bool append_cp866(std::string& bytes, std::string_view utf8) {
    const std::size_t size_before = bytes.size();
    bytes.reserve(size_before + utf8.size());
    while (!utf8.empty()) {
        const std::size_t ascii = ascii_prefix(utf8);
        bytes += utf8.substr(0, ascii);
        utf8.remove_prefix(ascii);
        while (!utf8.empty() && static_cast<unsigned char>(utf8.front()) >= 0x80) {
            const auto c = take_utf8(utf8);
            const auto byte = c ? cp866_byte(*c) : std::nullopt;
            if (!byte) {
                bytes.resize(size_before);
                return false;
            }
            bytes += *byte;
        }
    }
    return true;
}

std::optional<std::string> to_cp866(std::string_view utf8) {
    std::string bytes;
    return append_cp866(bytes, utf8) ? std::optional(std::move(bytes)) : std::nullopt;
}

std::string from_cp866(std::string_view bytes) {
    std::string utf8;
    utf8.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        append_utf8(utf8, byte < 0x80 ? char32_t{byte} : char32_t{upper_half[byte - 0x80U]});
    }
    return utf8;
}

CleanText clean_text(std::string_view utf8) {
    CleanText clean;
    if (is_clean(utf8)) {
        clean.text = utf8;
        return clean;
    }
    clean.text.reserve(utf8.size());
    std::u32string characters;
    characters.reserve(utf8.size());
    while (!utf8.empty()) {
        const auto c = take_utf8(utf8);
        if (!c) {
            clean.broken = true;
            return clean;
        }
        const auto composed = characters.empty() ? 0 : compose(characters.back(), *c);
        if (composed != 0) {
            characters.back() = composed;
        } else {
            characters += *c;
        }
    }

    bool space = false; // owed before the next visible character
    const auto pay_space = [&] {
        if (space && !clean.text.empty()) {
            clean.text += ' ';
        }
        space = false;
    };
    std::u32string told;
    for (const char32_t c : characters) {
        if (is_control(c)) {
            clean.control = true;
        } else if (is_space(c)) {
            space = true;
        } else if (cp866_byte(c)) {
            pay_space();
            append_utf8(clean.text, c);
        } else {
            if (told.find(c) == std::u32string::npos) {
                told += c;
                clean.replaced += shown(c);
            }
            if (!is_invisible(c) && !is_combining(c)) {
                pay_space();
                clean.text += substitute(c).value_or("?");
            }
        }
    }
    return clean;
}

std::size_t text_length(std::string_view utf8) {
    std::size_t length = 0;
    for (const char c : utf8) {
        length += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1U : 0U;
    }
    return length;
}

} // namespace kktd::fiscal
