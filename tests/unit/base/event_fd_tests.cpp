#include "base/event_fd.hpp"

#include <boost/test/unit_test.hpp>
#include <poll.h>
#include <thread>

using namespace kktd::base;

namespace {

bool readable(const EventFd& event, int timeout_ms) {
    pollfd wanted{event.fd(), POLLIN, 0};
    return ::poll(&wanted, 1, timeout_ms) == 1;
}

} // namespace

BOOST_AUTO_TEST_SUITE(event_fd_tests)

BOOST_AUTO_TEST_CASE(readable_from_raise_to_clear) {
    EventFd event;
    BOOST_TEST(!readable(event, 0));
    BOOST_TEST(!event.clear());
    event.raise();
    event.raise();
    BOOST_TEST(readable(event, 0));
    BOOST_TEST(readable(event, 0));
    BOOST_TEST(event.clear());
    BOOST_TEST(!readable(event, 0));
    BOOST_TEST(!event.clear());
}

BOOST_AUTO_TEST_CASE(wakes_a_sleeping_thread) {
    EventFd event;
    std::thread raiser([&event] { event.raise(); });
    BOOST_TEST(readable(event, 10'000));
    raiser.join();
}

BOOST_AUTO_TEST_SUITE_END()
