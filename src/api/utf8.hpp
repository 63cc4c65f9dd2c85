// UTF-8 at the edge: requests are checked before anything reads them. Answers are made valid by
// JsonWriter.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kktd::api {

/// Where the text stops being UTF-8; text.size() if it never does.
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text);

/// At most `limit` characters of a text, with U+FFFD in the place of every byte that is not UTF-8;
/// "…" tells that it was longer.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t limit);

} // namespace kktd::api
