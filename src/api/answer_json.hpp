// The body every answer has in common: the three classic keys first, then what a program needs to
// decide. Keys are identifiers at every depth (1C reads them into a Структура); no number is a
// double; texts are valid UTF-8.
#pragma once

#include "api/answer.hpp"
#include "api/result_table.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <string_view>

namespace kktd::api {

/// check_number, result_code, result_description, outcome and, when not done, retry and error.
[[nodiscard]] boost::json::object answer_head(const TableRow& row, std::string_view description,
                                              std::uint32_t check_number = 0,
                                              boost::json::storage_ptr storage = {});

/// A text as a JSON value, made valid UTF-8.
[[nodiscard]] boost::json::string json_text(std::string_view text);
/// The same as a member, in the object's own memory.
void put_text(boost::json::object& object, std::string_view key, std::string_view text);

/// Adds request_id and writes the body.
[[nodiscard]] Answer json_answer(int status, const boost::json::object& body,
                                 std::string_view request_id);

/// The same from a body that is written already, so that it can be kept: the text of an object.
[[nodiscard]] Answer json_answer(int status, std::string_view body, std::string_view request_id);

} // namespace kktd::api
