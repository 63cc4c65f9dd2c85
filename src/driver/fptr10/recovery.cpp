#include "driver/fptr10/recovery.hpp"

#include "fiscal/qr.hpp"
#include "fiscal/tlv_codec.hpp"

#include <string_view>

namespace kktd::driver::fptr10 {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;
using fiscal::find_tlv;
using fiscal::TaskKind;

std::uint32_t number_of(std::string_view tags, std::uint16_t tag) {
    return static_cast<std::uint32_t>(fiscal::tlv_number(fiscal::tlv_value(tags, tag)));
}

/// By what only one form has (order ЕД-7-20/662@): 1054 a receipt, with 1173 a correction; 1118 the
/// closing of a shift; the opening has neither those, nor the OFD queue (1097) of a state report,
/// nor the taxation systems (1062) of a registration.
std::optional<TaskKind> kind_by_tags(std::string_view tags) {
    const auto has = [&](std::uint16_t tag) { return find_tlv(tags, tag).has_value(); };
    if (has(1054)) {
        return has(1173) ? TaskKind::correction : TaskKind::receipt;
    }
    if (has(1118)) {
        return TaskKind::shift_close;
    }
    return has(1038) && !has(1097) && !has(1062) ? std::optional(TaskKind::shift_open)
                                                 : std::nullopt;
}

/// The low four of the six bytes of 1077, most significant first.
std::string sign_by_tags(std::string_view tags) {
    constexpr std::size_t size = 6;
    const std::string_view sign = fiscal::tlv_value(tags, 1077);
    if (sign.size() != size) {
        return {};
    }
    std::uint32_t number = 0;
    for (const char byte : sign.substr(2)) {
        number = number << 8 | static_cast<unsigned char>(byte);
    }
    return std::to_string(number);
}

/// What the KKT did not say of the document is taken from its elements.
void complete(ArchivedDocument& document, std::string_view tags) {
    document.kind = document.kind ? document.kind : kind_by_tags(tags);
    document.fpd = document.fpd.empty() ? sign_by_tags(tags) : document.fpd;
    document.shift = document.shift == 0 ? number_of(tags, 1038) : document.shift;
    if (!document.time) {
        document.time = fiscal::LocalTime{std::int64_t{number_of(tags, 1012)}};
    }
}

FoundDocument found_document(const ArchivedDocument& document, std::string_view tags,
                             const fiscal::Marker& marker, const std::string& rnm) {
    FoundDocument found;
    found.kind = *document.kind;
    fiscal::Registration& made = found.registration;
    made.fn = marker.fn;
    made.fd = document.fd;
    made.fpd = document.fpd;
    made.shift = document.shift;
    made.rnm = rnm;
    made.time = document.time.value_or(fiscal::LocalTime());
    if (fiscal::is_receipt(found.kind)) {
        found.receipt = static_cast<fiscal::ReceiptKind>(number_of(tags, 1054));
        found.contact = fiscal::tlv_text(fiscal::tlv_value(tags, 1008));
        read_stamp(found, tags, marker);
        made.number = number_of(tags, 1042);
        made.total = fiscal::tlv_money(fiscal::tlv_value(tags, 1020));
        made.qr = fiscal::qr_text(made, found.receipt);
    }
    return found;
}

/// Whether a receipt has what every one has: else it would be judged by what is missing.
bool is_whole(std::string_view tags) {
    return fiscal::find_tlv(tags, 1054) && fiscal::find_tlv(tags, 1020);
}

bool could_not_be_asked(const CallFailure& failure) {
    return failure.kind() != CallFailure::Kind::refused ||
           failure.fault().cls() == FaultClass::link || failure.fault().cls() == FaultClass::busy;
}

fiscal::Outcome not_readable(std::uint32_t fd) {
    return fiscal::Unknown{
        Fault(FaultClass::earlier, "Документ ФД " + std::to_string(fd) +
                                       " не читается из фискального накопителя, и не видно, этот "
                                       "ли он. Сверьте его с ОФД и сообщите решение: kktctl "
                                       "resolve.")};
}

} // namespace

fiscal::Outcome Recovery::look_up(const fiscal::Marker& marker, const std::string& rnm,
                                  std::uint32_t last_fd, FnArchive& archive, Deadline deadline) {
    if (marker_ != marker) {
        *this = Recovery();
        marker_ = marker;
        next_ = marker.last_fd + 1;
    }
    while (!decided() && next_ <= last_fd) {
        if (const auto failure = read_next(rnm, archive, deadline)) {
            return fiscal::Unknown{Fault(FaultClass::link, failure->fault().text(), failure->code(),
                                         failure->fault().native_text())};
        }
    }
    // A cashier can always have made documents on the KKT itself; and whether every firmware keeps
    // what the library gives it as tag 1084 is not in any source.
    fiscal::Outcome outcome = judge_found(marker, found_, {.keeps_stamps = false});
    const bool done = std::holds_alternative<fiscal::Done>(outcome);
    return unreadable_ != 0 && !done ? not_readable(unreadable_) : outcome;
}

bool Recovery::decided() const {
    return !found_.empty() && proves(found_.back(), *marker_);
}

std::optional<CallFailure> Recovery::read_next(const std::string& rnm, FnArchive& archive,
                                               Deadline deadline) {
    const auto told = archive.document(next_, deadline);
    if (!told && could_not_be_asked(told.error())) {
        return told.error();
    }
    ArchivedDocument document;
    if (told) {
        document = *told;
    }
    document.fd = next_;
    // The library fails at some documents whose elements it reads well.
    const bool complete_without = document.kind && !fiscal::is_receipt(*document.kind) &&
                                  !document.fpd.empty() && document.time && document.shift != 0;
    std::string tags;
    if (!complete_without) {
        auto read = archive.tags(next_, deadline);
        if (!read && could_not_be_asked(read.error())) {
            return read.error();
        }
        tags = read ? std::move(*read) : std::string();
        complete(document, tags);
    }
    ++next_;
    const bool readable = document.kind && !document.fpd.empty() &&
                          (!fiscal::is_receipt(*document.kind) || is_whole(tags));
    if (readable) {
        found_.push_back(found_document(document, tags, *marker_, rnm));
    } else if (unreadable_ == 0 && (!told || document.kind == marker_->kind)) {
        unreadable_ = document.fd;
    }
    return std::nullopt;
}

} // namespace kktd::driver::fptr10
