#include "fiscal/settlement.hpp"

#include "fiscal/ffd.hpp"

#include <array>
#include <string>

namespace kktd::fiscal {

namespace {

template<class Enum>
struct Word {
    Enum value;
    std::string_view name;  ///< for programs, as in ATOL Online
    std::string_view title; ///< for people
};

constexpr std::array<Word<ReceiptKind>, 4> receipt_kinds{{
    {ReceiptKind::sell, "sell", "ПРИХОД"},
    {ReceiptKind::sell_refund, "sell_refund", "ВОЗВРАТ ПРИХОДА"},
    {ReceiptKind::buy, "buy", "РАСХОД"},
    {ReceiptKind::buy_refund, "buy_refund", "ВОЗВРАТ РАСХОДА"},
}};

constexpr std::array<Word<PaymentMethod>, 7> payment_methods{{
    {PaymentMethod::full_prepayment, "full_prepayment", "ПРЕДОПЛАТА 100%"},
    {PaymentMethod::prepayment, "prepayment", "ПРЕДОПЛАТА"},
    {PaymentMethod::advance, "advance", "АВАНС"},
    {PaymentMethod::full_payment, "full_payment", "ПОЛНЫЙ РАСЧЕТ"},
    {PaymentMethod::partial_payment, "partial_payment", "ЧАСТИЧНЫЙ РАСЧЕТ И КРЕДИТ"},
    {PaymentMethod::credit, "credit", "ПЕРЕДАЧА В КРЕДИТ"},
    {PaymentMethod::credit_payment, "credit_payment", "ОПЛАТА КРЕДИТА"},
}};

/// No titles: a drawn receipt words them by its own layout.
constexpr std::array<Word<PaymentKind>, 5> payment_kind_words{{
    {PaymentKind::cash, "cash", {}},
    {PaymentKind::electronic, "electronic", {}},
    {PaymentKind::prepaid, "prepaid", {}},
    {PaymentKind::credit, "credit", {}},
    {PaymentKind::provision, "provision", {}},
}};

struct ObjectName {
    std::uint8_t code;
    std::string_view name;
};
constexpr std::array<ObjectName, 31> payment_objects{{
    {1, "commodity"},
    {2, "excise"},
    {3, "job"},
    {4, "service"},
    {5, "gambling_bet"},
    {6, "gambling_prize"},
    {7, "lottery"},
    {8, "lottery_prize"},
    {9, "intellectual_activity"},
    {10, "payment"},
    {11, "agent_commission"},
    {12, "award"},
    {13, "another"},
    {14, "property_right"},
    {15, "non-operating_gain"},
    {16, "insurance_premium"},
    {17, "sales_tax"},
    {18, "resort_fee"},
    {19, "deposit"},
    {20, "expense"},
    {21, "pension_insurance_ip"},
    {22, "pension_insurance"},
    {23, "medical_insurance_ip"},
    {24, "medical_insurance"},
    {25, "social_insurance"},
    {26, "casino_payment"},
    {27, "funds_issuance"},
    {30, "excise_without_marking"},
    {31, "excise_with_marking"},
    {32, "commodity_without_marking"},
    {33, "commodity_with_marking"},
}};

template<class Enum, std::size_t size>
const Word<Enum>& word(const std::array<Word<Enum>, size>& words, Enum value) {
    for (const auto& word : words) {
        if (word.value == value) {
            return word;
        }
    }
    return words.front();
}

template<class Enum, std::size_t size>
std::optional<Enum> by_name(const std::array<Word<Enum>, size>& words, std::string_view name) {
    for (const auto& word : words) {
        if (word.name == name) {
            return word.value;
        }
    }
    return std::nullopt;
}

} // namespace

std::string_view name(ReceiptKind kind) {
    return word(receipt_kinds, kind).name;
}
std::string_view name(PaymentMethod method) {
    return word(payment_methods, method).name;
}
std::string_view name(PaymentKind kind) {
    return word(payment_kind_words, kind).name;
}

std::optional<ReceiptKind> receipt_kind_by_name(std::string_view name) {
    return by_name(receipt_kinds, name);
}

std::optional<PaymentMethod> payment_method_by_name(std::string_view name) {
    return by_name(payment_methods, name);
}

std::optional<std::string_view> name(PaymentObject object) {
    for (const auto& known : payment_objects) {
        if (known.code == static_cast<std::uint8_t>(object)) {
            return known.name;
        }
    }
    return std::nullopt;
}

std::optional<PaymentObject> payment_object_by_name(std::string_view name) {
    for (const auto& known : payment_objects) {
        if (known.name == name) {
            return static_cast<PaymentObject>(known.code);
        }
    }
    return std::nullopt;
}

std::optional<PaymentMethod> payment_method_by_code(std::int64_t code) {
    for (const auto& known : payment_methods) {
        if (static_cast<std::int64_t>(known.value) == code) {
            return known.value;
        }
    }
    return std::nullopt;
}

std::optional<PaymentObject> payment_object_by_code(std::int64_t code) {
    for (const auto& known : payment_objects) {
        if (known.code == code) {
            return static_cast<PaymentObject>(known.code);
        }
    }
    return std::nullopt;
}

bool NameCodes::has(std::string_view name) const {
    for (int code = first; code <= last; ++code) {
        if (name == std::to_string(code)) {
            return true;
        }
    }
    return false;
}

std::optional<NameCodes> name_codes(PaymentObject object) {
    if (object == PaymentObject::non_operating_gain) {
        return NameCodes{1, 25};
    }
    if (object == PaymentObject::insurance_premium) {
        return NameCodes{26, 31};
    }
    return std::nullopt;
}

std::uint8_t first_ffd(PaymentObject object) {
    if (object >= PaymentObject::marked_excise_no_code) {
        return ffd_1_2;
    }
    return object == PaymentObject::funds_issuance ? ffd_1_1 : ffd_1_05;
}

std::string_view title(ReceiptKind kind) {
    return word(receipt_kinds, kind).title;
}
std::string_view title(PaymentMethod method) {
    return word(payment_methods, method).title;
}

} // namespace kktd::fiscal
