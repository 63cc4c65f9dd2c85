#include "api/classic.hpp"

#include "api/json_tree.hpp"
#include "api/known_fields.hpp"
#include "api/near_miss.hpp"
#include "api/utf8.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace kktd::api {

namespace {

using fiscal::Rule;
using Kind = JsonNode::Kind;

constexpr fiscal::FieldNames field_names{
    .number = "DocNumber",
    .date = "DocDate",
    .total = "DocSumm",
    .positions = "Goods",
    .contact = "CustomerContact",
    .original_number = "OriginalNumber",
    .original_date = "OriginalDate",
    .cashier = "Cashier",
    .internet = "Internet",
    .taxation = "Taxation",
    .payment = "PaymentType",
    .name = "Name",
    .price = "Price",
    .quantity = "Quantity",
    .sum = "PositionSumm",
    .vat = "Tax",
    .method = "PaymentMethod",
    .object = "PaymentObject",
};
constexpr std::string_view operation_key = "Operation";
constexpr std::string_view kkt_key = "Kkt";
constexpr std::string_view inn_key = "Inn";
constexpr std::string_view allow_repeat_key = "AllowRepeat";
constexpr std::string_view test_key = "test";

constexpr std::array receipt_keys{
    field_names.taxation,
    field_names.number,
    field_names.date,
    field_names.total,
    field_names.positions,
    field_names.contact,
    field_names.original_number,
    field_names.original_date,
    field_names.cashier,
    field_names.internet,
    field_names.payment,
    operation_key,
    kkt_key,
    inn_key,
    allow_repeat_key,
    test_key,
};
constexpr std::array position_keys{
    field_names.name, field_names.price,  field_names.quantity, field_names.sum,
    field_names.vat,  field_names.method, field_names.object,
};

using ReceiptFields = KnownFields<receipt_keys>;
using PositionFields = KnownFields<position_keys>;

constexpr std::string_view position_prefix = "Position_";
constexpr std::size_t max_position_digits = 6;

/// Findings beyond these are not told: an answer is for reading.
constexpr std::size_t max_violations_told = 1000;
constexpr std::size_t max_unknown_keys_told = 50;
/// Characters of a wrong value that are shown.
constexpr std::size_t max_shown = 40;
/// Bytes of DocNumber and OriginalNumber: they are keys of the journal.
constexpr std::size_t max_number_bytes = 128;
/// 1C writes an empty date as 0001-01-01; no receipt is older than the law.
constexpr int min_year = 2000;

std::string quoted(std::string_view text) {
    return "«" + shortened(text, max_shown) + "»";
}

std::string_view kind_name(Kind kind) {
    switch (kind) {
    case Kind::null:
        return "null";
    case Kind::boolean:
        return "true/false";
    case Kind::number:
        return "число";
    case Kind::string:
        return "строка";
    case Kind::array:
        return "массив";
    case Kind::object:
        return "объект";
    }
    return "";
}

std::string number_text(fiscal::NumberFault fault, std::string_view value) {
    switch (fault) {
    case fiscal::NumberFault::empty:
        return "пустая строка вместо числа: впишите число или уберите поле";
    case fiscal::NumberFault::too_long:
        return "в числе " + quoted(value) + " больше " +
               std::to_string(fiscal::Number::max_digits) +
               " знаков: проверьте, что прислано именно это поле";
    case fiscal::NumberFault::none:
    case fiscal::NumberFault::not_a_number:
    case fiscal::NumberFault::negative:
    case fiscal::NumberFault::too_many_decimals:
    case fiscal::NumberFault::too_large:
        break;
    }
    return quoted(value) +
           " – не число: нужны только цифры и точка (или запятая), без пробелов и валюты";
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

/// N of "Position_N", without leading zeros; nothing for any other key.
std::optional<std::uint32_t> position_number(std::string_view key) {
    if (!key.starts_with(position_prefix)) {
        return std::nullopt;
    }
    const std::string_view digits = key.substr(position_prefix.size());
    if (digits.empty() || digits.size() > max_position_digits || digits.front() == '0') {
        return std::nullopt;
    }
    std::uint32_t number = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        number = number * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return number;
}

/// A rate or a code of an enumeration, as a number or a string of digits: 0 … 999.
std::optional<int> small_integer(std::string_view text) {
    const auto number = fiscal::Number::parse(text);
    if (!number.has_value() || number->scale() != 0 || number->negative() ||
        number->mantissa() > 999) {
        return std::nullopt;
    }
    return static_cast<int>(number->mantissa());
}

/// 18, "18", "18%", "vat18", 118, "18/118", "vat118", "none".
std::optional<fiscal::VatRate> vat_rate(std::string_view text) {
    if (text.starts_with("vat")) {
        text.remove_prefix(3);
    }
    if (text.ends_with('%')) {
        text.remove_suffix(1);
    }
    if (const auto rate = fiscal::vat_by_name(text)) {
        return rate;
    }
    const auto percent = small_integer(text);
    if (!percent) {
        return std::nullopt;
    }
    // The calculated rates are written as 100 + n: 118 is 18/118.
    if (*percent > 100) {
        return fiscal::vat_by_name(std::to_string(*percent - 100) + "/" + std::to_string(*percent));
    }
    return fiscal::vat_by_name(std::to_string(*percent));
}

/// Objects of up to so many members are looked through pair by pair.
constexpr std::size_t few_members = 16;

/// Whether a key may stand twice in the object; sure where it has few members. Most large objects
/// are numbered positions in their order, whose keys rise by length and letter.
bool may_repeat_keys(const JsonNode& object) {
    const auto members = object.members();
    if (object.size > few_members) {
        const auto not_rising = [](const JsonNode& a, const JsonNode& b) {
            return a.key.size() > b.key.size() || (a.key.size() == b.key.size() && a.key >= b.key);
        };
        return std::adjacent_find(members.begin(), members.end(), not_rising) != members.end();
    }
    for (auto a = members.begin(); a != members.end(); ++a) {
        for (auto b = std::next(a); b != members.end(); ++b) {
            if (a->key == b->key) {
                return true;
            }
        }
    }
    return false;
}

/// Reads the tree of one request. Each field has one reader; a field that is absent or null leaves
/// its value as it was.
class Reader {
public:
    ClassicRequest read(const JsonTree& tree) {
        fiscal::Draft& draft = request_.draft;
        draft.dialect = "classic";
        draft.names = &field_names;

        tell_duplicates(tree);
        const auto fields = known_fields<ReceiptFields>(tree.root(), "");
        read_document_number(fields[field_names.number], draft.number);
        read_date(fields[field_names.date], draft.date);
        read_word(fields[operation_key], draft.kind, fiscal::receipt_kind_by_name,
                  "sell, sell_refund, buy, buy_refund");
        read_document_number(fields[field_names.original_number], draft.original_number);
        read_date(fields[field_names.original_date], draft.original_date);
        read_number(fields[field_names.total], draft.total);
        read_positions(fields[field_names.positions]);
        read_payment(fields[field_names.payment]);
        read_taxation(fields[field_names.taxation]);
        read_token(fields[field_names.contact], draft.contact);
        read_text(fields[field_names.cashier], draft.cashier);
        if (const auto internet = flag(fields[field_names.internet])) {
            draft.internet = *internet;
        }
        draft.allow_repeat = flag(fields[allow_repeat_key]).value_or(false);
        request_.test = flag(fields[test_key]).value_or(false);
        read_token(fields[kkt_key], request_.kkt);
        read_token(fields[inn_key], request_.inn);
        if (unknown_keys_ > max_unknown_keys_told) {
            request_.warnings.push_back(
                {"unknown_key", "",
                 "и ещё неизвестных полей: " +
                     std::to_string(unknown_keys_ - max_unknown_keys_told)});
        }
        return std::move(request_);
    }

private:
    [[nodiscard]] bool all_told() const {
        return request_.violations.size() >= max_violations_told;
    }

    void violation(Rule rule, std::string path, std::string text) {
        if (!all_told()) {
            request_.violations.push_back({rule, std::move(path), std::move(text)});
        }
    }

    void wrong_type(const Field& field, std::string_view wanted) {
        wrong_type(field.pointer(), *field.value, wanted);
    }

    void wrong_type(std::string path, const JsonNode& node, std::string_view wanted) {
        violation(Rule::wrong_type, std::move(path),
                  "здесь нужно: " + std::string(wanted) +
                      ", прислано: " + std::string(kind_name(node.kind)));
    }

    /// The same key twice in one object, at any depth: which of the two was meant nobody knows.
    void tell_duplicates(const JsonTree& tree) {
        for (const JsonNode& node : tree.nodes()) {
            if (node.kind == Kind::object && may_repeat_keys(node)) {
                tell_duplicates(tree, node);
            }
        }
    }

    /// Each key once, in the order of the keys.
    void tell_duplicates(const JsonTree& tree, const JsonNode& object) {
        std::vector<std::string_view> sorted;
        sorted.reserve(object.size);
        for (const JsonNode& member : object.members()) {
            sorted.push_back(member.key);
        }
        std::sort(sorted.begin(), sorted.end());
        for (auto i = std::adjacent_find(sorted.begin(), sorted.end()); i != sorted.end();) {
            if (!all_told()) {
                violation(Rule::duplicate_key, json_pointer(tree.pointer_to(object), *i),
                          "поле встречается в объекте дважды: оставьте одно");
            }
            i = std::upper_bound(i, sorted.end(), *i);
            i = std::adjacent_find(i, sorted.end());
        }
    }

    /// Unknown keys are told; near misses of known ones refuse the receipt.
    template<class Fields>
    Fields known_fields(const JsonNode& object, std::string_view path) {
        if (object.dropped > 0) {
            violation(Rule::bad_value, std::string(path), "слишком много полей в одном объекте");
        }
        Fields fields(path);
        for (const JsonNode& member : object.members()) {
            if (!fields.take(member)) {
                tell_unknown({path, member.key}, Fields::known());
            }
        }
        return fields;
    }

    void tell_unknown(const Field& field, std::span<const std::string_view> known) {
        if (const auto meant = near_miss(field.name, known)) {
            violation(Rule::near_miss_key, field.pointer(),
                      "поле " + quoted(field.name) + " неизвестно; вероятно, имелось в виду " +
                          quoted(*meant) + ": исправьте имя");
        } else if (++unknown_keys_ <= max_unknown_keys_told) {
            request_.warnings.push_back({"unknown_key", field.pointer(),
                                         "поле " + quoted(field.name) + " неизвестно и не учтено"});
        }
    }

    void read_text(const Field& field, std::string& into) {
        if (!field.value) {
            return;
        }
        if (field.value->kind == Kind::string) {
            into = field.value->text;
        } else {
            wrong_type(field, "строка");
        }
    }

    /// Texts that consist of digits as a rule – phones, INN, numbers – come as JSON numbers too.
    void read_token(const Field& field, std::string& into) {
        if (!field.value) {
            return;
        }
        if (field.value->kind == Kind::string || field.value->kind == Kind::number) {
            into = field.value->text;
        } else {
            wrong_type(field, "строка");
        }
    }

    void read_document_number(const Field& field, std::string& into) {
        read_token(field, into);
        if (into.size() > max_number_bytes) {
            violation(Rule::too_long, field.pointer(),
                      "номер длиннее " + std::to_string(max_number_bytes) + " байт");
        }
        if (has_control_character(into)) {
            violation(Rule::bad_text, field.pointer(), "в номере управляющие символы");
        }
    }

    void read_number(const Field& field, std::optional<fiscal::Number>& into) {
        if (!field.value) {
            return;
        }
        if (field.value->kind != Kind::number && field.value->kind != Kind::string) {
            return wrong_type(field, "число");
        }
        const auto number = fiscal::Number::parse(field.value->text);
        if (number.has_value()) {
            into = *number;
        } else {
            violation(Rule::bad_number, field.pointer(),
                      number_text(number.error().fault(), field.value->text));
        }
    }

    void read_date(const Field& field, std::optional<fiscal::Date>& into) {
        if (!field.value) {
            return;
        }
        if (field.value->kind != Kind::string) {
            return wrong_type(field, "строка с датой");
        }
        const auto date = fiscal::Date::parse(field.value->text);
        if (date && date->year >= min_year) {
            into = date;
        } else {
            violation(Rule::bad_date, field.pointer(),
                      quoted(field.value->text) +
                          " – не дата документа: нужно ДД.ММ.ГГГГ или ГГГГ-ММ-ДД");
        }
    }

    std::optional<bool> flag(const Field& field) {
        if (!field.value) {
            return std::nullopt;
        }
        if (field.value->kind == Kind::boolean) {
            return field.value->boolean;
        }
        wrong_type(field, "true или false");
        return std::nullopt;
    }

    void unknown_word(const Field& field, std::string_view list) {
        violation(Rule::bad_value, field.pointer(),
                  quoted(field.value->text) +
                      " – неизвестное значение; допустимы: " + std::string(list));
    }

    /// A word of a list.
    template<class T, class ByName>
    void read_word(const Field& field, T& into, ByName by_name, std::string_view list) {
        if (!field.value) {
            return;
        }
        if (field.value->kind != Kind::string) {
            return wrong_type(field, "строка");
        }
        if (const auto known = by_name(field.value->text)) {
            into = *known;
        } else {
            unknown_word(field, list);
        }
    }

    /// A word of a list or its code in the fiscal document.
    template<class T, class ByName, class ByCode>
    void read_word_or_code(const Field& field, std::optional<T>& into, ByName by_name,
                           ByCode by_code, std::string_view list) {
        if (!field.value) {
            return;
        }
        if (field.value->kind != Kind::string && field.value->kind != Kind::number) {
            return wrong_type(field, "строка или код");
        }
        if (field.value->kind == Kind::string) {
            into = by_name(field.value->text);
        }
        if (const auto code = small_integer(field.value->text); !into && code) {
            into = by_code(*code);
        }
        if (!into) {
            unknown_word(field, list);
        }
    }

    void read_taxation(const Field& field) {
        fiscal::Taxation taxation{};
        read_word(field, taxation, fiscal::taxation_by_name,
                  "osn, usn_income, usn_income_outcome, envd, esn, patent");
        if (taxation != fiscal::Taxation{}) {
            request_.draft.taxation = taxation;
        }
    }

    void read_payment(const Field& field) {
        // Card is what an empty list of payments means: both are the same receipt.
        fiscal::PaymentKind kind = fiscal::PaymentKind::electronic;
        read_word(
            field, kind,
            [](std::string_view word) -> std::optional<fiscal::PaymentKind> {
                if (word == "card") {
                    return fiscal::PaymentKind::electronic;
                }
                if (word == "cash") {
                    return fiscal::PaymentKind::cash;
                }
                if (word == "prepaid") {
                    return fiscal::PaymentKind::prepaid;
                }
                return std::nullopt;
            },
            "card, cash, prepaid");
        if (kind != fiscal::PaymentKind::electronic) {
            request_.draft.payments.push_back({kind, std::nullopt});
        }
    }

    void read_vat(const Field& field, std::optional<fiscal::VatRate>& into) {
        if (!field.value) {
            return;
        }
        if (field.value->kind != Kind::number && field.value->kind != Kind::string) {
            return wrong_type(field, "ставка НДС");
        }
        into = vat_rate(field.value->text);
        if (!into) {
            violation(Rule::vat_unknown, field.pointer(),
                      "ставка НДС " + quoted(field.value->text) +
                          " неизвестна; допустимы 22, 20, 18, 10, 7, 5, 0, расчётные 122, 120, "
                          "118, 110, 107, 105 и \"none\" (без НДС)");
        }
    }

    void read_position(const JsonNode& node, std::string path) {
        fiscal::DraftPosition& position = request_.draft.positions.emplace_back();
        position.path = std::move(path);
        if (node.kind != Kind::object) {
            return wrong_type(position.path, node, "объект");
        }
        const auto fields = known_fields<PositionFields>(node, position.path);
        read_text(fields[field_names.name], position.name);
        read_number(fields[field_names.price], position.price);
        read_number(fields[field_names.quantity], position.quantity);
        read_number(fields[field_names.sum], position.sum);
        read_vat(fields[field_names.vat], position.vat);
        read_word_or_code(fields[field_names.method], position.method,
                          fiscal::payment_method_by_name, fiscal::payment_method_by_code,
                          "full_prepayment, prepayment, advance, full_payment, partial_payment, "
                          "credit, credit_payment или код 1–7");
        read_word_or_code(fields[field_names.object], position.object,
                          fiscal::payment_object_by_name, fiscal::payment_object_by_code,
                          "commodity, service, job, payment … или код тега 1212");
    }

    void read_positions(const Field& field) {
        const JsonNode* goods = field.value;
        if (!goods) {
            return;
        }
        const std::string path = field.pointer();
        if (goods->dropped > 0) {
            violation(Rule::too_many_positions, path,
                      "позиций " + std::to_string(std::size_t{goods->size} + goods->dropped) +
                          ", это больше, чем помещается в чек: разделите его");
        }
        if (goods->kind == Kind::array) {
            request_.draft.positions.reserve(goods->size);
            std::size_t index = 0;
            for (const JsonNode& member : goods->members()) {
                read_position(member, json_pointer(path, std::to_string(index++)));
            }
        } else if (goods->kind == Kind::object) {
            read_numbered_positions(*goods, path);
        } else {
            wrong_type(field, "объект с Position_1, Position_2 … или массив");
        }
    }

    /// JSON objects have no order: positions are taken by number, Position_10 after Position_9.
    void read_numbered_positions(const JsonNode& goods, const std::string& path) {
        std::vector<std::pair<std::uint32_t, const JsonNode*>> numbered;
        numbered.reserve(goods.size);
        for (const JsonNode& member : goods.members()) {
            if (const auto number = position_number(member.key)) {
                numbered.emplace_back(*number, &member);
            } else {
                violation(Rule::bad_value, json_pointer(path, member.key),
                          "поле " + quoted(member.key) +
                              ": позиции называются Position_1, Position_2 и так далее");
            }
        }
        const auto by_number = [](const auto& a, const auto& b) { return a.first < b.first; };
        if (!std::is_sorted(numbered.begin(), numbered.end(), by_number)) {
            std::stable_sort(numbered.begin(), numbered.end(), by_number);
        }
        request_.draft.positions.reserve(numbered.size());
        std::uint32_t last = 0;
        for (const auto& [number, member] : numbered) {
            if (number == last) {
                continue; // told as a duplicate key
            }
            const std::string at = json_pointer(path, member->key);
            if (number != last + 1 && goods.dropped == 0) {
                violation(Rule::position_order, at,
                          std::string(member->key) + " без " + std::string(position_prefix) +
                              std::to_string(number - 1) +
                              ": позиции нумеруются подряд, начиная с 1");
            }
            read_position(*member, at);
            last = number;
        }
    }

    ClassicRequest request_;
    std::size_t unknown_keys_ = 0;
};

} // namespace

const fiscal::FieldNames& classic_names() {
    return field_names;
}

fiscal::Result<ClassicRequest, Malformed> parse_classic(std::string_view body) {
    const auto tree = read_json(body, max_positions_read);
    if (!tree.has_value()) {
        return Malformed(tree.error().text());
    }
    if (const Kind kind = tree->root().kind; kind != Kind::object) {
        return Malformed("не чек: нужен объект JSON, прислано: " + std::string(kind_name(kind)));
    }
    return Reader().read(*tree);
}

} // namespace kktd::api
