#include "api/answer_json.hpp"

#include <utility>

namespace kktd::api {

Answer json_answer(int status, JsonWriter body, std::string_view request_id) {
    body.text("request_id", request_id);
    body.end_object();
    Answer answer;
    answer.status = status;
    answer.body = std::move(body).take();
    return answer;
}

Answer json_answer(int status, std::string_view body, std::string_view request_id) {
    constexpr std::size_t room_of_id = 64;
    body.remove_suffix(1); // the end of the object
    JsonWriter again(body.size() + room_of_id + request_id.size());
    again.json(body);
    return json_answer(status, std::move(again), request_id);
}

} // namespace kktd::api
