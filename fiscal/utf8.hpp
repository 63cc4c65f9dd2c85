// UTF-8, one character at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kktd::fiscal {

void append_utf8(std::string& out, char32_t c);

/// Takes one character off the front; nothing for anything Unicode does not allow (overlong forms,
/// surrogates, beyond U+10FFFF, cut sequences), and then `text` is untouched. `text` must not be
/// empty.
[[nodiscard]] std::optional<char32_t> take_utf8(std::string_view& text);

} // namespace kktd::fiscal
