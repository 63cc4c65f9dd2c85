// ParkingLot: POSTs that wait for their receipt. A waiting request costs a socket and some memory,
// never an acceptor: its connection stands here until the engine calls the waiter or the answer
// deadline comes. Then one thread, the waker, writes the answer; the short end of a receipt is
// written by the thread that brings it.
//
// Answers of receipts are far smaller than a socket's send buffer (about 200 KiB), and each
// connection carries one answer only, so that a write does not block even when the peer does not
// read; what is larger is the waker's, and cut off by the watchdog.
#pragma once

#include "api/answer.hpp"
#include "front/delivery.hpp"
#include "front/desk.hpp"
#include "front/fcgi_connection.hpp"
#include "front/front_config.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>

namespace kktd::front {

/// How the dialect of a request puts a reply into words.
using Renderer =
    std::function<api::Answer(const fiscal::Reply& reply, std::string_view request_id)>;

/// A receipt that is not durable at the answer deadline is looked at so often, …
inline constexpr std::chrono::milliseconds settle_retry{20};
/// … and after so long the caller is told that kktd does not know (500, outcome unknown): nothing
/// else is true while the journal neither writes nor fails.
inline constexpr std::chrono::milliseconds settle_limit{10'000};

class ParkingLot {
    struct Yard;

public:
    /// `desk` outlives the lot.
    ParkingLot(const FrontConfig& config, Desk& desk);
    /// Answers everybody who is parked, see close() and join().
    ~ParkingLot();
    ParkingLot(const ParkingLot&) = delete;
    ParkingLot& operator=(const ParkingLot&) = delete;

    /// A place for one request, taken before the engine is asked since the reply may come before
    /// the connection is parked. Costs nothing if it is not used.
    struct Place;
    using Ticket = std::shared_ptr<Place>;
    [[nodiscard]] Ticket ticket();
    /// The engine's way to that place: any thread, may outlive the lot. Writes a small answer to
    /// its socket, which has room for it; never waits.
    [[nodiscard]] engine::Waiter waiter(const Ticket& ticket) const;

    /// free: below `parked_limit`. full: a POST is to be answered as soon as it is durable.
    /// none: twice the limit, because the journal is slow; nothing more may be submitted.
    enum class Room { free, full, none };
    /// Any thread. Acceptors that look at the same time may exceed the bound by their number.
    [[nodiscard]] Room room() const;

    /// Parks a connection until the reply to `ticket` comes or the deadline: then the engine's
    /// leave(`waiter`) is the answer (202). Any thread.
    void park(const Ticket& ticket, std::unique_ptr<FcgiConnection> connection,
              engine::WaiterId waiter, Renderer render, RequestLine line);

    /// Stopping: whoever is parked, now or later, gets his 202 at once.
    void close();
    /// After close(), when nobody will park any more: waits until all are answered, which takes at
    /// most settle_limit. The engine must still be running.
    void join();

private:
    void run();
    void answer_ready(std::unique_lock<std::mutex>& lock);
    void answer_late(std::unique_lock<std::mutex>& lock);

    Desk& desk_;
    const std::size_t limit_;
    const std::chrono::milliseconds deadline_;
    std::shared_ptr<Yard> yard_; // shared with waiters the engine still holds
    std::thread waker_;
};

} // namespace kktd::front
