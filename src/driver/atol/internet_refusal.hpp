// InternetRefusal: a firmware that knows no tag 1125, or no receipt without paper, refuses every
// sale made in the internet. Which firmware that is, is in no source, and no command tells it
// before a receipt is open; so the first such receipt finds it out. It is not refused for that:
// receipts wait, and an operator is told, as where the configuration is wrong from the start.
#pragma once

#include "driver/atol/receipt_steps.hpp"
#include "fiscal/fault.hpp"

#include <optional>
#include <utility>

namespace kktd::driver::atol {

/// For the life of a driver; not thread-safe.
class InternetRefusal {
public:
    /// `fault`: of a step of an open receipt, or of its opening. Returns what the attempt ends
    /// with.
    [[nodiscard]] fiscal::Fault judged(const ReceiptStep& step, fiscal::Fault fault);
    /// Why nothing more may be registered; nothing while all is well. Told once: after the
    /// operator has decided, such a receipt is refused, until a restart.
    [[nodiscard]] std::optional<fiscal::Fault> take_stop() {
        return std::exchange(stop_, std::nullopt);
    }

private:
    bool told_ = false;
    std::optional<fiscal::Fault> stop_;
};

} // namespace kktd::driver::atol
