// OpenReceipt: whose the receipt is that stands open on the KKT, ours or a cashier's. Nothing that
// the library tells of it is known to be ours alone: elements, the stamp among them, are read of
// registered documents, and that the numbers in its state tell who has opened it is not in any
// source. So kktd remembers what it has seen of its own, and where that does not decide, time does:
// a cashier goes on with his receipt, or ends it, and nobody goes on with one that kktd has left.
#pragma once

#include "driver/fptr10/device_query.hpp"
#include "fiscal/fault.hpp"
#include "fiscal/money.hpp"
#include "fiscal/task.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace kktd::driver::fptr10 {

/// For the life of a driver; not thread-safe. Nothing of it survives kktd.
class OpenReceipt {
public:
    /// One without positions is taken for ours so long after the KKT has answered, or the opening
    /// was sent: nobody cancels it on the KKT and begins his own sooner, and of one begun just
    /// before ours nothing is lost.
    static constexpr std::chrono::seconds surely_ours{10};
    /// At least so many looks have to find one that is unclear as it was: in a pause between two
    /// that are further apart it may have become another.
    static constexpr int looks = 4;

    /// `leftover`: how long one that is unclear has to stand as it is.
    explicit OpenReceipt(std::chrono::seconds leftover) : leftover_(leftover) {}

    // What becomes of ours, in this order.

    /// The opening of that of `marker` is sent.
    void opening(const fiscal::Marker& marker);
    /// What is sent now brings the sum of its positions to `sum`.
    void entering(fiscal::Money sum) { seen_->most = sum; }
    /// The KKT has done what was sent.
    void answered();
    [[nodiscard]] fiscal::Money sum() const { return seen_->least; }
    /// It was told to be cancelled, and nobody knows whether it was.
    void perhaps_cancelled();
    /// It was cancelled, and one stands open: perhaps a cashier's, begun right after it.
    void outlasted_its_end();
    /// None stands open.
    void ended(const fiscal::Marker& marker);

    /// Whether the open receipt can be that of the marker: one of another type or of a greater sum
    /// is somebody else's, and so is any after ours has ended.
    [[nodiscard]] bool may_be_ours(const Standing& standing, const fiscal::Marker& marker) const;
    /// Of one that may be ours, at each look: why it may be a cashier's all the same. Nothing: it
    /// is ours, or has stood for `leftover`.
    [[nodiscard]] std::optional<fiscal::Fault> unclear(const Standing& standing,
                                                       const fiscal::Marker& marker);
    /// The next look is the first.
    void forget_looks() { unclear_.reset(); }

private:
    using Clock = std::chrono::steady_clock;

    enum class Opening : std::uint8_t {
        forgotten,
        unanswered, ///< it may have been opened, and then nothing is in it yet
        answered,   ///< it stood open
        ended,      ///< it does no more: what is open now is another's
    };
    struct Seen {
        fiscal::Marker marker;
        Opening opening = Opening::forgotten;
        // The sum of the positions, without and with the one that was not answered yet, and when
        // the KKT has answered last; at first, when the opening was sent.
        fiscal::Money least = {};
        fiscal::Money most = {};
        Clock::time_point heard = {};
    };
    struct Unclear {
        fiscal::Marker marker; ///< of ours, which it may be
        std::optional<fiscal::Money> sum;
        Clock::time_point looked;
        Clock::duration stood{}; ///< with this sum, as far as it was looked at
    };

    [[nodiscard]] Opening opening_of(const fiscal::Marker& marker) const;
    [[nodiscard]] bool is_surely_ours(const Standing& standing, const fiscal::Marker& marker) const;

    const std::chrono::seconds leftover_;
    std::optional<Seen> seen_; ///< of the receipt begun or ended last
    std::optional<Unclear> unclear_;
};

} // namespace kktd::driver::fptr10
