// Names nobody has used before: receipt ids and stamps.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kktd::base {

/// 26 characters of Crockford base32: 48 bits of milliseconds, then 80 random bits (a ULID), so
/// that ids sort by time and inserts stay at the end of the index.
[[nodiscard]] std::string new_receipt_id(std::int64_t utc_micros);

/// Base32 of RFC 4648.
inline constexpr std::string_view stamp_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// 16 characters of stamp_alphabet: 80 random bits from the kernel.
[[nodiscard]] std::string new_stamp();

} // namespace kktd::base
