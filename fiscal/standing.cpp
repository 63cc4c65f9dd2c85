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

bool is_void(ReceiptState state) {
    return state == ReceiptState::refused || state == ReceiptState::withdrawn;
}

bool other_number(const Standing& standing, std::string_view number) {
    return !standing.number.empty() && !number.empty() && standing.number != number;
}

} // namespace kktd::fiscal
