// Keys: what makes two requests the same receipt (docs/architecture.md, "Idempotency").
#pragma once

#include "fiscal/draft.hpp"

#include <string>
#include <vector>

namespace kktd::engine {

struct Keys {
    std::vector<std::string> all; ///< empty: the request named neither a number nor a key
    std::string repeat;           ///< INN, operation and number: the same under any date
    std::string content_digest;   ///< SHA-256 of encode_content(draft)
    std::string draft;            ///< encode(draft), made on the way
};

[[nodiscard]] Keys keys_of(const fiscal::Draft& draft, const std::string& inn,
                           const std::string& idempotency_key);

} // namespace kktd::engine
