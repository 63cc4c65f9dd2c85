// Query: the parameters of a query string (application/x-www-form-urlencoded), decoded.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::front {

using Query = std::map<std::string, std::string, std::less<>>;

/// "number=%D0%A2%D0%A0-1&date=2017-10-06". '+' is a space. Nothing if a % is not followed by two
/// hexadecimal digits, a decoded text is not UTF-8 or has control characters, or a name stands
/// twice.
[[nodiscard]] std::optional<Query> parse_query(std::string_view text);

} // namespace kktd::front
