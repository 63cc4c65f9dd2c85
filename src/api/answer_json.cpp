#include "api/answer_json.hpp"

#include "api/utf8.hpp"

#include <boost/json/serialize.hpp>

namespace kktd::api {

namespace {

/// Of an answer about a receipt: room taken at once.
constexpr std::size_t most_members = 40;

} // namespace

boost::json::object answer_head(const TableRow& row, std::string_view description,
                                std::uint32_t check_number, boost::json::storage_ptr storage) {
    boost::json::object head(most_members, std::move(storage));
    head["check_number"] = check_number;
    head["result_code"] = row.code;
    put_text(head, "result_description", description);
    put_text(head, "outcome", name(row.outcome));
    if (row.retry != Retry::none) {
        put_text(head, "retry", name(row.retry));
    }
    if (!row.error.empty()) {
        put_text(head, "error", row.error);
    }
    return head;
}

void put_text(boost::json::object& object, std::string_view key, std::string_view text) {
    boost::json::string& place = object[key].emplace_string();
    if (valid_utf8_prefix(text) == text.size()) {
        place.assign(text);
    } else {
        place.assign(repaired_utf8(text));
    }
}

boost::json::string json_text(std::string_view text) {
    return boost::json::string(repaired_utf8(text));
}

Answer json_answer(int status, const boost::json::object& body, std::string_view request_id) {
    return json_answer(status, boost::json::serialize(body), request_id);
}

Answer json_answer(int status, std::string_view body, std::string_view request_id) {
    body.remove_suffix(1); // the end of the object
    Answer answer;
    answer.status = status;
    answer.body = body;
    answer.body += body.size() > 1 ? ",\"request_id\":" : "\"request_id\":";
    answer.body += boost::json::serialize(json_text(request_id));
    answer.body += '}';
    return answer;
}

} // namespace kktd::api
