// WaitingRoom: the receipts kktd owes an answer for, and the callers who wait for them.
// Thread-safe; waiters are called outside the lock, each exactly once or never after leave() took
// it back.
#pragma once

#include "engine/engine.hpp"

#include <mutex>
#include <unordered_map>

namespace kktd::engine {

class WaitingRoom {
public:
    /// Registers a caller whose receipt is not durable yet: leave() does not find him until admit()
    /// or join() has placed him.
    [[nodiscard]] WaiterId expect(Waiter waiter);
    /// The caller was answered in another way; he is not placed.
    void forget(WaiterId waiter);
    /// Answers a caller that was not placed (claim lost, journal failed).
    void answer(WaiterId waiter, fiscal::Reply reply);

    /// The receipt is durable: from now on it is owed. `standing.id` names it.
    void admit(const fiscal::Standing& standing);
    /// Places an expected caller at a receipt. False if the receipt is not here (already settled).
    [[nodiscard]] bool join(const std::string& receipt, WaiterId waiter, bool repeated);
    /// This attempt of the receipt has an end: everybody gets it, the receipt leaves the room. To
    /// be called where the end became durable, in the journal's callback, so that no later attempt
    /// can have been admitted.
    void settle(fiscal::Standing standing);
    void set_working(const std::string& receipt, bool working);
    /// The journal cannot be written any more, so nobody here will see an end before a restart.
    /// Everybody at this receipt gets `reply`; everybody at a receipt of this KKT hears that it is
    /// accepted, and of the fault. The receipts stay owed.
    void tell(const std::string& receipt, const fiscal::Reply& reply);
    void tell_all(const std::string& kkt, const fiscal::Fault& fault);

    [[nodiscard]] std::optional<fiscal::Standing> standing(const std::string& receipt) const;
    /// Takes a placed caller back; the standing his receipt has now.
    [[nodiscard]] std::optional<fiscal::Settled> leave(WaiterId waiter);

private:
    struct Placed {
        WaiterId id = 0;
        Waiter waiter;
        bool repeated = false;
    };
    struct Owed {
        fiscal::Standing standing;
        std::vector<Placed> waiters;
    };

    [[nodiscard]] std::vector<Placed> take_waiters(Owed& owed);

    mutable std::mutex mutex_;
    WaiterId last_id_ = 0;
    std::unordered_map<WaiterId, Waiter> expected_;
    std::unordered_map<std::string, Owed> owed_;
    std::unordered_map<WaiterId, std::string> place_of_;
};

} // namespace kktd::engine
