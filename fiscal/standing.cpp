#include "fiscal/standing.hpp"

namespace kktd::fiscal {

std::string_view name(ReceiptState state) {
    switch (state) {
    case ReceiptState::accepted:
        return "accepted";
    case ReceiptState::done:
        return "done";
    case ReceiptState::refused:
        return "refused";
    case ReceiptState::unknown:
        return "unknown";
    case ReceiptState::withdrawn:
        return "withdrawn";
    case ReceiptState::rehearsed:
        return "rehearsed";
    }
    return "unknown";
}

} // namespace kktd::fiscal
