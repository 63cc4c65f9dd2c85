// The points as a release has them: nothing there. fault_point_on_tests.cpp has the other half.
#include "base/fault_point.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>

using namespace kktd::base;

BOOST_AUTO_TEST_SUITE(fault_point_tests)

BOOST_AUTO_TEST_CASE(without_the_option_nothing_kills,
                     *boost::unit_test::enable_if<!fault_points_enabled>()) {
    ::setenv("KKTD_KILL_AT", "1", 1);
    ::setenv("KKTD_NO_RECOVERY", "1", 1);
    fault_point("claim");
    BOOST_TEST(!fault_switch("KKTD_NO_RECOVERY"));
    ::unsetenv("KKTD_KILL_AT");
    ::unsetenv("KKTD_NO_RECOVERY");
}

BOOST_AUTO_TEST_SUITE_END()
