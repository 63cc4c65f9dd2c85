// DeviceState: everything kktd wants to know of a KKT and its fiscal storage, as it was at one
// moment.
#pragma once

#include "fiscal/date.hpp"
#include "fiscal/money.hpp"
#include "fiscal/taxation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::fiscal {

/// Who the KKT is. A change of any part stops it until `kktctl accept-kkt`.
struct Identity {
    std::string inn;    ///< tag 1018
    std::string rnm;    ///< РНМ, registration number of the KKT, tag 1037
    std::string serial; ///< заводской номер, tag 1013
    std::string fn;     ///< number of the fiscal storage, tag 1041
    friend bool operator==(const Identity&, const Identity&) = default;
};

enum class ShiftState : std::uint8_t {
    closed,
    open,
    expired, ///< open for 24 hours or more: nothing but closing is possible
};

/// "closed", "open", "expired".
[[nodiscard]] constexpr std::string_view name(ShiftState state) {
    switch (state) {
    case ShiftState::closed:
        return "closed";
    case ShiftState::open:
        return "open";
    case ShiftState::expired:
        return "expired";
    }
    return "closed";
}

enum class Paper : std::uint8_t { ok, low, out };

/// Фискальный накопитель.
struct FnState {
    std::uint8_t phase = 3;        ///< 1 ready, 3 active, 7 archive closed, 15 no more data
    Date valid_until;              ///< end of its life
    bool replace_urgently = false; ///< 3 days left (1051)
    bool resource_ends = false;    ///< 30 days left (1050)
    bool memory_99 = false;        ///< 99 % full (1052)
    bool ofd_timeout = false;      ///< OFD answer timeout exceeded (1053)
    bool critical = false;
    friend bool operator==(const FnState&, const FnState&) = default;
};

/// Documents not yet confirmed by the fiscal data operator (ОФД).
struct OfdQueue {
    std::uint32_t unsent = 0;        ///< 1097
    std::uint32_t first_fd = 0;      ///< 1116
    std::optional<LocalTime> oldest; ///< 1098
    friend bool operator==(const OfdQueue&, const OfdQueue&) = default;
};

struct DeviceState {
    Identity identity;
    LocalTime now; ///< the KKT's clock
    ShiftState shift = ShiftState::closed;
    std::uint32_t shift_number = 0; ///< of the open shift, or of the last closed one
    std::optional<LocalTime> shift_opened;
    std::uint32_t receipt_number = 0; ///< of the last receipt in the shift
    std::uint32_t last_fd = 0;
    std::optional<LocalTime> last_document; ///< time of the last fiscal document
    bool receipt_open = false;              ///< a receipt stands open on the KKT
    Paper paper = Paper::ok;
    bool cover_open = false;
    FnState fn;
    OfdQueue ofd;
    std::uint8_t ffd = 2;       ///< 2 = 1.05, 3 = 1.1, 4 = 1.2 (tag 1209)
    TaxationSet taxations;      ///< registered systems, tag 1062
    bool internet_only = false; ///< registered without a printer (1108)
    std::string model;          ///< for people
    std::string firmware;

    friend bool operator==(const DeviceState&, const DeviceState&) = default;
};

} // namespace kktd::fiscal
