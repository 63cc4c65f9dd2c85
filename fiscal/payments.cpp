#include "fiscal/payments.hpp"

#include "fiscal/tlv_codec.hpp"

namespace kktd::fiscal {

namespace {

auto& part(auto& payments, PaymentKind kind) {
    switch (kind) {
    case PaymentKind::cash:
        return payments.cash;
    case PaymentKind::electronic:
        return payments.electronic;
    case PaymentKind::prepaid:
        return payments.prepaid;
    case PaymentKind::credit:
        return payments.credit;
    case PaymentKind::provision:
        return payments.provision;
    }
    return payments.electronic;
}

} // namespace

Money& Payments::of(PaymentKind kind) {
    return part(*this, kind);
}

const Money& Payments::of(PaymentKind kind) const {
    return part(*this, kind);
}

Payments& Payments::operator+=(const Payments& other) {
    for (const PaymentKind kind : payment_kinds) {
        of(kind) += other.of(kind);
    }
    return *this;
}

void put_payments(TlvWriter& tlv, const PaymentTags& tags, const Payments& payments) {
    for (std::size_t i = 0; i < tags.size(); ++i) {
        tlv.money(tags[i], payments.of(payment_kinds[i]));
    }
}

} // namespace kktd::fiscal
