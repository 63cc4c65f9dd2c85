#include "front/status_page.hpp"

#include "api/answer_json.hpp"
#include "front/status_json.hpp"

#include <string>
#include <utility>

namespace kktd::front {

struct StatusPage::Written {
    engine::Snapshot snapshot;
    std::string body; ///< without request_id
};

api::Answer StatusPage::answer(engine::Snapshot snapshot, std::string_view request_id) {
    std::shared_ptr<const Written> written;
    {
        const std::lock_guard lock(mutex_);
        written = last_;
    }
    if (!written || written->snapshot != snapshot) {
        std::string body = status_json(snapshot);
        written = std::make_shared<const Written>(Written{std::move(snapshot), std::move(body)});
        const std::lock_guard lock(mutex_);
        last_ = written;
    }
    return api::json_answer(written->snapshot.can_sell() ? 200 : 503, written->body, request_id);
}

} // namespace kktd::front
