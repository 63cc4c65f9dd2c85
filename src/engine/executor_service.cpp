// The part of Executor that has the KKT do what an operator asks for between two receipts: reports,
// cash in and out, copies, and the closing of the shift, which is a fiscal document like any other.
#include "engine/executor.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "engine/durable.hpp"
#include "fiscal/plan.hpp"

namespace kktd::engine {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;

OperatorAnswer not_done(const OperatorTask& task, const std::string& why) {
    return {false, not_done_text(task) + ": " + why};
}

} // namespace

OperatorAnswer Executor::carry_out(const KktOrder& wanted) {
    auto answer = order([this, task = wanted.task] { return carry_out_here(task); }, turn_patience);
    const std::string done = "operator: " + name_of(wanted.task) + " by " + wanted.who +
                             (answer.done ? ": done: " : ": not done: ") + answer.text;
    base::log(answer.done ? base::LogLevel::notice : base::LogLevel::warning,
              "kkt " + config_.id + ": " + done);
    const auto noted = durable<bool>([&](auto written) {
        store_.note(config_.id, done, clock_.utc_micros(), std::move(written));
    });
    if (!noted) {
        answer.text += "; в журнал это не записано, см. kktctl status";
    }
    answer.text = "ККТ " + config_.id + ": " + answer.text;
    return answer;
}

OperatorAnswer Executor::carry_out_here(const OperatorTask& task) {
    static constexpr const char* journal_failed = "журнал чеков не записывается, см. kktctl status";
    if (config_.test_mode) {
        return not_done(task, "включён test_mode, на ККТ ничего не делается; выключите его в "
                              "настройках kktd");
    }
    if (!halted_) {
        idle_since_ = 0; // whoever was to have the connection meanwhile waits a little longer
        released_ = false;
        if (const auto cause = recover_open(); cause && !open_.empty()) {
            return not_done(task, cause->text());
        }
    }
    if (halted_) {
        return not_done(task, journal_failed);
    }
    const auto state = look(in(question_deadline));
    auto fault = state ? identity_fault(*state) : state.error();
    if (state && !fault) {
        fault = fiscal::why_not_selling(*state, host_now());
        if (fault && possible_in_spite_of(fault->cls(), task)) {
            fault.reset();
        }
    }
    if (fault) {
        return not_done(task, halted_ ? journal_failed : fault->text());
    }
    if (const auto* service = std::get_if<fiscal::ServiceTask>(&task)) {
        return serve(*service);
    }
    return close_shift(*state);
}

OperatorAnswer Executor::serve(const fiscal::ServiceTask& task) {
    const auto served = driver_->serve(task, in(config_.document_deadline));
    looked_at_ = 0;
    if (served) {
        return {true, done_text(task)};
    }
    const auto& fault = served.error();
    if (fault.cls() == FaultClass::link) {
        return {false, "неизвестно, выполнено ли: " + fault.text() +
                           " Посмотрите на чековую ленту, прежде чем повторять."};
    }
    return not_done(task, fault.text());
}

OperatorAnswer Executor::close_shift(const fiscal::DeviceState& state) {
    const fiscal::CloseShift task{config_.shift.cashier};
    const std::string shift = std::to_string(state.shift_number);
    if (state.shift == fiscal::ShiftState::closed) {
        return not_done(task, "она и так закрыта (последняя – " + shift + ")");
    }
    auto step = make(task, nullptr, state);
    if (!step.made && !step.wait && !halted_) {
        // The outcome is unknown: the KKT is asked at once, as about every fiscal document.
        if (const auto cause = recover_open(); cause && !open_.empty()) {
            return {false, "неизвестно, закрыта ли смена " + shift + ": " + cause->text() +
                               " kktd спросит ККТ сам, результат покажет kktctl status"};
        }
        const auto now = look(in(question_deadline));
        step.made = now && now->shift == fiscal::ShiftState::closed;
        if (!step.made) {
            step.wait = now ? Fault(FaultClass::link, "ККТ опрошена, отчёта о закрытии в ней нет; "
                                                      "повторите")
                            : now.error();
        }
    }
    if (halted_) {
        return not_done(task, "журнал чеков не записывается, см. kktctl status");
    }
    if (!step.made) {
        return not_done(task, step.wait->text());
    }
    const auto now = seen();
    return {true, "Смена " + shift + " закрыта" +
                      (now ? ", ФД " + std::to_string(now->last_fd) : std::string())};
}

} // namespace kktd::engine
