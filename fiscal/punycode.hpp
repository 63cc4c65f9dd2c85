// Punycode (RFC 3492): how a Russian domain name is written in the CP866 and ASCII world of tag
// 1008.
#pragma once

#include <string>
#include <string_view>

namespace kktd::fiscal {

/// One label of a domain name, without the "xn--" in front: U"почта" → "80a1acny". For labels of at
/// most 63 characters that have at least one beyond ASCII.
[[nodiscard]] std::string punycode(std::u32string_view label);

} // namespace kktd::fiscal
