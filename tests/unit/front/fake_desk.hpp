// FakeDesk: an engine that does what a test tells it. Thread-safe, as the front expects.
#pragma once

#include "front/desk.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kktd::test {

[[nodiscard]] inline fiscal::Standing standing_of(std::string id, fiscal::ReceiptState state) {
    fiscal::Standing standing;
    standing.id = std::move(id);
    standing.kkt = "main";
    standing.number = "ТР00-003655";
    standing.date = fiscal::Date{2026, 10, 6};
    standing.total = fiscal::Money(195'000);
    standing.state = state;
    standing.accepted_at = 1'790'000'000'000'000;
    if (state == fiscal::ReceiptState::done) {
        fiscal::Registration registration;
        registration.fn = "9999078900001341";
        registration.fd = 1234;
        registration.fpd = "3742189210";
        registration.shift = 7;
        registration.number = 42;
        registration.total = standing.total;
        standing.registration = registration;
        standing.finished_at = standing.accepted_at + 1'000'000;
    }
    return standing;
}

class FakeDesk final : public front::Desk {
public:
    // ---- what the test decides, before the front runs ----
    std::function<std::optional<fiscal::Reply>(const engine::Submission&)> at_once; ///< or nothing
    std::function<void()> on_submit; ///< may throw: a bug
    std::function<void()> on_withdraw;
    std::function<void()> on_carry_out;
    std::optional<fiscal::Reply> reply_inside_submit; ///< the waiter is called before the return
    std::atomic<bool> durable = true;                 ///< leave() knows the receipt
    std::map<std::string, fiscal::Standing, std::less<>> receipts;
    std::vector<fiscal::Standing> unknown_receipts;
    engine::OperatorAnswer operator_answer{true, "Сделано"};
    engine::Snapshot now;

    // ---- what the test sees ----
    [[nodiscard]] std::vector<engine::Submission> submissions() const {
        const std::lock_guard lock(mutex_);
        return submissions_;
    }
    [[nodiscard]] std::size_t waiting() const {
        const std::lock_guard lock(mutex_);
        return waiters_.size();
    }
    [[nodiscard]] std::vector<std::string> calls() const {
        const std::lock_guard lock(mutex_);
        return calls_;
    }
    /// Calls every waiter, as an executor would.
    void answer_all(const fiscal::Reply& reply) {
        for (auto& [id, waiter] : take_waiters()) {
            waiter(reply);
        }
    }
    std::map<engine::WaiterId, engine::Waiter> take_waiters() {
        const std::lock_guard lock(mutex_);
        return std::exchange(waiters_, {});
    }

    // ---- Desk ----
    std::optional<fiscal::Reply> submit(engine::Submission&& submission, engine::Waiter waiter,
                                        engine::WaiterId& id) override {
        if (on_submit) {
            on_submit();
        }
        if (reply_inside_submit) {
            id = 1;
            waiter(*reply_inside_submit);
            return std::nullopt;
        }
        const std::lock_guard lock(mutex_);
        auto reply = at_once ? at_once(submission) : std::nullopt;
        submissions_.push_back(std::move(submission));
        if (!reply) {
            id = ++last_id_;
            waiters_.emplace(id, std::move(waiter));
        }
        return reply;
    }
    std::optional<fiscal::Reply> leave(engine::WaiterId id) override {
        const std::lock_guard lock(mutex_);
        if (!durable || waiters_.erase(id) == 0) {
            return std::nullopt;
        }
        return fiscal::Settled{
            standing_of("01J" + std::to_string(id), fiscal::ReceiptState::accepted), false};
    }
    std::optional<fiscal::Standing> find(std::string_view id) const override {
        note("find " + std::string(id));
        const auto found = receipts.find(id);
        return found == receipts.end() ? std::nullopt : std::optional(found->second);
    }
    std::vector<fiscal::Standing>
    find_number(std::string_view number, std::optional<fiscal::Date> date,
                std::optional<fiscal::ReceiptKind> kind) const override {
        note("find_number " + std::string(number) + " " + (date ? date->iso() : "-") + " " +
             (kind ? std::string(fiscal::name(*kind)) : "-"));
        std::vector<fiscal::Standing> found;
        for (const auto& [id, standing] : receipts) {
            if (standing.number == number) {
                found.push_back(standing);
            }
        }
        return found;
    }
    std::vector<fiscal::Standing> unknown() const override { return unknown_receipts; }
    engine::OperatorAnswer withdraw(std::string_view id) override {
        note("withdraw " + std::string(id));
        if (on_withdraw) {
            on_withdraw();
        }
        if (operator_answer.done) {
            if (const auto found = receipts.find(id); found != receipts.end()) {
                found->second.state = fiscal::ReceiptState::withdrawn;
            }
        }
        return operator_answer;
    }
    engine::OperatorAnswer resolve(std::string_view id, engine::Resolution resolution,
                                   std::uint32_t fd) override {
        note("resolve " + std::string(id) + " " + std::to_string(static_cast<int>(resolution)) +
             " " + std::to_string(fd));
        return operator_answer;
    }
    engine::OperatorAnswer accept_kkt(std::string_view kkt) override {
        note("accept_kkt " + std::string(kkt));
        return operator_answer;
    }
    engine::OperatorAnswer carry_out(const engine::KktOrder& order) override {
        note("carry_out " + order.kkt + ": " + engine::name_of(order.task) + " by " + order.who);
        if (on_carry_out) {
            on_carry_out();
        }
        return operator_answer;
    }
    engine::Snapshot snapshot() const override { return now; }

private:
    void note(std::string call) const {
        const std::lock_guard lock(mutex_);
        calls_.push_back(std::move(call));
    }

    mutable std::mutex mutex_;
    mutable std::vector<std::string> calls_;
    std::vector<engine::Submission> submissions_;
    std::map<engine::WaiterId, engine::Waiter> waiters_;
    engine::WaiterId last_id_ = 0;
};

} // namespace kktd::test
