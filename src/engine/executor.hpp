// Executor: one thread per KKT, the only code that talks to that KKT's driver. Brings accepted
// receipts to an outcome in the order they were accepted: look, compile, plan, and for each fiscal
// document intent (durable) → perform → outcome (durable). What was left open by a crash is
// recovered before anything else. All public functions are thread-safe.
#pragma once

#include "driver/driver.hpp"
#include "driver/registry.hpp"
#include "engine/engine.hpp"
#include "engine/job_queue.hpp"
#include "engine/offer.hpp"
#include "engine/waiting_room.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace kktd::engine {

class Executor {
public:
    /// References outlive the executor.
    Executor(KktConfig config, const driver::DriverEntry& entry,
             std::unique_ptr<driver::Driver> driver, journal::Store& store,
             const base::Clock& clock, WaitingRoom& waiting_room);
    ~Executor();
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    /// What the journal says is owed; called once, before start().
    void owe(std::list<Job> accepted, std::vector<journal::OpenIntent> open,
             std::optional<fiscal::Identity> bound, std::optional<fiscal::Fault> stop,
             std::optional<fiscal::Registration> last_receipt);
    void start();
    /// No other document is begun from now on. Does not wait.
    void begin_stop();
    /// Finishes the document at work, makes no other; blocks until then.
    void stop();

    /// Takes one of the bounded places in the queue; false if there is none.
    [[nodiscard]] bool reserve() { return queue_.reserve(); }
    void release() { queue_.release(); }
    /// Uses up a reservation. `job` must be durable in the journal.
    void enqueue(Job job);
    /// True: `offer` was taken, and is claimed at once, within offer_patience at most. False: there
    /// is something else to do here, and `offer` is as it was. Never blocks.
    [[nodiscard]] bool take(Offer& offer);
    /// Takes a receipt out that is not at work; nothing if it is, or is not here. Blocks for
    /// withdraw_patience at most.
    [[nodiscard]] std::optional<Job> take_out(std::string_view receipt) {
        return queue_.take_waiting(receipt, withdraw_patience);
    }
    /// Puts it back where it was in the order of acceptance.
    void put_back(Job job);

    /// Both wait for the executor to come to it and for one journal write.
    /// `job` is the receipt as it would be made again; nothing if it cannot be.
    [[nodiscard]] OperatorAnswer resolve(const std::string& receipt, std::optional<Job> job,
                                         Resolution resolution, std::uint32_t fd);
    [[nodiscard]] OperatorAnswer accept_identity();
    /// Waits for turn_patience to come to its turn, then until the KKT has done it (its question
    /// and document deadlines), then for one journal write.
    [[nodiscard]] OperatorAnswer carry_out(const KktOrder& wanted);

    using CheckEnd = std::function<void(const driver::Checked&)>;
    /// Has the KKT itself judge a receipt between two others; nothing is registered. `done` is
    /// called once: on the executor's thread, or at once on this one if the KKT has something else
    /// to do. Does not block. For drivers with DriverEntry::checks.
    void check(fiscal::Document document, const CheckEnd& done);

    [[nodiscard]] KktSnapshot snapshot() const;
    /// Parts of the snapshot.
    [[nodiscard]] std::optional<fiscal::DeviceState> seen() const;
    [[nodiscard]] std::optional<fiscal::Fault> fault() const;
    [[nodiscard]] const KktConfig& config() const { return config_; }
    [[nodiscard]] journal::Space space() const { return space_; }
    [[nodiscard]] fiscal::Capabilities capabilities() const;
    /// The KKT's own time now, judged from its clock as last seen, else the host's at utc_offset.
    [[nodiscard]] fiscal::LocalTime kkt_now() const;

private:
    /// Called once on the executor's thread; false: kktd stops, nothing is to be done any more.
    using Order = std::function<void(bool)>;
    class WriteEnd;
    /// What one step came to: the document was made, or the cause to wait. Neither: the outcome
    /// must be asked for, or is an end, or the journal failed.
    struct Step {
        bool made = false;
        std::optional<fiscal::Fault> wait;
    };
    /// Questions to the KKT that print nothing.
    static constexpr std::chrono::seconds question_deadline{10};
    /// What became of a document: its deadline doubles up to this as long as reading it back takes
    /// longer than it was given, so that the largest document is read in the end. As long as the
    /// longest document_deadline there may be.
    static constexpr std::chrono::seconds recover_limit{600};
    /// Questions to the KKT about a receipt that is not durable yet.
    static constexpr std::chrono::milliseconds offer_patience{1000};
    /// A withdrawal waits so long for a look at the KKT to end.
    static constexpr std::chrono::milliseconds withdraw_patience{3000};
    /// A KKT that is asked about a receipt it is not to make: from the request to the end, of which
    /// the question itself must have so much left to begin.
    static constexpr std::chrono::seconds check_deadline{40};
    static constexpr std::chrono::seconds least_check{25};
    /// An operator who has the KKT do something waits so long for the receipt at work to end.
    static constexpr std::chrono::seconds turn_patience{30};

