#include "front/watchdog.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace kktd::front {

using std::chrono::steady_clock;

namespace {

void bound_reads_and_writes(int socket, std::chrono::milliseconds limit) {
    using namespace std::chrono;
    const auto whole = duration_cast<seconds>(limit);
    timeval time{};
    time.tv_sec = whole.count();
    time.tv_usec = duration_cast<microseconds>(limit - whole).count();
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

} // namespace

Watchdog::Watchdog(std::chrono::milliseconds limit) : limit_(limit), thread_([this] { run(); }) {}

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stopped_.notify_all();
    thread_.join();
}

Watchdog::Guard Watchdog::watch(int socket) {
    std::list<Watched> one;
    one.push_back(
        {base::UniqueFd(::fcntl(socket, F_DUPFD_CLOEXEC, 0)), steady_clock::now() + limit_});
    if (!one.front().socket) {
        bound_reads_and_writes(socket, limit_);
    }
    const Place place = one.begin();
    const std::lock_guard lock(mutex_);
    watched_.splice(watched_.end(), one);
    return Guard(*this, place);
}

Watchdog::Guard::~Guard() {
    std::list<Watched> closed_outside_the_lock;
    const std::lock_guard lock(dog_.mutex_);
    closed_outside_the_lock.splice(closed_outside_the_lock.end(), dog_.watched_, place_);
}

// Looks around at a fixed pace instead of being woken for each request: a wake-up costs more than
// all else here, and nobody needs the limit to the millisecond.
void Watchdog::run() {
    const auto pace = std::max(limit_ / 4, std::chrono::milliseconds(1));
    std::unique_lock lock(mutex_);
    while (!stopped_.wait_for(lock, pace, [this] { return stopping_; })) {
        const auto now = steady_clock::now();
        for (const Watched& each : watched_) {
            if (each.deadline > now) {
                break;
            }
            if (each.socket) {
                ::shutdown(each.socket.get(), SHUT_RDWR);
            }
        }
    }
}

} // namespace kktd::front
