#include "front/stop_event.hpp"

#include <algorithm>
#include <array>
#include <climits>
#include <poll.h>

namespace kktd::front {

StopEvent::Seen StopEvent::wait(int fd, short events,
                                std::optional<std::chrono::milliseconds> limit) const {
    using Count = std::chrono::milliseconds::rep;
    const int milliseconds =
        limit ? static_cast<int>(std::clamp<Count>(limit->count(), 0, INT_MAX)) : -1;
    std::array<pollfd, 2> watched{{{event_.fd(), POLLIN, 0}, {fd, events, 0}}};
    const int ready = ::poll(watched.data(), watched.size(), milliseconds);
    if (watched[0].revents != 0) {
        return Seen::stop;
    }
    return ready > 0 ? Seen::ready : Seen::timeout;
}

} // namespace kktd::front
