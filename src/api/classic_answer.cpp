#include "api/classic.hpp"

#include "api/answer_json.hpp"
#include "api/distinct_violations.hpp"
#include "api/problem.hpp"
#include "api/result_table.hpp"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace kktd::api {

namespace {

namespace json = boost::json;
using fiscal::ReceiptState;

constexpr std::string_view test_mark = "ТЕСТ, не фискальный";
constexpr std::string_view not_printed = "not_printed";

/// An answer is for reading: beyond these, violations_total and warnings_total tell how many there
/// are. The journal keeps every warning.
constexpr std::size_t max_violations_listed = 200;
constexpr std::size_t max_warnings_listed = 200;
constexpr std::size_t max_violations_described = 10;

constexpr std::int64_t micros_per_second = 1'000'000;

/// Memory of one answer about one receipt, from the stack as far as it goes.
struct Arena {
    std::array<unsigned char, 8192> buffer;
    json::monotonic_resource resource{buffer.data(), buffer.size()};
};

/// "2026-01-31T12:30:00Z".
std::string utc_text(fiscal::UtcMicros at) {
    return fiscal::LocalTime{at / micros_per_second}.iso() + "Z";
}

/// Ends a sentence that a fault's text may or may not have ended.
void append_sentence(std::string& text, std::string_view sentence) {
    if (!text.ends_with('.')) {
        text.push_back('.');
    }
    text.append(" ").append(sentence);
}

void append_reason(std::string& text, const std::optional<fiscal::Fault>& fault) {
    if (fault) {
        text.append(": ").append(fault->text().empty() ? table_row(fault->cls()).text
                                                       : std::string_view(fault->text()));
    }
}

std::string marked(bool test, std::string text) {
    return test ? std::string(test_mark) + ": " + text : text;
}

/// What a person reads of a receipt as it stands.
std::string description(const fiscal::Standing& standing) {
    std::string text;
    switch (standing.state) {
    case ReceiptState::done:
        text = standing.test_device ? "ошибок нет" : table_row(Situation::done).text;
        break;
    case ReceiptState::accepted:
        text = table_row(standing).text;
        append_reason(text, standing.fault);
        append_sentence(text, "Повторите запрос с тем же номером, чтобы узнать итог; не пробивайте "
                              "чек вручную");
        break;
    case ReceiptState::refused:
        text = "Чек не зарегистрирован";
        append_reason(text, standing.fault);
        break;
    case ReceiptState::unknown:
        text = table_row(standing).text;
        append_reason(text, standing.fault);
        append_sentence(text, "Не пробивайте чек вручную и не отправляйте под другим номером; "
                              "администратору: kktctl resolve " +
                                  standing.id);
        break;
    case ReceiptState::withdrawn:
        text = table_row(standing).text;
        break;
    case ReceiptState::rehearsed:
        text = table_row(standing).text;
        append_reason(text, standing.fault);
        break;
    }
    return marked(standing.test_device || standing.state == ReceiptState::rehearsed,
                  std::move(text));
}

void add_warning(json::array& list, const fiscal::Warning& warning) {
    json::object& entry = list.emplace_back(nullptr).emplace_object();
    put_text(entry, "code", warning.code);
    put_text(entry, "path", warning.path);
    put_text(entry, "text", warning.text);
}

void add_warnings(json::object& object, const fiscal::Standing& standing) {
    json::array& list = object["warnings"].emplace_array();
    const auto& warnings = standing.warnings;
    const bool told = std::any_of(warnings.begin(), warnings.end(),
                                  [](const auto& warning) { return warning.code == not_printed; });
    if (standing.registration && standing.registration->not_printed && !told) {
        add_warning(list, {std::string(not_printed), "",
                           "чек зарегистрирован, но бумага не допечатана: проверьте принтер ККТ; "
                           "пробивать чек заново нельзя"});
    }
    for (const fiscal::Warning& warning : warnings) {
        if (list.size() == max_warnings_listed) {
            object["warnings_total"] = warnings.size();
            break;
        }
        add_warning(list, warning);
    }
}

void add_registration(json::object& object, const fiscal::Registration& registration) {
    object["fd"] = registration.fd;
    put_text(object, "fpd", registration.fpd);
    put_text(object, "fn", registration.fn);
    object["shift"] = registration.shift;
    put_text(object, "time", registration.time.iso());
    put_text(object, "qr", registration.qr);
    put_text(object, "rnm", registration.rnm);
}

void add_fault(json::object& object, const fiscal::Standing& standing) {
    const fiscal::Fault& fault = *standing.fault;
    if (standing.state == ReceiptState::accepted) {
        put_text(object, "waiting_for", name(fault.cls()));
    }
    if (fault.native_code() != 0 || !fault.native_text().empty()) {
        object["device_code"] = fault.native_code();
        put_text(object, "device_description", fault.native_text());
    }
}

/// The whole of a receipt, the classic keys first.
json::object receipt_json(const fiscal::Standing& standing, json::storage_ptr storage = {}) {
    const bool done = standing.state == ReceiptState::done && standing.registration;
    json::object object = answer_head(table_row(standing), description(standing),
                                      done ? standing.registration->number : 0, std::move(storage));
    put_text(object, "id", standing.id);
    put_text(object, "kkt", standing.kkt);
    put_text(object, "state", fiscal::name(standing.state));
    put_text(object, "operation", fiscal::name(standing.kind));
    put_text(object, "doc_number", standing.number);
    put_text(object, "doc_date", standing.date ? standing.date->iso() : std::string());
    put_text(object, "total", standing.total.text());
    object["total_kopecks"] = standing.total.kopecks();
    if (done) {
        add_registration(object, *standing.registration);
    }
    if (standing.fault) {
        add_fault(object, standing);
    }
    object["attempt"] = standing.attempt;
    put_text(object, "accepted_at", utc_text(standing.accepted_at));
    if (standing.finished_at != 0) {
        put_text(object, "finished_at", utc_text(standing.finished_at));
    }
    object["test_mode"] = standing.state == ReceiptState::rehearsed;
    object["test_device"] = standing.test_device;
    add_warnings(object, standing);
    return object;
}

json::object settled_json(const fiscal::Standing& standing, bool repeated, Arena& arena) {
    json::object body = receipt_json(standing, &arena.resource);
    body["repeated"] = repeated;
    return body;
}

Answer answer(const fiscal::Settled& settled, std::string_view request_id) {
    const fiscal::Standing& standing = settled.standing;
    Arena arena;
    const json::object body = settled_json(standing, settled.repeated, arena);
    Answer answer = json_answer(table_row(standing).status, body, request_id);
    if (standing.state == ReceiptState::accepted) {
        answer.headers.emplace_back("Location", "/kkt/receipts/" + standing.id);
    }
    return answer;
}

Answer answer(const fiscal::Conflict& conflict, std::string_view request_id) {
    const TableRow row = table_row(conflict.why);
    std::string text(row.text);
    switch (conflict.why) {
    case fiscal::Conflict::Why::other_content:
        for (std::size_t i = 0; i < conflict.differences.size(); ++i) {
            text.append(i == 0 ? ": " : "; ").append(conflict.differences[i]);
        }
        append_sentence(text, "Если это новая продажа, отправьте её под новым номером");
        break;
    case fiscal::Conflict::Why::looks_like_repeat:
        append_sentence(text, "Если это новая продажа, отправьте запрос с полем AllowRepeat: true");
        break;
    }
    const bool test =
        conflict.existing.test_device || conflict.existing.state == ReceiptState::rehearsed;
    json::object body = answer_head(row, marked(test, std::move(text)));
    body["existing"] = receipt_json(conflict.existing);
    json::array differences;
    for (const std::string& difference : conflict.differences) {
        differences.push_back(json_text(difference));
    }
    body["differences"] = std::move(differences);
    return json_answer(row.status, body, request_id);
}

/// "/Goods/Position_1/Price: не число …"; the text alone where there is no place.
std::string line(const fiscal::Violation& violation) {
    const std::string_view text =
        violation.text.empty() ? table_row(violation.rule).text : std::string_view(violation.text);
    return violation.path.empty() ? std::string(text) : violation.path + ": " + std::string(text);
}

std::string description(const fiscal::Violations& violations) {
    if (violations.size() == 1) {
        return "Чек не зарегистрирован. " + line(violations.front());
    }
    std::string text = "Чек не зарегистрирован, ошибок: " + std::to_string(violations.size());
    const std::size_t described = std::min(violations.size(), max_violations_described);
    for (std::size_t i = 0; i < described; ++i) {
        text.append("\n").append(std::to_string(i + 1)).append(") ").append(line(violations[i]));
    }
    if (violations.size() > described) {
        text.append("\nи ещё ").append(std::to_string(violations.size() - described));
    }
    return text;
}

/// result_code and error are those of the first violation; each has its own in the list.
Answer answer(const fiscal::Invalid& invalid, std::string_view request_id) {
    const fiscal::Violations violations = distinct_violations(invalid.violations);
    if (violations.empty()) {
        return problem_answer(Problem::internal, "", request_id);
    }
    const TableRow row = table_row(violations.front().rule);
    json::object body = answer_head(row, marked(invalid.test, description(violations)));
    json::array list;
    for (const fiscal::Violation& violation : violations) {
        if (list.size() == max_violations_listed) {
            break;
        }
        const TableRow own = table_row(violation.rule);
        list.push_back({{"rule", own.error},
                        {"code", own.code},
                        {"path", json_text(violation.path)},
                        {"text", json_text(violation.text.empty() ? own.text : violation.text)}});
    }
    body["violations_total"] = violations.size();
    body["violations"] = std::move(list);
    return json_answer(row.status, body, request_id);
}

Answer answer(const fiscal::NotAccepting& refusal, std::string_view request_id) {
    const TableRow row = table_row(refusal.why);
    std::string text(row.text);
    if (!refusal.text.empty()) {
        append_sentence(text, refusal.text);
    }
    Answer answer = json_answer(row.status, answer_head(row, marked(refusal.test, std::move(text))),
                                request_id);
    answer.headers.emplace_back("Retry-After", std::to_string(refusal.retry_after_seconds));
    return answer;
}

/// A text as Python 2 wrote it in u'…'.
std::string python_quoted(std::string_view text) {
    std::string result = "u'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') {
            result.push_back('\\');
            result.push_back(c);
        } else if (c == '\n') {
            result.append("\\n");
        } else if (c == '\r') {
            result.append("\\r");
        } else {
            result.push_back(c);
        }
    }
    result.push_back('\'');
    return result;
}

} // namespace

