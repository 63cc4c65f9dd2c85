#include "api/problem.hpp"

#include "api/answer_json.hpp"
#include "api/result_table.hpp"

#include <utility>

namespace kktd::api {

Answer problem_answer(Problem problem, std::string_view detail, std::string_view request_id) {
    const TableRow row = table_row(problem);
    JsonWriter body(short_answer + detail.size());
    body.begin_object();
    write_head(body, row, 0, [&] {
        body.append(row.text);
        if (!detail.empty()) {
            body.append(": ");
            body.append(detail);
        }
    });
    return json_answer(row.status, std::move(body), request_id);
}

} // namespace kktd::api
