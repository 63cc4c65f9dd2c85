// Stopwatch: how long a call that must end at a deadline took.
#pragma once

#include <chrono>

namespace kktd::port::testing {

class Stopwatch {
public:
    using Clock = std::chrono::steady_clock;

    /// For a call that gets `allowed`.
    explicit Stopwatch(std::chrono::milliseconds allowed) : allowed_(allowed) {}
    [[nodiscard]] Clock::time_point deadline() const { return started_ + allowed_; }
    /// Ended not before its deadline, and not long after it.
    [[nodiscard]] bool at_deadline() const {
        const auto passed = Clock::now() - started_;
        return passed >= allowed_ && passed < allowed_ + slack;
    }
    [[nodiscard]] bool before_deadline() const { return Clock::now() - started_ < allowed_; }

private:
    /// Of a busy machine under sanitizers.
    static constexpr std::chrono::seconds slack{2};

    std::chrono::milliseconds allowed_;
    Clock::time_point started_ = Clock::now();
};

/// Long enough for all that is expected to succeed.
inline std::chrono::steady_clock::time_point soon() {
    return std::chrono::steady_clock::now() + std::chrono::seconds(10);
}

} // namespace kktd::port::testing
