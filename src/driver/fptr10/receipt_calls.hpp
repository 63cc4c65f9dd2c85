// A receipt as calls of the library, up to but without closing it. Order: the vendor's own handler
// of JSON tasks (open, lines, taxes, total, payments: non-cash first, zero sums never).
#pragma once

#include "driver/fptr10/library_version.hpp"
#include "driver/fptr10/message.hpp"
#include "fiscal/document.hpp"
#include "fiscal/fault.hpp"
#include "fiscal/result.hpp"

#include <cstdint>
#include <vector>

namespace kktd::driver::fptr10 {

/// Errors: `unsupported` for what the library of this version or this driver cannot, `internal` for
/// what a lawful document never has. `ffd` is that of the KKT (tag 1209).
[[nodiscard]] fiscal::Result<std::vector<Request>, fiscal::Fault>
receipt_calls(const fiscal::Document& document, std::uint8_t ffd, const LibraryVersion& version);

/// The library's type of a receipt or its correction.
[[nodiscard]] std::uint32_t receipt_type_of(fiscal::ReceiptKind kind, bool correction);

/// Names the cashier (1021, 1203); the library wants it before each fiscal document.
[[nodiscard]] Request operator_login(const std::string& cashier, const std::string& cashier_inn);

} // namespace kktd::driver::fptr10
