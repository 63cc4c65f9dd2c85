// Draft: what a caller sent, before the law was asked. Every dialect makes one; its canonical
// encoding is what the journal keeps and compares.
#pragma once

#include "fiscal/date.hpp"
#include "fiscal/document.hpp"
#include "fiscal/number.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kktd::fiscal {

struct DraftPosition {
    std::string path; ///< JSON pointer of the position: "/Goods/Position_1"
    std::string name;
    std::optional<Number> price;
    std::optional<Number> quantity;
    std::optional<Number> sum;  ///< PositionSumm: the truth about the line
    std::optional<VatRate> vat; ///< nothing: absent or null in the request
    std::optional<PaymentMethod> method;
    std::optional<PaymentObject> object;
    std::optional<Agent> agent;
    std::optional<Supplier> supplier;
    std::optional<Mark> mark;
    friend bool operator==(const DraftPosition&, const DraftPosition&) = default;
};

struct DraftPayment {
    PaymentKind kind = PaymentKind::electronic;
    std::optional<Number> sum; ///< nothing: the whole total
    friend bool operator==(const DraftPayment&, const DraftPayment&) = default;
};

/// Names of the fields in the dialect, so that violations point to what the caller wrote.
struct FieldNames {
    std::string_view number, date, total, positions, contact, original_number, original_date,
        cashier, internet, taxation, payment;                         // of the receipt
    std::string_view name, price, quantity, sum, vat, method, object; // of a position
};

struct Draft {
    const FieldNames* names = nullptr; ///< static storage; not part of the content
    std::string dialect;               ///< "classic"
    std::string number;                ///< the caller's document number; empty if none
    std::optional<Date> date;          ///< the caller's document date

    ReceiptKind kind = ReceiptKind::sell;
    std::optional<Correction> correction;
    std::optional<Number> total;
    std::vector<DraftPosition> positions;
    std::vector<DraftPayment> payments; ///< empty: everything electronic
    std::string contact;
    std::string cashier;
    std::optional<Taxation> taxation;
    std::optional<bool> internet;
    std::string original_number; ///< of a refund
    std::optional<Date> original_date;
    std::optional<Buyer> buyer;

    bool allow_repeat = false; ///< not part of the content

    /// A position's field as a JSON pointer: at(0, names->price) = "/Goods/Position_1/Price".
    [[nodiscard]] std::string at(std::size_t position, std::string_view field) const {
        return positions[position].path + "/" + std::string(field);
    }
    [[nodiscard]] static std::string at(std::string_view field) { return "/" + std::string(field); }

    friend bool operator==(const Draft&, const Draft&) = default;
};

/// Canonical bytes of a draft, versioned ("kktd-draft 1\n" …): equal for equal drafts, whatever the
/// order of keys, spacing or writing of numbers was. Nothing of today's law, date or configuration
/// is in them. `names` and `allow_repeat` are not encoded.
struct DraftEncodings {
    std::string whole;
    std::string content; ///< without `number`, `date` and paths: what is compared when two requests
                         ///< claim one key, and what finds a repeat under another date
};
[[nodiscard]] DraftEncodings encodings(const Draft& draft);
[[nodiscard]] std::string encode(const Draft& draft);         ///< the whole alone
[[nodiscard]] std::string encode_content(const Draft& draft); ///< the content alone
/// Inverse of encode(); nothing if the bytes are not an encoding of a known version. `names` is
/// left null: the caller who knows the dialect sets it.
[[nodiscard]] std::optional<Draft> decode_draft(std::string_view bytes);

/// What differs between two drafts, for a 409 that shows both: one Russian line a difference,
/// "Сумма: было 1950.00, пришло 2000.00"; at most `limit` lines. Contacts are masked.
[[nodiscard]] std::vector<std::string> differences(const Draft& stored, const Draft& sent,
                                                   std::size_t limit = 10);

} // namespace kktd::fiscal
