#include "driver/fptr10/amount.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

using namespace kktd;
using namespace kktd::driver::fptr10;

BOOST_AUTO_TEST_SUITE(fptr10_amount_tests)

BOOST_AUTO_TEST_CASE(every_sum_of_a_receipt_comes_back) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 100'000; ++i) {
        const fiscal::Money sum(static_cast<std::int64_t>(random() % fiscal::Money::max_kopecks));
        const auto number = to_library(sum);
        BOOST_REQUIRE(number.has_value());
        BOOST_REQUIRE(money_from_library(*number) == sum);
    }
    BOOST_TEST(*to_library(fiscal::Money(fiscal::Money::max_kopecks)) == 42'949'672.95);
    BOOST_TEST(*to_library(fiscal::Money(1)) == 0.01);
    BOOST_TEST(*to_library(fiscal::Quantity(1'234'000)) == 1.234);
    BOOST_TEST(*to_library(fiscal::Quantity(fiscal::Quantity::max_micro)) == 99'999.999);
}

BOOST_AUTO_TEST_CASE(what_would_change_is_nothing) {
    BOOST_TEST(!to_library(fiscal::Money(std::numeric_limits<std::int64_t>::max())).has_value());
    BOOST_TEST(!to_library((std::int64_t{1} << 60) + 1, 100).has_value());
    BOOST_TEST(!money_from_library(1950.005).has_value());
    BOOST_TEST(!money_from_library(std::nan("")).has_value());
    BOOST_TEST(!money_from_library(std::numeric_limits<double>::infinity()).has_value());
    BOOST_TEST(!money_from_library(1e300).has_value());
    BOOST_TEST(money_from_library(1950.0000001)->kopecks() == 195'000);
}

BOOST_AUTO_TEST_SUITE_END()
