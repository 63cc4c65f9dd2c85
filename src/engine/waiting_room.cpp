#include "engine/waiting_room.hpp"

#include <algorithm>
#include <utility>

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

void WaitingRoom::answer(WaiterId id, fiscal::Reply reply) {
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
    waiter(std::move(reply));
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

void WaitingRoom::settle(fiscal::Standing standing) {
    std::vector<Placed> waiters;
    {
        const std::lock_guard lock(mutex_);
        const auto owed = owed_.find(standing.id);
        if (owed == owed_.end() || owed->second.standing.attempt != standing.attempt) {
            return;
        }
        waiters = take_waiters(owed->second);
        owed_.erase(owed);
    }
    if (waiters.empty()) {
        return;
    }
    const Placed last = std::move(waiters.back());
    waiters.pop_back();
    for (const auto& placed : waiters) {
        placed.waiter(fiscal::Settled{standing, placed.repeated});
    }
    last.waiter(fiscal::Settled{std::move(standing), last.repeated});
}

std::vector<WaitingRoom::Placed> WaitingRoom::take_waiters(Owed& owed) {
    for (const auto& placed : owed.waiters) {
        place_of_.erase(placed.id);
    }
    return std::exchange(owed.waiters, {});
}

void WaitingRoom::tell(const std::string& receipt, const fiscal::Reply& reply) {
    std::vector<Placed> waiters;
    {
        const std::lock_guard lock(mutex_);
        if (const auto owed = owed_.find(receipt); owed != owed_.end()) {
            waiters = take_waiters(owed->second);
        }
    }
    for (const auto& placed : waiters) {
        placed.waiter(reply);
    }
}

void WaitingRoom::tell_all(const std::string& kkt, const fiscal::Fault& fault) {
    std::vector<std::pair<Waiter, fiscal::Settled>> told;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [id, owed] : owed_) {
            if (owed.standing.kkt != kkt) {
                continue;
            }
            for (auto& placed : take_waiters(owed)) {
                told.emplace_back(std::move(placed.waiter),
                                  fiscal::Settled{owed.standing, placed.repeated});
                told.back().second.standing.fault = fault;
            }
        }
    }
    for (const auto& [waiter, settled] : told) {
        waiter(settled);
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
