// DetectingLink: a Link over a serial line that finds out which protocol the KKT speaks, v3 or v2,
// and from then on is a link by that one.
//
// v3 is asked for first: a C3 for one task, which changes nothing and lets the KKT forget nothing
// (C4, with which the vendor's driver begins, would take the answer of a command whose outcome is
// open). Only a KKT that does not answer it is asked for its state by v2, and only an answer whole
// in every step of that protocol makes it one of v2. A KKT of v3 that is slow, busy or asleep can
// give no such answer, nor can noise but by the rarest chance: then nothing is found, and the next
// connect() begins anew.
#pragma once

#include "driver/atol/link_v2.hpp"
#include "driver/atol/link_v3.hpp"
#include "driver/atol/time_limits.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

/// Tests make them short.
struct DetectionTiming {
    /// Between two questions by v3. The vendor's driver gives up after one such wait.
    std::chrono::milliseconds question{1'000};
    /// All that v3 is given, and at most half of the time that is left.
    std::chrono::milliseconds v3_patience{3'000};
    /// All that v2 is given: as long as a question may take there.
    std::chrono::milliseconds v2_patience{usual_limit};
    TimingV3 v3{};
    TimingV2 v2{};
};

class DetectingLink final : public Link {
public:
    /// `password`: of access to the KKT, four decimal digits; 0 unless somebody has set one.
    explicit DetectingLink(std::unique_ptr<port::Port> port, std::uint16_t password = 0,
                           const DetectionTiming& timing = {});

    /// Until the protocol is found: opens the line and asks for it, in the time of
    /// DetectionTiming and not past the deadline. not_run, with advice, if nothing answers by
    /// either. What is found is kept for the life of the link, whatever becomes of the line: a KKT
    /// that is silent later is a dead link, and is asked nothing by the other protocol.
    [[nodiscard]] Result<void> connect(Deadline deadline) override;
    /// True as long as it is not known: whoever asks then hears that there is no connection, and
    /// not that there is no task.
    [[nodiscard]] bool remembers() const override {
        return found_ == nullptr || found_->remembers();
    }
    [[nodiscard]] Result<TaskState> ask(TaskId task, Deadline deadline) override;
    [[nodiscard]] Result<void> clear(Deadline deadline) override;
    /// Nothing as long as the protocol is not known.
    [[nodiscard]] std::optional<TaskId> reserve() override;
    [[nodiscard]] Result<std::string> run(std::string_view payload, Deadline deadline,
                                          std::optional<TaskId> task = {}) override;
    void close() override { port_->close(); }
    [[nodiscard]] std::string describe() const override { return port_->describe(); }

private:
    [[nodiscard]] Result<void> find(Deadline deadline);
    [[nodiscard]] port::Result<bool> answers_v3(Deadline until);
    [[nodiscard]] Result<void> answers_v2(Deadline until);
    [[nodiscard]] LinkError unknown() const;

    std::shared_ptr<port::Port> port_;
    DetectionTiming timing_;
    LinkV3 v3_;
    LinkV2 v2_;
    Link* found_ = nullptr; ///< v3_ or v2_
};

} // namespace kktd::driver::atol
