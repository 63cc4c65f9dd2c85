#include "driver/recovered.hpp"

#include "base/random_id.hpp"
#include "fiscal/tlv_codec.hpp"

#include <algorithm>
#include <vector>

namespace kktd::driver {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;

bool same_sale(const FoundDocument& document, const fiscal::Marker& marker) {
    return document.kind == marker.kind && document.receipt == marker.receipt &&
           document.registration.total == marker.total;
}

/// As base::new_stamp() makes them; of the length of the marker's, where it has one.
bool is_stamp(std::string_view text, const fiscal::Marker& marker) {
    return !text.empty() && (marker.stamp.empty() || text.size() == marker.stamp.size()) &&
           text.find_first_not_of(base::stamp_alphabet) == std::string_view::npos;
}

bool has_our_stamp(const FoundDocument& document, const fiscal::Marker& marker) {
    return document.kind == marker.kind && !marker.stamp.empty() && document.stamp == marker.stamp;
}

fiscal::Outcome unclear(const std::string& text) {
    return fiscal::Unknown{Fault(FaultClass::earlier, text)};
}

/// Our receipt was entered, and closed by somebody before it was complete.
fiscal::Outcome not_as_sent(const FoundDocument& document, const fiscal::Marker& marker) {
    std::string text = "ФД " + std::to_string(document.registration.fd) + " несёт метку чека, но ";
    if (document.registration.total != marker.total) {
        text += "сумма " + document.registration.total.text() + " вместо " + marker.total.text();
    } else {
        text += "признак расчёта (тег 1054) " + std::to_string(static_cast<int>(document.receipt)) +
                " вместо " + std::to_string(static_cast<int>(marker.receipt));
    }
    return unclear(text + ": похоже, чек закрыли на ККТ раньше времени. Исправьте этот документ "
                          "(возврат или чек коррекции) и сообщите решение: kktctl resolve.");
}

/// Documents that may be ours although no stamp says so.
std::vector<const FoundDocument*> lookalikes(const fiscal::Marker& marker,
                                             std::span<const FoundDocument> after,
                                             const Evidence& evidence) {
    std::vector<const FoundDocument*> found;
    if (!marker.stamp.empty() && evidence.keeps_stamps) {
        return found;
    }
    for (const FoundDocument& document : after) {
        const bool foreign_stamp = !marker.stamp.empty() && !document.stamp.empty();
        // A firmware that drops the stamp may drop the contact as well.
        const bool contact = !evidence.keeps_stamps || document.contact == marker.contact;
        if (!foreign_stamp && contact && same_sale(document, marker)) {
            found.push_back(&document);
        }
    }
    return found;
}

} // namespace

bool proves(const FoundDocument& document, const fiscal::Marker& marker) {
    return fiscal::is_receipt(marker.kind)
               ? has_our_stamp(document, marker) && same_sale(document, marker)
               : document.kind == marker.kind;
}

void read_stamp(FoundDocument& document, std::string_view elements, const fiscal::Marker& marker) {
    document.stamp.clear();
    document.stamp_damaged = false;
    if (const auto attribute = fiscal::find_tlv(elements, 1084)) {
        const auto name = fiscal::find_tlv(*attribute, 1085);
        const auto value = fiscal::find_tlv(*attribute, 1086);
        const auto text = value ? fiscal::tlv_text(*value) : std::string();
        const bool named = name && fiscal::tlv_text(*name) == fiscal::stamp_name;
        if (named && is_stamp(text, marker)) {
            document.stamp = text;
            return;
        }
        document.stamp_damaged = named || !name || !value;
    }
    if (const auto additional = fiscal::tlv_text(fiscal::tlv_value(elements, 1192));
        !additional.empty() && additional == marker.stamp) {
        document.stamp = additional;
        document.stamp_damaged = false;
    }
}

fiscal::Outcome judge_found(const fiscal::Marker& marker, std::span<const FoundDocument> after,
                            const Evidence& evidence) {
    const bool report = !fiscal::is_receipt(marker.kind);
    const auto proven = std::ranges::find_if(
        after, [&](const FoundDocument& document) { return proves(document, marker); });
    if (proven != after.end()) {
        return fiscal::Done{proven->registration};
    }
    const auto stamped = std::ranges::find_if(
        after, [&](const FoundDocument& document) { return has_our_stamp(document, marker); });
    if (stamped != after.end()) {
        return not_as_sent(*stamped, marker);
    }
    const auto damaged = std::ranges::find_if(after, [&](const FoundDocument& document) {
        return document.stamp_damaged && !marker.stamp.empty() && same_sale(document, marker);
    });
    if (!report && damaged != after.end()) {
        return unclear("В фискальном накопителе есть такой же чек (ФД " +
                       std::to_string(damaged->registration.fd) +
                       "), но метка в нём (тег 1084) повреждена, и не видно, этот ли он. Сверьте "
                       "его с ОФД и сообщите решение: kktctl resolve.");
    }
    const auto alike =
        report ? std::vector<const FoundDocument*>() : lookalikes(marker, after, evidence);
    // A receipt without a stamp may be somebody else's equal one, unless nobody else could make
    // any (then ours is the next document), or the KKT says that ours was made and there is no
    // second like it.
    if (!alike.empty()) {
        const auto& first = alike.front()->registration;
        const bool contact = alike.front()->contact == marker.contact;
        if (contact && ((evidence.ours_alone && first.fd == marker.last_fd + 1) ||
                        (evidence.told_done && alike.size() == 1))) {
            return fiscal::Done{first};
        }
    }
    if (!alike.empty()) {
        return unclear("В фискальном накопителе есть такой же чек (ФД " +
                       std::to_string(alike.front()->registration.fd) +
                       "), но он без метки kktd, и не видно, этот ли он. Сверьте его с ОФД и "
                       "сообщите решение: kktctl resolve.");
    }
    if (evidence.told_done) {
        return unclear("ККТ ответила, что документ зарегистрирован, но в фискальном накопителе "
                       "его не видно. Сверьте документы с ОФД и сообщите решение: kktctl resolve.");
    }
    return fiscal::Refused{Fault(FaultClass::link,
                                 "Документа в фискальном накопителе нет: связь с ККТ оборвалась "
                                 "раньше, чем он был зарегистрирован.")};
}

std::optional<Fault> not_as_marked(const fiscal::Marker& marker, const std::string& fn,
                                   std::uint32_t last_fd) {
    if (fn != marker.fn) {
        return Fault(FaultClass::identity, "В ККТ уже другой фискальный накопитель (" + fn +
                                               "), чем при подготовке документа (" + marker.fn +
                                               "): ничего не отправлено, ККТ будет опрошена "
                                               "заново.");
    }
    if (last_fd != marker.last_fd) {
        return Fault(FaultClass::busy, "Пока документ готовился, на ККТ появился другой (ФД " +
                                           std::to_string(last_fd) +
                                           "): ничего не отправлено, ККТ будет опрошена заново.");
    }
    return std::nullopt;
}

fiscal::Outcome other_storage(const fiscal::Marker& marker, const std::string& fn) {
    return fiscal::Unknown{
        Fault(FaultClass::identity,
              "В ККТ другой фискальный накопитель (" + fn +
                  "), чем тот, в который записывался документ (" + marker.fn +
                  "). Найдите документ в отчётах ОФД и сообщите решение: kktctl resolve.")};
}

} // namespace kktd::driver
