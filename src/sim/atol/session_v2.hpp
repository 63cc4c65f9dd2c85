// SessionV2: the device's side of link protocol v2, the older one on serial lines: ENQ, ACK, frames
// STX data ETX CRC, one command at a time and nothing remembered.
#pragma once

#include "driver/atol/frame_v2.hpp"
#include "sim/atol/faulty_device.hpp"
#include "sim/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::sim::atol {

class SessionV2 final : public Session {
public:
    /// Both outlive it.
    SessionV2(FaultyDevice& device, Wire& wire) : device_(device), wire_(wire) {}

    void connected() override;
    void receive(std::string_view bytes, TimePoint now) override;
    [[nodiscard]] std::optional<TimePoint> due() const override { return deadline_; }
    void tick(TimePoint now) override;
    void power_cycle() override;

private:
    enum class State : std::uint8_t {
        idle,     ///< for an ENQ
        stx,      ///< for a frame
        frame,    ///< in it
        eot,      ///< taken; for its EOT
        working,  ///< executing
        enquiry,  ///< the answer is ready; for the ACK to our ENQ
        answered, ///< for the ACK to the answer
    };

    void take(char byte, TimePoint now);
    void take_frame_byte(char byte, TimePoint now);
    void begin_work(TimePoint now);
    void execute(TimePoint now);
    void offer(TimePoint now);
    void send_answer(TimePoint now);
    void enter(State state, std::optional<TimePoint> deadline, bool fresh = true);
    void control(char byte) { wire_.send({&byte, 1}); }

    FaultyDevice& device_;
    Wire& wire_;
    State state_ = State::idle;
    std::optional<TimePoint> deadline_;
    int tries_ = 0; ///< in this state
    driver::atol::FrameV2Reader reader_;
    std::string payload_;
    Disturbance before_;
    std::optional<Answer> answer_;
    Disturbance after_;
};

} // namespace kktd::sim::atol
