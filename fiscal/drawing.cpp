#include "fiscal/drawing.hpp"

#include "fiscal/kkt_registration.hpp"
#include "fiscal/qr.hpp"
#include "fiscal/settlement.hpp"
#include "fiscal/taxation.hpp"
#include "fiscal/text.hpp"
#include "fiscal/tlv.hpp"
#include "fiscal/vat.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kktd::fiscal {

namespace {

/// Lines of a receipt tape.
class Tape {
public:
    /// Wrapped at spaces; a word longer than a line is cut.
    void left(std::string_view utf8) {
        for (const std::string& line : wrapped(utf8)) {
            put(line, 0);
        }
    }
    void centre(std::string_view utf8) {
        for (const std::string& line : wrapped(utf8)) {
            put(line, (drawing_columns - line.size()) / 2);
        }
    }
    /// "name . . . value"; in two lines if one is too short.
    void pair(std::string_view name_utf8, std::string_view value_utf8) {
        const std::string name = cp866(name_utf8);
        const std::string value = cp866(value_utf8);
        if (name.size() + 1 + value.size() <= drawing_columns) {
            put(name + std::string(drawing_columns - name.size() - value.size(), ' ') + value, 0);
        } else {
            left(name_utf8);
            for (const std::string& line : wrapped(value_utf8)) {
                put(line, drawing_columns - line.size());
            }
        }
    }
    void rule(char c) { put(std::string(drawing_columns, c), 0); }
    [[nodiscard]] std::string text() && { return std::move(text_); }

private:
    /// One byte a column. All that is drawn is ours or was CP866 before; whatever stood in a
    /// damaged document, a line stays a line.
    static std::string cp866(std::string_view utf8) {
        std::string bytes = to_cp866(utf8).value_or(std::string());
        std::ranges::replace_if(
            bytes, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; }, '?');
        return bytes;
    }
    static std::vector<std::string> wrapped(std::string_view utf8) {
        std::string rest = cp866(utf8);
        std::vector<std::string> lines;
        while (rest.size() > drawing_columns) {
            const std::size_t space = rest.rfind(' ', drawing_columns);
            const bool cut = space == std::string::npos || space == 0;
            const std::size_t width = cut ? drawing_columns : space;
            lines.push_back(rest.substr(0, width));
            rest.erase(0, cut ? width : width + 1);
        }
        if (!rest.empty()) {
            lines.push_back(std::move(rest));
        }
        return lines;
    }
    void put(std::string_view line, std::size_t indent) {
        text_ += std::string(indent, ' ') + from_cp866(line) + '\n';
    }

    std::string text_;
};

std::string text_of(const TlvNode& node, std::uint16_t tag) {
    const TlvNode* found = node.find(tag);
    return found != nullptr ? tlv_text(found->value) : std::string();
}

std::uint64_t number_of(const TlvNode& node, std::uint16_t tag) {
    const TlvNode* found = node.find(tag);
    return found != nullptr ? tlv_number(found->value) : 0;
}

Money money_of(const TlvNode& node, std::uint16_t tag) {
    const TlvNode* found = node.find(tag);
    return found != nullptr ? tlv_money(found->value) : Money();
}

