#include "engine/engine.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "engine/durable.hpp"
#include "engine/reception.hpp"
#include "engine/tills.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <stdexcept>

namespace kktd::engine {

namespace {

using fiscal::ReceiptState;

/// What an operator is shown at most.
constexpr std::size_t unknown_limit = 1000;
constexpr std::size_t found_limit = 100;

/// A journal that cannot be read is no empty journal: the callers answer 500, and a start fails.
template<class T>
T must_read(journal::Read<T> read) {
    if (!read) {
        throw std::runtime_error("journal: " + read.error().text());
    }
    return std::move(*read);
}

OperatorAnswer not_found(std::string_view id) {
    return {false, "чека " + std::string(id) + " нет"};
}

} // namespace

class Engine::Impl {
public:
    Impl(std::vector<KktConfig> kkts, EngineConfig config, journal::Store& store,
         const base::Clock& clock)
        : config_(std::move(config)), store_(store), clock_(clock), started_at_(clock.utc_micros()),
          tills_(std::move(kkts), store, clock), reception_(tills_, config_, store, clock) {}

    void start() {
        for (const auto& executor : tills_.all()) {
            owe(*executor);
        }
        for (const auto& executor : tills_.all()) {
            executor->start();
        }
    }

    void stop() {
        stopping_ = true;
        for (const auto& executor : tills_.all()) {
            executor->begin_stop();
        }
        for (const auto& executor : tills_.all()) {
            executor->stop();
        }
        reception_.wait_for_claims();
    }

    OperatorAnswer withdraw(std::string_view id);

    /// A receipt by id with the executor of its KKT; nothing if either is not there.
    struct Found {
        fiscal::Standing standing;
        Executor* executor = nullptr;
        std::optional<Job> job; ///< nothing if this kktd cannot read its draft
    };
    [[nodiscard]] std::optional<Found> find(std::string_view id) const {
        const auto stored = must_read(store_.find_id(id));
        if (!stored) {
            return std::nullopt;
        }
        auto* executor = tills_.by_id(stored->standing.kkt);
        auto job = job_of(*stored, config_);
        if (job && executor != nullptr) {
            job->original = tills_.original_of(job->draft, *executor);
        }
        return Found{stored->standing, executor, std::move(job)};
    }

    const EngineConfig config_;
    journal::Store& store_;
    const base::Clock& clock_;
    const std::int64_t started_at_;
    Tills tills_;
    Reception reception_;
    std::atomic<bool> stopping_ = false;

private:
    void owe(Executor& executor);
};

/// Hands an executor what the journal says its KKT owes.
void Engine::Impl::owe(Executor& executor) {
    const auto& kkt = executor.config().id;
    std::map<std::string, std::vector<fiscal::Marker>> absent;
    for (auto& attempt : must_read(store_.absent_attempts(kkt))) {
        absent[attempt.receipt].push_back(std::move(attempt.marker));
    }
    std::list<Job> jobs;
    for (const auto& stored : must_read(store_.accepted(kkt))) {
        auto job = job_of(stored, config_);
        if (!job) {
            // Never dropped: it stays accepted in the journal, and is shown as such.
            base::log(base::LogLevel::error,
                      "receipt " + stored.standing.id +
                          ": its draft is of another version of kktd, not queued");
            continue;
        }
        job->original = tills_.original_of(job->draft, executor);
        for (auto& marker : absent[job->standing.id]) {
            job->add_absent(std::move(marker));
        }
        tills_.waiting_room().admit(job->standing);
        jobs.push_back(std::move(*job));
    }
    auto open = must_read(store_.open_intents(kkt));
    if (!jobs.empty() || !open.empty()) {
        base::log(base::LogLevel::notice,
                  "kkt " + kkt + ": the journal owes " + std::to_string(jobs.size()) +
                      " receipts; documents to ask the KKT about: " + std::to_string(open.size()));
    }
    std::optional<fiscal::Registration> last_receipt;
    if (const auto last = must_read(store_.last_done(kkt))) {
        last_receipt = last->standing.registration;
    }
    executor.owe(std::move(jobs), std::move(open), must_read(store_.bound(kkt)),
                 must_read(store_.stopped(kkt)), std::move(last_receipt));
}

OperatorAnswer Engine::Impl::withdraw(std::string_view id) {
    const auto found = find(id);
    if (!found || found->executor == nullptr) {
        return not_found(id);
    }
    const std::string name = "чек " + std::string(id);
    auto job = found->executor->take_out(id);
    if (!job) {
        return {false,
                name + " отозвать нельзя: " +
                    (found->standing.state == ReceiptState::accepted ? "он уже передаётся в ККТ"
                                                                     : "он уже не ждёт")};
    }
    fiscal::Standing standing = job->standing;
    standing.state = ReceiptState::withdrawn;
    standing.finished_at = clock_.utc_micros();
    const auto written = durable<bool>([&](auto done) {
        store_.finish({.receipt = job->row,
                       .state = ReceiptState::withdrawn,
                       .fault = std::nullopt,
                       .warnings = {},
                       .at = standing.finished_at},
                      [this, &standing, done = std::move(done)](const auto& result) {
                          if (result && *result) {
                              tills_.waiting_room().settle(standing);
                          }
                          done(result);
                      });
    });
    if (!written || !*written) {
        found->executor->put_back(std::move(*job));
        return {false, written ? name + " отозвать нельзя: он уже передаётся в ККТ"
                               : "журнал не записан: " + written.error().text()};
    }
    base::log(base::LogLevel::notice, "receipt " + standing.id + " withdrawn");
    return {true, name + " отозван, зарегистрирован не будет"};
}

// ---- Engine ------------------------------------------------------------------------------------

Engine::Engine(std::vector<KktConfig> kkts, EngineConfig config, journal::Store& store,
               const base::Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(kkts), std::move(config), store, clock)) {}

