// Session: one link protocol as the device speaks it. It outlives connections: what it remembers of
// a client's tasks is there after a reconnect. Time is told, never asked. One thread at a time.
#pragma once

#include "sim/faults.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace kktd::sim {

using TimePoint = std::chrono::steady_clock::time_point;

/// The way back to the client; what is sent while nobody is connected is lost.
class Wire {
public:
    Wire() = default;
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
    virtual ~Wire() = default;
    /// In one write.
    virtual void send(std::string_view bytes) = 0;
    virtual void drop() = 0;
    /// drop(), and nobody is let in for so long.
    virtual void refuse(std::chrono::milliseconds time) = 0;
};

class Session {
public:
    Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    virtual ~Session() = default;
    virtual void connected() = 0;
    virtual void receive(std::string_view bytes, TimePoint now) = 0;
    /// When tick() is to be called next, if at all.
    [[nodiscard]] virtual std::optional<TimePoint> due() const = 0;
    virtual void tick(TimePoint now) = 0;
    /// The KKT is switched off and on: what the link remembered is lost, the connection breaks.
    virtual void power_cycle() = 0;
};

} // namespace kktd::sim
