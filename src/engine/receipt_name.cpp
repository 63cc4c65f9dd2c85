#include "engine/receipt_name.hpp"

namespace kktd::engine {

std::string named(const fiscal::Standing& standing, const Caller& caller) {
    std::string name = standing.id + " req " + caller.request_id + " ";
    name += fiscal::name(standing.kind);
    if (!standing.number.empty()) {
        name += " number " + standing.number;
        if (standing.date) {
            name += " of " + standing.date->iso();
        }
    }
    if (!caller.idempotency_key.empty()) {
        name += " key " + caller.idempotency_key;
    }
    return name + " sum " + standing.total.text();
}

} // namespace kktd::engine
