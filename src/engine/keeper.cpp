#include "engine/keeper.hpp"

namespace kktd::engine {

bool shift_due(const fiscal::DeviceState& state, fiscal::LocalTime now,
               const fiscal::ShiftPolicy& policy) {
    if (policy.mode != fiscal::ShiftPolicy::Mode::own || state.receipt_open ||
        state.paper == fiscal::Paper::out || state.cover_open) {
        return false;
    }
    if (state.shift == fiscal::ShiftState::expired) {
        return true;
    }
    return state.shift == fiscal::ShiftState::open && state.shift_opened &&
           now.seconds - state.shift_opened->seconds >= policy.max_age.count();
}

} // namespace kktd::engine
