#include "engine/tills.hpp"

#include "base/masked_uri.hpp"

#include <algorithm>
#include <stdexcept>

namespace kktd::engine {

namespace {

/// Originals of a refund that are looked at: the same number may have been sold more than once.
constexpr std::size_t originals_limit = 10;

/// The day a receipt was sold on: of its document, or, where that is only stated, of its acceptance
/// at the KKT that has made it.
fiscal::Date sold_on(const fiscal::Standing& standing, const KktConfig& kkt) {
    const auto time = standing.registration->only_stated()
                          ? fiscal::LocalTime::of_utc(standing.accepted_at, kkt.utc_offset)
                          : standing.registration->time;
    return time.date();
}

} // namespace

Tills::Tills(std::vector<KktConfig> kkts, journal::Store& store, const base::Clock& clock)
    : store_(store) {
    for (auto& kkt : kkts) {
        const auto uri = driver::DeviceUri::parse(kkt.device);
        const auto* entry = uri ? driver::find_driver(uri->driver) : nullptr;
        if (entry == nullptr) {
            throw std::logic_error("kkt " + kkt.id + ": no driver for " +
                                   base::masked_uri(kkt.device));
        }
        auto driver = entry->create(
            *uri, {.clock = clock, .utc_offset = kkt.utc_offset, .vat_codes = kkt.vat_codes});
        if (!driver) {
            throw std::logic_error("kkt " + kkt.id + ": " + driver.error().text());
        }
        executors_.push_back(std::make_unique<Executor>(std::move(kkt), *entry, std::move(*driver),
                                                        store, clock, waiting_room_));
    }
}

Executor* Tills::by_id(std::string_view kkt) const {
    for (const auto& executor : executors_) {
        if (executor->config().id == kkt) {
            return executor.get();
        }
    }
    return nullptr;
}

std::variant<Executor*, fiscal::Violation> Tills::route(const Submission& submission) const {
    const std::string& kkt = submission.kkt.empty() ? submission.kkt_of_path : submission.kkt;
    std::vector<Executor*> candidates;
    for (const auto& executor : executors_) {
        if ((kkt.empty() || executor->config().id == kkt) &&
            (submission.inn.empty() || executor->config().legal.inn == submission.inn)) {
            candidates.push_back(executor.get());
        }
    }
    if (candidates.empty()) {
        const bool by_inn = !submission.inn.empty();
        return fiscal::Violation{fiscal::Rule::routing, by_inn ? "/Inn" : "/Kkt",
                                 "нет ККТ" + (kkt.empty() ? "" : " «" + kkt + "»") +
                                     (by_inn ? " с ИНН " + submission.inn : "") +
                                     ": проверьте Kkt и Inn в запросе и kkt[] в настройках kktd"};
    }
    const auto& seller = candidates.front()->config().legal.inn;
    if (std::any_of(candidates.begin(), candidates.end(), [&](const Executor* candidate) {
            return candidate->config().legal.inn != seller;
        })) {
        return fiscal::Violation{fiscal::Rule::routing, "/Inn",
                                 "настроены ККТ разных продавцов: укажите в запросе Inn или Kkt"};
    }
    if (candidates.size() == 1) {
        return candidates.front();
    }
    const auto load = [](const Executor* executor) {
        const auto snapshot = executor->snapshot();
        return std::make_pair(!snapshot.can_sell, snapshot.queued);
    };
    return *std::min_element(
        candidates.begin(), candidates.end(),
        [&](const Executor* a, const Executor* b) { return load(a) < load(b); });
}

fiscal::Standing Tills::shown(fiscal::Standing standing) const {
    if (standing.state != fiscal::ReceiptState::accepted) {
        return standing;
    }
    if (auto live = waiting_room_.standing(standing.id)) {
        standing = std::move(*live);
    }
    if (const auto* at = by_id(standing.kkt)) {
        standing.fault = at->fault();
    }
    return standing;
}

std::optional<fiscal::Original> Tills::original_of(const fiscal::Draft& draft,
                                                   const Executor& executor) const {
    if (!fiscal::is_refund(draft.kind) || draft.original_number.empty()) {
        return std::nullopt;
    }
    const auto kind = draft.kind == fiscal::ReceiptKind::sell_refund ? fiscal::ReceiptKind::sell
                                                                     : fiscal::ReceiptKind::buy;
    const auto found =
        store_.find_number(draft.original_number, draft.original_date, kind, originals_limit);
    if (!found) {
        return std::nullopt; // the refund is then judged by OriginalDate, which is the safe side
    }
    for (const auto& stored : *found) {
        const auto* sold_at = by_id(stored.standing.kkt);
        if (stored.standing.state == fiscal::ReceiptState::done && stored.standing.registration &&
            stored.space == executor.space() && sold_at != nullptr &&
            sold_at->config().legal.inn == executor.config().legal.inn) {
            return fiscal::Original{sold_on(stored.standing, sold_at->config()), stored.rates};
        }
    }
    return std::nullopt;
}

} // namespace kktd::engine
