// Job: an accepted receipt on its way to the KKT, in memory; everything in it can be rebuilt from
// the journal.
#pragma once

#include "engine/kkt_config.hpp"
#include "engine/receipt_name.hpp"
#include "fiscal/compile.hpp"
#include "fiscal/device_state.hpp"
#include "fiscal/standing.hpp"
#include "fiscal/task.hpp"
#include "journal/store.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kktd::engine {

/// A compilation and what it depended on besides the draft: still good while those are equal.
struct CompiledFor {
    fiscal::Document document;
    fiscal::Date today;
    fiscal::TaxationSet taxations;
    std::uint8_t ffd;
    fiscal::Warnings added = {}; ///< what the caller was not told when the receipt was accepted

    [[nodiscard]] bool good_for(const fiscal::DeviceState& state) const {
        return today == state.now.date() && taxations == state.taxations && ffd == state.ffd;
    }
};

/// An attempt that the KKT was asked about and did not have. It may make the document all the same,
/// by itself (after power-up): before the receipt is made again the KKT is asked once more, if it
/// has made any document since.
struct AbsentAttempt {
    explicit AbsentAttempt(fiscal::Marker attempt)
        : marker(std::move(attempt)), seen_fd(marker.last_fd) {
        marker.prepared.clear(); // what the KKT remembered by it is forgotten
    }
    /// Whether there is a document the KKT was not asked about.
    [[nodiscard]] bool may_be_made(const fiscal::DeviceState& state) const {
        return state.identity.fn != marker.fn || state.last_fd > seen_fd;
    }
    fiscal::Marker marker;
    std::uint32_t seen_fd; ///< the KKT's last document when it was asked last
    bool asked = false;    ///< once more, and the answer is to come
};

struct Job {
    journal::RowId row = 0;
    fiscal::Standing standing; ///< as accepted
    fiscal::Draft draft;
    std::shared_ptr<CompiledFor> compiled;    ///< nothing: not compiled yet
    std::optional<fiscal::Original> original; ///< of a refund, found when it was submitted
    Caller caller;
    std::string inn;       ///< of the seller it was accepted for
    bool in_doubt = false; ///< has an open intent: only the KKT or an operator can end it

    // Where its time went, for the log; 0 for what was before a restart.
    fiscal::UtcMicros durable_at = 0; ///< the claim
    fiscal::UtcMicros sent_at = 0;    ///< to the KKT, its intent being durable

    // Attempts that certainly made no document: each costs an intent, so they grow rarer.
    int failed_attempts = 0;
    std::optional<fiscal::Fault> last_fault;
    std::chrono::steady_clock::time_point not_before;
    /// All of the receipt, also of earlier claims under its id. No more than there were failed
    /// attempts, which grow rarer and end with give_up_after.
    std::vector<AbsentAttempt> absent;

    /// Adds it, unless it is there already: a question about it is journaled as it was itself.
    void add_absent(fiscal::Marker attempt);
};

/// The job of a receipt read back from the journal; nothing if its draft is of a version or dialect
/// that this kktd does not know.
[[nodiscard]] std::optional<Job> job_of(const journal::StoredReceipt& stored,
                                        const EngineConfig& config);

} // namespace kktd::engine
