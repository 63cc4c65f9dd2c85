#include "front/status_page.hpp"

#include "api/answer_json.hpp"
#include "front/status_json.hpp"

#include <string>
#include <utility>

namespace kktd::front {

struct StatusPage::Written {
    engine::Snapshot snapshot;
    std::string open; ///< the body without request_id and its end
};

api::Answer StatusPage::answer(engine::Snapshot snapshot, std::string_view request_id) {
    std::shared_ptr<const Written> written;
    {
        const std::lock_guard lock(mutex_);
        written = last_;
    }
    if (!written || written->snapshot != snapshot) {
        std::string open = status_json(snapshot);
        open.pop_back();
        written = std::make_shared<const Written>(Written{std::move(snapshot), std::move(open)});
        const std::lock_guard lock(mutex_);
        last_ = written;
    }
    api::Answer answer;
    answer.status = written->snapshot.can_sell() ? 200 : 503;
    answer.body = api::closed_body(written->open, request_id);
    return answer;
}

} // namespace kktd::front
