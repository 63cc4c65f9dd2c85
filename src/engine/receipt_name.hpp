// How lines of the log name a receipt: so that an operator finds it by whatever the caller has of
// it.
#pragma once

#include "fiscal/standing.hpp"

#include <string>

namespace kktd::engine {

/// What came with a receipt beside its content.
struct Caller {
    std::string request_id;
    std::string idempotency_key = {}; ///< header; empty: none, or accepted before a restart
};

/// "ID req REQUEST sell number N of DATE key KEY sum S": the parts of both keys (keys.hpp). Of an
/// Idempotency-Key that is no plain name the beginning of its SHA-256: "sha256:0123456789ab".
[[nodiscard]] std::string named(const fiscal::Standing& standing, const Caller& caller);

} // namespace kktd::engine
