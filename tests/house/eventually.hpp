// eventually(): waits for what other threads bring about.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace kktd::tests {

constexpr std::chrono::seconds patience{20};

/// Until `condition` holds, or the test has waited too long.
inline bool eventually(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

} // namespace kktd::tests
