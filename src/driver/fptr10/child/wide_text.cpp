#include "driver/fptr10/child/wide_text.hpp"

#include "fiscal/utf8.hpp"

namespace kktd::driver::fptr10::child {

namespace {

static_assert(sizeof(wchar_t) == sizeof(char32_t), "the library's texts are UTF-32 on Linux");
constexpr char32_t replacement = 0xFFFD;

bool is_character(char32_t c) {
    constexpr char32_t last = 0x10FFFF, first_surrogate = 0xD800, last_surrogate = 0xDFFF;
    return c <= last && (c < first_surrogate || c > last_surrogate);
}

} // namespace

std::wstring widened(std::string_view utf8) {
    std::wstring wide;
    while (!utf8.empty()) {
        const auto taken = fiscal::take_utf8(utf8);
        if (!taken) {
            utf8.remove_prefix(1);
        }
        wide.push_back(static_cast<wchar_t>(taken.value_or(0) != 0 ? *taken : replacement));
    }
    return wide;
}

std::string narrowed(std::wstring_view wide) {
    std::string utf8;
    for (const wchar_t c : wide) {
        const auto character = static_cast<char32_t>(c);
        fiscal::append_utf8(utf8, is_character(character) ? character : replacement);
    }
    return utf8;
}

} // namespace kktd::driver::fptr10::child
