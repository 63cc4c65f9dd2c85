#include "base/fault_point.hpp"

#include "temp_dir.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace kktd::base;
using kktd::base::testing::contents;
using kktd::base::testing::TempDir;

static_assert(fault_points_enabled);

namespace {

/// Passes three points in a child with its own environment; the signal that killed it, or 0.
int run(const char* kill_at, const std::string& trace) {
    const pid_t child = ::fork();
    if (child == 0) {
        kill_at != nullptr ? ::setenv("KKTD_KILL_AT", kill_at, 1) : ::unsetenv("KKTD_KILL_AT");
        ::setenv("KKTD_KILL_TRACE", trace.c_str(), 1);
        fault_point("claim");
        fault_point("intent");
        fault_point("outcome");
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

} // namespace

BOOST_AUTO_TEST_SUITE(fault_point_on_tests)

BOOST_AUTO_TEST_CASE(kills_at_the_nth_point) {
    const TempDir dir;
    BOOST_TEST(run("1", dir / "1") == SIGKILL);
    BOOST_TEST(contents(dir / "1") == "claim\n");
    BOOST_TEST(run("2", dir / "2") == SIGKILL);
    BOOST_TEST(contents(dir / "2") == "claim\nintent\n");
    BOOST_TEST(run("3", dir / "3") == SIGKILL);
    BOOST_TEST(contents(dir / "3") == "claim\nintent\noutcome\n");
    BOOST_TEST(run("4", dir / "4") == 0);
    BOOST_TEST(run(nullptr, dir / "none") == 0);
    BOOST_TEST(contents(dir / "none") == "claim\nintent\noutcome\n");
}

BOOST_AUTO_TEST_CASE(trace_is_appended_over_restarts) {
    const TempDir dir;
    run("2", dir / "trace");
    run("1", dir / "trace");
    BOOST_TEST(contents(dir / "trace") == "claim\nintent\nclaim\n");
}

BOOST_AUTO_TEST_CASE(counts_over_all_threads) {
    const TempDir dir;
    const pid_t child = ::fork();
    if (child == 0) {
        ::setenv("KKTD_KILL_AT", "400", 1);
        ::setenv("KKTD_KILL_TRACE", (dir / "trace").c_str(), 1);
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([] {
                for (int i = 0; i < 100; ++i) {
                    fault_point("x");
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    BOOST_TEST(WIFSIGNALED(status));
    BOOST_TEST(contents(dir / "trace").size() == 800U);
}

BOOST_AUTO_TEST_CASE(switches) {
    ::setenv("KKTD_NO_RECOVERY", "1", 1);
    BOOST_TEST(fault_switch("KKTD_NO_RECOVERY"));
    ::unsetenv("KKTD_NO_RECOVERY");
    BOOST_TEST(!fault_switch("KKTD_NO_RECOVERY"));
}

BOOST_AUTO_TEST_SUITE_END()
