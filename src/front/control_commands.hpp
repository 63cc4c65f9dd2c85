// Control commands: what an operator may ask of a running kktd, one JSON object each
// (docs/architecture.md). Pure text to text, the socket is control_server's.
//
//   {"command": "status"}                                    {"done": true, "status": {…}}
//   {"command": "receipt", "id": "01J…"}                     {"done": true, "receipts": [{…}]}
//   {"command": "receipt", "number": "…", "date": "…"}         the same; date may be left out
//   {"command": "unknown"}                                     the same
//   {"command": "resolve", "id": "…", "decision": "registered", "fd": 1234}
//                    or "not_registered" or "again", no fd   {"done": true, "text": "…"}
//   {"command": "accept_kkt", "kkt": "main"}                   the same
//   {"command": "withdraw", "id": "…"}                         the same
//   {"command": "x_report", "kkt": "main", "invoker": "ivan"}  the same; both may be left out
//                or "z_report", "reprint", "continue_print"
//   {"command": "cash_in", "sum": "500.00", …}                 the same
//                or "cash_out"
//
// Whatever could not be done: {"done": false, "text": "…"} in Russian; a command that was not
// understood also has "error": "bad_request".
#pragma once

#include "front/desk.hpp"

#include <string>
#include <string_view>

namespace kktd::front {

/// Answers one command line, without line end. Never throws for what the line says. Blocks as the
/// desk does: for one journal write, or until the KKT has done it. `peer` is who asks, as the
/// kernel knows him; "invoker" in the line is only what he says of himself.
[[nodiscard]] std::string run_control_command(Desk& desk, std::string_view line,
                                              std::string_view peer = "");

/// {"done": false, "error": "bad_request", "text": …}
[[nodiscard]] std::string control_refusal(std::string_view text);

} // namespace kktd::front