    void run();
    void pause();
    [[nodiscard]] std::optional<fiscal::Fault> idle();
    [[nodiscard]] bool seen_shift_due() const;
    [[nodiscard]] std::optional<fiscal::Fault> work_on_head();
    [[nodiscard]] std::optional<fiscal::Fault> work_on(Job& job);
    [[nodiscard]] Step make(fiscal::FiscalTask task, Job* job, const fiscal::DeviceState& state);
    /// An intent that is durable; or a `fault`, or neither: the journal failed.
    struct Kept {
        std::optional<journal::OpenIntent> open;
        std::optional<fiscal::Fault> fault;
    };
    [[nodiscard]] Kept keep(journal::Intent intent);
    void work_on_offer(Offer offer);
    struct Prepared {
        fiscal::FiscalTask task;
        journal::Intent intent;
    };
    [[nodiscard]] std::optional<Prepared> prepared(const Offer& offer);
    [[nodiscard]] fiscal::Result<journal::Intent, fiscal::Fault>
    prepare(fiscal::FiscalTask& task, const fiscal::DeviceState& state, driver::Deadline deadline);
    [[nodiscard]] Step perform(const fiscal::FiscalTask& task, journal::OpenIntent intent,
                               Job* job);

    [[nodiscard]] fiscal::Result<fiscal::DeviceState, fiscal::Fault> look(driver::Deadline);
    [[nodiscard]] std::optional<fiscal::Fault> identity_fault(const fiscal::DeviceState& state);
    [[nodiscard]] std::optional<fiscal::Fault> not_to_sell(const fiscal::DeviceState& state);
    [[nodiscard]] bool bind(const fiscal::Identity& identity);
    void keep_stop(fiscal::Fault why);
    [[nodiscard]] fiscal::Result<fiscal::Document, fiscal::NotLawful>
    compiled(Job& job, const fiscal::DeviceState& state) const;

    [[nodiscard]] std::optional<fiscal::Fault> recover_open();
    [[nodiscard]] std::optional<Step> ask_once_more(Job& job, const fiscal::DeviceState& state);
    Step record(const journal::OpenIntent& intent, const fiscal::Outcome& outcome,
                const std::string& note);
    [[nodiscard]] bool make_durable(journal::RowId intent, const fiscal::Outcome& outcome,
                                    bool receipt_goes_on, const std::string& note);
    Step record_report(const journal::OpenIntent& intent, fiscal::Outcome outcome,
                       const std::string& note);
    Step record_check(const journal::OpenIntent& intent, fiscal::Outcome outcome,
                      const std::string& note);
    Step record_retry(const journal::OpenIntent& intent, const fiscal::Fault& fault,
                      const std::string& note);
    Step record_end(const journal::OpenIntent& intent, const fiscal::Outcome& outcome,
                    const std::string& note);
    void note_made(const fiscal::Registration& made);
    void count_unknown();
    void end(Job job, fiscal::Fault fault);
    void give_up_on_old();

    void set_fault(std::optional<fiscal::Fault> fault);
    void halt(const journal::JournalError& error);
    void wake();
    /// Has the executor's thread do it between two documents; waits `patience` for its turn.
    [[nodiscard]] OperatorAnswer order(std::function<OperatorAnswer()> action,
                                       std::chrono::seconds patience);
    [[nodiscard]] std::optional<fiscal::Fault> busy_with_receipts() const;
    [[nodiscard]] driver::Checked check_here(fiscal::Document document, driver::Deadline deadline);
    [[nodiscard]] driver::Checked check_marked(const fiscal::Register& task, journal::Intent intent,
                                               driver::Deadline deadline);
    [[nodiscard]] OperatorAnswer carry_out_here(const OperatorTask& task);
    [[nodiscard]] OperatorAnswer serve(const fiscal::ServiceTask& task);
    [[nodiscard]] OperatorAnswer close_shift(const fiscal::DeviceState& state);
    [[nodiscard]] OperatorAnswer resolve_here(const std::string& id, std::optional<Job> job,
                                              Resolution resolution, std::uint32_t fd);
    [[nodiscard]] fiscal::LocalTime host_now() const;
    [[nodiscard]] static driver::Deadline in(std::chrono::milliseconds span) {
        return std::chrono::steady_clock::now() + span;
    }

    const KktConfig config_;
    const std::unique_ptr<driver::Driver> driver_;
    const journal::Space space_;
    journal::Store& store_;
    const base::Clock& clock_;
    WaitingRoom& waiting_room_;

    JobQueue queue_;

    // Of the executor's thread alone.
    std::vector<journal::OpenIntent> open_; ///< intents without a final outcome
    std::chrono::seconds recover_deadline_; ///< of the next question about a document
    std::optional<fiscal::Identity> bound_;
    std::optional<fiscal::Fault> stop_; ///< by the driver, until an operator accepts the KKT
    bool halted_ = false;               ///< the journal cannot be written
    bool released_ = false;             ///< connection given back while idle
    bool repeats_ = false; ///< the last offer was a repeat: none is taken before the next look
    std::int64_t idle_since_ = 0;
    std::int64_t looked_at_ = 0;
    std::chrono::steady_clock::duration look_took_{}; ///< the last one

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    bool resting_ = false; ///< the thread waits for work, and nothing hinders it
    std::optional<Offer> offer_;
    std::deque<Order> orders_;
    std::size_t writes_ = 0; ///< outcomes on their way to the journal: their callbacks need us
    KktSnapshot snapshot_;
    fiscal::Capabilities capabilities_; ///< as of the last look at the KKT

    std::thread thread_;
};

} // namespace kktd::engine
