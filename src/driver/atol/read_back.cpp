#include "driver/atol/read_back.hpp"

#include "driver/atol/external_text.hpp"
#include "fiscal/document.hpp"
#include "fiscal/qr.hpp"
#include "fiscal/tlv_codec.hpp"

#include <algorithm>

namespace kktd::driver::atol {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;

std::optional<fiscal::TaskKind> kind_of_form(std::uint8_t form) {
    switch (form) {
    case form_shift_open:
        return fiscal::TaskKind::shift_open;
    case form_shift_close:
        return fiscal::TaskKind::shift_close;
    case form_receipt:
    case form_bso:
        return fiscal::TaskKind::receipt;
    case form_correction:
    case form_bso_correction:
        return fiscal::TaskKind::correction;
    default:
        return std::nullopt;
    }
}

std::string_view value_of(const StoredDocument& document, std::uint16_t tag) {
    return fiscal::tlv_value(document.tlv, tag);
}

std::uint32_t number_of(const StoredDocument& document, std::uint16_t tag) {
    return static_cast<std::uint32_t>(fiscal::tlv_number(value_of(document, tag)));
}

/// Whether a KKT hands texts out in the code page of the wire or in that of the format (CP866) is
/// not in any source; they differ in two characters.
std::string contact_of(const StoredDocument& document, const fiscal::Marker& marker) {
    const auto bytes = value_of(document, 1008);
    auto text = fiscal::tlv_text(bytes);
    return text != marker.contact && from_external(bytes) == marker.contact ? marker.contact : text;
}

/// Short enough to be kept, and unlike anything it is compared with if it was cut.
std::string bounded(std::string text) {
    text.resize(std::min(text.size(), Search::max_text));
    return text;
}

FoundDocument as_found(const StoredDocument& document, fiscal::TaskKind kind,
                       const fiscal::Marker& marker) {
    FoundDocument found;
    found.kind = kind;
    found.contact = bounded(contact_of(document, marker));
    read_stamp(found, document.tlv, marker);
    auto& registration = found.registration;
    registration.fn = marker.fn;
    registration.fd = document.head.fd;
    registration.fpd = std::to_string(document.head.fpd);
    registration.shift = number_of(document, 1038);
    registration.rnm = bounded(fiscal::tlv_text(value_of(document, 1037)));
    registration.time = document.head.time.value_or(
        fiscal::LocalTime{static_cast<std::int64_t>(number_of(document, 1012))});
    if (fiscal::is_receipt(kind)) {
        found.receipt = static_cast<fiscal::ReceiptKind>(number_of(document, 1054));
        registration.number = number_of(document, 1042);
        registration.total = fiscal::tlv_money(value_of(document, 1020));
        registration.qr = fiscal::qr_text(registration, found.receipt);
    }
    return found;
}

/// A receipt without what every one has: what it is would be judged by what is missing.
bool is_cut(const StoredDocument& document) {
    const auto kind = kind_of_form(document.head.type);
    return kind && fiscal::is_receipt(*kind) &&
           (!fiscal::find_tlv(document.tlv, 1054) || !fiscal::find_tlv(document.tlv, 1020));
}

/// 0303h ends a whole document for some firmware, and tells of others that one made in
/// between has broken the reading off: then it is to be begun anew.
bool ends_reading(const Failure& failure, bool whole) {
    return failure.is(error_no_data) || (whole && failure.is(error_extended) &&
                                         failure.error()->extended() == extended_read_ended);
}

Session::Result<std::string> read_tlv(Session& session, const FoundHead& head, Deadline deadline) {
    const auto begun = session.ask(read_tlv_command(head.fd), parse_tlv_head, deadline);
    if (!begun) {
        return begun.error();
    }
    std::string tlv;
    while (tlv.size() <= fiscal::Document::max_tlv_bytes) {
        const auto more = session.run(read_more_tlv_command(), deadline);
        if (!more && ends_reading(more.error(), tlv.size() >= begun->length)) {
            break;
        }
        if (!more) {
            return more.error();
        }
        if (more->empty()) {
            break; // a KKT that never says DAh would keep us for ever
        }
        tlv += *more;
    }
    if (begun->form != head.type || tlv.size() > fiscal::Document::max_tlv_bytes ||
        !fiscal::decode_tlv(tlv) || tlv.empty()) {
        return Failure(Failure::Kind::garbled,
                       "document " + std::to_string(head.fd) + " cannot be read back");
    }
    return tlv;
}

/// `last`: it is not asked for again.
fiscal::Outcome not_readable(const Failure& failure, std::uint32_t fd, bool last,
                             Deadline deadline) {
    if (last && is_definite(failure)) {
        const Fault why = failure.fault("чтение ФД " + std::to_string(fd));
        return fiscal::Unknown{
            Fault(FaultClass::earlier,
                  "Документ ФД " + std::to_string(fd) +
                      " не читается из фискального накопителя, и не видно, этот ли он. "
                      "Сверьте его с ОФД и сообщите решение: kktctl resolve.",
                  why.native_code(), why.native_text())};
    }
    // The KKT has answered until then: not the link is to be looked at.
    if (!failure.error() && std::chrono::steady_clock::now() >= deadline) {
        return fiscal::Unknown{
            Fault(FaultClass::busy,
                  "Документ читается из ФН (ФД " + std::to_string(fd) +
                      "): отведённого времени не хватило. Чтение будет повторено само.",
                  0, failure.fault().native_text())};
    }
    // Whatever the reason, it could not be asked.
    const Fault why = failure.fault("чтение ФД " + std::to_string(fd));
    return fiscal::Unknown{
        Fault(FaultClass::link, why.text(), why.native_code(), why.native_text())};
}

} // namespace

