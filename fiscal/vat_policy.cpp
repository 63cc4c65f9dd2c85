#include "fiscal/vat_policy.hpp"

#include <algorithm>

namespace kktd::fiscal {

namespace {

std::string quoted(VatRate rate) {
    return "«" + std::string(info(rate).title) + "»";
}

bool ended_before(VatRate rate, Date day) {
    const auto& last = info(rate).valid_to;
    return last && *last < day;
}

/// `day` is what decides; `whose` names it for the reader: "на 01.02.2026 (день по часам ККТ)".
Result<VatChoice, VatRefusal> by_day(VatRate sent, Date day, std::string_view whose,
                                     LegacyVat legacy) {
    if (valid_on(sent, day)) {
        return VatChoice{sent, {}};
    }
    const auto at = "на " + day.russian() + " (" + std::string(whose) + ")";
    if (!ended_before(sent, day)) {
        return VatRefusal(Rule::vat_expired, "ставка НДС " + quoted(sent) + " действует только с " +
                                                 info(sent).valid_from.russian() + ", " + at +
                                                 " её ещё нет: проверьте ставку и даты");
    }
    const auto now = general_rate(day, info(sent).calculated);
    const auto what = "ставка НДС " + quoted(sent) + " действовала по " +
                      info(sent).valid_to->russian() + ", " + at + " действует " + quoted(now);
    if (legacy == LegacyVat::map) {
        return VatChoice{now, what + ": в чеке " + quoted(now)};
    }
    return VatRefusal(Rule::vat_expired,
                      what + ": исправьте ставку в товаре или разрешите замену в настройке "
                             "legal.legacy_vat");
}

std::string listed(const std::vector<VatRate>& rates) {
    std::string text;
    for (const auto rate : rates) {
        const auto title = quoted(rate);
        if (text.find(title) == std::string::npos) {
            text += (text.empty() ? "" : ", ") + title;
        }
    }
    return text;
}

/// The refund of a receipt we know: one of its rates, or the one its old rate was mapped to then.
Result<VatChoice, VatRefusal> by_original(VatRate sent, const Original& original) {
    const auto had = [&](VatRate rate) {
        return std::find(original.rates.begin(), original.rates.end(), rate) !=
               original.rates.end();
    };
    if (had(sent)) {
        return VatChoice{sent, {}};
    }
    const auto mapped = general_rate(original.date, info(sent).calculated);
    const auto sold = "в исходном чеке от " + original.date.russian();
    if (ended_before(sent, original.date) && had(mapped)) {
        return VatChoice{mapped, "ставка НДС " + quoted(sent) + " " + sold + " была заменена на " +
                                     quoted(mapped) + ": в возврате " + quoted(mapped)};
    }
    return VatRefusal(Rule::vat_original, "в возврате ставка НДС " + quoted(sent) + ", а " + sold +
                                              " — " + listed(original.rates) +
                                              ": возврат оформляется по ставке исходного чека");
}

} // namespace

VatRate general_rate(Date day, bool calculated) {
    constexpr VatRate plain[] = {VatRate::vat22, VatRate::vat20, VatRate::vat18};
    constexpr VatRate inside[] = {VatRate::vat22_122, VatRate::vat20_120, VatRate::vat18_118};
    for (const auto rate : calculated ? inside : plain) {
        if (info(rate).valid_from <= day) {
            return rate;
        }
    }
    return calculated ? VatRate::vat18_118 : VatRate::vat18;
}

Result<VatChoice, VatRefusal> choose_vat(VatRate sent, PaymentMethod method, const Draft& draft,
                                         const CompileContext& context) {
    const auto legacy = context.legal.legacy_vat;
    if (draft.correction) {
        return by_day(sent, draft.correction->date, "дата корректируемого расчёта",
                      LegacyVat::strict);
    }
    if (is_refund(draft.kind) && context.original) {
        return by_original(sent, *context.original);
    }
    const bool credit_payment = method == PaymentMethod::credit_payment;
    if ((is_refund(draft.kind) || credit_payment) && draft.original_date) {
        return by_day(sent, *draft.original_date, "дата исходного чека", legacy);
    }
    if (is_refund(draft.kind) && ended_before(sent, context.today)) {
        return VatRefusal(Rule::vat_original,
                          "возврат по ставке НДС " + quoted(sent) + ", которая действовала по " +
                              info(sent).valid_to->russian() +
                              ", а исходный чек не найден: укажите номер или дату исходного чека");
    }
    return by_day(sent, context.today, "день по часам ККТ", legacy);
}

} // namespace kktd::fiscal
