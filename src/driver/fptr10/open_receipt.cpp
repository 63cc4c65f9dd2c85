#include "driver/fptr10/open_receipt.hpp"

#include "driver/fptr10/receipt_calls.hpp"

#include <algorithm>
#include <string>

namespace kktd::driver::fptr10 {

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
        seen_->heard = {};
    }
}

void OpenReceipt::outlasted_its_end() {
    if (seen_ && seen_->opening == Opening::answered) {
        seen_.reset();
    } else {
        perhaps_cancelled();
    }
}

void OpenReceipt::ended(const fiscal::Marker& marker) {
    seen_ = Seen{.marker = marker, .opening = Opening::ended};
}

OpenReceipt::Opening OpenReceipt::opening_of(const fiscal::Marker& marker) const {
    return seen_ && seen_->marker == marker ? seen_->opening : Opening::forgotten;
}

bool OpenReceipt::may_be_ours(const Standing& standing, const fiscal::Marker& marker) const {
    const Opening opening = opening_of(marker);
    const auto most = opening == Opening::unanswered ? fiscal::Money() : marker.total;
    return standing.receipt_open() && opening != Opening::ended && standing.receipt_sum &&
           *standing.receipt_sum <= most &&
           standing.receipt ==
               receipt_type_of(marker.receipt, marker.kind == fiscal::TaskKind::correction);
}

/// It holds exactly what was entered; if that is nothing, the KKT has answered so lately that it
/// cannot have become another.
bool OpenReceipt::is_surely_ours(const Standing& standing, const fiscal::Marker& marker) const {
    const Opening opening = opening_of(marker);
    if (opening != Opening::answered && opening != Opening::unanswered) {
        return false;
    }
    const fiscal::Money sum = *standing.receipt_sum;
    return sum >= seen_->least && sum <= seen_->most &&
           (sum > fiscal::Money() || Clock::now() - seen_->heard <= surely_ours);
}

std::optional<fiscal::Fault> OpenReceipt::unclear(const Standing& standing,
                                                  const fiscal::Marker& marker) {
    if (is_surely_ours(standing, marker)) {
        return std::nullopt;
    }
    const auto now = Clock::now();
    if (!unclear_ || unclear_->marker != marker || unclear_->sum != standing.receipt_sum) {
        unclear_ = Unclear{.marker = marker, .sum = standing.receipt_sum, .looked = now};
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

} // namespace kktd::driver::fptr10
