#include "fiscal/finished_document.hpp"

#include "fiscal/qr.hpp"
#include "fiscal/tlv_codec.hpp"

namespace kktd::fiscal {

Registration registration_of(const FinishedDocument& document) {
    Registration registration{.fn = document.fn,
                              .fd = document.fd,
                              .fpd = document.fpd,
                              .shift = document.shift,
                              .number = document.number,
                              .time = document.time,
                              .total = document.total,
                              .rnm = {},
                              .qr = {},
                              .not_printed = false};
    TlvCursor form(document.tlv);
    if (!form.next()) {
        return registration;
    }
    if (const auto rnm = find_tlv(form.value(), 1037)) {
        registration.rnm = tlv_text(*rnm);
    }
    if (const auto kind = find_tlv(form.value(), 1054)) {
        registration.qr = qr_text(registration, static_cast<ReceiptKind>(tlv_number(*kind)));
    }
    return registration;
}

} // namespace kktd::fiscal
