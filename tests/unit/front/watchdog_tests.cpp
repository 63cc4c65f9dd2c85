#include "front/watchdog.hpp"

#include "unix_socket.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <sys/socket.h>

using namespace kktd;
using namespace kktd::test;
using namespace std::chrono_literals;

namespace {

struct Pair {
    Pair() {
        std::array<int, 2> fds{};
        BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) == 0);
        ours.reset(fds[0]);
        theirs.reset(fds[1]);
    }
    base::UniqueFd ours;
    base::UniqueFd theirs;
};

} // namespace

BOOST_AUTO_TEST_SUITE(watchdog_tests)

BOOST_AUTO_TEST_CASE(a_watched_socket_is_cut_in_time) {
    front::Watchdog dog(100ms);
    const Pair pair;
    const auto guard = dog.watch(pair.ours.get());
    BOOST_TEST(!readable_within(pair.theirs.get(), 50ms));
    const ReadToEnd read = read_to_end(pair.theirs.get());
    BOOST_TEST(read.ended);
}

BOOST_AUTO_TEST_CASE(a_guard_that_ends_leaves_the_socket_alone) {
    front::Watchdog dog(20ms);
    const Pair pair;
    { const auto guard = dog.watch(pair.ours.get()); }
    BOOST_TEST(!readable_within(pair.theirs.get(), 100ms));
}

BOOST_AUTO_TEST_CASE(a_socket_closed_early_does_not_cut_the_one_that_gets_its_number) {
    front::Watchdog dog(50ms);
    Pair first;
    const auto guard = dog.watch(first.ours.get());
    const int number = first.ours.get();
    first.ours.reset();
    const Pair second;
    BOOST_REQUIRE(second.ours.get() == number);
    BOOST_TEST(!readable_within(second.theirs.get(), 200ms));
}

BOOST_AUTO_TEST_CASE(no_socket_at_all_is_no_harm) {
    front::Watchdog dog(10ms);
    const auto guard = dog.watch(-1);
    const Pair pair;
    BOOST_TEST(!readable_within(pair.theirs.get(), 50ms));
}

BOOST_AUTO_TEST_SUITE_END()
