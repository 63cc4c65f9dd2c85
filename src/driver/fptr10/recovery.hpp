// Recovery: reads from the fiscal storage what came after a marker and has it judged
// (driver/recovered.hpp). Goes on where it stopped when it is asked about the same marker again, so
// that many documents after the marker take several deadlines and not for ever.
#pragma once

#include "driver/fptr10/fn_archive.hpp"
#include "driver/recovered.hpp"
#include "fiscal/outcome.hpp"
#include "fiscal/task.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kktd::driver::fptr10 {

class Recovery {
public:
    /// `rnm` and `last_fd` are those of the KKT now. `unknown` with FaultClass::link: ask again.
    [[nodiscard]] fiscal::Outcome look_up(const fiscal::Marker& marker, const std::string& rnm,
                                          std::uint32_t last_fd, FnArchive& archive,
                                          Deadline deadline);

private:
    /// Reads the document `next_`; a failure if it could not be asked about.
    [[nodiscard]] std::optional<CallFailure> read_next(const std::string& rnm, FnArchive& archive,
                                                       Deadline deadline);
    /// Whether the last document read is proven ours: nothing that comes later can change that.
    [[nodiscard]] bool decided() const;

    std::optional<fiscal::Marker> marker_; ///< what is being looked for
    std::uint32_t next_ = 0;               ///< the first document not yet read
    std::uint32_t unreadable_ = 0;         ///< the first that cannot be read; 0: none
    std::vector<FoundDocument> found_;
};

} // namespace kktd::driver::fptr10
