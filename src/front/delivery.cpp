#include "front/delivery.hpp"

#include "base/log.hpp"

namespace kktd::front {

void deliver(FcgiConnection& connection, const RequestLine& line, const api::Answer& answer) {
    using namespace std::chrono;
    const bool delivered = connection.answer(answer);
    const bool reads = line.method == "GET" || line.method == "HEAD" || line.method == "OPTIONS";
    const bool failed = !delivered || answer.status == 500 || (!reads && answer.status >= 400);
    const auto level = failed ? base::LogLevel::warning : base::LogLevel::debug;
    if (!base::logs(level)) {
        return;
    }
    const auto took = duration_cast<milliseconds>(steady_clock::now() - line.begun);
    base::log(level,
              "request " + line.request_id + " " + line.method + " " + line.path + " status " +
                  std::to_string(answer.status) + " " + std::to_string(took.count()) + " ms" +
                  (delivered ? "" : ", answer not delivered: the peer has gone or is too slow"));
}

} // namespace kktd::front
