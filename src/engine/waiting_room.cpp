#include "engine/waiting_room.hpp"

#include <algorithm>

namespace kktd::engine {

WaiterId WaitingRoom::expect(Waiter waiter) {
    const std::lock_guard lock(mutex_);
    expected_.emplace(++last_id_, std::move(waiter));
    return last_id_;
}

void WaitingRoom::forget(WaiterId id) {
    const std::lock_guard lock(mutex_);
    expected_.erase(id);
}

void WaitingRoom::answer(WaiterId id, const fiscal::Reply& reply) {
    Waiter waiter;
    {
        const std::lock_guard lock(mutex_);
        const auto found = expected_.find(id);
        if (found == expected_.end()) {
            return;
        }
        waiter = std::move(found->second);
        expected_.erase(found);
    }
    waiter(reply);
}

void WaitingRoom::admit(const fiscal::Standing& standing) {
    const std::lock_guard lock(mutex_);
    owed_[standing.id].standing = standing;
}

bool WaitingRoom::join(const std::string& receipt, WaiterId id, bool repeated) {
    const std::lock_guard lock(mutex_);
    const auto owed = owed_.find(receipt);
    const auto found = expected_.find(id);
    if (owed == owed_.end() || found == expected_.end()) {
        return false;
    }
    owed->second.waiters.push_back({id, std::move(found->second), repeated});
    expected_.erase(found);
    place_of_.emplace(id, receipt);
    return true;
}

void WaitingRoom::settle(const fiscal::Standing& standing) {
    std::vector<Placed> waiters;
    {
        const std::lock_guard lock(mutex_);
        const auto owed = owed_.find(standing.id);
        if (owed == owed_.end() || owed->second.standing.attempt != standing.attempt) {
            return;
        }
        waiters = std::move(owed->second.waiters);
        owed_.erase(owed);
        for (const auto& placed : waiters) {
            place_of_.erase(placed.id);
        }
    }
    for (const auto& placed : waiters) {
        placed.waiter(fiscal::Settled{standing, placed.repeated});
    }
}

void WaitingRoom::set_working(const std::string& receipt, bool working) {
    const std::lock_guard lock(mutex_);
    if (const auto owed = owed_.find(receipt); owed != owed_.end()) {
        owed->second.standing.working = working;
    }
}

std::optional<fiscal::Standing> WaitingRoom::standing(const std::string& receipt) const {
    const std::lock_guard lock(mutex_);
    const auto owed = owed_.find(receipt);
    if (owed == owed_.end()) {
        return std::nullopt;
    }
    return owed->second.standing;
}

std::optional<fiscal::Settled> WaitingRoom::leave(WaiterId id) {
    const std::lock_guard lock(mutex_);
    const auto place = place_of_.find(id);
    if (place == place_of_.end()) {
        return std::nullopt;
    }
    auto& owed = owed_.at(place->second);
    place_of_.erase(place);
    const auto placed = std::find_if(owed.waiters.begin(), owed.waiters.end(),
                                     [id](const Placed& p) { return p.id == id; });
    const bool repeated = placed->repeated;
    owed.waiters.erase(placed);
    return fiscal::Settled{owed.standing, repeated};
}

} // namespace kktd::engine
