#include "sim/atol/device_error.hpp"

namespace kktd::sim::atol {

DeviceError device_error(const fiscal::KktRefusal& refusal) {
    using fiscal::KktError;
    switch (refusal.error()) {
    case KktError::bad_vat_rate:
        return bad_vat_code;
    case KktError::bad_taxation:
        return bad_taxation;
    case KktError::bad_total:
    case KktError::payment_started: // its own code is not in any source
        return bad_sum;
    case KktError::busy:
        return unfinished_before;
    case KktError::cover_open: // 45h and 3Fh tell the cover; an error of its own has none
        return no_paper;
    case KktError::unsupported_by_ffd:
        return DeviceError(0xF6, 1);
    case KktError::bad_price:
    case KktError::bad_quantity:
    case KktError::bad_settlement:
    case KktError::bad_vat_sum:
    case KktError::bad_tag:
    case KktError::empty_receipt:
    case KktError::underpaid:
    case KktError::noncash_overpaid:
    case KktError::document_too_large:
    case KktError::receipt_open:
    case KktError::receipt_closed:
    case KktError::shift_open:
    case KktError::shift_closed:
    case KktError::shift_expired:
    case KktError::clock_behind:
    case KktError::paper_out:
    case KktError::fn_absent:
    case KktError::fn_expired:
    case KktError::fn_full:
    case KktError::fn_critical:
    case KktError::ofd_blocked:
    case KktError::injected:
        break;
    }
    // The rest of KktRefusal's codes are ATOL's own.
    return DeviceError(static_cast<std::uint8_t>(refusal.code()));
}

} // namespace kktd::sim::atol
