// Offer: a receipt that is not durable yet, brought to a KKT that stands idle: there its claim and
// its first intent can become durable together.
#pragma once

#include "engine/job.hpp"
#include "journal/store.hpp"

#include <memory>

namespace kktd::engine {

struct Offer {
    journal::Claim claim;
    std::shared_ptr<const CompiledFor> compiled;
    /// To be handed to the store with the claim, in any case. If the claim is won, a job that waits
    /// in the queue follows; with an intent of the claim it is in doubt.
    journal::Callback<journal::Claimed> done;
};

} // namespace kktd::engine