Session::Result<StoredDocument> read_document(Session& session, std::uint32_t fd,
                                              Deadline deadline) {
    const auto head = session.ask(find_document_command(fd), parse_found_head, deadline);
    if (!head) {
        return head.error();
    }
    if (head->fd != fd) {
        return Failure(Failure::Kind::garbled, "asked for document " + std::to_string(fd) +
                                                   ", got " + std::to_string(head->fd));
    }
    StoredDocument document{*head, {}};
    if (kind_of_form(head->type)) {
        auto tlv = read_tlv(session, *head, deadline);
        if (!tlv) {
            return tlv.error();
        }
        document.tlv = *std::move(tlv);
    }
    if (is_cut(document)) {
        return Failure(Failure::Kind::garbled, "document " + std::to_string(fd) + " was cut off");
    }
    return document;
}

bool is_definite(const Failure& failure) {
    return failure.kind() == Failure::Kind::garbled ||
           (failure.kind() == Failure::Kind::refused &&
            (!fiscal::is_temporary(failure.fault().cls()) || failure.is(error_no_data)));
}

std::vector<std::uint8_t> vat_codes_of(const StoredDocument& document) {
    std::vector<std::uint8_t> codes;
    fiscal::TlvCursor cursor(document.tlv);
    while (cursor.next()) {
        if (cursor.tag() == 1059) {
            const auto code = fiscal::find_tlv(cursor.value(), 1199);
            codes.push_back(code ? static_cast<std::uint8_t>(fiscal::tlv_number(*code))
                                 : std::uint8_t{0});
        }
    }
    return codes;
}

fiscal::Outcome Search::look_up(Session& session, const fiscal::Marker& marker, bool told_done,
                                Deadline deadline) {
    if (marker_ != marker) {
        forget();
        marker_ = marker;
    }
    told_done_ = told_done_ || told_done;
    const auto status = session.ask(fn_status_command(), parse_fn_status, deadline);
    if (!status) {
        const Fault why = status.error().fault("вопрос о фискальном накопителе");
        return fiscal::Unknown{
            Fault(FaultClass::link, why.text(), why.native_code(), why.native_text())};
    }
    if (status->fn != marker.fn) {
        return other_storage(marker, status->fn);
    }
    if (status->last_fd < marker.last_fd) {
        return fiscal::Unknown{Fault(
            FaultClass::earlier,
            "Последний документ фискального накопителя (ФД " + std::to_string(status->last_fd) +
                ") раньше того, что был до чека (ФД " + std::to_string(marker.last_fd) +
                "). Сверьте документы с ОФД и сообщите решение: kktctl resolve.")};
    }
    if (status->last_fd - marker.last_fd > max_documents) {
        return fiscal::Unknown{
            Fault(FaultClass::earlier,
                  "После чека на ККТ сделано больше " + std::to_string(max_documents) +
                      " документов. Найдите его в отчётах ОФД и сообщите решение: kktctl "
                      "resolve.")};
    }
    std::vector<FoundDocument> after;
    for (std::uint32_t fd = marker.last_fd; fd < status->last_fd;) {
        ++fd;
        auto known = read_.find(fd);
        if (known == read_.end()) {
            auto document = read_document(session, fd, deadline);
            if (!document) {
                if (is_definite(document.error())) {
                    readings_ = std::min(readings_ + 1, max_readings);
                }
                return not_readable(document.error(), fd, readings_ == max_readings, deadline);
            }
            readings_ = 0;
            const auto kind = kind_of_form(document->head.type);
            known = read_
                        .emplace(fd, kind ? std::optional(as_found(*document, *kind, marker))
                                          : std::nullopt)
                        .first;
        }
        if (known->second) {
            after.push_back(*known->second);
            if (proves(after.back(), marker)) {
                break; // nothing after it can change that
            }
        }
    }
    return judge_found(marker, after, {.keeps_stamps = false, .told_done = told_done_});
}

} // namespace kktd::driver::atol
