#include "engine/job.hpp"

namespace kktd::engine {

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
    job.request_id = stored.request_id;
    job.inn = stored.inn;
    return job;
}

} // namespace kktd::engine
