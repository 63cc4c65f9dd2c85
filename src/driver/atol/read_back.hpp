// Reads documents back from the fiscal storage (ФН) of an ATOL KKT, and judges by them what became
// of one whose answer was lost (reference: "Recovery after a lost connection").
#pragma once

#include "driver/atol/fn_reads.hpp"
#include "driver/atol/session.hpp"
#include "driver/recovered.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kktd::driver::atol {

/// A document as the fiscal storage gives it.
struct StoredDocument {
    FoundHead head;
    std::string tlv; ///< elements of the form; empty for forms kktd never makes
    friend bool operator==(const StoredDocument&, const StoredDocument&) = default;
};

/// A4 40, and for receipts and shift reports A4 45 and A4 46 until its end. At most
/// Document::max_tlv_bytes.
[[nodiscard]] Session::Result<StoredDocument> read_document(Session& session, std::uint32_t fd,
                                                            Deadline deadline);

/// A document that the KKT itself says it cannot give, or gives damaged, is read so often; then an
/// operator decides.
inline constexpr int max_readings = 3;
/// Between readings one after the other; the vendor's own handler makes the same pause.
inline constexpr std::chrono::milliseconds reading_pause{300};
/// The KKT itself has said that it cannot, and not for a cause that time or a person cures, or what
/// no KKT says: such a reading counts.
[[nodiscard]] bool is_definite(const Failure& failure);

/// Tags 1199 of the positions, in their order; 0 for a position without one.
[[nodiscard]] std::vector<std::uint8_t> vat_codes_of(const StoredDocument& document);

/// Looks for the document of a marker. Keeps what it has been told and has read of it, so that a
/// long search goes on where the deadline has cut it, until another marker comes. Not thread-safe.
class Search {
public:
    /// Documents after the marker that are looked at; beyond it an operator decides.
    static constexpr std::uint32_t max_documents = 1000;
    /// What is kept of a text in a document, which is more than any that is compared has: whatever
    /// a KKT says, all documents take no more than about a megabyte.
    static constexpr std::size_t max_text = 256;

    /// Done, Refused (link: certainly absent) or Unknown: link = could not be read, ask again;
    /// busy = it is being read, and needs more time; identity, earlier = an operator decides.
    /// `told_done`: the KKT has said it was registered, which counts from then on.
    [[nodiscard]] fiscal::Outcome look_up(Session& session, const fiscal::Marker& marker,
                                          bool told_done, Deadline deadline);
    void forget() { *this = Search(); }

private:
    std::optional<fiscal::Marker> marker_; ///< of what is kept
    bool told_done_ = false;
    int readings_ = 0; ///< in vain, of the next document
    /// Nothing for documents that kktd never makes.
    std::map<std::uint32_t, std::optional<FoundDocument>> read_;
};

} // namespace kktd::driver::atol
