#include "front/query.hpp"

#include "api/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace kktd::front {

namespace {

std::optional<std::string> decoded(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            plain += ' ';
        } else if (text[i] != '%') {
            plain += text[i];
        } else {
            const std::string_view digits = text.substr(i + 1, 2);
            unsigned char byte = 0;
            const char* end = digits.data() + digits.size();
            if (digits.size() != 2 || std::from_chars(digits.data(), end, byte, 16).ptr != end) {
                return std::nullopt;
            }
            plain += static_cast<char>(byte);
            i += 2;
        }
    }
    const bool has_control = std::any_of(plain.begin(), plain.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    if (has_control || api::valid_utf8_prefix(plain) != plain.size()) {
        return std::nullopt;
    }
    return plain;
}

} // namespace

std::optional<Query> parse_query(std::string_view text) {
    Query query;
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), pair.size() + 1));
        if (pair.empty()) {
            continue;
        }
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto name = decoded(pair.substr(0, equals));
        auto value = decoded(pair.substr(std::min(equals + 1, pair.size())));
        if (!name || !value || !query.emplace(std::move(*name), std::move(*value)).second) {
            return std::nullopt;
        }
    }
    return query;
}

} // namespace kktd::front
