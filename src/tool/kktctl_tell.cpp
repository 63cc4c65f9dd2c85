#include "kktctl_tell.hpp"

#include "text_table.hpp"

#include <boost/json/array.hpp>

#include <string_view>
#include <utility>

namespace kktd::tool {

namespace {

namespace json = boost::json;

/// A field as text; empty if it is absent or null.
std::string field(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    if (!value) {
        return {};
    }
    if (value->is_string()) {
        return std::string(value->get_string());
    }
    if (value->is_int64()) {
        return std::to_string(value->get_int64());
    }
    if (value->is_uint64()) {
        return std::to_string(value->get_uint64());
    }
    return {};
}

bool is_true(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value && value->is_bool() && value->get_bool();
}

const json::object& part(const json::object& object, std::string_view key) {
    static const json::object nothing;
    const json::value* value = object.if_contains(key);
    return value && value->is_object() ? value->get_object() : nothing;
}

const json::array& list(const json::object& object, std::string_view key) {
    static const json::array nothing;
    const json::value* value = object.if_contains(key);
    return value && value->is_array() ? value->get_array() : nothing;
}

/// "2026-11-21T09:00:00" → "21.11.2026 09:00:00"; anything else as it is.
std::string readable(std::string time) {
    if (time.size() < 10 || time[4] != '-' || time[7] != '-') {
        return time;
    }
    std::string text = time.substr(8, 2) + "." + time.substr(5, 2) + "." + time.substr(0, 4);
    if (time.size() > 11) {
        text += " " + time.substr(11);
    }
    if (text.back() == 'Z') {
        text.replace(text.size() - 1, 1, " UTC");
    }
    return text;
}

std::string time_field(const json::object& object, std::string_view key) {
    return readable(field(object, key));
}

/// A line of a table of names and values, if there is a value.
void add_line(TextTable& table, std::string_view name, std::string value) {
    if (!value.empty()) {
        table.add({std::string(name), std::move(value)});
    }
}

std::string shift_text(const json::object& shift) {
    const std::string state = field(shift, "state");
    if (state.empty()) {
        return {};
    }
    std::string text = field(shift, "number");
    if (state == "closed") {
        return text + ", закрыта";
    }
    text += state == "expired" ? ", истекла (старше 24 часов), будет закрыта" : ", открыта";
    text += " с " + time_field(shift, "opened") + ", истекает " + time_field(shift, "expires");
    return text + ", чеков " + field(shift, "receipts");
}

/// Of a registered receipt; empty if it is known from an operator only.
std::string number_in_shift(const json::object& receipt, std::string_view key) {
    const std::string number = field(receipt, key);
    return number == "0" ? std::string() : number;
}

std::string last_receipt_text(const json::object& last) {
    if (last.empty()) {
        return {};
    }
    const std::string number = number_in_shift(last, "number");
    const std::string time = time_field(last, "time");
    return (number.empty() ? "смена " : number + " в смене ") + field(last, "shift") + ", ФД " +
           field(last, "fd") + ", сумма " + field(last, "total") + (time.empty() ? "" : ", ") +
           time;
}

std::string fn_text(const json::object& fn) {
    if (fn.empty()) {
        return {};
    }
    return field(fn, "number") + ", действует до " + time_field(fn, "valid_until") +
           " (осталось дней: " + field(fn, "days_left") + ")";
}

std::string ofd_text(const json::object& ofd) {
    const std::string unsent = field(ofd, "unsent");
    if (unsent.empty() || unsent == "0") {
        return unsent.empty() ? "" : "всё отправлено";
    }
    return "не отправлено документов: " + unsent + ", первый от " + time_field(ofd, "oldest") +
           ", до блокировки дней: " + field(ofd, "days_to_block");
}

std::string queue_text(const json::object& kkt) {
    std::string text = field(kkt, "queued");
    if (text.empty()) {
        return {};
    }
    text += " из " + field(kkt, "queue_limit");
    const std::string working = field(kkt, "working");
    return working.empty() ? text : text + ", регистрируется " + working;
}

std::string device_text(const json::object& kkt) {
    std::string text = field(kkt, "model");
    text += (text.empty() ? "" : ", ") + field(kkt, "device") + ", драйвер " +
            field(kkt, "driver") + " (" + field(kkt, "maturity") + ")";
    if (is_true(kkt, "test_device")) {
        text += ", тестовая";
    }
    if (is_true(kkt, "test_mode")) {
        text += ", тестовый режим";
    }
    return text;
}

std::string kkt_text(const json::object& kkt) {
    TextTable table;
    const json::object& identity = part(kkt, "identity");
    add_line(table, "Устройство", device_text(kkt));
    add_line(table, "ИНН, РНМ",
             identity.empty() ? "" : field(identity, "inn") + ", " + field(identity, "rnm"));
    add_line(table, "Смена", shift_text(part(kkt, "shift")));
    add_line(table, "Последний чек", last_receipt_text(part(kkt, "last_receipt")));
    add_line(table, "Последний ФД", field(kkt, "last_fd"));
    add_line(table, "ФН", fn_text(part(kkt, "fn")));
    add_line(table, "ОФД", ofd_text(part(kkt, "ofd")));
    add_line(table, "Очередь", queue_text(kkt));
    add_line(table, "Неизвестных чеков", field(kkt, "unknown"));
    add_line(table, "Часы ККТ", time_field(kkt, "time"));
    for (const json::value& warning : list(kkt, "warnings")) {
        if (warning.is_object()) {
            add_line(table, "Внимание", field(warning.get_object(), "text"));
        }
    }
    return "ККТ " + field(kkt, "id") + ": " + field(kkt, "result_description") + "\n" +
           table.text(2);
}

std::string state_title(const std::string& state) {
    static const std::vector<std::pair<std::string_view, std::string_view>> titles{
        {"accepted", "принят"},    {"done", "зарегистрирован"}, {"refused", "отказ"},
        {"unknown", "неизвестно"}, {"withdrawn", "отозван"},    {"rehearsed", "проверен (тест)"},
    };
    for (const auto& [name, title] : titles) {
        if (name == state) {
            return std::string(title);
        }
    }
    return state;
}

std::string receipt_text(const json::object& receipt) {
    TextTable table;
    add_line(table, "Чек", field(receipt, "id"));
    add_line(table, "Состояние", state_title(field(receipt, "state")));
    add_line(table, "Ответ", field(receipt, "result_description"));
    add_line(table, "ККТ", field(receipt, "kkt"));
    add_line(table, "Номер документа", field(receipt, "doc_number"));
    add_line(table, "Дата документа", time_field(receipt, "doc_date"));
    add_line(table, "Вид", field(receipt, "operation"));
    add_line(table, "Сумма", field(receipt, "total"));
    add_line(table, "ФД", field(receipt, "fd"));
    add_line(table, "ФПД", field(receipt, "fpd"));
    add_line(table, "ФН", field(receipt, "fn"));
    add_line(table, "Смена", field(receipt, "shift"));
    if (receipt.contains("fd")) {
        add_line(table, "Номер в смене", number_in_shift(receipt, "check_number"));
    }
    add_line(table, "Время чека", time_field(receipt, "time"));
    add_line(table, "Ответ ККТ", field(receipt, "device_description"));
    add_line(table, "Принят", time_field(receipt, "accepted_at"));
    add_line(table, "Завершён", time_field(receipt, "finished_at"));
    for (const json::value& warning : list(receipt, "warnings")) {
        if (warning.is_object()) {
            const std::string path = field(warning.get_object(), "path");
            add_line(table, "Внимание",
                     (path.empty() ? "" : path + ": ") + field(warning.get_object(), "text"));
        }
    }
    return table.text();
}

std::string receipts_table(const json::array& receipts) {
    TextTable table;
    table.add({"ЧЕК", "ККТ", "НОМЕР", "ДАТА", "СУММА", "СОСТОЯНИЕ", "ФД"});
    for (const json::value& value : receipts) {
        if (value.is_object()) {
            const json::object& receipt = value.get_object();
            table.add({field(receipt, "id"), field(receipt, "kkt"), field(receipt, "doc_number"),
                       time_field(receipt, "doc_date"), field(receipt, "total"),
                       state_title(field(receipt, "state")), field(receipt, "fd")});
        }
    }
    return table.text();
}

} // namespace

std::string tell_status(const json::object& status) {
    std::string text = "kktd " + field(status, "version") + ", работает с " +
                       time_field(status, "started_at") + "\n" +
                       field(status, "result_description") + "\n";
    const std::string journal = field(status, "journal");
    if (journal != "ok") {
        text += "Журнал: " + journal + "\n";
    }
    for (const json::value& kkt : list(status, "kkt")) {
        if (kkt.is_object()) {
            text += "\n" + kkt_text(kkt.get_object());
        }
    }
    return text;
}

std::string tell_receipts(const json::array& receipts) {
    if (receipts.size() == 1 && receipts.front().is_object()) {
        return receipt_text(receipts.front().get_object());
    }
    return receipts_table(receipts);
}

std::string tell_unknown(const json::array& receipts) {
    if (receipts.empty()) {
        return "Неизвестных чеков нет.\n";
    }
    return receipts_table(receipts) +
           "\nККТ не смогла сказать, зарегистрированы ли эти чеки, и до решения других не "
           "регистрирует.\nНайдите каждый в ленте ККТ или в личном кабинете ОФД (сумма, время, "
           "покупатель), затем:\n"
           "  чек есть:                        kktctl resolve ЧЕК --registered --fd НОМЕР_ФД\n"
           "  чека нет, пусть повторят запрос: kktctl resolve ЧЕК --not-registered\n"
           "  чека нет, зарегистрировать:      kktctl resolve ЧЕК --again\n";
}

} // namespace kktd::tool
