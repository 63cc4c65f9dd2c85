#include "front/fcgi_connection.hpp"

#include "base/random_id.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <fcgiapp.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace kktd::front {

// Handing libfcgi a socket of ours means writing ipcFd and keepConnection, which its header calls
// internal. Their place has been the same since 2.4.2; should another version move them, this must
// be looked at again rather than compiled.
static_assert(
    offsetof(FCGX_Request, ipcFd) == offsetof(FCGX_Request, paramsPtr) + sizeof(struct Params*) &&
    offsetof(FCGX_Request, isBeginProcessed) == offsetof(FCGX_Request, ipcFd) + sizeof(int) &&
    offsetof(FCGX_Request, keepConnection) == offsetof(FCGX_Request, ipcFd) + 2 * sizeof(int) &&
    offsetof(FCGX_Request, detached) == offsetof(FCGX_Request, ipcFd) + 7 * sizeof(int));

struct FcgiConnection::Fcgx {
    FCGX_Request request{};

    Fcgx() = default;
    Fcgx(const Fcgx&) = delete;
    Fcgx& operator=(const Fcgx&) = delete;
    ~Fcgx() { FCGX_Free(&request, 1); }
};

namespace {

constexpr std::size_t max_request_id = 64;

std::string_view parameter(const FCGX_Request& request, const char* name) {
    const char* value = FCGX_GetParam(name, request.envp);
    return value ? std::string_view(value) : std::string_view();
}

/// nginx's $request_id, unless it could not stand in a log line and in an answer as it is.
std::string request_id_of(const FCGX_Request& request) {
    const std::string_view given = parameter(request, "REQUEST_ID");
    const bool usable = !given.empty() && given.size() <= max_request_id &&
                        std::all_of(given.begin(), given.end(), [](char c) {
                            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                                   (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
                        });
    return usable ? std::string(given) : base::new_stamp();
}

Request head_of(const FCGX_Request& request) {
    Request head;
    head.method = parameter(request, "REQUEST_METHOD");
    head.path = parameter(request, "DOCUMENT_URI");
    if (head.path.empty()) {
        head.path = parameter(request, "SCRIPT_NAME");
    }
    head.query = parameter(request, "QUERY_STRING");
    head.content_type = parameter(request, "CONTENT_TYPE");
    head.request_id = request_id_of(request);
    head.idempotency_key = parameter(request, "HTTP_IDEMPOTENCY_KEY");
    head.prefer = parameter(request, "HTTP_PREFER");
    head.kkt = parameter(request, "KKTD_KKT");
    return head;
}

/// Takes what the peer is still sending, up to max_discarded_bytes.
void discard_body(FCGX_Stream* in) {
    std::array<char, 8192> trash;
    std::size_t taken = 0;
    while (taken < max_discarded_bytes) {
        const int count = FCGX_GetStr(trash.data(), static_cast<int>(trash.size()), in);
        if (count <= 0) {
            return;
        }
        taken += static_cast<std::size_t>(count);
    }
}

/// Reads exactly the announced bytes and the end after them into `body`, or says why not.
std::optional<api::Problem> read_body(const FCGX_Request& fcgx, std::string_view method,
                                      std::size_t limit, std::string& body) {
    const std::string_view announced = parameter(fcgx, "CONTENT_LENGTH");
    std::size_t length = 0;
    if (!announced.empty()) {
        const char* end = announced.data() + announced.size();
        const auto [stop, error] = std::from_chars(announced.data(), end, length);
        if (stop != end || error == std::errc::invalid_argument) {
            discard_body(fcgx.in);
            return api::Problem::length_required;
        }
        if (error == std::errc::result_out_of_range || length > limit) {
            discard_body(fcgx.in);
            return api::Problem::too_large;
        }
    } else if (method == "POST") {
        discard_body(fcgx.in);
        return api::Problem::length_required;
    }
    // One byte more than announced is asked for: only then the end of the stream is seen, and with
    // it that neither a byte is missing nor one too many.
    body.resize(length + 1);
    const int count = FCGX_GetStr(body.data(), static_cast<int>(body.size()), fcgx.in);
    if (count < 0 || static_cast<std::size_t>(count) != length || FCGX_GetError(fcgx.in) != 0) {
        body.clear();
        discard_body(fcgx.in);
        return api::Problem::incomplete;
    }
    body.resize(length);
    return std::nullopt;
}

std::string_view reason(int status) {
    switch (status) {
    case 200:
        return "OK";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 409:
        return "Conflict";
    case 413:
        return "Payload Too Large";
    case 422:
        return "Unprocessable Entity";
    case 500:
        return "Internal Server Error";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    default:
        return "Status";
    }
}

std::string head_text(const api::Answer& answer) {
    constexpr std::size_t expected = 256; // most need less
    std::string text;
    text.reserve(expected);
    text += "Status: " + std::to_string(answer.status) + " ";
    text += reason(answer.status);
    text += "\r\nCache-Control: no-store\r\n";
    if (answer.status != 204) {
        text.append("Content-Type: ").append(answer.content_type);
        text += "\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\n";
    }
    for (const auto& [name, value] : answer.headers) {
        text += name + ": " + value + "\r\n";
    }
    return text += "\r\n";
}

bool put(FCGX_Stream* out, std::string_view bytes) {
    // Answers are far below the 2 GiB an int can count.
    return FCGX_PutStr(bytes.data(), static_cast<int>(bytes.size()), out) >= 0;
}

} // namespace

void init_fcgi() {
    if (FCGX_Init() != 0) {
        throw std::runtime_error("libfcgi cannot be initialised");
    }
}

FcgiConnection::FcgiConnection(std::unique_ptr<Fcgx> fcgx, Watchdog& watchdog)
    : fcgx_(std::move(fcgx)), watchdog_(watchdog) {}

FcgiConnection::~FcgiConnection() = default;

FcgiConnection::Incoming FcgiConnection::read(base::UniqueFd socket, std::size_t body_limit,
                                              Watchdog& watchdog) {
    auto fcgx = std::make_unique<Fcgx>();
    FCGX_Request& request = fcgx->request;
    const Watchdog::Guard guard = watchdog.watch(socket.get());

    // No listening socket: after a broken request libfcgi would go on with the next connection,
    // accepted its own way. So it gets EBADF and gives up.
    constexpr int no_listener = -1;
    FCGX_InitRequest(&request, no_listener, 0);
    request.ipcFd = socket.release(); // libfcgi closes it from here on
    request.keepConnection = 1;       // else Accept begins by closing what we have just given it
    FCGX_Detach(&request);            // close at once instead of lingering for two seconds
    if (FCGX_Accept_r(&request) != 0) {
        return {};
    }
    request.keepConnection = 0; // the peer may have asked for more

    Incoming incoming;
    incoming.request = head_of(request);
    incoming.problem =
        read_body(request, incoming.request.method, body_limit, incoming.request.body);
    // Private constructor: make_unique cannot reach it.
    incoming.connection.reset(new FcgiConnection(std::move(fcgx), watchdog));
    incoming.connection->without_body_ = incoming.request.method == "HEAD";
    return incoming;
}

bool FcgiConnection::peer_gone() const {
    pollfd peer{fcgx_->request.ipcFd, 0, 0};
    return ::poll(&peer, 1, 0) > 0 && (peer.revents & (POLLHUP | POLLERR)) != 0;
}

bool FcgiConnection::answer(const api::Answer& answer) {
    FCGX_Request& request = fcgx_->request;
    if (!request.out) {
        return false; // answered before
    }
    const Watchdog::Guard guard = watchdog_.watch(request.ipcFd);
    const bool taken =
        put(request.out, head_text(answer)) && (without_body_ || put(request.out, answer.body));
    // A failed write shows only when the stream is closed. Closing it last, where FCGX_Finish_r
    // would, lets the end of the request leave in the same write: the peer is woken once.
    FCGX_FClose(request.err);
    const bool delivered = FCGX_FClose(request.out) == 0 && taken;
    FCGX_Finish_r(&request);
    return delivered;
}

} // namespace kktd::front