Engine::~Engine() {
    stop();
}

void Engine::start() {
    impl_->start();
}

void Engine::stop() {
    impl_->stop();
}

std::optional<fiscal::Reply> Engine::submit(Submission&& submission, Waiter waiter, WaiterId& id) {
    return impl_->reception_.submit(std::move(submission), std::move(waiter), id, impl_->stopping_);
}

std::optional<fiscal::Reply> Engine::leave(WaiterId id) {
    auto settled = impl_->tills_.waiting_room().leave(id);
    if (!settled) {
        return std::nullopt;
    }
    settled->standing = impl_->tills_.shown(std::move(settled->standing));
    return std::move(*settled);
}

std::optional<fiscal::Standing> Engine::find(std::string_view id) const {
    auto found = impl_->find(id);
    if (!found) {
        return std::nullopt;
    }
    return impl_->tills_.shown(std::move(found->standing));
}

std::vector<fiscal::Standing> Engine::find_number(std::string_view number,
                                                  std::optional<fiscal::Date> date,
                                                  std::optional<fiscal::ReceiptKind> kind) const {
    std::vector<fiscal::Standing> standings;
    for (const auto& stored :
         must_read(impl_->store_.find_number(number, date, kind, found_limit))) {
        standings.push_back(impl_->tills_.shown(stored.standing));
    }
    return standings;
}

std::vector<fiscal::Standing> Engine::unknown() const {
    std::vector<fiscal::Standing> standings;
    for (const auto& stored : must_read(impl_->store_.unknown(unknown_limit))) {
        standings.push_back(stored.standing);
    }
    return standings;
}

OperatorAnswer Engine::withdraw(std::string_view id) {
    return impl_->withdraw(id);
}

OperatorAnswer Engine::resolve(std::string_view id, Resolution resolution, std::uint32_t fd) {
    auto found = impl_->find(id);
    if (!found || found->executor == nullptr) {
        return not_found(id);
    }
    return found->executor->resolve(found->standing.id, std::move(found->job), resolution, fd);
}

OperatorAnswer Engine::accept_kkt(std::string_view kkt) {
    auto* executor = impl_->tills_.by_id(kkt);
    if (executor == nullptr) {
        return {false, "ККТ «" + std::string(kkt) + "» нет в настройках"};
    }
    return executor->accept_identity();
}

OperatorAnswer Engine::carry_out(const KktOrder& order) {
    const auto& executors = impl_->tills_.all();
    if (order.kkt.empty() && executors.size() == 1) {
        return executors.front()->carry_out(order);
    }
    if (auto* executor = impl_->tills_.by_id(order.kkt)) {
        return executor->carry_out(order);
    }
    std::string known;
    for (const auto& executor : executors) {
        known += (known.empty() ? "" : ", ") + executor->config().id;
    }
    return {false, (order.kkt.empty() ? "ККТ несколько, укажите, на которой"
                                      : "ККТ «" + order.kkt + "» нет в настройках") +
                       "; есть: " + known};
}

Snapshot Engine::snapshot() const {
    Snapshot snapshot;
    snapshot.version = impl_->config_.version;
    if (const auto trouble = impl_->store_.trouble()) {
        snapshot.journal_trouble = trouble->text();
    }
    snapshot.stopping = impl_->stopping_;
    snapshot.started_at = impl_->started_at_;
    for (const auto& executor : impl_->tills_.all()) {
        snapshot.kkt.push_back(executor->snapshot());
    }
    return snapshot;
}

bool Snapshot::can_sell() const {
    return !journal_trouble && !stopping &&
           std::any_of(kkt.begin(), kkt.end(), [](const auto& one) { return one.can_sell; });
}

} // namespace kktd::engine
