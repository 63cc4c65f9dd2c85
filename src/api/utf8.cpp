#include "api/utf8.hpp"

#include "fiscal/utf8.hpp"

namespace kktd::api {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Takes one character off the front; a byte that is none becomes U+FFFD.
std::string_view take_character(std::string_view& text) {
    const std::string_view before = text;
    if (fiscal::take_utf8(text)) {
        return before.substr(0, before.size() - text.size());
    }
    text.remove_prefix(1);
    return replacement;
}

} // namespace

std::size_t valid_utf8_prefix(std::string_view text) {
    std::string_view rest = text;
    while (!rest.empty()) {
        if (static_cast<unsigned char>(rest.front()) < 0x80) {
            rest.remove_prefix(fiscal::ascii_prefix(rest));
        } else if (!fiscal::take_utf8(rest)) {
            break;
        }
    }
    return text.size() - rest.size();
}

std::string shortened(std::string_view text, std::size_t limit) {
    std::string result;
    for (std::size_t count = 0; !text.empty(); ++count) {
        if (count == limit) {
            return result + "…";
        }
        result.append(take_character(text));
    }
    return result;
}

} // namespace kktd::api
