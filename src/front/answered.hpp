// Answered: the answers to repeats that cannot change any more, by the bytes of the request.
// Whoever sends a request again sends the same bytes, and a done receipt stays done; so the second
// repeat costs neither parsing nor the journal, and is answered while the disk or the KKT stands
// still.
#pragma once

#include "front/request.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace kktd::front {

class Answered {
public:
    /// The oldest goes when there are more. Most take a good kilobyte; what is longer than this is
    /// not kept.
    static constexpr std::size_t max_answers = 1000;
    static constexpr std::size_t max_answer_bytes = 4096;

    /// What a POST is, whoever sends it when: SHA-256 of everything the answer depends on.
    [[nodiscard]] static std::string print_of(const Request& request);

    /// nullptr if it is not known. Any thread.
    [[nodiscard]] std::shared_ptr<const std::string> find(const std::string& print) const;
    /// Does nothing with an answer that is too long. Any thread.
    void keep(const std::string& print, std::string answer);

private:
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<const std::string>> answers_;
    std::deque<std::string> order_; ///< oldest first
};

} // namespace kktd::front
