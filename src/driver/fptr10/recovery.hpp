// Recovery: looks in the fiscal storage for the document of a marker. Goes on where it stopped when
// it is asked about the same marker again, so that many documents after the marker take several
// deadlines and not for ever.
#pragma once

#include "driver/fptr10/fn_archive.hpp"
#include "fiscal/outcome.hpp"
#include "fiscal/task.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kktd::driver::fptr10 {

/// What is known of the KKT besides its documents.
struct RecoveryGround {
    std::string rnm;           ///< of the KKT, tag 1037
    std::uint32_t last_fd = 0; ///< in the fiscal storage now
};

class Recovery {
public:
    /// `unknown` with FaultClass::link: ask again.
    [[nodiscard]] fiscal::Outcome look_up(const fiscal::Marker& marker,
                                          const RecoveryGround& ground, FnArchive& archive,
                                          Deadline deadline);

private:
    enum class Likeness : std::uint8_t { other, alike, ours, unreadable };
    struct Candidate {
        ArchivedDocument document;
        std::string tags;
    };
    /// The next document; a failure if it could not be asked about.
    [[nodiscard]] std::optional<CallFailure> look_at_next(FnArchive& archive, Deadline deadline);
    [[nodiscard]] fiscal::Outcome verdict(const RecoveryGround& ground) const;
    [[nodiscard]] fiscal::Outcome done(const RecoveryGround& ground) const;

    std::optional<fiscal::Marker> marker_; ///< what is being looked for
    std::uint32_t next_ = 0;               ///< the first document not yet looked at
    Likeness best_ = Likeness::other;      ///< of candidate_
    Candidate candidate_;
};

} // namespace kktd::driver::fptr10
