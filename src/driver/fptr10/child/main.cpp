// kktd-fptr10: the process in which the vendor's library runs, so that a crash, a hang or a leak of
// it never takes kktd with it. Started by kktd only: descriptor 3 is the socket the requests come
// from, the one argument is the process id of kktd. It keeps nothing: killing it at any moment is
// safe for everybody but the call it was making.
#include "driver/fptr10/child/connections.hpp"
#include "driver/fptr10/child/library.hpp"
#include "driver/fptr10/child_protocol.hpp"
#include "driver/fptr10/message.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace kktd::driver::fptr10;

constexpr int exit_usage = 64;

/// Waits as long as it takes: when kktd is gone the socket ends.
bool receive(std::string& bytes, std::size_t size) {
    bytes.resize(size);
    for (std::size_t got = 0; got < size;) {
        const ssize_t part = ::recv(child_socket, bytes.data() + got, size - got, 0);
        if (part < 0 && errno == EINTR) {
            continue;
        }
        if (part <= 0) {
            return false;
        }
        got += static_cast<std::size_t>(part);
    }
    return true;
}

bool send(const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
        const ssize_t part =
            ::send(child_socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (part < 0 && errno == EINTR) {
            continue;
        }
        if (part <= 0) {
            return false;
        }
        sent += static_cast<std::size_t>(part);
    }
    return true;
}

/// Dies with kktd, and not before it: a service manager signals all processes of a service, but
/// kktd still finishes its document then.
bool follow(const char* parent) {
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) {
        std::signal(signal, SIG_IGN);
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    return std::to_string(::getppid()) == parent;
}

void serve() {
    child::Library library;
    std::string head, body;
    while (receive(head, message_head_bytes)) {
        const auto length = body_length(head);
        if (!length || !receive(body, *length)) {
            return;
        }
        const auto request = decode_request(body);
        if (!request) {
            return;
        }
        if (request->method == Method::close) {
            child::end_politely();
        }
        Response response = library.call(*request);
        response.number = request->number;
        auto answer = encode(response);
        if (!answer) {
            answer = encode(Response{.status = CallStatus::failed,
                                     .text = "too long an answer",
                                     .number = request->number});
        }
        if (!send(*answer)) {
            return;
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("kktd-fptr10 is started by kktd, not by hand (docs/configuration.md, fptr10)\n",
                   stderr);
        return exit_usage;
    }
    if (follow(argv[1])) {
        serve();
    }
    // Not exit(): the library's threads hang in its destructors (its change log, 10.3.0).
    std::_Exit(0);
}
