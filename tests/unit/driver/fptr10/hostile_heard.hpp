// HostileHeard: how far a hostile child has come: a test whose time is over before the child has
// said anything would prove nothing.
#pragma once

#include "../../base/temp_dir.hpp"

#include <chrono>
#include <cstdlib>
#include <string>

namespace kktd::driver::fptr10::testing {

class HostileHeard {
public:
    explicit HostileHeard(const std::string& mode) : needed_(calls_before(mode) + 1) {
        ::setenv("HOSTILE_CHILD", mode.c_str(), 1);
        ::setenv("HOSTILE_HEARD", (folder_ / "heard").c_str(), 1);
    }
    ~HostileHeard() {
        ::unsetenv("HOSTILE_CHILD");
        ::unsetenv("HOSTILE_HEARD");
    }
    HostileHeard(const HostileHeard&) = delete;
    HostileHeard& operator=(const HostileHeard&) = delete;

    /// Whether the child got the call to which it says what its mode is about.
    [[nodiscard]] bool enough() const {
        return base::testing::contents(folder_ / "heard").size() >= needed_;
    }
    /// Runs `attempt` with `bound`, and with a longer one while the machine was too slow for the
    /// child to come so far. Whether it did.
    template<class Attempt>
    [[nodiscard]] bool within(std::chrono::milliseconds bound, const Attempt& attempt) const {
        constexpr std::chrono::seconds longest{60};
        for (; bound < longest; bound *= 4) {
            attempt(bound);
            if (enough()) {
                return true;
            }
        }
        return false;
    }

private:
    /// Modes that behave during loading and configuring.
    static std::size_t calls_before(const std::string& mode) {
        for (const char* at_once : {"exit", "huge", "garbage", "cut", "slow", "trickle"}) {
            if (mode == at_once) {
                return 0;
            }
        }
        return mode.starts_with("random ") ? 0 : 2;
    }

    base::testing::TempDir folder_;
    std::size_t needed_;
};

} // namespace kktd::driver::fptr10::testing
