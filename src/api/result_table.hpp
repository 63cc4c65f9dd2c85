// The one table: what a violation, a device's fault, the state of a receipt or a problem of the
// request means to a caller – HTTP status, result_code, error word, outcome and whether to repeat.
// Codes are stable for ever; docs/errors.md lists them all (a test compares).
//
//   0        done                       400–499  refused by the device, by FaultClass
//   100–199  form of the request        500–599  the service itself; 590–599 are nginx's own pages
//   200–299  violations, by Rule                 (deploy/nginx), never given by kktd
//   300–399  state of the receipt
#pragma once

#include "api/problem.hpp"
#include "fiscal/fault.hpp"
#include "fiscal/standing.hpp"
#include "fiscal/violation.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace kktd::api {

/// What became of the receipt a request is about.
enum class OutcomeWord : std::uint8_t { done, accepted, refused, unknown };
[[nodiscard]] std::string_view name(OutcomeWord word);

/// What the caller should do when it is not done.
enum class Retry : std::uint8_t {
    none,     ///< done: nothing
    same,     ///< the same request again, with the same number
    fixed,    ///< a corrected request
    never,    ///< nothing to be gained by repeating
    operator_ ///< a person must act first
};
[[nodiscard]] std::string_view name(Retry retry);

/// The states that have an answer of their own; a refused receipt answers by its FaultClass.
enum class Situation : std::uint8_t {
    done,
    accepted,          ///< in the queue
    working,           ///< being registered now
    waiting,           ///< for paper, link, an operator …
    other_content,     ///< the number was used with other content
    looks_like_repeat, ///< the same content under another date
    unknown,           ///< the KKT was asked and could not tell
    withdrawn,
    would_register, ///< rehearsal
    would_wait,     ///< rehearsal
    would_refuse,   ///< rehearsal
};

/// One line of the table.
struct TableRow {
    int code = 0;
    int status = 200;
    std::string_view error; ///< stable word; empty when done
    OutcomeWord outcome = OutcomeWord::done;
    Retry retry = Retry::none;
    std::string_view text; ///< Russian: the beginning of result_description
};

[[nodiscard]] TableRow table_row(fiscal::Rule rule);
[[nodiscard]] TableRow table_row(fiscal::FaultClass refused_because);
[[nodiscard]] TableRow table_row(Situation situation);
[[nodiscard]] TableRow table_row(fiscal::Conflict::Why why);
[[nodiscard]] TableRow table_row(fiscal::NotAccepting::Why why);
[[nodiscard]] TableRow table_row(Problem problem);
/// The row of a receipt as it stands.
[[nodiscard]] TableRow table_row(const fiscal::Standing& standing);

/// Every row kktd can answer with, by code. For the test that holds docs/errors.md to the table.
[[nodiscard]] std::vector<TableRow> whole_table();

} // namespace kktd::api
