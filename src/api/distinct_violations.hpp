// What a caller should read of the violations: the dialect and compile() look at the same request
// one after the other, so that one mistake may be told twice.
#pragma once

#include "fiscal/violation.hpp"

namespace kktd::api {

/// The violations without those that only follow from another: the same rule at the same path
/// (the first one stays), and "missing" where the value is there but was not understood. The order
/// stays.
[[nodiscard]] fiscal::Violations distinct_violations(const fiscal::Violations& violations);

} // namespace kktd::api
