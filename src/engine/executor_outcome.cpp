// The part of Executor that turns outcomes into the journal's truth, and asks the KKT for those
// that nobody knows.
#include "engine/executor.hpp"

#include "base/clock.hpp"
#include "base/fault_point.hpp"
#include "base/log.hpp"
#include "engine/durable.hpp"
#include "engine/journal_replies.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace kktd::engine {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;
using fiscal::ReceiptState;

/// The first failed attempt is repeated at once (the shift was not what it seemed, an answer was
/// lost); the pauses between the next ones double up to 2^5 retry intervals.
constexpr int max_doublings = 5;

/// The KKT could not be asked: ask again, decide nothing.
bool not_asked(const Fault& fault) {
    return fault.cls() == FaultClass::link || fault.cls() == FaultClass::busy;
}

/// " queue 12.3 ms"; nothing where one of the ends is not known.
std::string stage(std::string_view name, fiscal::UtcMicros from, fiscal::UtcMicros to) {
    if (from == 0 || to == 0) {
        return {};
    }
    const auto span = std::max<std::int64_t>(to - from, 0);
    return " " + std::string(name) + " " + std::to_string(span / 1000) + "." +
           std::to_string(span % 1000 / 100) + " ms";
}

/// When each stage of a receipt ended; 0 where that was before a restart.
struct Times {
    fiscal::UtcMicros durable = 0; ///< claim
    fiscal::UtcMicros begun = 0;   ///< its turn in the queue
    fiscal::UtcMicros sent = 0;    ///< intent
};

/// The one line of a receipt: who, how much, what became of it, and where the time went.
std::string line_of(const fiscal::Standing& standing, const Caller& caller, const Times& times,
                    fiscal::UtcMicros told_at) {
    std::string line =
        "receipt " + named(standing, caller) + " " + std::string(fiscal::name(standing.state));
    if (const auto& registration = standing.registration) {
        line += " fd " + std::to_string(registration->fd) + " shift " +
                std::to_string(registration->shift) + "/" + std::to_string(registration->number);
    }
    if (standing.fault) {
        line += " fault " + std::string(fiscal::name(standing.fault->cls())) + ": " +
                standing.fault->text();
    }
    const auto device_from = times.sent != 0 ? times.sent : times.begun;
    return line + stage("claim", standing.accepted_at, times.durable) +
           stage("queue", times.durable != 0 ? times.durable : standing.accepted_at, times.begun) +
           stage("intent", times.begun, times.sent) +
           stage("device", device_from, standing.finished_at) +
           stage("outcome", standing.finished_at, told_at);
}

/// Sold over the internet, and the buyer gets no receipt: somebody has to act.
bool lacks_contact(const fiscal::Standing& standing) {
    return standing.state == ReceiptState::done &&
           std::any_of(standing.warnings.begin(), standing.warnings.end(),
                       [](const auto& warning) { return warning.code == "contact_missing"; });
}

} // namespace

/// The last thing an outcome's callback does: stop() waits for it.
class Executor::WriteEnd {
public:
    explicit WriteEnd(Executor& executor) : executor_(executor) {}
    WriteEnd(const WriteEnd&) = delete;
    WriteEnd& operator=(const WriteEnd&) = delete;
    ~WriteEnd() {
        const std::lock_guard lock(executor_.mutex_);
        --executor_.writes_;
        executor_.changed_.notify_all();
    }

private:
    Executor& executor_;
};

/// Asks the KKT about every open intent, oldest first. Returns the cause to wait while one of them
/// cannot be decided.
std::optional<Fault> Executor::recover_open() {
    while (!open_.empty() && !halted_) {
        const journal::OpenIntent intent = open_.front();
        if (intent.inconclusive) {
            return Fault(FaultClass::earlier,
                         "исход более раннего чека неизвестен, ККТ ждёт решения: посмотрите "
                         "«kktctl unknown» и выполните «kktctl resolve»");
        }
        const auto deadline = in(recover_deadline_);
        fiscal::Outcome outcome = driver_->recover(intent.marker, deadline);
        if (std::holds_alternative<fiscal::Done>(outcome) &&
            base::fault_switch("KKTD_NO_RECOVERY")) {
            outcome = fiscal::Refused{}; // what was found is not heeded: the sweep must double it
        }
        take_stop();
        if (const auto* unknown = std::get_if<fiscal::Unknown>(&outcome);
            unknown != nullptr && not_asked(unknown->fault)) {
            // Reading takes longer than it was given; a link that is gone needs no more time.
            if (unknown->fault.cls() == FaultClass::busy &&
                std::chrono::steady_clock::now() >= deadline) {
                recover_deadline_ = std::min(recover_deadline_ * 2, recover_limit);
            }
            return unknown->fault;
        }
        recover_deadline_ = config_.document_deadline;
        if (std::holds_alternative<fiscal::Refused>(outcome)) {
            // Proven absent: the receipt may be made again, whatever went wrong the first time.
            outcome = fiscal::Refused{Fault(
                FaultClass::link, "ККТ опрошена: документа в ней нет, чек пробивается снова")};
        }
        open_.erase(open_.begin());
        if (auto step = record(intent, outcome, std::string(journal::recovered_note)); step.wait) {
            return step.wait;
        }
    }
    return std::nullopt;
}

