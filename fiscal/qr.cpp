#include "fiscal/qr.hpp"

namespace kktd::fiscal {

std::string qr_text(const Registration& registration, ReceiptKind kind) {
    // "2017-10-06T12:30:00" → "20171006T1230"
    std::string time = registration.time.iso().substr(0, 16);
    std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
    return "t=" + time + "&s=" + registration.total.text() + "&fn=" + registration.fn +
           "&i=" + std::to_string(registration.fd) + "&fp=" + registration.fpd +
           "&n=" + std::to_string(static_cast<int>(kind));
}

} // namespace kktd::fiscal
