#include "fiscal/totals.hpp"

#include "fiscal/tlv_codec.hpp"

#include <utility>

namespace kktd::fiscal {

namespace {

constexpr std::size_t kinds = 4;

std::size_t index(ReceiptKind kind, bool correction) {
    return (static_cast<std::size_t>(kind) - 1) % kinds + (correction ? kinds : 0);
}

/// Counters of the kinds: tags of receipts, and of corrections inside 1133.
struct KindTags {
    ReceiptKind kind;
    std::uint16_t receipts;
    std::uint16_t corrections;
};
constexpr std::array<KindTags, kinds> kind_tags{{
    {ReceiptKind::sell, 1129, 1145},
    {ReceiptKind::sell_refund, 1130, 1232},
    {ReceiptKind::buy, 1131, 1146},
    {ReceiptKind::buy_refund, 1132, 1233},
}};

constexpr PaymentTags payment_tags{1136, 1138, 1218, 1219, 1220};
/// Counters of KindTotals::vat.
constexpr std::array<std::uint16_t, 6> vat_tags{1139, 1140, 1143, 1183, 1141, 1142};

void put_kind(TlvWriter& tlv, std::uint16_t tag, const KindTotals& totals) {
    tlv.nested(tag, [&] {
        tlv.uint32(1135, totals.count);
        tlv.money(1201, totals.total);
        put_payments(tlv, payment_tags, totals.payments);
        for (std::size_t i = 0; i < vat_tags.size(); ++i) {
            tlv.money(vat_tags[i], totals.vat[i]);
        }
    });
}

} // namespace

KindTotals& KindTotals::operator+=(const KindTotals& other) {
    count += other.count;
    total += other.total;
    payments += other.payments;
    for (std::size_t i = 0; i < vat.size(); ++i) {
        vat[i] += other.vat[i];
    }
    return *this;
}

const KindTotals& Totals::receipts(ReceiptKind kind) const {
    return kinds_[index(kind, false)];
}

const KindTotals& Totals::corrections(ReceiptKind kind) const {
    return kinds_[index(kind, true)];
}

KindTotals& Totals::at(ReceiptKind kind, bool correction) {
    return kinds_[index(kind, correction)];
}

void put_counters(TlvWriter& tlv, std::uint16_t tag, const Totals& totals) {
    std::uint32_t receipts = 0, corrections = 0;
    for (const KindTags& of : kind_tags) {
        receipts += totals.receipts(of.kind).count;
        corrections += totals.corrections(of.kind).count;
    }
    tlv.nested(tag, [&] {
        tlv.uint32(1134, receipts + corrections);
        for (const KindTags& of : kind_tags) {
            put_kind(tlv, of.receipts, totals.receipts(of.kind));
        }
        tlv.nested(1133, [&] {
            tlv.uint32(1144, corrections);
            for (const KindTags& of : kind_tags) {
                put_kind(tlv, of.corrections, totals.corrections(of.kind));
            }
        });
    });
}

} // namespace kktd::fiscal
