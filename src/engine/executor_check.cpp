// The part of Executor that has the KKT itself judge a receipt which is not to be made ("check":
// "device"). What the driver opens for that has a durable marker and no receipt: whatever becomes
// of kktd meanwhile, recovery asks about it before anything else is done with that KKT.
#include "engine/executor.hpp"

#include "base/clock.hpp"
#include "base/fault_point.hpp"
#include "base/log.hpp"
#include "fiscal/plan.hpp"

namespace kktd::engine {

namespace {

using driver::Checked;
using fiscal::Fault;
using fiscal::FaultClass;

Checked not_asked(Fault fault) {
    return {.verdict = Checked::Verdict::not_asked, .fault = std::move(fault), .in_doubt = false};
}

Fault journal_failed() {
    return {FaultClass::internal, "Журнал чеков не записывается."};
}

/// What would keep a receipt waiting keeps it waiting without any question, too.
Checked hindered(Fault fault) {
    return {.verdict = Checked::Verdict::refuses, .fault = std::move(fault), .in_doubt = false};
}

} // namespace

/// Receipts come first. Those that wait for the end of test mode do not compete.
std::optional<Fault> Executor::busy_with_receipts() const {
    if (config_.test_mode || queue_.size() == 0) {
        return std::nullopt;
    }
    return Fault(FaultClass::busy, "ККТ занята чеками. Повторите позже.");
}

void Executor::check(fiscal::Document document, const CheckEnd& done) {
    static const Fault stops(FaultClass::busy, "kktd останавливается. Повторите после запуска.");
    auto hindrance = busy_with_receipts();
    if (!hindrance) {
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            hindrance = stops;
        } else {
            orders_.push_back([this, document = std::move(document), done,
                               deadline = in(check_deadline)](bool go) mutable {
                done(go ? check_here(std::move(document), deadline) : not_asked(stops));
            });
        }
    }
    if (hindrance) {
        return done(not_asked(*std::move(hindrance)));
    }
    changed_.notify_all();
}

Checked Executor::check_here(fiscal::Document document, driver::Deadline deadline) {
    if (auto busy = busy_with_receipts()) {
        return not_asked(*std::move(busy)); // one came while this was waiting for its turn
    }
    if (!halted_) {
        idle_since_ = 0;
        released_ = false;
        if (auto cause = recover_open(); cause && !open_.empty()) {
            return hindered(*std::move(cause));
        }
    }
    if (halted_) {
        return not_asked(journal_failed());
    }
    auto state = look(in(question_deadline));
    if (!state) {
        return hindered(state.error());
    }
    if (auto fault = identity_fault(*state)) {
        return hindered(*std::move(fault));
    }
    auto plan = fiscal::plan(std::move(document), *state, host_now(), config_.shift);
    if (auto* wait = std::get_if<fiscal::Wait>(&plan)) {
        return hindered(std::move(wait->fault));
    }
    if (auto* refuse = std::get_if<fiscal::Refuse>(&plan)) {
        return hindered(std::move(refuse->fault));
    }
    auto& tasks = std::get<fiscal::Steps>(plan).tasks;
    if (tasks.size() != 1) {
        return not_asked(Fault(FaultClass::shift, "Смена закрыта или старше 24 часов, а чек ККТ "
                                                  "проверяет только в открытой."));
    }
    auto intent = prepare(tasks.front(), *state, in(question_deadline));
    if (!intent) {
        return hindered(intent.error());
    }
    if (std::chrono::steady_clock::now() + least_check > deadline) {
        return not_asked(Fault(FaultClass::busy, "До ККТ не дошла очередь. Повторите позже."));
    }
    return check_marked(std::get<fiscal::Register>(tasks.front()), *std::move(intent), deadline);
}

/// Intent, question, outcome: as with a document that is made.
Checked Executor::check_marked(const fiscal::Register& task, journal::Intent intent,
                               driver::Deadline deadline) {
    base::fault_point("engine.check.before");
    auto kept = keep(std::move(intent));
    if (!kept.open) {
        return not_asked(journal_failed());
    }
    auto checked = driver_->check(task, kept.open->marker, deadline);
    base::fault_point("engine.check.after");
    looked_at_ = 0;
    if (checked.in_doubt) {
        base::log(base::LogLevel::warning,
                  "kkt " + config_.id +
                      ": a checked receipt may stand open on the KKT, asking it: " +
                      checked.fault.text());
        open_.push_back(*std::move(kept.open));
        return checked;
    }
    const bool taken = checked.verdict == Checked::Verdict::takes;
    static const Fault only_checked(FaultClass::rejected, "чек только проверен, его не пробивали");
    record(*kept.open, fiscal::Refused{taken ? only_checked : checked.fault}, "checked");
    return checked;
}

} // namespace kktd::engine
