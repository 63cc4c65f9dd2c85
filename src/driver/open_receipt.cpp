#include "driver/open_receipt.hpp"

#include <algorithm>
#include <string>

namespace kktd::driver {

void OpenReceipt::opening(const fiscal::Marker& marker) {
    seen_ = Seen{.marker = marker, .opening = Opening::unanswered, .heard = Clock::now()};
}

void OpenReceipt::answered() {
    seen_->opening = Opening::answered;
    seen_->least = seen_->most;
    seen_->heard = Clock::now();
}

void OpenReceipt::perhaps_cancelled() {
    if (seen_) {
        seen_->perhaps_cancelled = true;
    }
}

void OpenReceipt::outlasted_its_end(const fiscal::Marker& marker) {
    if (opening_of(marker) == Opening::forgotten) {
        seen_ = Seen{.marker = marker, .opening = Opening::answered};
    }
    seen_->outlasted = true;
}

fiscal::Fault OpenReceipt::still_open() {
    return {fiscal::FaultClass::busy,
            "Незаконченный чек остался на ККТ открытым и после отмены. kktd спросит её снова. Если "
            "это повторяется, отмените чек на ККТ."};
}

void OpenReceipt::ended(const fiscal::Marker& marker) {
    seen_ = Seen{.marker = marker, .opening = Opening::ended};
}

OpenReceipt::Opening OpenReceipt::opening_of(const fiscal::Marker& marker) const {
    return seen_ && seen_->marker == marker ? seen_->opening : Opening::forgotten;
}

bool OpenReceipt::may_be_ours(fiscal::Money sum, const fiscal::Marker& marker) const {
    const Opening opening = opening_of(marker);
    const auto most = opening == Opening::unanswered ? fiscal::Money() : marker.total;
    return opening != Opening::ended && sum <= most;
}

/// It holds exactly what was entered, with or without the position that was not answered. If that
/// is nothing, the KKT knows it, or has answered so lately that it cannot have become another.
bool OpenReceipt::is_surely_ours(fiscal::Money sum, const fiscal::Marker& marker,
                                 bool known) const {
    if (opening_of(marker) == Opening::forgotten) {
        return known;
    }
    if (seen_->outlasted || (sum != seen_->least && sum != seen_->most)) {
        return false;
    }
    const bool lately = !seen_->perhaps_cancelled && Clock::now() - seen_->heard <= surely_ours;
    return sum > fiscal::Money() || known || lately;
}

std::optional<fiscal::Fault> OpenReceipt::unclear(fiscal::Money sum, const fiscal::Marker& marker,
                                                  bool known) {
    if (is_surely_ours(sum, marker, known)) {
        return std::nullopt;
    }
    const auto now = Clock::now();
    if (!unclear_ || unclear_->marker != marker || unclear_->sum != sum) {
        unclear_ = Unclear{.marker = marker, .sum = sum, .looked = now};
    }
    unclear_->stood += std::min(now - unclear_->looked, Clock::duration(leftover_) / looks);
    unclear_->looked = now;
    if (unclear_->stood >= leftover_) {
        return std::nullopt;
    }
    return fiscal::Fault(
        fiscal::FaultClass::busy,
        "На ККТ открыт чек, и не видно, чей он: кассира или kktd. Завершите или отмените его на "
        "ККТ: принятые чеки будут зарегистрированы сами. Если с ним в течение " +
            std::to_string(leftover_.count()) +
            " с ничего не произойдёт, kktd сочтёт его своим, незаконченным, и отменит.");
}

} // namespace kktd::driver
