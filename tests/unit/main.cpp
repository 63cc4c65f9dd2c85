// The main() of every unit test binary.
#define BOOST_TEST_MODULE kktd
#include <boost/test/unit_test.hpp>
