// SessionV3: the device's side of link protocol v3: packets, the task buffer, answers that come by
// themselves (F0h) or, if so ordered, in the packet of the task.
#pragma once

#include "driver/atol/frame_v3.hpp"
#include "sim/atol/faulty_device.hpp"
#include "sim/atol/task_buffer.hpp"
#include "sim/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::sim::atol {

class SessionV3 final : public Session {
public:
    /// `device` and `wire` outlive it. `sync`: a task is answered with its result (A3h, A4h),
    /// nothing comes by itself.
    SessionV3(FaultyDevice& device, Wire& wire, bool sync)
        : device_(device), wire_(wire), sync_(sync) {}

    void connected() override;
    void receive(std::string_view bytes, TimePoint now) override;
    [[nodiscard]] std::optional<TimePoint> due() const override;
    void tick(TimePoint now) override;
    void power_cycle() override;

private:
    /// The head of the buffer at work: it is executed at `next`, or its answer leaves then.
    struct Work {
        TimePoint next;
        std::uint8_t packet = 0; ///< id of the packet that brought it
        std::string command;
        std::optional<Answer> answer; ///< executed, or never to be
        Disturbance disturbance;      ///< of the answer
    };
    /// What came with the packet of a task that waits for its turn.
    struct Waiting {
        std::uint8_t task = 0;
        std::uint8_t packet = 0;
        Disturbance before;
    };

    void handle(const driver::atol::FrameV3& frame, TimePoint now);
    void add_task(std::uint8_t packet, std::string_view data, TimePoint now);
    void reply_around(std::uint8_t packet, Packet kind, std::string (SessionV3::*run)(std::uint8_t),
                      std::uint8_t task);
    std::string ask(std::uint8_t task) { return buffer_.ask(task); }
    std::string acknowledge(std::uint8_t task) { return buffer_.acknowledge(task); }
    std::string abort(std::uint8_t);
    void work(TimePoint now);
    bool begin_next(TimePoint now);
    void execute(TimePoint now);
    void deliver();
    void send(std::uint8_t packet, std::string data);
    void send(std::uint8_t packet, std::string data, const Disturbance& disturbance);

    FaultyDevice& device_;
    Wire& wire_;
    const bool sync_;
    driver::atol::FrameV3Reader reader_;
    std::size_t broken_ = 0; ///< packets of the client that were, as far as it was told
    TaskBuffer buffer_;
    std::deque<Waiting> waiting_;
    std::optional<Work> work_;
    driver::atol::FrameV3 last_sent_;
    std::uint64_t connection_ = 0; ///< changes when one breaks
};

} // namespace kktd::sim::atol
