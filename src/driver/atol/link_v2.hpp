// LinkV2: ATOL's link protocol v2 (serial lines of older devices). It has no numbers and no memory:
// who lost an answer cannot ask for it, and finds out by the state of the KKT.
#pragma once

#include "driver/atol/frame_v2.hpp"
#include "driver/atol/link.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

/// The protocol's T1 to T7 (T5, the execution of a command, is the caller's deadline; what T8 is
/// for is in no source). Tests make them short.
struct TimingV2 {
    std::chrono::milliseconds t1{500};   ///< our ENQ to ACK
    std::chrono::milliseconds t2{2'000}; ///< our ACK to STX
    std::chrono::milliseconds t3{500};   ///< our packet to ACK
    std::chrono::milliseconds t4{500};   ///< our ACK to EOT
    std::chrono::milliseconds t6{500};   ///< between two bytes
    std::chrono::milliseconds t7{500};   ///< pause when both ask
};

class LinkV2 final : public Link {
public:
    /// `port`: another link may have it too, if only one of them is used at a time.
    /// `password`: of access to the KKT, four decimal digits; 0 unless somebody has set one.
    explicit LinkV2(std::shared_ptr<port::Port> port, std::uint16_t password = 0,
                    const TimingV2& timing = {});

    [[nodiscard]] Result<void> connect(Deadline deadline) override;
    [[nodiscard]] bool remembers() const override { return false; }
    /// Always absent, which says nothing.
    [[nodiscard]] Result<TaskState> ask(TaskId task, Deadline deadline) override;
    /// There is nothing to forget.
    [[nodiscard]] Result<void> clear(Deadline deadline) override;
    [[nodiscard]] std::optional<TaskId> reserve() override { return std::nullopt; }
    /// not_run: the KKT did not let us send, or answered each packet with NAK. A packet is repeated
    /// when no ACK came, as the protocol wants it: a KKT that has it answers the repeat with ENQ.
    [[nodiscard]] Result<std::string> run(std::string_view payload, Deadline deadline,
                                          std::optional<TaskId> task = {}) override;
    void close() override;
    [[nodiscard]] std::string describe() const override { return port_->describe(); }

private:
    enum class Given : std::uint8_t { taken, answer_ready };

    [[nodiscard]] Result<void> get_turn(Deadline deadline);
    [[nodiscard]] Result<Given> give(const std::string& packet, Deadline deadline);
    [[nodiscard]] Result<std::string> take_answer(bool announced, Deadline deadline);
    [[nodiscard]] Result<std::string> take_packet(Deadline deadline);
    [[nodiscard]] port::Result<bool> find_start(Deadline deadline);
    [[nodiscard]] port::Result<bool> read_packet(Deadline deadline);
    [[nodiscard]] bool comes_again(Deadline deadline);

    /// The next byte; nothing if none has come.
    [[nodiscard]] port::Result<std::optional<char>> next(Deadline until);
    [[nodiscard]] port::Result<void> put(char control, Deadline deadline);
    [[nodiscard]] Result<void> put_before(char control, Deadline deadline);
    [[nodiscard]] LinkError error(LinkError::Kind kind, std::string_view text) const;

    std::shared_ptr<port::Port> port_;
    TimingV2 timing_;
    std::string password_;
    FrameV2Reader reader_;
    std::string input_; ///< received, and not looked at yet
};

} // namespace kktd::driver::atol
