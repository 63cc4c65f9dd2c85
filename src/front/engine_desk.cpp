#include "front/engine_desk.hpp"

#include <utility>

namespace kktd::front {

std::optional<fiscal::Reply> EngineDesk::submit(engine::Submission&& submission,
                                                engine::Waiter waiter, engine::WaiterId& id) {
    return engine_.submit(std::move(submission), std::move(waiter), id);
}

std::optional<fiscal::Reply> EngineDesk::leave(engine::WaiterId id) {
    return engine_.leave(id);
}

std::optional<fiscal::Standing> EngineDesk::find(std::string_view id) const {
    return engine_.find(id);
}

std::vector<fiscal::Standing>
EngineDesk::find_number(std::string_view number, std::optional<fiscal::Date> date,
                        std::optional<fiscal::ReceiptKind> kind) const {
    return engine_.find_number(number, date, kind);
}

std::vector<fiscal::Standing> EngineDesk::unknown() const {
    return engine_.unknown();
}

engine::OperatorAnswer EngineDesk::withdraw(std::string_view id) {
    return engine_.withdraw(id);
}

engine::OperatorAnswer EngineDesk::resolve(std::string_view id, engine::Resolution resolution,
                                           std::uint32_t fd) {
    return engine_.resolve(id, resolution, fd);
}

engine::OperatorAnswer EngineDesk::accept_kkt(std::string_view kkt) {
    return engine_.accept_kkt(kkt);
}

engine::OperatorAnswer EngineDesk::carry_out(const engine::KktOrder& order) {
    return engine_.carry_out(order);
}

engine::Snapshot EngineDesk::snapshot() const {
    return engine_.snapshot();
}

} // namespace kktd::front
