#include "engine/receipt_name.hpp"

#include "base/sha256.hpp"

#include <algorithm>
#include <string_view>

namespace kktd::engine {

namespace {

/// Letters, digits and signs of UUIDs and order numbers. Any other text of a caller could be no
/// text at all, read like the fields beside it, or hold a buyer's address.
bool is_name(std::string_view key) {
    return std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.' || c == ':';
    });
}

/// What `printf %s KEY | sha256sum` begins with.
std::string digest(std::string_view key) {
    constexpr std::size_t enough = 12;
    return "sha256:" + base::hex(base::sha256(key)).substr(0, enough);
}

} // namespace

std::string named(const fiscal::Standing& standing, const Caller& caller) {
    std::string name = standing.id + " req " + caller.request_id + " ";
    name += fiscal::name(standing.kind);
    if (!standing.number.empty()) {
        name += " number " + standing.number;
        if (standing.date) {
            name += " of " + standing.date->iso();
        }
    }
    if (const std::string& key = caller.idempotency_key; !key.empty()) {
        name += " key " + (is_name(key) ? key : digest(key));
    }
    return name + " sum " + standing.total.text();
}

} // namespace kktd::engine
