// Expectation: compares an answer with what a .case file says it must be.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::cases {

/// Values kept under "$name".
using Kept = std::map<std::string, std::string>;

/// What differs, or nothing. JSON is compared by members, other text as a whole; *** is any text.
[[nodiscard]] std::optional<std::string> difference(std::string_view expected,
                                                    std::string_view actual, Kept& kept);

/// `text` with every kept "$name" put in.
[[nodiscard]] std::string with_kept(std::string text, const Kept& kept);

} // namespace kktd::cases
