// Any bytes as the query string of a request: what is read is clean text, and written out and read
// again it is the same.
#include "api/utf8.hpp"
#include "front/query.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using kktd::front::parse_query;

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check_clean(std::string_view text) {
    check(kktd::api::valid_utf8_prefix(text) == text.size());
    check(std::none_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
}

/// Every byte by its number, so that nothing in it has a meaning of its own.
std::string escaped(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string written;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        written += '%';
        written += digits[byte >> 4U];
        written += digits[byte & 0x0FU];
    }
    return written;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto query = parse_query(text);
    if (!query) {
        return 0;
    }
    std::string written;
    for (const auto& [name, value] : *query) {
        check_clean(name);
        check_clean(value);
        written += '&' + escaped(name) + '=' + escaped(value);
    }
    check(parse_query(written) == query);
    return 0;
}
