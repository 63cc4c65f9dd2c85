#include "api/problem.hpp"

#include "api/answer_json.hpp"
#include "api/result_table.hpp"

namespace kktd::api {

Answer problem_answer(Problem problem, std::string_view detail, std::string_view request_id) {
    const TableRow row = table_row(problem);
    std::string description(row.text);
    if (!detail.empty()) {
        description.append(": ").append(detail);
    }
    return json_answer(row.status, answer_head(row, description), request_id);
}

} // namespace kktd::api
