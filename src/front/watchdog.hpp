// Watchdog: bounds the total time a peer may take to send its request or to read its answer. It
// shuts the socket of one that is too slow down, which makes the blocked call return. SO_RCVTIMEO
// and SO_SNDTIMEO bound one read or write each, so a peer that sends a byte now and then would hold
// its acceptor for ever.
#pragma once

#include "base/unique_fd.hpp"

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace kktd::front {

class Watchdog {
    struct Watched {
        base::UniqueFd socket; // a duplicate: libfcgi may close its own at any moment
        std::chrono::steady_clock::time_point deadline;
    };
    using Place = std::list<Watched>::iterator;

public:
    /// Sockets are cut between `limit` and 1.25 × `limit` after watch().
    explicit Watchdog(std::chrono::milliseconds limit);
    /// No guard may be alive any more.
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// The socket is watched while its guard lives.
    class Guard {
    public:
        ~Guard();
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

    private:
        friend class Watchdog;
        Guard(Watchdog& dog, Place place) : dog_(dog), place_(place) {}
        Watchdog& dog_;
        Place place_;
    };

    /// Any thread. With no descriptor left for the duplicate the socket gets timeouts of single
    /// reads and writes instead.
    [[nodiscard]] Guard watch(int socket);

private:
    void run();

    const std::chrono::milliseconds limit_;
    std::mutex mutex_;
    std::condition_variable stopped_;
    bool stopping_ = false;
    std::list<Watched> watched_; // by deadline, since all have the same limit
    std::thread thread_;
};

} // namespace kktd::front
