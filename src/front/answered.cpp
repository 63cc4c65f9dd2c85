#include "front/answered.hpp"

#include "base/sha256.hpp"

#include <utility>

namespace kktd::front {

std::string Answered::print_of(const Request& request) {
    std::string all;
    all.reserve(request.body.size() + request.idempotency_key.size() + request.kkt.size() + 64);
    for (const std::string* part : {&request.path, &request.kkt, &request.idempotency_key}) {
        all += std::to_string(part->size());
        all += ':';
        all += *part;
    }
    all += request.body;
    return base::sha256(all);
}

std::shared_ptr<const std::string> Answered::find(const std::string& print) const {
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(print);
    return found == answers_.end() ? nullptr : found->second;
}

void Answered::keep(const std::string& print, std::string answer) {
    if (answer.size() > max_answer_bytes) {
        return;
    }
    auto kept = std::make_shared<const std::string>(std::move(answer));
    const std::lock_guard lock(mutex_);
    if (answers_.emplace(print, std::move(kept)).second) {
        order_.push_back(print);
    }
    if (order_.size() > max_answers) {
        answers_.erase(order_.front());
        order_.pop_front();
    }
}

} // namespace kktd::front
