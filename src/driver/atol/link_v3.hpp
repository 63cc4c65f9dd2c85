// LinkV3: ATOL's link protocol v3 over any Port. The KKT keeps each command as a numbered task and
// remembers what it answered until that is acknowledged (C2) or all is cleared (C4), so that a lost
// answer is asked for (C3) and no command is ever sent again on a guess.
//
// One task at a time, one write a packet, and no packet before the answer to the one before it:
// whether a KKT takes them in a heap is in no source.
//
// The KKT's memory outlives us: at the first connection the open outcomes are asked for, then
// clear() is called, so that no task of an earlier run has a number that is used again.
#pragma once

#include "driver/atol/frame_v3.hpp"
#include "driver/atol/link.hpp"

#include <bitset>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

/// Tests make them short.
struct TimingV3 {
    /// Between two questions (C3) for an answer that has not come.
    std::chrono::milliseconds poll{1'500};
    /// Before a command that found the KKT's buffer full is offered again.
    std::chrono::milliseconds overflow_pause{500};
    /// How long the next command waits for the answer to an acknowledgement. Nothing depends on it.
    std::chrono::milliseconds ack_patience{200};
};

class LinkV3 final : public Link {
public:
    /// `port`: another link may have it too, if only one of them is used at a time.
    /// `password`: of access to the KKT, four decimal digits; 0 unless somebody has set one.
    explicit LinkV3(std::shared_ptr<port::Port> port, std::uint16_t password = 0,
                    const TimingV3& timing = {});

    [[nodiscard]] Result<void> connect(Deadline deadline) override;
    [[nodiscard]] bool remembers() const override { return true; }
    [[nodiscard]] Result<TaskState> ask(TaskId task, Deadline deadline) override;
    [[nodiscard]] Result<void> clear(Deadline deadline) override;
    /// DFh is followed by D0h: 16 numbers between two clear().
    [[nodiscard]] std::optional<TaskId> reserve() override;
    /// After an answer that is an error the KKT stands still until C4. The C4 goes out before the
    /// next run(), not at once: until then ask() can tell the answer again, which is in our hands
    /// but perhaps not in the journal yet. So an open outcome is asked for before anything is run.
    ///
    /// not_run, and why it is certain: there is no connection any more; the KKT refused the task
    /// (buffer full until the deadline, wrong flags); it was stopped in the queue and C4 took it
    /// out; the KKT does not know of it (B3), never said that it does, and was asked over the
    /// same connection, behind the command. The last is said of commands without a reserved number
    /// alone: where the KKT's network part is a device of its own, a KKT that has executed the
    /// command and restarted would answer the same, and no document may hang on that.
    /// Everything else is lost.
    [[nodiscard]] Result<std::string> run(std::string_view payload, Deadline deadline,
                                          std::optional<TaskId> task = {}) override;
    void close() override;
    [[nodiscard]] std::string describe() const override { return port_->describe(); }

private:
    struct Attempt;
    /// A packet, or a sign that one came broken, or neither: nothing has come.
    struct Heard {
        std::optional<FrameV3> packet;
        bool broken = false;
    };
    struct Ack {
        std::uint8_t packet;
        TaskId task;
    };
    using Verdict = std::optional<Result<std::string>>; ///< nothing: not over yet

    [[nodiscard]] Result<void> get_ready(Deadline deadline);
    [[nodiscard]] Result<void> stay_ready(Deadline deadline);
    [[nodiscard]] bool settle(Deadline deadline);
    void leave_ack();
    [[nodiscard]] port::Result<std::uint8_t> send(std::string data, Deadline deadline);
    [[nodiscard]] port::Result<Heard> hear(Deadline until);
    [[nodiscard]] Result<std::string> inquire(const std::string& data, Deadline deadline);

    [[nodiscard]] Result<std::string> carry(Attempt& attempt);
    [[nodiscard]] port::Result<void> step(Attempt& attempt);
    [[nodiscard]] Verdict judge(Attempt& attempt, const FrameV3& packet);
    [[nodiscard]] Verdict judge_async(Attempt& attempt, std::string_view data);
    [[nodiscard]] Verdict judge_reply(Attempt& attempt, std::string_view data, bool to_question);
    [[nodiscard]] Verdict judge_refusal(Attempt& attempt, std::uint8_t status);
    [[nodiscard]] Verdict judge_absent(Attempt& attempt);
    [[nodiscard]] Verdict judge_stopped(Attempt& attempt);
    [[nodiscard]] Result<std::string> finish(const Attempt& attempt, std::string_view answer,
                                             bool error);
    [[nodiscard]] LinkError give_up(const Attempt& attempt, std::string_view why) const;
    [[nodiscard]] LinkError give_up_at_deadline(const Attempt& attempt);
    [[nodiscard]] TaskId next_task();
    [[nodiscard]] LinkError error(LinkError::Kind kind, std::string_view text) const;

    std::shared_ptr<port::Port> port_;
    TimingV3 timing_;
    std::string password_;
    FrameV3Reader reader_;
    std::size_t broken_told_ = 0; ///< of reader_.broken()
    std::uint8_t next_packet_ = 0;
    TaskId next_task_ = 0;
    TaskId next_reserved_ = first_reserved;
    std::optional<Ack> unsettled_ack_; ///< whose answer has not come
    /// Tasks that were given up or whose acknowledgement may not have arrived: the KKT may still
    /// have them, and their numbers are used no more until clear().
    std::bitset<first_reserved> left_;
    bool queue_stopped_ = false; ///< an error was answered, and no C4 sent since
};

} // namespace kktd::driver::atol
