#include "base/signals.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <poll.h>
#include <pthread.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace kktd::base;
using namespace std::chrono_literals;

namespace {

/// Runs `body` in a child of its own, because the signal mask would stay with the test program.
/// Answers its exit code, or minus the signal that killed it.
template<class Body>
int in_child(Body body) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(body());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

} // namespace

BOOST_AUTO_TEST_SUITE(signals_tests)

BOOST_AUTO_TEST_CASE(blocked_signals_are_read_as_values) {
    BOOST_TEST(in_child([] {
                   block_signals();
                   SignalFd signals;
                   if (signals.read(0ms)) {
                       return 1;
                   }
                   for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) {
                       ::kill(::getpid(), signal);
                       pollfd wanted{signals.fd(), POLLIN, 0};
                       if (::poll(&wanted, 1, 10'000) != 1 || signals.read(0ms) != signal) {
                           return 2;
                       }
                   }
                   return signals.read(0ms) ? 3 : 0;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(read_waits_for_a_signal) {
    BOOST_TEST(in_child([] {
                   block_signals();
                   SignalFd signals;
                   const pid_t self = ::getpid();
                   if (::fork() == 0) {
                       ::kill(self, SIGHUP);
                       ::_exit(0);
                   }
                   return signals.read(10s) == SIGHUP ? 0 : 1;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(read_gives_up_after_its_timeout) {
    BOOST_TEST(in_child([] {
                   block_signals();
                   SignalFd signals;
                   const auto begin = std::chrono::steady_clock::now();
                   if (signals.read(30ms)) {
                       return 1;
                   }
                   return std::chrono::steady_clock::now() - begin >= 30ms ? 0 : 2;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(broken_pipe_does_not_kill) {
    BOOST_TEST(in_child([] {
                   block_signals();
                   int ends[2];
                   if (::pipe(ends) != 0) {
                       return 1;
                   }
                   ::close(ends[0]);
                   return ::write(ends[1], "x", 1) == -1 && errno == EPIPE ? 0 : 2;
               }) == 0);
}

BOOST_AUTO_TEST_CASE(other_signals_still_act) {
    BOOST_TEST(in_child([] {
                   block_signals();
                   ::raise(SIGALRM);
                   return 1;
               }) == -SIGALRM);
}

BOOST_AUTO_TEST_SUITE_END()
