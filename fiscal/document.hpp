// Document: a receipt or correction receipt, complete and lawful, ready for a KKT. Made by
// compile().
#pragma once

#include "fiscal/money.hpp"
#include "fiscal/payments.hpp"
#include "fiscal/quantity.hpp"
#include "fiscal/settlement.hpp"
#include "fiscal/taxation.hpp"
#include "fiscal/vat.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kktd::fiscal {

/// Данные агента, tags 1222, 1223 (of a line) or 1057 and its phone tags (of a receipt in
/// FFD 1.05).
struct Agent {
    std::uint8_t kind = 0;                             ///< one bit of tag 1222/1057
    std::vector<std::string> transfer_operator_phones; ///< 1075
    std::string operation;                             ///< 1044
    std::vector<std::string> paying_agent_phones;      ///< 1073
    std::vector<std::string> receive_operator_phones;  ///< 1074
    std::string transfer_operator_name;                ///< 1026
    std::string transfer_operator_address;             ///< 1005
    std::string transfer_operator_inn;                 ///< 1016
    friend bool operator==(const Agent&, const Agent&) = default;
};

/// Данные поставщика, tags 1224 and 1226.
struct Supplier {
    std::vector<std::string> phones; ///< 1171
    std::string name;                ///< 1225
    std::string inn;                 ///< 1226
    friend bool operator==(const Supplier&, const Supplier&) = default;
};

/// Код маркировки: the whole code as scanned, GS (0x1D) included.
struct Mark {
    std::string code;
    std::uint8_t planned_status = 1; ///< tag 2003
    friend bool operator==(const Mark&, const Mark&) = default;
};

/// Предмет расчёта, tag 1059. cost == line_cost(price, quantity) always.
struct Item {
    std::string name;            ///< 1030, UTF-8, every character representable in CP866
    Money price;                 ///< 1079, after discounts
    Quantity quantity;           ///< 1023
    Money cost;                  ///< 1043
    VatRate vat = VatRate::none; ///< 1199
    Money vat_sum;               ///< 1200
    PaymentMethod method = PaymentMethod::full_payment; ///< 1214
    PaymentObject object = PaymentObject::commodity;    ///< 1212
    std::uint8_t measure = 0;                           ///< 2108 (FFD 1.2), 0 = piece
    std::string unit;                                   ///< 1197 (FFD 1.05, 1.1)
    std::string country;                                ///< 1230
    std::string customs_declaration;                    ///< 1231
    std::optional<Money> excise;                        ///< 1229
    std::string additional;                             ///< 1191
    std::optional<Agent> agent;
    std::optional<Supplier> supplier;
    std::optional<Mark> mark;
    friend bool operator==(const Item&, const Item&) = default;
};

/// Основание для коррекции, tags 1173, 1174 {1178, 1179}.
struct Correction {
    CorrectionType type = CorrectionType::self;
    Date date;          ///< 1178
    std::string number; ///< 1179
    friend bool operator==(const Correction&, const Correction&) = default;
};

/// Сведения о покупателе, tags 1227, 1228 (1256 in FFD 1.2).
struct Buyer {
    std::string name;
    std::string inn;
    friend bool operator==(const Buyer&, const Buyer&) = default;
};

/// Tag 1085 of our stamp.
inline constexpr std::string_view stamp_name = "kktd";

struct Document {
    static constexpr std::size_t max_tlv_bytes = 32'768;

    ReceiptKind kind = ReceiptKind::sell; ///< 1054
    std::optional<Correction> correction; ///< makes it a correction receipt (form 31)
    Taxation taxation = Taxation::osn;    ///< 1055
    std::vector<Item> items;
    Payments payments;
    Money total; ///< 1020
    VatTotals vat;
    std::string contact;          ///< 1008: "+79161234567" or an e-mail address; may be empty
    std::string sender_email;     ///< 1117
    std::string cashier;          ///< 1021
    std::string cashier_inn;      ///< 1203
    bool internet = false;        ///< 1125 = 1
    bool electronic_only = false; ///< no paper (54-ФЗ ст. 1.2 п. 5)
    std::string place;            ///< 1187: the site of an internet shop
    std::string address;          ///< 1009
    std::string additional;       ///< 1192
    std::optional<Buyer> buyer;
    /// Our stamp: 16 base32 characters, set by the engine for each attempt; where it stands is
    /// Legal::stamp. Empty until then.
    std::string stamp;

    friend bool operator==(const Document&, const Document&) = default;
};

/// Totals by rate of the items' own taxes (§4.2 of the format: the sum of rounded line taxes).
[[nodiscard]] VatTotals vat_totals(const std::vector<Item>& items);

} // namespace kktd::fiscal
