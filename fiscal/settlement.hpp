// What kind of settlement a receipt records: the enumerations of tags 1054, 1214, 1212, the payment
// kinds and the correction type. Values equal the wire codes of the format orders.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace kktd::fiscal {

/// Признак расчёта, tag 1054.
enum class ReceiptKind : std::uint8_t { sell = 1, sell_refund = 2, buy = 3, buy_refund = 4 };

/// Признак способа расчёта, tag 1214.
enum class PaymentMethod : std::uint8_t {
    full_prepayment = 1,
    prepayment = 2,
    advance = 3,
    full_payment = 4,
    partial_payment = 5,
    credit = 6,
    credit_payment = 7,
};

/// Признак предмета расчёта, tag 1212. The named ones are what shops use; any code of the order
/// (1…27, 30…33) is a valid value.
enum class PaymentObject : std::uint8_t {
    commodity = 1,
    excise = 2,
    job = 3,
    service = 4,
    payment = 10,
    another = 13,
    non_operating_gain = 15,
    insurance_premium = 16, ///< иные платежи и взносы
    funds_issuance = 27,
    marked_excise_no_code = 30,
    marked_excise = 31,
    marked_no_code = 32,
    marked = 33,
};

/// How it was paid: tags 1031, 1081, 1215, 1216, 1217.
enum class PaymentKind : std::uint8_t { cash, electronic, prepaid, credit, provision };
inline constexpr std::array payment_kinds{PaymentKind::cash, PaymentKind::electronic,
                                          PaymentKind::prepaid, PaymentKind::credit,
                                          PaymentKind::provision};

/// Тип коррекции, tag 1173.
enum class CorrectionType : std::uint8_t { self = 0, by_order = 1 };

/// Whether money flows back: refunds keep the rate of their original.
[[nodiscard]] constexpr bool is_refund(ReceiptKind kind) {
    return kind == ReceiptKind::sell_refund || kind == ReceiptKind::buy_refund;
}

/// Stable names for programs: "sell", "full_payment", "commodity", "cash" ("card" is the classic
/// dialect's own word for electronic).
[[nodiscard]] std::string_view name(ReceiptKind kind);
[[nodiscard]] std::string_view name(PaymentMethod method);
[[nodiscard]] std::string_view name(PaymentKind kind);
[[nodiscard]] std::optional<ReceiptKind> receipt_kind_by_name(std::string_view name);
[[nodiscard]] std::optional<PaymentMethod> payment_method_by_name(std::string_view name);
/// Every code of the order has a name (docs/glossary.md); an unknown code has none.
[[nodiscard]] std::optional<std::string_view> name(PaymentObject object);
[[nodiscard]] std::optional<PaymentObject> payment_object_by_name(std::string_view name);
[[nodiscard]] std::optional<PaymentMethod> payment_method_by_code(std::int64_t code);
[[nodiscard]] std::optional<PaymentObject> payment_object_by_code(std::int64_t code);

/// The numbers by which the order names what an object is: the only texts its 1030 may have.
struct NameCodes {
    int first;
    int last;
    [[nodiscard]] bool has(std::string_view name) const; ///< "26", without zeros in front
};
/// "1" … "25" for 1212 = 15, "26" … "31" for 16 (error 215 of the ATOL driver); nothing for all
/// others, whose names are free.
[[nodiscard]] std::optional<NameCodes> name_codes(PaymentObject object);
/// The FFD version (tag 1209) from which on the object exists: 27 is not in 1.05, 30 … 33 are
/// of 1.2.
[[nodiscard]] std::uint8_t first_ffd(PaymentObject object);

/// For people and drawn receipts: "ПРИХОД", "ВОЗВРАТ ПРИХОДА", "ПОЛНЫЙ РАСЧЕТ" …
[[nodiscard]] std::string_view title(ReceiptKind kind);
[[nodiscard]] std::string_view title(PaymentMethod method);

} // namespace kktd::fiscal