/// Whether the KKT has to be asked about an earlier attempt first: it is, by an intent of its own
/// with the marker of that attempt, so that the answer decides like every other. One at a time: the
/// next step asks about the next one. Nothing: it need not be.
std::optional<Executor::Step> Executor::ask_once_more(Job& job, const fiscal::DeviceState& state) {
    const auto attempt =
        std::find_if(job.absent.begin(), job.absent.end(),
                     [&](const AbsentAttempt& one) { return one.may_be_made(state); });
    if (attempt == job.absent.end()) {
        return std::nullopt;
    }
    auto kept = keep({.receipt = job.row,
                      .kkt = config_.id,
                      .marker = attempt->marker,
                      .at = clock_.utc_micros()});
    if (!kept.open) {
        return Step{false, std::move(kept.fault)};
    }
    base::log(base::LogLevel::notice,
              "receipt " + job.standing.id + ": the KKT has made documents since it was asked (" +
                  std::to_string(state.last_fd) + " now), asking once more");
    attempt->seen_fd = state.last_fd;
    attempt->asked = true;
    waiting_room_.set_working(job.standing.id, true);
    queue_.set_in_doubt(job.row, true);
    open_.push_back(*std::move(kept.open));
    return Step{};
}

Executor::Step Executor::record(const journal::OpenIntent& intent, const fiscal::Outcome& outcome,
                                const std::string& note) {
    const auto* refused = std::get_if<fiscal::Refused>(&outcome);
    const bool retry = refused != nullptr && fiscal::is_temporary(refused->fault.cls());
    if (!intent.receipt && fiscal::is_receipt(intent.marker.kind)) {
        return record_check(intent, outcome, note);
    }
    if (fiscal::is_receipt(intent.marker.kind) && !retry) {
        return record_end(intent, outcome, note);
    }
    auto step = fiscal::is_receipt(intent.marker.kind) ? record_retry(intent, refused->fault, note)
                                                       : record_report(intent, outcome, note);
    if (intent.receipt) {
        queue_.set_in_doubt(*intent.receipt, false); // the last touch: now it may be withdrawn
    }
    return step;
}

/// Blocks for one journal write. False: the journal failed, and the executor is halted.
bool Executor::make_durable(journal::RowId intent, const fiscal::Outcome& outcome,
                            bool receipt_goes_on, const std::string& note) {
    const auto written = durable<bool>([&](auto done) {
        store_.outcome({.intent = intent,
                        .outcome = outcome,
                        .receipt_goes_on = receipt_goes_on,
                        .warnings = {},
                        .note = note,
                        .at = clock_.utc_micros()},
                       journal::Urgency::now, std::move(done));
    });
    if (!written) {
        halt(written.error());
    }
    return written.has_value();
}

/// A shift report. One whose outcome nobody can tell is no riddle: the state of the shift is read
/// from the KKT before the next document anyway.
Executor::Step Executor::record_report(const journal::OpenIntent& intent, fiscal::Outcome outcome,
                                       const std::string& note) {
    if (const auto* unknown = std::get_if<fiscal::Unknown>(&outcome)) {
        outcome = fiscal::Refused{unknown->fault};
    }
    if (!make_durable(intent.row, outcome, true, note)) {
        return {};
    }
    if (const auto* done = std::get_if<fiscal::Done>(&outcome)) {
        note_made(done->registration);
        looked_at_ = 0; // the shift is another now
        base::log(base::LogLevel::notice, "kkt " + config_.id + ": " +
                                              std::string(fiscal::name(intent.marker.kind)) +
                                              " shift " + std::to_string(done->registration.shift) +
                                              " fd " + std::to_string(done->registration.fd));
        return {true, std::nullopt};
    }
    return {false, std::get<fiscal::Refused>(outcome).fault};
}

/// What was opened to check a receipt and is nobody's. The caller has his answer long since.
Executor::Step Executor::record_check(const journal::OpenIntent& intent, fiscal::Outcome outcome,
                                      const std::string& note) {
    const auto* done = std::get_if<fiscal::Done>(&outcome);
    if (done != nullptr) {
        // Somebody has closed it on the KKT: kktd cannot undo it, and must not keep it quiet.
        note_made(done->registration);
        base::log(base::LogLevel::error,
                  "kkt " + config_.id +
                      ": a receipt that was only checked has been registered by "
                      "somebody at the KKT: fd " +
                      std::to_string(done->registration.fd) + " sum " + intent.marker.total.text() +
                      "; it is of no sale, correct it");
    }
    if (const auto* unknown = std::get_if<fiscal::Unknown>(&outcome)) {
        base::log(base::LogLevel::error,
                  "kkt " + config_.id +
                      ": what became of a receipt that was only checked cannot "
                      "be told: " +
                      unknown->fault.text());
        outcome = fiscal::Refused{unknown->fault}; // no receipt of anybody waits for it
    }
    static_cast<void>(make_durable(intent.row, outcome, true, note));
    return {};
}

