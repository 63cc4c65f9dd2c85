// Bounds and deadlines of the front.
#pragma once

#include <chrono>
#include <cstddef>

namespace kktd::front {

struct FrontConfig {
    unsigned acceptors = 4;                            ///< threads that read requests
    std::size_t body_limit = std::size_t{256} * 1024;  ///< bytes; beyond it 413
    std::size_t parked_limit = 1024;                   ///< waiting POSTs; beyond it 202 at once
    std::chrono::milliseconds answer_deadline{50'000}; ///< a waiting POST gets 202 then; 0: at once
    std::chrono::milliseconds peer_timeout{5'000};     ///< of reading a request from nginx
};

} // namespace kktd::front
