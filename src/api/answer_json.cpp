#include "api/answer_json.hpp"

#include "api/utf8.hpp"

#include <boost/json/serialize.hpp>

namespace kktd::api {

boost::json::object answer_head(const TableRow& row, std::string_view description,
                                std::uint32_t check_number) {
    boost::json::object head;
    head["check_number"] = check_number;
    head["result_code"] = row.code;
    head["result_description"] = json_text(description);
    head["outcome"] = name(row.outcome);
    if (row.retry != Retry::none) {
        head["retry"] = name(row.retry);
    }
    if (!row.error.empty()) {
        head["error"] = row.error;
    }
    return head;
}

boost::json::string json_text(std::string_view text) {
    return boost::json::string(repaired_utf8(text));
}

Answer json_answer(int status, boost::json::object body, std::string_view request_id) {
    body["request_id"] = json_text(request_id);
    Answer answer;
    answer.status = status;
    answer.body = boost::json::serialize(body);
    return answer;
}

} // namespace kktd::api
