// echo: the least a FastCGI worker can do, for the benchmark to compare kktd with. Eight threads
// accept on fd 0 (spawn-fcgi), read the whole body and send it back; keep-conn off. Ends by
// SIGTERM.
#include <fcgiapp.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int acceptors = 8;
constexpr std::size_t body_limit = 1 << 20;

/// The announced length of the body, 0 if there is none or it is beyond the limit.
std::size_t content_length(const FCGX_Request& request) {
    const char* text = FCGX_GetParam("CONTENT_LENGTH", request.envp);
    const auto length = text != nullptr ? std::strtoull(text, nullptr, 10) : 0;
    return length <= body_limit ? length : 0;
}

void serve() {
    FCGX_Request request;
    FCGX_InitRequest(&request, 0, 0);
    std::string answer;
    while (FCGX_Accept_r(&request) == 0) {
        request.keepConnection = 0;
        std::string body(content_length(request), '\0');
        const int got = FCGX_GetStr(body.data(), static_cast<int>(body.size()), request.in);
        body.resize(static_cast<std::size_t>(got));
        answer = "Status: 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
                 "Content-Length: " +
                 std::to_string(body.size()) + "\r\n\r\n" + body;
        FCGX_PutStr(answer.data(), static_cast<int>(answer.size()), request.out);
        FCGX_Finish_r(&request);
    }
}

} // namespace

int main() {
    FCGX_Init();
    // libfcgi's own handler only sets a flag that blocked acceptors never look at.
    std::signal(SIGTERM, SIG_DFL);
    std::vector<std::jthread> threads;
    for (int i = 0; i < acceptors; ++i) {
        threads.emplace_back(serve);
    }
}
