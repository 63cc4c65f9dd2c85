// OpenReceipt: whose the receipt is that stands open on a KKT, ours or a cashier's. What a KKT
// tells of it (type and sum) is never ours alone: tags, the stamp among them, are read of
// registered documents. So kktd remembers what it has seen of its own, and where that does not
// decide, time does: a cashier goes on with his receipt, or ends it, and nobody goes on with one
// that kktd has left. For drivers of a KKT on which others sell too.
#pragma once

#include "fiscal/fault.hpp"
#include "fiscal/money.hpp"
#include "fiscal/task.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace kktd::driver {

/// For the life of a driver; not thread-safe. Nothing of it survives kktd. A receipt of another
/// type than the marker's is never asked about here: it is somebody else's.
class OpenReceipt {
public:
    /// So long one that is unclear has to stand as it is, if nobody says otherwise. How long
    /// cashiers pause is not in any source: two minutes is more than a buyer takes to find his
    /// card.
    static constexpr std::chrono::seconds usual_leftover{120};
    /// One without positions is taken for ours so long after the KKT has answered, or the opening
    /// was sent: nobody cancels it on the KKT and begins his own sooner, and of one begun just
    /// before ours nothing is lost.
    static constexpr std::chrono::seconds surely_ours{10};
    /// At least so many looks have to find one that is unclear as it was: in a pause between two
    /// that are further apart it may have become another.
    static constexpr int looks = 4;

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
    /// It was cancelled, and one stands open, or may: perhaps a cashier's, begun right after it.
    void outlasted_its_end(const fiscal::Marker& marker);
    [[nodiscard]] static fiscal::Fault still_open();
    /// None stands open.
    void ended(const fiscal::Marker& marker);
    /// Another begins, of which nothing is seen.
    void forget() { seen_.reset(); }

    /// Whether one that holds `sum` can be that of the marker: of a greater sum it is somebody
    /// else's, and so is any after ours has ended.
    [[nodiscard]] bool may_be_ours(fiscal::Money sum, const fiscal::Marker& marker) const;
    /// Of one that may be ours, at each look: why it may be a cashier's all the same. Nothing: it
    /// is ours, or has stood for `leftover`. `known`: the KKT says that it has opened ours, which
    /// decides where nothing else was seen.
    [[nodiscard]] std::optional<fiscal::Fault>
    unclear(fiscal::Money sum, const fiscal::Marker& marker, bool known = false);
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
        bool perhaps_cancelled = false;
        bool outlasted = false; ///< its end
    };
    struct Unclear {
        fiscal::Marker marker; ///< of ours, which it may be
        fiscal::Money sum;
        Clock::time_point looked;
        Clock::duration stood{}; ///< with this sum, as far as it was looked at
    };

    [[nodiscard]] Opening opening_of(const fiscal::Marker& marker) const;
    [[nodiscard]] bool is_surely_ours(fiscal::Money sum, const fiscal::Marker& marker,
                                      bool known) const;

    const std::chrono::seconds leftover_;
    std::optional<Seen> seen_; ///< of the receipt begun or ended last
    std::optional<Unclear> unclear_;
};

} // namespace kktd::driver
