// Delivery: the last step of every request: write the answer, and one log line.
#pragma once

#include "api/answer.hpp"
#include "front/fcgi_connection.hpp"

#include <chrono>
#include <string>

namespace kktd::front {

/// What the log says of a request; never its body or query.
struct RequestLine {
    std::string request_id;
    std::string method;
    std::string path;
    std::chrono::steady_clock::time_point begun;
};

/// Writes the answer and closes the connection. Logs at debug; at warning when the answer could
/// not be delivered, or when a request that wanted something done was not (status 400 and up; a
/// GET only with 500: monitoring may ask a service that cannot sell as often as it likes).
void deliver(FcgiConnection& connection, const RequestLine& line, const api::Answer& answer);

} // namespace kktd::front
