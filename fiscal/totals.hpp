// Totals: what a KKT adds up by kind of receipt, and the counters (счётчики итогов) it writes of
// them when a shift is closed: tag 1194 of the shift, 1157 of the fiscal storage's whole life.
#pragma once

#include "fiscal/document.hpp"

#include <array>
#include <cstdint>

namespace kktd::fiscal {

class TlvWriter;

/// Receipts of one kind.
struct KindTotals {
    std::uint32_t count = 0;
    Money total;
    Payments payments;
    /// Tags 1102 … 1107 in this order, as the receipts carry them. The rates that stand in 1115
    /// only (22, 7, 5 %) have no counter.
    std::array<Money, 6> vat{};

    KindTotals& operator+=(const KindTotals& other);
    friend bool operator==(const KindTotals&, const KindTotals&) = default;
};

/// By ReceiptKind.
class Totals {
public:
    [[nodiscard]] const KindTotals& receipts(ReceiptKind kind) const;
    [[nodiscard]] const KindTotals& corrections(ReceiptKind kind) const;
    [[nodiscard]] KindTotals& at(ReceiptKind kind, bool correction);
    friend bool operator==(const Totals&, const Totals&) = default;

private:
    std::array<KindTotals, 8> kinds_{};
};

/// The counters as the structure `tag`: 1194 or 1157. Zero sums are written too, as in receipts.
void put_counters(TlvWriter& tlv, std::uint16_t tag, const Totals& totals);

} // namespace kktd::fiscal
