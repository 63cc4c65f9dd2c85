// Payments: what a receipt is paid with, by kind.
#pragma once

#include "fiscal/money.hpp"
#include "fiscal/settlement.hpp"

#include <array>
#include <cstdint>

namespace kktd::fiscal {

class TlvWriter;

/// Tags 1031, 1081, 1215, 1216, 1217. Their sum is the total; no change is given.
struct Payments {
    Money cash, electronic, prepaid, credit, provision;
    [[nodiscard]] Money& of(PaymentKind kind);
    [[nodiscard]] const Money& of(PaymentKind kind) const;
    [[nodiscard]] Money sum() const { return cash + electronic + prepaid + credit + provision; }
    Payments& operator+=(const Payments& other);
    friend bool operator==(const Payments&, const Payments&) = default;
};

/// The tags of the sums in one place of the format, in the order of payment_kinds.
using PaymentTags = std::array<std::uint16_t, payment_kinds.size()>;
inline constexpr PaymentTags receipt_payment_tags{1031, 1081, 1215, 1216, 1217};

/// All of them: sums that are zero are written too.
void put_payments(TlvWriter& tlv, const PaymentTags& tags, const Payments& payments);

} // namespace kktd::fiscal
