#include "front/control_commands.hpp"

#include "api/classic.hpp"
#include "api/json_writer.hpp"
#include "front/status_json.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace kktd::front {

namespace {

namespace json = boost::json;

/// A field that must be a non-empty text; nothing if it is not.
std::optional<std::string> text_field(const json::object& command, std::string_view key) {
    const json::value* value = command.if_contains(key);
    if (!value || !value->is_string() || value->get_string().empty()) {
        return std::nullopt;
    }
    return std::string(value->get_string());
}

/// Bytes of an answer besides its text.
constexpr std::size_t answer_bytes = 64;

std::string outcome(bool done, std::string_view text) {
    api::JsonWriter answer(answer_bytes + text.size());
    answer.begin_object();
    answer.boolean("done", done);
    answer.text("text", text);
    answer.end_object();
    return std::move(answer).take();
}

std::string outcome(const engine::OperatorAnswer& answer) {
    return outcome(answer.done, answer.text);
}

std::string receipts(const std::vector<fiscal::Standing>& standings) {
    constexpr std::size_t receipt_bytes = 1024;
    api::JsonWriter answer(answer_bytes + standings.size() * receipt_bytes);
    answer.begin_object();
    answer.boolean("done", true);
    answer.begin_array("receipts");
    for (const fiscal::Standing& standing : standings) {
        answer.json(api::classic_receipt_json(standing));
    }
    answer.end_array();
    answer.end_object();
    return std::move(answer).take();
}

std::string receipt(const Desk& desk, const json::object& command) {
    if (const auto id = text_field(command, "id")) {
        const auto standing = desk.find(*id);
        return standing ? receipts({*standing}) : outcome(false, "Нет чека с таким id");
    }
    const auto number = text_field(command, "number");
    if (!number) {
        return control_refusal("Укажите id чека или номер документа");
    }
    std::optional<fiscal::Date> date;
    if (command.contains("date")) {
        const auto text = text_field(command, "date");
        date = text ? fiscal::Date::parse(*text) : std::nullopt;
        if (!date) {
            return control_refusal("Дата документа – 06.10.2017 или 2017-10-06");
        }
    }
    const auto found = desk.find_number(*number, date, std::nullopt);
    return found.empty() ? outcome(false, "Нет чека с таким номером") : receipts(found);
}

std::string resolve(Desk& desk, const json::object& command) {
    const auto id = text_field(command, "id");
    const auto decision = text_field(command, "decision");
    if (!id || !decision) {
        return control_refusal("Укажите id чека и решение");
    }
    if (*decision == "not_registered") {
        return outcome(desk.resolve(*id, engine::Resolution::not_registered, 0));
    }
    if (*decision == "again") {
        return outcome(desk.resolve(*id, engine::Resolution::again, 0));
    }
    if (*decision != "registered") {
        return control_refusal("Решение – registered, not_registered или again");
    }
    const json::value* fd = command.if_contains("fd");
    if (!fd || !fd->is_int64() || fd->get_int64() <= 0 ||
        fd->get_int64() > std::numeric_limits<std::uint32_t>::max()) {
        return control_refusal("Укажите номер фискального документа (ФД) с чека или из ОФД");
    }
    return outcome(desk.resolve(*id, engine::Resolution::registered,
                                static_cast<std::uint32_t>(fd->get_int64())));
}

/// "uid 998 (ivan)". What somebody says of himself is cut and made harmless for log and journal.
std::string who(const json::object& command, std::string_view peer) {
    constexpr std::size_t max_invoker_bytes = 64;
    std::string invoker = text_field(command, "invoker").value_or("");
    std::erase_if(invoker, [](char c) { return static_cast<unsigned char>(c) < ' '; });
    std::string name(peer);
    if (!invoker.empty()) {
        name += " (" + invoker.substr(0, max_invoker_bytes) + ")";
    }
    return name;
}

/// A sum in rubles from its digits; nothing if it is none, or nothing at all.
std::optional<fiscal::Money> sum_field(const json::object& command) {
    const auto digits = fiscal::Number::parse(text_field(command, "sum").value_or(""));
    const auto sum = digits ? fiscal::Money::exact(*digits) : digits.error();
    return sum && sum->kopecks() > 0 ? std::optional(*sum) : std::nullopt;
}

/// What a KKT is to do; nothing if the command is another one.
std::optional<engine::OperatorTask> task_of(std::string_view name, fiscal::Money sum) {
    using fiscal::ServiceTask;
    if (name == "x_report") {
        return ServiceTask(fiscal::XReport{});
    }
    if (name == "z_report") {
        return fiscal::CloseShift{};
    }
    if (name == "cash_in") {
        return ServiceTask(fiscal::CashIn{sum});
    }
    if (name == "cash_out") {
        return ServiceTask(fiscal::CashOut{sum});
    }
    if (name == "reprint") {
        return ServiceTask(fiscal::ReprintLast{});
    }
    if (name == "continue_print") {
        return ServiceTask(fiscal::ContinuePrint{});
    }
    return std::nullopt;
}

std::string carry_out(Desk& desk, const json::object& command, engine::OperatorTask task,
                      std::string_view peer) {
    if (command.contains("kkt") && !text_field(command, "kkt")) {
        return control_refusal("Укажите ККТ");
    }
    return outcome(desk.carry_out({.kkt = text_field(command, "kkt").value_or(""),
                                   .task = std::move(task),
                                   .who = who(command, peer)}));
}

} // namespace

std::string control_refusal(std::string_view text) {
    api::JsonWriter answer(answer_bytes + text.size());
    answer.begin_object();
    answer.boolean("done", false);
    answer.text("error", "bad_request");
    answer.text("text", text);
    answer.end_object();
    return std::move(answer).take();
}

std::string run_control_command(Desk& desk, std::string_view line, std::string_view peer) {
    json::error_code error;
    const json::value parsed = json::parse(json::string_view(line.data(), line.size()), error);
    if (error || !parsed.is_object()) {
        return control_refusal("Команда – не объект JSON");
    }
    const json::object& command = parsed.get_object();
    const std::string name = text_field(command, "command").value_or("");
    if (name == "status") {
        const std::string status = status_json(desk.snapshot());
        api::JsonWriter answer(answer_bytes + status.size());
        answer.begin_object();
        answer.boolean("done", true);
        answer.json("status", status);
        answer.end_object();
        return std::move(answer).take();
    }
    if (name == "receipt") {
        return receipt(desk, command);
    }
    if (name == "unknown") {
        return receipts(desk.unknown());
    }
    if (name == "resolve") {
        return resolve(desk, command);
    }
    if (name == "accept_kkt") {
        const auto kkt = text_field(command, "kkt");
        return kkt ? outcome(desk.accept_kkt(*kkt)) : control_refusal("Укажите ККТ");
    }
    if (name == "withdraw") {
        const auto id = text_field(command, "id");
        return id ? outcome(desk.withdraw(*id)) : control_refusal("Укажите id чека");
    }
    const auto sum = sum_field(command);
    if ((name == "cash_in" || name == "cash_out") && !sum) {
        return control_refusal("Сумма – рубли и копейки больше нуля, например 500 или 500.50");
    }
    if (auto task = task_of(name, sum.value_or(fiscal::Money()))) {
        return carry_out(desk, command, std::move(*task), peer);
    }
    return control_refusal("Такой команды нет: версии kktctl и kktd различаются?");
}

} // namespace kktd::front
