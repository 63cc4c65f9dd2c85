#include "engine/job.hpp"

#include <algorithm>
#include <utility>

namespace kktd::engine {

void Job::add_absent(fiscal::Marker attempt) {
    AbsentAttempt added(std::move(attempt));
    const bool known = std::any_of(absent.begin(), absent.end(), [&](const AbsentAttempt& one) {
        return one.marker == added.marker;
    });
    if (!known) {
        absent.push_back(std::move(added));
    }
}

std::optional<Job> job_of(const journal::StoredReceipt& stored, const EngineConfig& config) {
    auto draft = fiscal::decode_draft(stored.draft);
    if (!draft) {
        return std::nullopt;
    }
    draft->names = config.names_of(draft->dialect);
    if (draft->names == nullptr) {
        return std::nullopt;
    }
    Job job;
    job.row = stored.row;
    job.standing = stored.standing;
    job.draft = std::move(*draft);
    job.caller.request_id = stored.request_id;
    job.inn = stored.inn;
    return job;
}

} // namespace kktd::engine