LocalTime time_of(const TlvNode& form) {
    return {static_cast<std::int64_t>(number_of(form, 1012) & 0xFFFF'FFFF)};
}

/// The fiscal sign as people read it: the low 4 bytes of 1077, most significant first.
std::string sign_of(const TlvNode& form) {
    const TlvNode* node = form.find(1077);
    std::uint32_t sign = 0;
    if (node != nullptr && node->value.size() == 6) {
        for (const char byte : node->value.substr(2)) {
            sign = sign << 8 | static_cast<unsigned char>(byte);
        }
    }
    return std::to_string(sign);
}

/// "06.10.2017 12:30"
std::string moment(LocalTime time) {
    return time.date().russian() + ' ' + time.iso().substr(11, 5);
}

std::string rate_title(std::uint64_t code, Date day) {
    const auto rate = vat_by_code(static_cast<std::uint8_t>(code & 0xFF), day);
    return rate ? std::string(info(*rate).title) : "код " + std::to_string(code);
}

void pair_if(Tape& tape, std::string_view name, const std::string& value) {
    if (!value.empty()) {
        tape.pair(name, value);
    }
}

void draw_item(Tape& tape, const TlvNode& item, Date day) {
    tape.left(text_of(item, 1030));
    const TlvNode* quantity = item.find(1023);
    tape.pair((quantity != nullptr ? tlv_quantity_text(quantity->value) : "1") + " x " +
                  money_of(item, 1079).text(),
              '=' + money_of(item, 1043).text());
    if (const Money tax = money_of(item, 1200); tax > Money()) {
        tape.pair(" НДС " + rate_title(number_of(item, 1199), day), '=' + tax.text());
    } else {
        const std::string title = rate_title(number_of(item, 1199), day);
        tape.left(title.starts_with("без") ? " Без НДС" : " НДС " + title);
    }
    if (const auto method =
            payment_method_by_code(static_cast<std::int64_t>(number_of(item, 1214)))) {
        tape.left(' ' + std::string(title(*method)));
    }
}

void draw_vat(Tape& tape, const TlvNode& form, Date day) {
    constexpr std::array<std::pair<std::uint16_t, std::uint8_t>, 6> rates{
        {{1102, 1}, {1103, 2}, {1104, 5}, {1105, 6}, {1106, 3}, {1107, 4}}}; // tag, code of 1199
    const bool contained = form.find(1115) != nullptr;
    for (const auto& [tag, code] : rates) {
        const TlvNode* node = form.find(tag);
        // With 1115 a zero 1104 only stands for the format.
        if (node != nullptr && !(tag == 1104 && contained && money_of(form, tag) == Money())) {
            const bool turnover = tag == 1104 || tag == 1105;
            tape.pair((turnover ? "СУММА " : "СУММА НДС ") + rate_title(code, day),
                      '=' + tlv_money(node->value).text());
        }
    }
    if (contained) {
        for (const TlvNode& total : form.find(1115)->children) {
            tape.pair("СУММА НДС " + rate_title(number_of(total, 1199), day),
                      '=' + money_of(total, 1120).text());
        }
    }
}

void draw_head(Tape& tape, const TlvNode& form) {
    std::string user = text_of(form, 1048);
    if (user.starts_with(test_mark)) {
        tape.rule('*');
        tape.centre(test_mark);
        tape.rule('*');
        user.erase(0, test_mark.size());
        user.erase(0, std::min(user.find_first_not_of(". "), user.size()));
    }
    tape.centre(user);
    tape.centre("ИНН " + text_of(form, 1018));
    tape.centre(text_of(form, 1009));
    tape.centre(text_of(form, 1187));
    tape.rule('-');
}

void draw_receipt(Tape& tape, const TlvNode& form, bool correction) {
    constexpr std::array<std::pair<std::uint16_t, std::string_view>, 5> payments{{
        {1031, "НАЛИЧНЫМИ"},
        {1081, "БЕЗНАЛИЧНЫМИ"},
        {1215, "ПРЕДОПЛАТА (АВАНС)"},
        {1216, "ПОСТОПЛАТА (КРЕДИТ)"},
        {1217, "ВСТРЕЧНОЕ ПРЕДОСТАВЛЕНИЕ"},
    }};
    const LocalTime time = time_of(form);
    const auto kind = static_cast<ReceiptKind>(number_of(form, 1054) & 0xFF);
    tape.centre(correction ? "КАССОВЫЙ ЧЕК КОРРЕКЦИИ" : "КАССОВЫЙ ЧЕК");
    tape.centre(title(kind));
    tape.pair("Чек " + std::to_string(number_of(form, 1042)) + ", смена " +
                  std::to_string(number_of(form, 1038)),
              moment(time));
    if (const TlvNode* basis = form.find(1174)) {
        const LocalTime day{static_cast<std::int64_t>(number_of(*basis, 1178) & 0xFFFF'FFFF)};
        tape.pair("Корректируемый расчет", day.date().russian());
        pair_if(tape, "Предписание", text_of(*basis, 1179));
    }
    pair_if(tape, "Кассир", text_of(form, 1021));
    tape.rule('-');
    for (const TlvNode& node : form.children) {
        if (node.tag == 1059) {
            draw_item(tape, node, time.date());
        }
    }
    tape.rule('-');
    tape.pair("ИТОГ", '=' + money_of(form, 1020).text());
    for (const auto& [tag, name] : payments) {
        if (const Money sum = money_of(form, tag); sum > Money()) {
            tape.pair(name, '=' + sum.text());
        }
    }
    draw_vat(tape, form, time.date());
    tape.pair("СНО", title(static_cast<Taxation>(number_of(form, 1055) & 0xFF)));
    if (number_of(form, 1125) == 1) {
        tape.left("РАСЧЕТ В ИНТЕРНЕТ");
    }
    pair_if(tape, "Эл. адр. покупателя", text_of(form, 1008));
    pair_if(tape, "Эл. адр. отправителя", text_of(form, 1117));
    pair_if(tape, "Сайт ФНС", text_of(form, 1060));
    pair_if(tape, "Доп. реквизит чека", text_of(form, 1192));
    if (const TlvNode* attribute = form.find(1084)) {
        tape.pair(text_of(*attribute, 1085), text_of(*attribute, 1086));
    }
    tape.rule('-');
}

void draw_report(Tape& tape, const TlvNode& form, bool closing) {
    tape.centre(closing ? "ОТЧЕТ О ЗАКРЫТИИ СМЕНЫ" : "ОТЧЕТ ОБ ОТКРЫТИИ СМЕНЫ");
    tape.pair("Смена " + std::to_string(number_of(form, 1038)), moment(time_of(form)));
    pair_if(tape, "Кассир", text_of(form, 1021));
    if (closing) {
        tape.pair("Чеков за смену", std::to_string(number_of(form, 1118)));
        tape.pair("Документов за смену", std::to_string(number_of(form, 1111)));
        tape.pair("Не передано ОФД", std::to_string(number_of(form, 1097)));
    }
    tape.rule('-');
}

void draw_foot(Tape& tape, const TlvNode& form) {
    tape.pair("РН ККТ", text_of(form, 1037));
    tape.pair("ФН", text_of(form, 1041));
    tape.pair("ФД " + std::to_string(number_of(form, 1040)), "ФП " + sign_of(form));
}

std::string qr_of(const TlvNode& form) {
    Registration registration;
    registration.time = time_of(form);
    registration.total = money_of(form, 1020);
    registration.fn = text_of(form, 1041);
    registration.fd = static_cast<std::uint32_t>(number_of(form, 1040));
    registration.fpd = sign_of(form);
    return qr_text(registration, static_cast<ReceiptKind>(number_of(form, 1054) & 0xFF));
}

} // namespace

Result<std::string, TlvError> draw(std::string_view tlv) {
    const auto nodes = decode_tlv(tlv);
    if (!nodes) {
        return nodes.error();
    }
    if (nodes->size() != 1) {
        return TlvError(0, "not one document");
    }
    const TlvNode& form = nodes->front();
    Tape tape;
    draw_head(tape, form);
    switch (form.tag) {
    case form_receipt:
    case form_correction:
        draw_receipt(tape, form, form.tag == form_correction);
        draw_foot(tape, form);
        tape.left("QR-код:");
        tape.left(qr_of(form));
        break;
    case form_shift_open:
    case form_shift_close:
        draw_report(tape, form, form.tag == form_shift_close);
        draw_foot(tape, form);
        break;
    default:
        return TlvError(0, "a form that cannot be drawn: " + std::to_string(form.tag));
    }
    return std::move(tape).text();
}

} // namespace kktd::fiscal
