// Status: the engine's snapshot as JSON, for monitoring, kktctl and people. Keys are identifiers,
// times of a KKT are its local time without zone, ours are UTC.
#pragma once

#include "engine/snapshot.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kktd::front {

/// An unsent document blocks its fiscal storage after so many days (54-ФЗ ст. 4.1 п. 1).
inline constexpr int ofd_block_days = 30;

/// Why nothing is registered just now: of the journal, or of the first KKT that cannot sell, or of
/// the KKT with that id if `kkt` is not empty. Nothing when all is well.
[[nodiscard]] std::optional<fiscal::Fault> why_not_selling(const engine::Snapshot& snapshot,
                                                           std::string_view kkt);

/// The body of GET /kkt/status, without request_id.
[[nodiscard]] std::string status_json(const engine::Snapshot& snapshot);

} // namespace kktd::front
