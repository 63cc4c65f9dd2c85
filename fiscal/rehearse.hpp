// rehearse: what would happen to a receipt on a KKT in this state, found out on a VirtualKkt. The
// whole of test mode; nothing is registered, nothing is touched.
#pragma once

#include "fiscal/device_state.hpp"
#include "fiscal/document.hpp"
#include "fiscal/legal.hpp"
#include "fiscal/plan.hpp"

#include <variant>
#include <vector>

namespace kktd::fiscal {

/// It would be registered now.
struct WouldRegister {
    std::vector<TaskKind> steps; ///< the fiscal documents it would take, the receipt last
    std::uint32_t shift = 0;     ///< the shift it would stand in
    std::uint32_t number = 0;    ///< and its number there
    std::size_t tlv_bytes = 0;   ///< size of its document
    friend bool operator==(const WouldRegister&, const WouldRegister&) = default;
};

/// Wait: would be accepted and wait for the fault to end. Refuse: would be refused for good.
using Rehearsal = std::variant<WouldRegister, Wait, Refuse>;

/// `host_now` is the host's clock at the KKT's utc_offset, as for plan().
[[nodiscard]] Rehearsal rehearse(const Document& document, const DeviceState& state,
                                 LocalTime host_now, const ShiftPolicy& policy);

} // namespace kktd::fiscal
