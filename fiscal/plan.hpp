// plan: which fiscal documents must be made, in which order, to get one receipt registered.
#pragma once

#include "fiscal/device_state.hpp"
#include "fiscal/fault.hpp"
#include "fiscal/legal.hpp"
#include "fiscal/task.hpp"

#include <variant>
#include <vector>

namespace kktd::fiscal {

/// To be made one after the other; the last one is the receipt itself.
struct Steps {
    std::vector<FiscalTask> tasks;
    friend bool operator==(const Steps&, const Steps&) = default;
};
/// Not now: a temporary cause, to be asked again.
struct Wait {
    Fault fault;
    friend bool operator==(const Wait&, const Wait&) = default;
};
/// Never: this KKT cannot register this document.
struct Refuse {
    Fault fault;
    friend bool operator==(const Refuse&, const Refuse&) = default;
};
using Plan = std::variant<Steps, Wait, Refuse>;

/// |KKT clock − host clock| from which on receipts wait (54-ФЗ: more than five minutes is a
/// breach).
inline constexpr std::chrono::seconds max_clock_skew{300};

/// `host_now` is the host's clock at the KKT's utc_offset; `state.now` is the KKT's own.
/// Waits for: paper out, cover, an open receipt on the KKT (not ours: the engine cancels its own
/// first), clocks that differ by max_clock_skew or a clock behind the last document, FN phase or
/// validity, OFD queue older than 30 days. Shift rules: docs/architecture.md "Shift".
/// A document with a taxation the KKT is not registered for is refused.
[[nodiscard]] Plan plan(Document document, const DeviceState& state, LocalTime host_now,
                        const ShiftPolicy& policy);

/// Only the causes to wait, without a document: what /kkt/status says when nothing is being sold.
[[nodiscard]] std::optional<Fault> why_not_selling(const DeviceState& state, LocalTime host_now);

} // namespace kktd::fiscal
