// Types of receipts as 92h, 3Fh and the registers number them.
#pragma once

#include "fiscal/settlement.hpp"

#include <cstdint>
#include <optional>

namespace kktd::sim::atol {

struct ReceiptType {
    fiscal::ReceiptKind kind;
    bool correction;
};

[[nodiscard]] constexpr std::optional<ReceiptType> receipt_type(std::uint64_t code) {
    using fiscal::ReceiptKind;
    switch (code) {
    case 1:
        return ReceiptType{ReceiptKind::sell, false};
    case 2:
        return ReceiptType{ReceiptKind::sell_refund, false};
    case 4:
        return ReceiptType{ReceiptKind::buy, false};
    case 5:
        return ReceiptType{ReceiptKind::buy_refund, false};
    case 7:
        return ReceiptType{ReceiptKind::sell, true};
    case 8:
        return ReceiptType{ReceiptKind::sell_refund, true};
    case 9:
        return ReceiptType{ReceiptKind::buy, true};
    case 10:
        return ReceiptType{ReceiptKind::buy_refund, true};
    default:
        return std::nullopt;
    }
}

[[nodiscard]] constexpr std::uint8_t code_of(ReceiptType type) {
    const auto kind = static_cast<std::uint8_t>(type.kind); // 1 … 4
    if (type.correction) {
        return static_cast<std::uint8_t>(6 + kind);
    }
    return static_cast<std::uint8_t>(kind + (kind > 2 ? 1 : 0));
}

} // namespace kktd::sim::atol
