// Binary coded decimals, two digits a byte, most significant first: how ATOL's protocol writes sums
// (kopecks), quantities (thousandths) and numbers (reference: «Протокол ККТ 3.1»).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

/// `bytes` bytes with zeros in front; nothing if the number needs more digits. 1 to 9 bytes.
[[nodiscard]] std::optional<std::string> to_bcd(std::uint64_t number, std::size_t bytes);
/// Nothing if a half byte is no digit, or there are no bytes or more than 9.
[[nodiscard]] std::optional<std::uint64_t> from_bcd(std::string_view bytes);

} // namespace kktd::driver::atol