/// A receipt that was certainly not registered, for a cause that will end: it stays accepted.
Executor::Step Executor::record_retry(const journal::OpenIntent& intent, const Fault& fault,
                                      const std::string& note) {
    if (!make_durable(intent.row, fiscal::Refused{fault}, true, note)) {
        return {};
    }
    Job* job = intent.receipt ? queue_.find(*intent.receipt) : nullptr;
    if (job != nullptr) {
        waiting_room_.set_working(job->standing.id, false);
        for (auto& attempt : job->absent) {
            if (std::exchange(attempt.asked, false)) {
                return {}; // of no new attempt
            }
        }
        if (note == journal::recovered_note) {
            job->add_absent(intent.marker);
        }
        const int doublings = std::min(job->failed_attempts++, max_doublings);
        job->last_fault = fault;
        job->not_before = std::chrono::steady_clock::now();
        if (doublings > 0) {
            job->not_before += config_.retry_interval * (1 << doublings);
        }
    }
    return {};
}

/// The end of a receipt: done, refused for good, or unknown. Nobody is told before it is durable.
Executor::Step Executor::record_end(const journal::OpenIntent& intent,
                                    const fiscal::Outcome& outcome, const std::string& note) {
    const std::int64_t now = clock_.utc_micros();
    if (std::holds_alternative<fiscal::Unknown>(outcome)) {
        auto inconclusive = intent;
        inconclusive.inconclusive = true;
        open_.push_back(std::move(inconclusive));
        count_unknown();
    }
    fiscal::Standing standing;
    Caller caller;
    Times times{.begun = intent.at};
    fiscal::Warnings added; // since the receipt was accepted
    if (auto job = intent.receipt ? queue_.take(*intent.receipt) : std::nullopt) {
        standing = std::move(job->standing);
        caller = std::move(job->caller);
        times.durable = job->durable_at;
        times.sent = job->sent_at;
        if (job->compiled) {
            added = std::move(job->compiled->added);
        }
    }
    standing.working = false;
    standing.finished_at = now;
    standing.fault.reset();
    bool made = false;
    if (const auto* done = std::get_if<fiscal::Done>(&outcome)) {
        made = true;
        standing.state = ReceiptState::done;
        standing.registration = done->registration;
        if (done->registration.not_printed) {
            added.push_back({"not_printed", "", "чек зарегистрирован, но не допечатан"});
        }
        note_made(done->registration);
    } else if (const auto* refused = std::get_if<fiscal::Refused>(&outcome)) {
        standing.state = ReceiptState::refused;
        standing.fault = refused->fault;
    } else {
        standing.state = ReceiptState::unknown;
        standing.fault = std::get<fiscal::Unknown>(outcome).fault;
    }

    standing.warnings.insert(standing.warnings.end(), added.begin(), added.end());
    {
        const std::lock_guard lock(mutex_);
        ++writes_;
    }
    base::fault_point("engine.outcome.before");
    // With another receipt waiting, this outcome shares the commit of that one's intent.
    store_.outcome({.intent = intent.row,
                    .outcome = outcome,
                    .receipt_goes_on = false,
                    .warnings = std::move(added),
                    .note = note,
                    .at = now},
                   queue_.size() > 0 ? journal::Urgency::with_next : journal::Urgency::now,
                   [this, standing = std::move(standing), caller = std::move(caller),
                    times](const auto& written) mutable {
                       const WriteEnd end(*this);
                       if (!written) {
                           // The intent is durable: a restart asks the KKT.
                           base::log(base::LogLevel::error,
                                     "receipt " + standing.id +
                                         ": outcome not durable: " + written.error().text());
                           waiting_room_.tell(standing.id, journal_doubt(standing.test_device));
                           return;
                       }
                       const auto level = standing.state == ReceiptState::done
                                              ? base::LogLevel::info
                                              : base::LogLevel::error;
                       const auto line = line_of(standing, caller, times, clock_.utc_micros());
                       const auto alarm = lacks_contact(standing)
                                              ? "receipt " + standing.id + " number " +
                                                    standing.number +
                                                    ": an internet sale without the buyer's "
                                                    "contact, printed: hand it over"
                                              : std::string();
                       waiting_room_.settle(std::move(standing)); // first: somebody waits for it
                       base::log(level, line);
                       if (!alarm.empty()) {
                           base::log(base::LogLevel::error, alarm);
                       }
                   });
    return {made, std::nullopt};
}

/// What status shows is true before the next look at the KKT.
void Executor::note_made(const fiscal::Registration& made) {
    const std::lock_guard lock(mutex_);
    if (made.number != 0) {
        snapshot_.last_receipt = made;
    }
    if (snapshot_.state) {
        snapshot_.state->last_fd = made.fd;
        snapshot_.state->last_document = made.time;
        snapshot_.state->shift_number = made.shift;
        snapshot_.state->receipt_number = made.number;
    }
}

void Executor::count_unknown() {
    std::size_t unknown = 0;
    for (const auto& intent : open_) {
        unknown += intent.inconclusive ? 1U : 0U;
    }
    const std::lock_guard lock(mutex_);
    snapshot_.unknown = unknown;
}

} // namespace kktd::engine
