#include "fiscal/plan.hpp"

#include <algorithm>

namespace kktd::fiscal {

namespace {

using std::chrono::seconds;

constexpr seconds max_shift = std::chrono::hours(24);
/// A shift of somebody else is left alone until the last ten minutes of its 24 hours.
constexpr seconds shared_shift_age = std::chrono::hours(23) + std::chrono::minutes(50);
/// ст. 4.1 п. 1 54-ФЗ: a document unsent for so long blocks the fiscal storage.
constexpr std::int64_t ofd_block_seconds = 30LL * 24 * 3600;
constexpr std::uint8_t fn_active = 3;
constexpr std::string_view by_itself =
    " Принятые чеки будут зарегистрированы сами, пробивать их вручную не нужно.";

Fault fault(FaultClass cls, const std::string& text) {
    return {cls, text + std::string(by_itself)};
}

/// "1 ч 5 мин 3 с"
std::string duration(std::int64_t total) {
    std::string text;
    const auto part = [&](std::int64_t count, const char* unit) {
        if (count != 0) {
            text += (text.empty() ? "" : " ") + std::to_string(count) + ' ' + unit;
        }
    };
    part(total / 3600, "ч");
    part(total / 60 % 60, "мин");
    part(total % 60, "с");
    return text.empty() ? "0 с" : text;
}

std::optional<Fault> clock_fault(const DeviceState& state, LocalTime host_now) {
    const std::int64_t ahead = state.now.seconds - host_now.seconds;
    if (ahead >= max_clock_skew.count()) {
        return fault(FaultClass::clock, "Часы ККТ спешат на " + duration(ahead) +
                                            " по сравнению с сервером. Проверьте, какие часы "
                                            "неверны, и исправьте их.");
    }
    if (-ahead >= max_clock_skew.count()) {
        return fault(FaultClass::clock, "Часы ККТ отстают от часов сервера на " + duration(-ahead) +
                                            ". Проверьте, какие часы неверны, и исправьте их.");
    }
    if (state.last_document && state.now < *state.last_document) {
        return fault(FaultClass::clock,
                     "Часы ККТ показывают время раньше последнего фискального документа (" +
                         state.last_document->iso() + "). Установите на ККТ верное время.");
    }
    return std::nullopt;
}

/// `valid_until` of 1970-01-01: the driver could not tell.
std::optional<Fault> fn_fault(const FnState& fn, Date today) {
    if (fn.critical) {
        return fault(FaultClass::fn, "Фискальный накопитель неисправен или заполнен. Замените "
                                     "фискальный накопитель.");
    }
    if (fn.phase != fn_active) {
        return fault(FaultClass::fn,
                     "Фискальный накопитель не готов к работе (фаза жизни " +
                         std::to_string(fn.phase) +
                         "). Проверьте, установлен ли он и не закрыт ли его архив.");
    }
    if (fn.valid_until != Date() && fn.valid_until < today) {
        return fault(FaultClass::fn, "Срок действия фискального накопителя закончился " +
                                         fn.valid_until.russian() +
                                         ". Замените фискальный накопитель.");
    }
    return std::nullopt;
}

/// Age of the open shift; zero if the KKT does not tell when it was opened.
seconds shift_age(const DeviceState& state) {
    return state.shift_opened ? seconds(state.now.seconds - state.shift_opened->seconds)
                              : seconds(0);
}

/// Whether the open shift must be closed before the next receipt.
bool must_close(const DeviceState& state, const ShiftPolicy& policy) {
    const seconds limit = policy.mode == ShiftPolicy::Mode::shared
                              ? std::max(policy.max_age, shared_shift_age)
                              : policy.max_age;
    return state.shift == ShiftState::expired || shift_age(state) >= std::min(limit, max_shift);
}

std::string titles(TaxationSet set) {
    std::string text;
    for (int bit = 0; bit < 6; ++bit) {
        const auto taxation = static_cast<Taxation>(1 << bit);
        if (set.has(taxation)) {
            text += (text.empty() ? "" : ", ") + std::string(title(taxation));
        }
    }
    return text;
}

} // namespace

std::optional<Fault> why_not_selling(const DeviceState& state, LocalTime host_now) {
    if (state.receipt_open) {
        return fault(FaultClass::busy,
                     "На ККТ открыт чужой чек. Завершите или отмените его на ККТ.");
    }
    if (!state.internet_only && state.cover_open) {
        return fault(FaultClass::cover, "Открыта крышка ККТ. Закройте крышку.");
    }
    if (!state.internet_only && state.paper == Paper::out) {
        return fault(FaultClass::paper, "В ККТ кончилась бумага. Вставьте чековую ленту.");
    }
    if (auto found = clock_fault(state, host_now)) {
        return found;
    }
    if (auto found = fn_fault(state.fn, state.now.date())) {
        return found;
    }
    if (state.ofd.oldest && state.now.seconds - state.ofd.oldest->seconds >= ofd_block_seconds) {
        return fault(FaultClass::ofd,
                     "Фискальный накопитель заблокирован: документы не передаются ОФД с " +
                         state.ofd.oldest->date().russian() +
                         " (30 дней и больше). Восстановите связь ККТ с оператором фискальных "
                         "данных.");
    }
    return std::nullopt;
}

Plan plan(Document document, const DeviceState& state, LocalTime host_now,
          const ShiftPolicy& policy) {
    if (state.taxations.mask != 0 && !state.taxations.has(document.taxation)) {
        return Refuse{
            Fault(FaultClass::rejected, "ККТ не зарегистрирована с системой налогообложения «" +
                                            std::string(title(document.taxation)) +
                                            "», у неё: " + titles(state.taxations) +
                                            ". Укажите одну из них в чеке или в настройках.")};
    }
    if (auto found = why_not_selling(state, host_now)) {
        return Wait{std::move(*found)};
    }
    Steps steps;
    const bool close = state.shift != ShiftState::closed && must_close(state, policy);
    if (close) {
        steps.tasks.emplace_back(CloseShift{policy.cashier});
    }
    if (close || state.shift == ShiftState::closed) {
        steps.tasks.emplace_back(OpenShift{policy.cashier});
    }
    steps.tasks.emplace_back(Register{std::move(document)});
    return steps;
}

} // namespace kktd::fiscal
