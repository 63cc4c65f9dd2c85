// Bytes as people read them in transcripts and protocols.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kktd::base {

/// "4A".
[[nodiscard]] std::string hex_byte(std::uint8_t byte);
/// "91 33 00 00".
[[nodiscard]] std::string hex_dump(std::string_view bytes);

} // namespace kktd::base
