// Tills: all KKT of this kktd, each with its executor, and the receipts owed by them.
#pragma once

#include "engine/executor.hpp"
#include "engine/waiting_room.hpp"

#include <memory>
#include <string_view>
#include <variant>
#include <vector>

namespace kktd::engine {

class Tills {
public:
    /// The configuration was checked before: an unknown driver or a bad URI is a bug (throws
    /// std::logic_error). References outlive the object.
    Tills(std::vector<KktConfig> kkts, journal::Store& store, const base::Clock& clock);

    [[nodiscard]] const std::vector<std::unique_ptr<Executor>>& all() const { return executors_; }
    /// nullptr if there is no KKT of that id (any more).
    [[nodiscard]] Executor* by_id(std::string_view kkt) const;

    /// Which KKT a request is for: by its `Kkt` (or the path's), narrowed by its `Inn`. One
    /// candidate is taken; of several of one seller the one that can sell, with the shortest queue;
    /// several sellers and no name: a violation, never "the first".
    [[nodiscard]] std::variant<Executor*, fiscal::Violation>
    route(const Submission& submission) const;

    /// A standing read from the journal, with what only memory knows: whether it is being worked on
    /// and what it waits for.
    [[nodiscard]] fiscal::Standing shown(fiscal::Standing standing) const;

    /// The original of a refund, if the journal has it as done by the same seller.
    [[nodiscard]] std::optional<fiscal::Original> original_of(const fiscal::Draft& draft,
                                                              const Executor& executor) const;

    [[nodiscard]] WaitingRoom& waiting_room() { return waiting_room_; }

private:
    journal::Store& store_;
    WaitingRoom waiting_room_;
    std::vector<std::unique_ptr<Executor>> executors_;
};

} // namespace kktd::engine
