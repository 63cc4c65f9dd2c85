// StatusPage: GET /kkt/status, written anew only when the snapshot is another: monitoring asks far
// more often than anything changes.
#pragma once

#include "api/answer.hpp"
#include "engine/snapshot.hpp"

#include <memory>
#include <mutex>
#include <string_view>

namespace kktd::front {

class StatusPage {
public:
    /// 200 when a receipt posted now could be registered, 503 when not. Any thread.
    [[nodiscard]] api::Answer answer(engine::Snapshot snapshot, std::string_view request_id);

private:
    struct Written;
    std::mutex mutex_;
    std::shared_ptr<const Written> last_;
};

} // namespace kktd::front
