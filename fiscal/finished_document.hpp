// FinishedDocument: one document as a simulated fiscal storage (ФН) made it, and as a storage file
// keeps it (one line each).
#pragma once

#include "fiscal/date.hpp"
#include "fiscal/money.hpp"
#include "fiscal/outcome.hpp"
#include "fiscal/task.hpp"

#include <cstdint>
#include <string>

namespace kktd::fiscal {

struct FinishedDocument {
    std::uint32_t fd = 0; ///< 1040
    TaskKind kind = TaskKind::receipt;
    std::string fn;           ///< 1041
    std::uint32_t shift = 0;  ///< 1038
    std::uint32_t number = 0; ///< of the receipt in its shift, 1042; 0 for shift reports
    LocalTime time;           ///< 1012, the KKT's clock
    Money total;              ///< 1020; zero for shift reports
    std::string stamp;        ///< Document::stamp; empty for shift reports
    std::string fpd;          ///< decimal text of the low 4 bytes of 1077
    /// The oldest document the OFD had not got when this one was made, 1116; 0: none, this one was
    /// sent at once.
    std::uint32_t first_unsent = 0;
    std::string tlv; ///< fiscal/tlv.hpp

    friend bool operator==(const FinishedDocument&, const FinishedDocument&) = default;
};

/// As the engine takes it; РНМ and the QR text come from the TLV.
[[nodiscard]] Registration registration_of(const FinishedDocument& document);

} // namespace kktd::fiscal
