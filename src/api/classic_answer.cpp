#include "api/classic.hpp"

#include "api/answer_json.hpp"
#include "api/distinct_violations.hpp"
#include "api/problem.hpp"
#include "api/result_table.hpp"

#include <algorithm>
#include <utility>

namespace kktd::api {

namespace {

using fiscal::ReceiptState;

constexpr std::string_view test_mark = "ТЕСТ, не фискальный: ";
constexpr std::string_view not_printed = "not_printed";

/// An answer is for reading: beyond these, violations_total and warnings_total tell how many there
/// are. The journal keeps every warning.
constexpr std::size_t max_violations_listed = 200;
constexpr std::size_t max_warnings_listed = 200;
constexpr std::size_t max_violations_described = 10;

/// Bytes of one entry of a list besides its texts.
constexpr std::size_t entry_bytes = 64;

/// Room for a receipt: enough, unless much of it has to be escaped.
std::size_t expected_bytes(const fiscal::Standing& standing) {
    std::size_t bytes = short_answer;
    if (standing.fault) {
        bytes += 2 * standing.fault->text().size() + standing.fault->native_text().size();
    }
    const auto& warnings = standing.warnings;
    for (std::size_t i = 0; i < std::min(warnings.size(), max_warnings_listed); ++i) {
        bytes += warnings[i].code.size() + warnings[i].path.size() + warnings[i].text.size() +
                 entry_bytes;
    }
    return bytes;
}

/// In parts that are short enough for a std::string without memory of its own.
void write_time(JsonWriter& body, std::string_view key, fiscal::LocalTime time,
                std::string_view zone = "") {
    body.begin_text(key);
    body.append(time.date().iso() += 'T');
    body.append(time.clock() += zone);
    body.end_text();
}

/// "2026-01-31T12:30:00Z".
void write_utc(JsonWriter& body, std::string_view key, fiscal::UtcMicros at) {
    write_time(body, key, fiscal::LocalTime::of_utc(at), "Z");
}

/// Ends a sentence that a fault's text may or may not have ended.
void append_sentence(JsonWriter& text, std::string_view sentence) {
    text.append(text.last() == '.' ? " " : ". ");
    text.append(sentence);
}

void append_reason(JsonWriter& text, const std::optional<fiscal::Fault>& fault) {
    if (fault) {
        text.append(": ");
        text.append(fault->text().empty() ? table_row(fault->cls()).text
                                          : std::string_view(fault->text()));
    }
}

bool is_test(const fiscal::Standing& standing) {
    return standing.test_device || standing.state == ReceiptState::rehearsed;
}

void append_mark(JsonWriter& text, bool test) {
    if (test) {
        text.append(test_mark);
    }
}

/// What a person reads of a receipt as it stands.
void describe(JsonWriter& text, const fiscal::Standing& standing, const TableRow& row) {
    append_mark(text, is_test(standing));
    switch (standing.state) {
    case ReceiptState::done:
        text.append(standing.test_device ? "ошибок нет" : row.text);
        break;
    case ReceiptState::accepted:
        text.append(row.text);
        append_reason(text, standing.fault);
        append_sentence(text, "Повторите запрос с тем же номером, чтобы узнать итог; не пробивайте "
                              "чек вручную");
        break;
    case ReceiptState::refused:
        text.append("Чек не зарегистрирован");
        append_reason(text, standing.fault);
        break;
    case ReceiptState::unknown:
        text.append(row.text);
        append_reason(text, standing.fault);
        append_sentence(text, "Не пробивайте чек вручную и не отправляйте под другим номером; "
                              "администратору: kktctl resolve ");
        text.append(standing.id);
        break;
    case ReceiptState::withdrawn:
        text.append(row.text);
        break;
    case ReceiptState::rehearsed:
        text.append(row.text);
        append_reason(text, standing.fault);
        break;
    }
}

void write_warning(JsonWriter& list, std::string_view code, std::string_view path,
                   std::string_view text) {
    list.begin_object();
    list.text("code", code);
    list.text("path", path);
    list.text("text", text);
    list.end_object();
}

void write_warnings(JsonWriter& body, const fiscal::Standing& standing) {
    body.begin_array("warnings");
    const auto& warnings = standing.warnings;
    const bool told = std::any_of(warnings.begin(), warnings.end(),
                                  [](const auto& warning) { return warning.code == not_printed; });
    std::size_t room = max_warnings_listed;
    if (standing.registration && standing.registration->not_printed && !told) {
        write_warning(body, not_printed, "",
                      "чек зарегистрирован, но бумага не допечатана: проверьте принтер ККТ; "
                      "пробивать чек заново нельзя");
        --room;
    }
    for (std::size_t i = 0; i < std::min(warnings.size(), room); ++i) {
        write_warning(body, warnings[i].code, warnings[i].path, warnings[i].text);
    }
    body.end_array();
    if (warnings.size() > room) {
        body.integer("warnings_total", warnings.size());
    }
}

void write_registration(JsonWriter& body, const fiscal::Registration& registration) {
    body.integer("fd", registration.fd);
    body.text("fpd", registration.fpd);
    body.text("fn", registration.fn);
    body.integer("shift", registration.shift);
    if (registration.only_stated()) {
        body.text("time", "");
    } else {
        write_time(body, "time", registration.time);
    }
    body.text("qr", registration.qr);
    body.text("rnm", registration.rnm);
}

void write_fault(JsonWriter& body, const fiscal::Standing& standing) {
    const fiscal::Fault& fault = *standing.fault;
    if (standing.state == ReceiptState::accepted) {
        body.text("waiting_for", name(fault.cls()));
    }
    if (fault.native_code() != 0 || !fault.native_text().empty()) {
        body.integer("device_code", fault.native_code());
        body.text("device_description", fault.native_text());
    }
}

/// The registration a receipt answers with; null if it is not done.
const fiscal::Registration* done_registration(const fiscal::Standing& standing) {
    return standing.state == ReceiptState::done && standing.registration ? &*standing.registration
                                                                         : nullptr;
}

void write_receipt_head(JsonWriter& body, const fiscal::Standing& standing) {
    const TableRow row = table_row(standing);
    const auto* registration = done_registration(standing);
    write_head(body, row, registration ? registration->number : 0,
               [&] { describe(body, standing, row); });
}

/// The whole of a receipt, the classic keys first.
void write_receipt(JsonWriter& body, const fiscal::Standing& standing) {
    write_receipt_head(body, standing);
    body.text("id", standing.id);
    body.text("kkt", standing.kkt);
    body.text("state", fiscal::name(standing.state));
    body.text("operation", fiscal::name(standing.kind));
    body.text("doc_number", standing.number);
    body.text("doc_date", standing.date ? standing.date->iso() : std::string());
    body.text("total", standing.total.text());
    body.integer("total_kopecks", standing.total.kopecks());
    if (const auto* registration = done_registration(standing)) {
        write_registration(body, *registration);
    }
    if (standing.fault) {
        write_fault(body, standing);
    }
    body.integer("attempt", standing.attempt);
    write_utc(body, "accepted_at", standing.accepted_at);
    if (standing.finished_at != 0) {
        write_utc(body, "finished_at", standing.finished_at);
    }
    body.boolean("test_mode", standing.state == ReceiptState::rehearsed);
    body.boolean("test_device", standing.test_device);
    write_warnings(body, standing);
}

/// An object that is not ended yet.
JsonWriter begun_receipt(const fiscal::Standing& standing) {
    JsonWriter body(expected_bytes(standing));
    body.begin_object();
    write_receipt(body, standing);
    return body;
}

JsonWriter begun_settled(const fiscal::Standing& standing, bool repeated) {
    JsonWriter body = begun_receipt(standing);
    body.boolean("repeated", repeated);
    return body;
}

std::string ended(JsonWriter body) {
    body.end_object();
    return std::move(body).take();
}

Answer answer(const fiscal::Settled& settled, std::string_view request_id) {
    const fiscal::Standing& standing = settled.standing;
    Answer answer = json_answer(table_row(standing).status,
                                begun_settled(standing, settled.repeated), request_id);
    if (standing.state == ReceiptState::accepted) {
        answer.headers.emplace_back("Location", "/kkt/receipts/" + standing.id);
    }
    return answer;
}

void describe(JsonWriter& text, const fiscal::Conflict& conflict, const TableRow& row) {
    append_mark(text, is_test(conflict.existing));
    text.append(row.text);
    switch (conflict.why) {
    case fiscal::Conflict::Why::other_content:
        for (std::size_t i = 0; i < conflict.differences.size(); ++i) {
            text.append(i == 0 ? ": " : "; ");
            text.append(conflict.differences[i]);
        }
        append_sentence(text, "Если это новая продажа, отправьте её под новым номером");
        break;
    case fiscal::Conflict::Why::looks_like_repeat:
        append_sentence(text, "Если это новая продажа, отправьте запрос с полем AllowRepeat: true");
        break;
    }
}

Answer answer(const fiscal::Conflict& conflict, std::string_view request_id) {
    const TableRow row = table_row(conflict.why);
    JsonWriter body(2 * short_answer + expected_bytes(conflict.existing));
    body.begin_object();
    write_head(body, row, 0, [&] { describe(body, conflict, row); });
    body.begin_object("existing");
    write_receipt(body, conflict.existing);
    body.end_object();
    body.begin_array("differences");
    for (const std::string& difference : conflict.differences) {
        body.text(difference);
    }
    body.end_array();
    return json_answer(row.status, std::move(body), request_id);
}

std::string_view text_of(const fiscal::Violation& violation) {
    return violation.text.empty() ? table_row(violation.rule).text
                                  : std::string_view(violation.text);
}

/// "/Goods/Position_1/Price: не число …"; the text alone where there is no place.
void append_line(JsonWriter& text, const fiscal::Violation& violation) {
    if (!violation.path.empty()) {
        text.append(violation.path);
        text.append(": ");
    }
    text.append(text_of(violation));
}

void describe(JsonWriter& text, const fiscal::Violations& violations) {
    if (violations.size() == 1) {
        text.append("Чек не зарегистрирован. ");
        return append_line(text, violations.front());
    }
    text.append("Чек не зарегистрирован, ошибок: ");
    text.append(std::to_string(violations.size()));
    const std::size_t described = std::min(violations.size(), max_violations_described);
    for (std::size_t i = 0; i < described; ++i) {
        text.append("\n" + std::to_string(i + 1) + ") ");
        append_line(text, violations[i]);
    }
    if (violations.size() > described) {
        text.append("\nи ещё " + std::to_string(violations.size() - described));
    }
}

/// result_code and error are those of the first violation; each has its own in the list.
Answer answer(const fiscal::Invalid& invalid, std::string_view request_id) {
    const fiscal::Violations violations = distinct_violations(invalid.violations);
    if (violations.empty()) {
        return problem_answer(Problem::internal, "", request_id);
    }
    const std::size_t listed = std::min(violations.size(), max_violations_listed);
    std::size_t expected = 2 * short_answer;
    for (std::size_t i = 0; i < listed; ++i) {
        expected += violations[i].path.size() + text_of(violations[i]).size() + 2 * entry_bytes;
    }
    const TableRow row = table_row(violations.front().rule);
    JsonWriter body(expected);
    body.begin_object();
    write_head(body, row, 0, [&] {
        append_mark(body, invalid.test);
        describe(body, violations);
    });
    body.integer("violations_total", violations.size());
    body.begin_array("violations");
    for (std::size_t i = 0; i < listed; ++i) {
        const TableRow own = table_row(violations[i].rule);
        body.begin_object();
        body.text("rule", own.error);
        body.integer("code", own.code);
        body.text("path", violations[i].path);
        body.text("text", text_of(violations[i]));
        body.end_object();
    }
    body.end_array();
    return json_answer(row.status, std::move(body), request_id);
}

Answer answer(const fiscal::NotAccepting& refusal, std::string_view request_id) {
    const TableRow row = table_row(refusal.why);
    JsonWriter body(short_answer + refusal.text.size());
    body.begin_object();
    write_head(body, row, 0, [&] {
        append_mark(body, refusal.test);
        body.append(row.text);
        if (!refusal.text.empty()) {
            append_sentence(body, refusal.text);
        }
    });
    Answer answer = json_answer(row.status, std::move(body), request_id);
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
    return ended(begun_settled(done, true));
}

Answer classic_repeat_answer(std::string_view kept, std::string_view request_id) {
    return json_answer(table_row(Situation::done).status, kept, request_id);
}

Answer classic_receipt(const fiscal::Standing& standing, std::string_view request_id) {
    return json_answer(200, begun_receipt(standing), request_id);
}

Answer classic_receipts(const std::vector<fiscal::Standing>& standings,
                        std::string_view request_id) {
    std::size_t expected = short_answer;
    for (const fiscal::Standing& standing : standings) {
        expected += expected_bytes(standing);
    }
    JsonWriter body(expected);
    body.begin_object();
    int status = 200;
    if (standings.empty()) {
        const TableRow row = table_row(Problem::receipt_not_found);
        status = row.status;
        write_head(body, row, 0, [&] { body.append(row.text); });
    } else {
        // The classic keys are those of the newest: a caller that reads no further learns of it.
        write_receipt_head(body, standings.front());
    }
    body.begin_array("receipts");
    for (const fiscal::Standing& standing : standings) {
        body.begin_object();
        write_receipt(body, standing);
        body.end_object();
    }
    body.end_array();
    return json_answer(status, std::move(body), request_id);
}

std::string classic_receipt_json(const fiscal::Standing& standing) {
    return ended(begun_receipt(standing));
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
