// RateCheck: accepted is not understood. The first receipt with each VAT rate whose code the
// configuration gave (`vat_codes`) is read back from the fiscal storage and its tags 1199 compared:
// a firmware that takes a code may mean another rate by it. The receipt is registered either way;
// if its rates are wrong, or nobody can tell, no second one is made until an operator has looked at
// it. A receipt that kktd sent before it was restarted is not checked; the next with that rate is.
#pragma once

#include "driver/atol/session.hpp"
#include "fiscal/document.hpp"
#include "fiscal/task.hpp"

#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace kktd::driver::atol {

/// For the life of a driver; not thread-safe.
class RateCheck {
public:
    static constexpr std::chrono::seconds reading_limit{5};

    /// Before the document of `marker` is sent: what is to stand in it. `ffd`: version of the
    /// format (tag 1209); corrections of FFD 1.05 hold no positions (tag 1059) to be checked.
    void expect(const fiscal::Marker& marker, const fiscal::Document& document, std::uint8_t ffd);
    /// After the document of `marker` became document `fd`. Asks the KKT only if it was the last
    /// one expected and one of its rates is still to be checked. What the KKT refuses to give or
    /// gives damaged is read again, after reading_pause; if it refuses for a cause that passes, or
    /// the link fails, the next receipt with that rate is read back instead. max_readings refused
    /// or damaged in a row are told like a wrong rate. Ends with `deadline`, or after
    /// reading_limit: the receipt is registered, and its caller waits.
    void look_at(Session& session, const fiscal::Marker& marker, std::uint32_t fd,
                 Deadline deadline);
    /// Why nothing more may be registered; nothing while all is well. Told once: then an operator
    /// decides about these rates, and they are not checked again before a restart.
    [[nodiscard]] std::optional<fiscal::Fault> take_stop() {
        return std::exchange(stop_, std::nullopt);
    }

private:
    struct Expected {
        fiscal::Marker marker;
        std::bitset<14> rates;           ///< to be checked, by VatRate
        std::vector<std::uint8_t> codes; ///< tags 1199 of the positions
    };

    /// Nothing: to be read with the next receipt. Otherwise the tags 1199, none if in vain.
    [[nodiscard]] std::optional<std::vector<std::uint8_t>> read(Session& session, std::uint32_t fd,
                                                                Deadline deadline);
    void stop_for(const std::bitset<14>& rates, std::uint32_t fd,
                  const std::vector<std::uint8_t>& found);

    std::bitset<14> understood_; ///< by VatRate: checked, and right or told of
    std::optional<Expected> expected_;
    int readings_ = 0; ///< in vain, one after the other
    std::optional<fiscal::Fault> stop_;
};

} // namespace kktd::driver::atol
