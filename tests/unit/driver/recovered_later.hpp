// What recover() says of an open receipt that was looked at often and long enough to be taken for
// ours (driver::OpenReceipt).
#pragma once

#include "driver/open_receipt.hpp"
#include "fiscal/outcome.hpp"

#include <chrono>
#include <thread>

namespace kktd::tests {

/// Blocks for a little more than `leftover`.
template<class Recover>
fiscal::Outcome recovered_later(std::chrono::milliseconds leftover, Recover recover) {
    constexpr std::chrono::milliseconds more{50};
    for (int look = 0; look < driver::OpenReceipt::looks; ++look) {
        static_cast<void>(recover());
        std::this_thread::sleep_for(leftover / driver::OpenReceipt::looks + more);
    }
    return recover();
}

} // namespace kktd::tests
