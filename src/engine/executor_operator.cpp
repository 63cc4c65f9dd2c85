// The part of Executor that an operator calls: his orders are carried out by the executor's own
// thread, between two documents.
#include "engine/executor.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <atomic>
#include <future>

namespace kktd::engine {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;
using fiscal::ReceiptState;

/// What the operator said, as the outcome of the document.
fiscal::Outcome stated(const fiscal::Marker& marker, Resolution resolution, std::uint32_t fd) {
    if (resolution == Resolution::registered) {
        fiscal::Registration registration;
        registration.fn = marker.fn;
        registration.fd = fd;
        registration.shift = marker.shift;
        registration.total = marker.total;
        return fiscal::Done{std::move(registration)};
    }
    return fiscal::Refused{Fault(FaultClass::rejected, "оператор установил: чека в ККТ нет")};
}

OperatorAnswer stopping_answer() {
    return {false, "kktd останавливается, повторите после запуска"};
}

std::string note_of(Resolution resolution, std::uint32_t fd) {
    switch (resolution) {
    case Resolution::registered:
        return "operator: registered, fd " + std::to_string(fd);
    case Resolution::not_registered:
        return "operator: not registered";
    case Resolution::again:
        return "operator: not registered, make it again";
    }
    return "";
}

} // namespace

OperatorAnswer Executor::order(std::function<OperatorAnswer()> action,
                               std::chrono::seconds patience) {
    struct Pending {
        std::promise<OperatorAnswer> answer;
        std::atomic<bool> taken = false; ///< by the executor, or back by the operator
    };
    auto pending = std::make_shared<Pending>();
    auto answer = pending->answer.get_future();
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            return stopping_answer();
        }
        orders_.push_back([pending, action = std::move(action)](bool go) {
            if (!pending->taken.exchange(true)) {
                pending->answer.set_value(go ? action() : stopping_answer());
            }
        });
    }
    changed_.notify_all();
    if (answer.wait_for(patience) != std::future_status::ready && !pending->taken.exchange(true)) {
        return {false, "ККТ занята, ничего не сделано, повторите позже"};
    }
    return answer.get();
}

OperatorAnswer Executor::resolve(const std::string& receipt, std::optional<Job> job,
                                 Resolution resolution, std::uint32_t fd) {
    return order([this, receipt, job = std::move(job), resolution,
                  fd] { return resolve_here(receipt, job, resolution, fd); },
                 config_.document_deadline + question_deadline);
}

OperatorAnswer Executor::resolve_here(const std::string& id, std::optional<Job> job,
                                      Resolution resolution, std::uint32_t fd) {
    const std::string name = "чек " + id;
    const auto stored = store_.find_id(id);
    if (!stored || !*stored || (*stored)->standing.state != ReceiptState::unknown) {
        return {false, name + " не ждёт решения"};
    }
    const auto row = (*stored)->row;
    const auto open = std::find_if(open_.begin(), open_.end(), [row](const auto& intent) {
        return intent.receipt == row && intent.inconclusive;
    });
    if (open == open_.end()) {
        return {false, name + " не числится за этой ККТ"};
    }
    if (resolution == Resolution::again && !job) {
        return {false, name + " принят другой версией kktd и не может быть пробит этой"};
    }
    const std::string note = note_of(resolution, fd);
    if (!make_durable(open->row, stated(open->marker, resolution, fd),
                      resolution == Resolution::again, note)) {
        return {false, "журнал чеков не записывается, см. kktctl status"};
    }
    open_.erase(open);
    count_unknown();
    base::log(base::LogLevel::notice, "receipt " + id + " resolved by " + note);
    switch (resolution) {
    case Resolution::registered:
        return {true, name + " отмечен зарегистрированным, ФД " + std::to_string(fd)};
    case Resolution::not_registered:
        return {true, name + " отмечен незарегистрированным, его можно отправить снова"};
    case Resolution::again:
        break;
    }
    job->standing.state = ReceiptState::accepted;
    job->standing.fault.reset();
    waiting_room_.admit(job->standing);
    queue_.put_back(std::move(*job));
    return {true, name + " снова в очереди"};
}

OperatorAnswer Executor::accept_identity() {
    return order(
        [this]() -> OperatorAnswer {
            // A KKT is looked at only when it has nothing left to tell of an open document.
            const auto cause = recover_open();
            if (halted_) {
                return {false, "журнал чеков не записывается"};
            }
            if (cause && !open_.empty() && !open_.front().inconclusive) {
                return {false, cause->text()};
            }
            const auto state = look(in(question_deadline));
            if (!state) {
                return {false, "ККТ не отвечает: " + state.error().text()};
            }
            const auto& seen = state->identity;
            if (!bind(seen)) {
                return {false, "журнал чеков не записывается"};
            }
            base::log(base::LogLevel::notice, "kkt " + config_.id + ": accepted, fn " + seen.fn);
            return {true, "ККТ " + config_.id + " принята: РНМ " + seen.rnm + ", заводской номер " +
                              seen.serial + ", ФН " + seen.fn};
        },
        config_.document_deadline + question_deadline);
}

} // namespace kktd::engine
