#include "driver/recovered.hpp"

#include <algorithm>
#include <vector>

namespace kktd::driver {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;

/// Without a stamp: does the document look like the one of the marker?
bool resembles(const FoundDocument& document, const fiscal::Marker& marker) {
    return document.receipt == marker.receipt && document.registration.total == marker.total &&
           document.contact == marker.contact;
}

fiscal::Outcome unclear(const std::string& text) {
    return fiscal::Unknown{Fault(FaultClass::earlier, text)};
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
        if (document.kind == marker.kind && !foreign_stamp && resembles(document, marker)) {
            found.push_back(&document);
        }
    }
    return found;
}

} // namespace

fiscal::Outcome judge_found(const fiscal::Marker& marker, std::span<const FoundDocument> after,
                            const Evidence& evidence) {
    const bool report = !fiscal::is_receipt(marker.kind);
    // A stamp proves a receipt ours, and of reports the first one after the marker is ours.
    const auto proven = std::ranges::find_if(after, [&](const FoundDocument& document) {
        return document.kind == marker.kind &&
               (report || (!marker.stamp.empty() && document.stamp == marker.stamp));
    });
    if (proven != after.end()) {
        return fiscal::Done{proven->registration};
    }
    const auto alike =
        report ? std::vector<const FoundDocument*>() : lookalikes(marker, after, evidence);
    // A receipt without a stamp may be somebody else's equal one, unless nobody else could make
    // any (then ours is the next document), or the KKT says that ours was made and there is no
    // second like it.
    if (!alike.empty()) {
        const auto& first = alike.front()->registration;
        if ((evidence.ours_alone && first.fd == marker.last_fd + 1) ||
            (evidence.told_done && alike.size() == 1)) {
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

fiscal::Outcome other_storage(const fiscal::Marker& marker, const std::string& fn) {
    return fiscal::Unknown{
        Fault(FaultClass::identity,
              "В ККТ другой фискальный накопитель (" + fn +
                  "), чем тот, в который записывался документ (" + marker.fn +
                  "). Найдите документ в отчётах ОФД и сообщите решение: kktctl resolve.")};
}

} // namespace kktd::driver
