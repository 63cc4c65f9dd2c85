// Reception: the way of a submission from the front to a place in a KKT's queue: keys, stored
// answers, compile, queue place, durable claim.
#pragma once

#include "engine/keys.hpp"
#include "engine/tills.hpp"

#include <condition_variable>
#include <mutex>
#include <variant>

namespace kktd::engine {

class Reception {
public:
    Reception(Tills& tills, const EngineConfig& config, journal::Store& store,
              const base::Clock& clock);

    /// As Engine::submit(). `stopping`: nothing new is accepted, stored answers are still given.
    [[nodiscard]] std::optional<fiscal::Reply> submit(Submission&& submission, Waiter waiter,
                                                      WaiterId& id, bool stopping);
    /// Blocks until no claim is on its way to the journal.
    void wait_for_claims();

private:
    /// What the journal knows of a submission's keys: nothing, an answer, or a receipt at which the
    /// caller now waits.
    struct Nothing {};
    struct Waiting {};
    using Known = std::variant<Nothing, Waiting, fiscal::Reply>;

    Known known(const journal::StoredReceipt& stored, const Submission& submission,
                std::string_view digest, WaiterId waiter);
    Known look_up(const Submission& submission, const Keys& keys, journal::Space space,
                  WaiterId waiter);
    [[nodiscard]] static std::optional<fiscal::Reply> answer_of(Known known);
    std::optional<fiscal::Reply> stored_or(fiscal::Reply refusal, const Submission& submission,
                                           const Keys& keys, const Executor& executor,
                                           WaiterId waiter);
    /// The answer for a submission that goes no further; nothing when its claim is on its way.
    std::optional<fiscal::Reply> take_in(Submission&& submission, WaiterId waiter, bool stopping);
    void begin_claim();
    void end_claim();
    struct Rehearsed {
        fiscal::Standing standing;
        journal::Claim claim;   ///< but for what the standing still tells
        bool has_place = false; ///< in the queue, to be given back when it is journaled
    };
    /// Nothing: the waiter is called when the KKT was asked.
    std::optional<fiscal::Reply> rehearse(Submission&& submission, Executor& executor,
                                          fiscal::Standing standing,
                                          const fiscal::Document& document, const Keys& keys,
                                          WaiterId waiter);
    fiscal::Reply end_of(Rehearsed rehearsed, Executor& executor);
    void claimed(const journal::Read<journal::Claimed>& claimed, Job&& job, Submission&& submission,
                 std::string_view digest, Executor& executor, WaiterId waiter);

    Tills& tills_;
    const EngineConfig& config_;
    journal::Store& store_;
    const base::Clock& clock_;

    std::mutex mutex_;
    std::condition_variable claims_done_;
    std::size_t claims_ = 0; ///< on their way to the journal: their callbacks need us
};

} // namespace kktd::engine
