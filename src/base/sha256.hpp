// SHA-256 (libnettle): the digest by which two requests are compared.
#pragma once

#include <string>
#include <string_view>

namespace kktd::base {

/// 32 bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);
/// Lower-case hexadecimal.
[[nodiscard]] std::string hex(std::string_view bytes);

} // namespace kktd::base