Answer classic_answer(const fiscal::Reply& reply, std::string_view request_id) {
    return std::visit([&](const auto& word) { return answer(word, request_id); }, reply);
}

std::string classic_repeat(const fiscal::Standing& done) {
    Arena arena;
    return json::serialize(settled_json(done, true, arena));
}

Answer classic_repeat_answer(std::string_view kept, std::string_view request_id) {
    return json_answer(table_row(Situation::done).status, kept, request_id);
}

Answer classic_receipt(const fiscal::Standing& standing, std::string_view request_id) {
    return json_answer(200, receipt_json(standing), request_id);
}

Answer classic_receipts(const std::vector<fiscal::Standing>& standings,
                        std::string_view request_id) {
    if (standings.empty()) {
        const TableRow row = table_row(Problem::receipt_not_found);
        json::object body = answer_head(row, row.text);
        body["receipts"] = json::array();
        return json_answer(row.status, body, request_id);
    }
    // The classic keys are those of the newest: a caller that reads no further learns of it.
    json::object newest = receipt_json(standings.front());
    json::object body;
    for (const std::string_view key :
         {"check_number", "result_code", "result_description", "outcome", "retry", "error"}) {
        if (const json::value* value = newest.if_contains(key)) {
            body[key] = *value;
        }
    }
    json::array list;
    for (const fiscal::Standing& standing : standings) {
        list.push_back(receipt_json(standing));
    }
    body["receipts"] = std::move(list);
    return json_answer(200, body, request_id);
}

std::string classic_receipt_json(const fiscal::Standing& standing) {
    return json::serialize(receipt_json(standing));
}

Answer classic_status(const std::optional<fiscal::Fault>& fault) {
    std::string text = "Статус ККТ:\n(0, u'Ошибок нет'";
    if (fault) {
        const TableRow row = table_row(fault->cls());
        text = "Статус ККТ:\n(" + std::to_string(row.code) + ", " +
               python_quoted(fault->text().empty() ? row.text : std::string_view(fault->text()));
    }
    text.append(", 0, u'Ошибок в параметрах нет')");
    Answer answer;
    answer.content_type = "text/plain; charset=utf-8";
    answer.body = std::move(text);
    return answer;
}

} // namespace kktd::api
