#include "driver/fptr10/recovery.hpp"

#include "fiscal/qr.hpp"
#include "fiscal/tlv_codec.hpp"

#include <utility>

namespace kktd::driver::fptr10 {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;
using fiscal::find_tlv;
using fiscal::Marker;
using fiscal::Outcome;

std::string_view value_of(std::string_view tags, std::uint16_t tag) {
    return find_tlv(tags, tag).value_or("");
}

/// In 1084 {1086}, or in 1192 where the configuration puts it there.
bool has_stamp(std::string_view tags, const std::string& stamp) {
    return fiscal::tlv_text(value_of(value_of(tags, 1084), 1086)) == stamp ||
           fiscal::tlv_text(value_of(tags, 1192)) == stamp;
}

/// Without a stamp: does the document look like the one of the marker?
bool resembles(std::string_view tags, const Marker& marker) {
    return fiscal::tlv_money(value_of(tags, 1020)) == marker.total &&
           fiscal::tlv_number(value_of(tags, 1054)) == static_cast<std::uint64_t>(marker.receipt) &&
           fiscal::tlv_text(value_of(tags, 1008)) == marker.contact;
}

bool could_not_be_asked(const CallFailure& failure) {
    return failure.kind() != CallFailure::Kind::refused ||
           failure.fault().cls() == FaultClass::link || failure.fault().cls() == FaultClass::busy;
}

Outcome ask_an_operator(const std::string& what) {
    return fiscal::Unknown{Fault(FaultClass::earlier,
                                 what + " Сверьте его с ОФД и сообщите решение: kktctl resolve.")};
}

} // namespace

Outcome Recovery::look_up(const Marker& marker, const RecoveryGround& ground, FnArchive& archive,
                          Deadline deadline) {
    if (marker_ != marker) {
        *this = Recovery();
        marker_ = marker;
        next_ = marker.last_fd + 1;
    }
    while (best_ != Likeness::ours && next_ <= ground.last_fd) {
        if (const auto failure = look_at_next(archive, deadline)) {
            return fiscal::Unknown{Fault(FaultClass::link, failure->fault().text(), failure->code(),
                                         failure->fault().native_text())};
        }
    }
    return verdict(ground);
}

std::optional<CallFailure> Recovery::look_at_next(FnArchive& archive, Deadline deadline) {
    const auto document = archive.document(next_, deadline);
    if (!document && could_not_be_asked(document.error())) {
        return document.error();
    }
    Candidate found;
    Likeness likeness = Likeness::unreadable;
    if (document) {
        found.document = *document;
        likeness = document->kind == marker_->kind ? Likeness::ours : Likeness::other;
    } else {
        found.document.fd = next_;
    }
    if (document && likeness == Likeness::ours && fiscal::is_receipt(marker_->kind)) {
        auto tags = archive.tags(next_, deadline);
        if (!tags && could_not_be_asked(tags.error())) {
            return tags.error();
        }
        if (!tags) {
            likeness = Likeness::unreadable;
        } else if (!marker_->stamp.empty()) {
            likeness = has_stamp(*tags, marker_->stamp) ? Likeness::ours : Likeness::other;
        } else {
            likeness = resembles(*tags, *marker_) ? Likeness::alike : Likeness::other;
        }
        found.tags = tags ? std::move(*tags) : std::string();
    }
    ++next_;
    // The first of several stays: it is the one whose number may be the next after the marker.
    if (likeness == Likeness::ours || best_ == Likeness::other) {
        best_ = likeness;
        candidate_ = std::move(found);
    }
    return std::nullopt;
}

Outcome Recovery::verdict(const RecoveryGround& ground) const {
    const std::string fd = std::to_string(candidate_.document.fd);
    switch (best_) {
    case Likeness::ours:
        return done(ground);
    case Likeness::other:
        return fiscal::Refused{Fault(FaultClass::link,
                                     "Документа в фискальном накопителе нет: связь с ККТ "
                                     "оборвалась раньше, чем он был зарегистрирован.")};
    case Likeness::unreadable:
        return ask_an_operator("Документ ФД " + fd +
                               " не читается из фискального накопителя, и не видно, этот ли он.");
    case Likeness::alike:
        // A cashier can always have registered an equal one on the KKT itself.
        return ask_an_operator("В фискальном накопителе есть такой же чек (ФД " + fd +
                               "), но он без метки kktd, и не видно, этот ли он.");
    }
    return ask_an_operator("Документ не найден.");
}

Outcome Recovery::done(const RecoveryGround& ground) const {
    const ArchivedDocument& document = candidate_.document;
    fiscal::Registration made;
    made.fn = marker_->fn;
    made.fd = document.fd;
    made.fpd = document.fpd;
    made.shift = document.shift;
    made.rnm = ground.rnm;
    made.time = document.time.value_or(fiscal::LocalTime());
    if (fiscal::is_receipt(marker_->kind)) {
        const auto number = [&](std::uint16_t tag) {
            return static_cast<std::uint32_t>(fiscal::tlv_number(value_of(candidate_.tags, tag)));
        };
        made.shift = number(1038);
        made.number = number(1042);
        made.total = fiscal::tlv_money(value_of(candidate_.tags, 1020));
        if (!document.time) {
            made.time = {static_cast<std::int64_t>(number(1012))};
        }
        made.qr = fiscal::qr_text(made, marker_->receipt);
    }
    if (made.fpd.empty()) {
        return ask_an_operator("Документ ФД " + std::to_string(document.fd) +
                               " зарегистрирован, но его фискальный признак не читается.");
    }
    return fiscal::Done{made};
}

} // namespace kktd::driver::fptr10
