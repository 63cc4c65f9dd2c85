// Problem: why a request is not even a receipt. Answered in JSON like everything else.
#pragma once

#include "api/answer.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace kktd::api {

enum class Problem : std::uint8_t {
    not_json,           ///< 400
    incomplete,         ///< 400: body shorter than announced
    length_required,    ///< 400: no or unreadable CONTENT_LENGTH
    too_large,          ///< 413
    not_found,          ///< 404: unknown path
    receipt_not_found,  ///< 404: no such receipt
    method_not_allowed, ///< 405
    bad_query,          ///< 400: /kkt/receipts without number …
    too_late,           ///< 409: cannot be withdrawn any more
    withdrawal_busy,    ///< 503: another receipt is being withdrawn
    internal,           ///< 500
};

/// The classic shape with all its keys (check_number 0, result_code, result_description, outcome,
/// retry, error, request_id); `detail` is appended to the description.
[[nodiscard]] Answer problem_answer(Problem problem, std::string_view detail,
                                    std::string_view request_id);

} // namespace kktd::api
