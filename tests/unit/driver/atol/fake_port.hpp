// FakePort: a device in the test's own thread. What is sent goes to `on_bytes` at once; what that
// puts out is received when its time has come. Waiting really waits, so timings are made short.
#pragma once

#include "port/port.hpp"

#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <utility>

namespace kktd::driver::atol::testing {

class FakePort final : public port::Port {
public:
    using Clock = std::chrono::steady_clock;

    std::function<void(std::string_view)> on_bytes = [](std::string_view) {};
    bool refuses = false; ///< open() fails
    bool send_fails = false;
    std::string flood; ///< comes for ever, if it is not empty
    int opened = 0;
    int writes = 0;

    void put(std::string bytes, std::chrono::milliseconds after = {}) {
        coming_.emplace_back(Clock::now() + after, std::move(bytes));
    }
    /// Closed by the device once all that was put has been received.
    void hang_up() { hung_up_ = true; }
    /// No byte is left that nobody has received.
    [[nodiscard]] bool empty() const { return coming_.empty(); }

    port::Result<void> open(port::Deadline /*unused*/) override {
        if (open_) {
            return {};
        }
        if (refuses) {
            return port::PortError(port::PortError::Kind::io, "kkt: connection refused");
        }
        open_ = true;
        hung_up_ = false;
        coming_.clear();
        ++opened;
        return {};
    }
    [[nodiscard]] bool is_open() const override { return open_; }
    port::Result<void> send(std::string_view bytes, port::Deadline /*unused*/) override {
        if (!open_ || send_fails) {
            open_ = false;
            return port::PortError(port::PortError::Kind::closed, "kkt: cannot send");
        }
        ++writes;
        on_bytes(bytes);
        return {};
    }
    port::Result<std::string> receive(std::size_t max, port::Deadline deadline) override {
        if (!open_ || (coming_.empty() && hung_up_)) {
            open_ = false;
            return port::PortError(port::PortError::Kind::closed, "kkt: closed by the device");
        }
        if (!flood.empty()) {
            return flood.substr(0, max);
        }
        const bool in_time = !coming_.empty() && coming_.front().first <= deadline;
        if (!in_time && (coming_.empty() || coming_.front().first > Clock::now())) {
            std::this_thread::sleep_until(deadline);
            return port::PortError(port::PortError::Kind::timeout, "kkt: nothing has come");
        }
        std::this_thread::sleep_until(coming_.front().first);
        std::string& first = coming_.front().second;
        std::string bytes = first.substr(0, max);
        first.erase(0, max);
        if (first.empty()) {
            coming_.pop_front();
        }
        return bytes;
    }
    void discard() override { coming_.clear(); }
    void close() override { open_ = false; }
    [[nodiscard]] std::string describe() const override { return "kkt"; }

private:
    std::deque<std::pair<Clock::time_point, std::string>> coming_;
    bool open_ = false;
    bool hung_up_ = false;
};

} // namespace kktd::driver::atol::testing
