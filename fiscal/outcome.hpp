// The three words for what a device did: done, refused, unknown.
#pragma once

#include "fiscal/date.hpp"
#include "fiscal/fault.hpp"
#include "fiscal/money.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace kktd::fiscal {

/// A fiscal document as the fiscal storage (ФН) has it, or as an operator has stated it.
struct Registration {
    std::string fn;           ///< number of the fiscal storage, tag 1041
    std::uint32_t fd = 0;     ///< fiscal document number, tag 1040
    std::string fpd;          ///< fiscal sign as decimal text, low 4 bytes of tag 1077
    std::uint32_t shift = 0;  ///< tag 1038
    std::uint32_t number = 0; ///< receipt number in the shift, tag 1042; 0 for shift reports
    LocalTime time;           ///< tag 1012
    Money total;              ///< tag 1020; zero for shift reports
    std::string rnm;          ///< registration number of the KKT, tag 1037
    std::string qr;           ///< text of the QR code, tag 1196; empty for shift reports
    bool not_printed = false; ///< registered, but its paper is unfinished

    /// Nobody could ask the fiscal storage: no fpd, number, time, rnm and qr are known.
    [[nodiscard]] bool only_stated() const { return time == LocalTime{}; }

    friend bool operator==(const Registration&, const Registration&) = default;
};

struct Done {
    Registration registration;
    friend bool operator==(const Done&, const Done&) = default;
};
/// Certainly not registered.
struct Refused {
    Fault fault;
    friend bool operator==(const Refused&, const Refused&) = default;
};
/// May be registered. Never retried before the KKT was asked.
struct Unknown {
    Fault fault;
    friend bool operator==(const Unknown&, const Unknown&) = default;
};

using Outcome = std::variant<Done, Refused, Unknown>;

} // namespace kktd::fiscal
