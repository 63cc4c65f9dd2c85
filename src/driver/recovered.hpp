// What became of a document whose answer was lost, judged by the documents the fiscal storage (ФН)
// holds after its marker: one rule for every driver.
#pragma once

#include "fiscal/outcome.hpp"
#include "fiscal/settlement.hpp"
#include "fiscal/task.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kktd::driver {

/// A document read back from the fiscal storage.
struct FoundDocument {
    fiscal::TaskKind kind = fiscal::TaskKind::receipt;
    fiscal::ReceiptKind receipt = fiscal::ReceiptKind::sell; ///< tag 1054, receipts only
    std::string contact;                                     ///< tag 1008
    std::string stamp; ///< ours or of another receipt of kktd; empty if it carries none
    /// There is a user attribute (tag 1084), but what stands in it is no stamp and no other
    /// program's: it may have been ours.
    bool stamp_damaged = false;
    fiscal::Registration registration;
    friend bool operator==(const FoundDocument&, const FoundDocument&) = default;
};

/// Takes the stamp from the elements of a document: 1084 {1085, 1086}, of the form of the marker's,
/// or in 1192 the marker's own one, for any other text there is no stamp.
void read_stamp(FoundDocument& document, std::string_view elements, const fiscal::Marker& marker);

/// What is known besides the documents.
struct Evidence {
    /// Nobody but this kktd can have made a document since the marker.
    bool ours_alone = false;
    /// A stamp once given to the KKT stands in every document: one without it is not ours. Where
    /// the firmware may drop it, a receipt that looks like ours and has none proves nothing. True
    /// for `test:` alone, whose storage is ours: of a real KKT nothing says that it keeps them.
    bool keeps_stamps = false;
    /// The KKT itself has answered that the document was registered.
    bool told_done = false;
};

/// A receipt is proven ours by its stamp together with its sum and its kind (tag 1054): one that
/// was closed by somebody before it was complete carries the stamp as well. Of reports the first
/// one after the marker is ours.
[[nodiscard]] bool proves(const FoundDocument& document, const fiscal::Marker& marker);

/// `after`: all documents after marker.last_fd, oldest first, or those up to one that proves().
/// Done: one of them is proven ours. Refused (link): none can be. Unknown (earlier): an operator
/// decides.
[[nodiscard]] fiscal::Outcome judge_found(const fiscal::Marker& marker,
                                          std::span<const FoundDocument> after,
                                          const Evidence& evidence);

/// Why the document of `marker` may not be made on a KKT with this storage and last document: they
/// are not those of the marker. Temporary, so that the KKT is looked at anew.
[[nodiscard]] std::optional<fiscal::Fault>
not_as_marked(const fiscal::Marker& marker, const std::string& fn, std::uint32_t last_fd);

/// Unknown (identity): the fiscal storage in the KKT is not the one of the marker.
[[nodiscard]] fiscal::Outcome other_storage(const fiscal::Marker& marker, const std::string& fn);

} // namespace kktd::driver
