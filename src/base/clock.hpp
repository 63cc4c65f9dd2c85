// Clock: the only place where kktd asks what time it is, so that tests can say it.
#pragma once

#include <chrono>
#include <cstdint>

namespace kktd::base {

class Clock {
public:
    virtual ~Clock() = default;
    /// Microseconds since 1970-01-01 UTC.
    [[nodiscard]] virtual std::int64_t utc_micros() const = 0;
};

/// The host's clock.
class SystemClock final : public Clock {
public:
    [[nodiscard]] std::int64_t utc_micros() const override {
        using namespace std::chrono;
        return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
    }
};

} // namespace kktd::base
