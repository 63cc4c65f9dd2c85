// Desk: what the front asks of the engine, as a seam, so that routes, parking and the operator's
// socket are tested without journal and KKT. EngineDesk (engine_desk.hpp) is the real one.
#pragma once

#include "engine/engine.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace kktd::front {

/// Each function means what the one of the same name means in engine::Engine, threads and blocking
/// included.
class Desk {
public:
    Desk() = default;
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;
    virtual ~Desk() = default;

    [[nodiscard]] virtual std::optional<fiscal::Reply>
    submit(engine::Submission&& submission, engine::Waiter waiter, engine::WaiterId& id) = 0;
    [[nodiscard]] virtual std::optional<fiscal::Reply> leave(engine::WaiterId id) = 0;

    [[nodiscard]] virtual std::optional<fiscal::Standing> find(std::string_view id) const = 0;
    [[nodiscard]] virtual std::vector<fiscal::Standing>
    find_number(std::string_view number, std::optional<fiscal::Date> date,
                std::optional<fiscal::ReceiptKind> kind) const = 0;
    [[nodiscard]] virtual std::vector<fiscal::Standing> unknown() const = 0;

    [[nodiscard]] virtual engine::OperatorAnswer withdraw(std::string_view id) = 0;
    [[nodiscard]] virtual engine::OperatorAnswer
    resolve(std::string_view id, engine::Resolution resolution, std::uint32_t fd) = 0;
    [[nodiscard]] virtual engine::OperatorAnswer accept_kkt(std::string_view kkt) = 0;
    [[nodiscard]] virtual engine::OperatorAnswer carry_out(const engine::KktOrder& order) = 0;

    [[nodiscard]] virtual engine::Snapshot snapshot() const = 0;
};

} // namespace kktd::front
