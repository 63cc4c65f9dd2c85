// EngineDesk: the Desk that is engine::Engine.
#pragma once

#include "front/desk.hpp"

namespace kktd::front {

class EngineDesk final : public Desk {
public:
    /// `engine` outlives the desk.
    explicit EngineDesk(engine::Engine& engine) : engine_(engine) {}

    [[nodiscard]] std::optional<fiscal::Reply>
    submit(engine::Submission&& submission, engine::Waiter waiter, engine::WaiterId& id) override;
    [[nodiscard]] std::optional<fiscal::Reply> leave(engine::WaiterId id) override;
    [[nodiscard]] std::optional<fiscal::Standing> find(std::string_view id) const override;
    [[nodiscard]] std::vector<fiscal::Standing>
    find_number(std::string_view number, std::optional<fiscal::Date> date,
                std::optional<fiscal::ReceiptKind> kind) const override;
    [[nodiscard]] std::vector<fiscal::Standing> unknown() const override;
    [[nodiscard]] engine::OperatorAnswer withdraw(std::string_view id) override;
    [[nodiscard]] engine::OperatorAnswer resolve(std::string_view id, engine::Resolution resolution,
                                                 std::uint32_t fd) override;
    [[nodiscard]] engine::OperatorAnswer accept_kkt(std::string_view kkt) override;
    [[nodiscard]] engine::OperatorAnswer carry_out(const engine::KktOrder& order) override;
    [[nodiscard]] engine::Snapshot snapshot() const override;

private:
    engine::Engine& engine_;
};

} // namespace kktd::front
