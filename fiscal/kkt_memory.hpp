// KktMemory: what a simulated KKT and its fiscal storage keep without power: counters, shift,
// totals, the OFD queue. It is moved on by finished documents only, so that the same memory comes
// of working and of reading the documents back.
#pragma once

#include "fiscal/device_state.hpp"
#include "fiscal/finished_document.hpp"
#include "fiscal/totals.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::fiscal {

struct KktMemory {
    std::string fn;                         ///< the fiscal storage all the rest belongs to
    std::optional<Date> activated;          ///< day of its first document
    std::uint32_t last_fd = 0;              ///< 1040 of the last document
    std::optional<LocalTime> last_document; ///< its time
    bool shift_open = false;
    std::uint32_t shift = 0;               ///< of the open shift, or of the last closed one
    std::optional<LocalTime> shift_opened; ///< while one is open
    std::uint32_t shift_documents = 0;     ///< in it, its opening included
    std::uint32_t receipts = 0;            ///< number of the last receipt in the shift
    Totals shift_totals;                   ///< of the open shift, or of the last closed one
    Totals totals;                         ///< since the fiscal storage was new
    OfdQueue ofd;

    /// What `document` changes. Documents of another fiscal storage change nothing.
    void apply(const FinishedDocument& document);

    friend bool operator==(const KktMemory&, const KktMemory&) = default;
};

/// "name=value" lines, versioned.
[[nodiscard]] std::string encode(const KktMemory& memory);
/// Nothing if the text is not a whole encoding of this version.
[[nodiscard]] std::optional<KktMemory> decode_kkt_memory(std::string_view text);

} // namespace kktd::fiscal
