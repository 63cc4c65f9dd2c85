// Keeper: closes a shift that has grown old while nothing is sold.
#pragma once

#include "fiscal/device_state.hpp"
#include "fiscal/legal.hpp"

namespace kktd::engine {

/// Whether an idle KKT's shift is to be closed now. Under Mode::shared never: somebody else works
/// on the KKT, and the next receipt's plan closes what has expired.
[[nodiscard]] bool shift_due(const fiscal::DeviceState& state, fiscal::LocalTime now,
                             const fiscal::ShiftPolicy& policy);

} // namespace kktd::engine
