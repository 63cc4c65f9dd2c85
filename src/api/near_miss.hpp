// Near misses of known names: a typo in an optional key ("CustomerContakt") would otherwise lose
// the buyer's receipt without anybody noticing.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace kktd::api {

/// The known name that `key` probably meant: the same in another case, or at most two edits away
/// (a letter more, less, other, or two neighbours swapped; a look-alike Cyrillic letter is one
/// edit), but not more than one edit for every three letters of the known name, so that "Tax" and
/// "Max" are near while "Code" and "Name" are not. Case of ASCII letters does not matter.
/// `key` itself must not be among the known.
[[nodiscard]] std::optional<std::string_view> near_miss(std::string_view key,
                                                        std::span<const std::string_view> known);

} // namespace kktd::api
