// durable(): waits for one journal write, where the caller may block.
#pragma once

#include "journal/store.hpp"

#include <future>

namespace kktd::engine {

/// `write` gets the callback to hand to the store, which promises to call it. Not to be used in a
/// callback of the journal.
template<class T, class Write>
[[nodiscard]] journal::Read<T> durable(Write&& write) {
    std::promise<journal::Read<T>> promise;
    auto future = promise.get_future();
    write([&promise](journal::Read<T> result) { promise.set_value(std::move(result)); });
    return future.get();
}

} // namespace kktd::engine
