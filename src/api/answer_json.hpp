// The body every answer has in common: the three classic keys first, then what a program needs to
// decide, request_id last. Keys are identifiers at every depth (1C reads them into a Структура); no
// number is a double; texts are valid UTF-8.
#pragma once

#include "api/answer.hpp"
#include "api/json_writer.hpp"
#include "api/result_table.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kktd::api {

/// Bytes of an answer that has little to say; those that list something expect more.
inline constexpr std::size_t short_answer = 1024;

/// The members check_number, result_code, result_description, outcome and, when not done, retry and
/// error. `describe` appends the description's parts to the body.
template<class Describe>
void write_head(JsonWriter& body, const TableRow& row, std::uint32_t check_number,
                Describe describe) {
    body.integer("check_number", check_number);
    body.integer("result_code", row.code);
    body.begin_text("result_description");
    describe();
    body.end_text();
    body.text("outcome", name(row.outcome));
    if (row.retry != Retry::none) {
        body.text("retry", name(row.retry));
    }
    if (!row.error.empty()) {
        body.text("error", row.error);
    }
}

/// The answer whose body is an object that was begun: adds request_id and ends it.
[[nodiscard]] Answer json_answer(int status, JsonWriter body, std::string_view request_id);

/// The same from a body that is written already, so that it can be kept: the text of an object.
[[nodiscard]] Answer json_answer(int status, std::string_view body, std::string_view request_id);

} // namespace kktd::api
