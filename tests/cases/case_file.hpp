// A .case file: requests and the answers they must get, run through router, engine, journal and
// test driver with a clock of its own. They are the examples of docs/api.md too.
//
//   What the case shows, in the first lines.
//
//   @clock 2026-03-02T12:00:00      the KKT's and the host's local time (Moscow)
//   @advance 3600                   seconds
//   @faults paper=out link=down     switches of the test device; none: all well
//   @kkt {"legal": {…}}             members merged into the KKT's configuration; starts kktd anew
//   @restart                        stops kktd and starts it on the same state
//   @eventually                     the next request is repeated until it is answered as expected
//   @documents 3                    fiscal documents in the KKT's storage now
//
//   == POST /kkt
//   Idempotency-Key: abc            headers, then an empty line and the body
//
//   {"DocNumber": …}
//   -- 200
//   Location: /kkt/receipts/***     headers that must be there, then an empty line and the body
//
//   {"result_code": 0, "id": "$id"}
//
// An expected object names the members that must be there; *** stands for any characters; "$name"
// keeps what is there at first sight and compares later, and is put into later paths and bodies.
// The header "Leave: yes" of a request takes the 202 of the answer deadline instead of waiting.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace kktd::cases {

struct Directive {
    int line = 0;
    std::string name;
    std::string argument;
};

struct Exchange {
    int line = 0;
    std::string method;
    std::string target; ///< path and query
    std::map<std::string, std::string> headers;
    std::string body;
    int status = 0;
    std::map<std::string, std::string> answer_headers;
    std::string answer;
};

struct CaseFile {
    std::string name;
    std::string title;
    std::vector<std::variant<Directive, Exchange>> steps;
};

/// Throws std::runtime_error with file and line.
[[nodiscard]] CaseFile read_case(const std::string& path);

} // namespace kktd::cases
