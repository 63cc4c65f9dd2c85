// StopEvent: a flag that threads waiting in poll() or epoll see at once. Once set it stays set and
// readable for everybody: nobody reads it empty.
#pragma once

#include "base/event_fd.hpp"

#include <atomic>
#include <chrono>
#include <optional>

namespace kktd::front {

class StopEvent {
public:
    /// Any thread, any number of times.
    void set() {
        set_.store(true, std::memory_order_release);
        event_.raise();
    }
    [[nodiscard]] bool is_set() const { return set_.load(std::memory_order_acquire); }
    /// For poll() and epoll: readable once set.
    [[nodiscard]] int fd() const { return event_.fd(); }

    /// What wait() saw first.
    enum class Seen { stop, ready, timeout };
    /// Waits until `fd` has one of poll()'s `events` or hangs up. fd −1 waits for stop only;
    /// without a limit as long as it takes.
    [[nodiscard]] Seen wait(int fd, short events,
                            std::optional<std::chrono::milliseconds> limit) const;

private:
    base::EventFd event_;
    std::atomic<bool> set_ = false;
};

} // namespace kktd::front
