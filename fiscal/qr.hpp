// The text of the QR code of a receipt, tag 1196 (reference: order ЕД-7-20/662@).
#pragma once

#include "fiscal/outcome.hpp"
#include "fiscal/settlement.hpp"

#include <string>

namespace kktd::fiscal {

/// "t=20171006T1230&s=1950.00&fn=9999078900012345&i=42&fp=1234567890&n=1"
[[nodiscard]] std::string qr_text(const Registration& registration, ReceiptKind kind);

} // namespace kktd::fiscal
