#include "engine/keys.hpp"

#include "base/sha256.hpp"
#include "journal/store.hpp"

#include <utility>

namespace kktd::engine {

namespace {

// Parts are joined by a byte that cannot be in an INN, an operation or a date; of the caller's own
// texts the number comes with its length and the header's comes last, so two different lists of
// parts never make one key.
constexpr char separator = '\x1f';

} // namespace

Keys keys_of(const fiscal::Draft& draft, const std::string& inn,
             const std::string& idempotency_key) {
    Keys keys;
    auto encodings = fiscal::encodings(draft);
    keys.content_digest = base::sha256(encodings.content);
    keys.draft = std::move(encodings.whole);
    if (!draft.number.empty()) {
        const std::string operation(fiscal::name(draft.kind));
        const std::string date = draft.date ? draft.date->iso() : "";
        keys.all.push_back(journal::key_prefix(draft.number) + draft.dialect + separator + inn +
                           separator + operation + separator + date);
        keys.repeat = inn + separator + operation + separator + draft.number;
    }
    if (!idempotency_key.empty()) {
        keys.all.push_back(std::string("header") + separator + inn + separator + idempotency_key);
    }
    return keys;
}

} // namespace kktd::engine
