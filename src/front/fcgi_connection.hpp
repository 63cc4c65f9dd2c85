// FcgiConnection: one FastCGI request on a socket of its own, from reading it to delivering its
// answer. fcgi_connection.cpp is the only file that knows libfcgi (fcgiapp.h).
//
// The socket is accepted by us, not by libfcgi, whose own accept and read know no timeout, no
// close-on-exec and no clean stop. keep-conn is never honoured: one request, then the end, so that
// no peer can occupy a thread by holding its connection open.
#pragma once

#include "api/answer.hpp"
#include "api/problem.hpp"
#include "base/unique_fd.hpp"
#include "front/request.hpp"
#include "front/watchdog.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

namespace kktd::front {

/// Prepares libfcgi; before the first connection, any number of times. Afterwards a write to a
/// peer that has gone fails instead of killing the process (libfcgi handles SIGPIPE). libfcgi takes
/// over SIGTERM and SIGUSR1 too: a program that wants them blocks them before and uses signalfd.
/// Errors: throws std::runtime_error.
void init_fcgi();

/// Of a body that is refused unread, so many bytes are taken and thrown away: a peer still busy
/// sending gets to read its answer instead of a broken connection.
inline constexpr std::size_t max_discarded_bytes = 8 << 20;

class FcgiConnection {
public:
    struct Incoming;

    /// Reads one complete request; blocks as long as `watchdog` lets it, which must outlive the
    /// connection. A body over `body_limit` is not read into memory.
    [[nodiscard]] static Incoming read(base::UniqueFd socket, std::size_t body_limit,
                                       Watchdog& watchdog);

    ~FcgiConnection();
    FcgiConnection(const FcgiConnection&) = delete;
    FcgiConnection& operator=(const FcgiConnection&) = delete;

    /// Whether the peer has closed already, so that nobody would read an answer.
    [[nodiscard]] bool peer_gone() const;

    /// Writes the answer and closes. Once, by any thread. Blocks as long as the watchdog lets it;
    /// an answer that fits the socket's buffer (about 200 KiB) does not block. False: it was not
    /// delivered.
    [[nodiscard]] bool answer(const api::Answer& answer);

private:
    struct Fcgx; // hides fcgiapp.h; on the heap since libfcgi's streams point back into it
    FcgiConnection(std::unique_ptr<Fcgx> fcgx, Watchdog& watchdog);

    std::unique_ptr<Fcgx> fcgx_;
    Watchdog& watchdog_;
    bool without_body_ = false; ///< HEAD
};

/// What came. Nothing to do without a connection: garbage, silence or a peer that left. With a
/// problem the request is not to be handed on, only answered.
struct FcgiConnection::Incoming {
    std::unique_ptr<FcgiConnection> connection;
    Request request;
    std::optional<api::Problem> problem;
};

} // namespace kktd::front
