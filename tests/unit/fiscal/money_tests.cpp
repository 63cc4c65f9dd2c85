#include "fiscal/money.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

namespace {

Number number(std::string_view text) {
    return *Number::parse(text);
}

NumberFault fault_of(std::string_view text) {
    const auto money = Money::exact(number(text));
    return money.has_value() ? NumberFault::none : money.error().fault();
}

} // namespace

BOOST_AUTO_TEST_SUITE(money_tests)

BOOST_AUTO_TEST_CASE(exact_sums) {
    BOOST_TEST(Money::exact(number("1950"))->kopecks() == 195000);
    BOOST_TEST(Money::exact(number("325.1"))->kopecks() == 32510);
    BOOST_TEST(Money::exact(number("0.01"))->kopecks() == 1);
    BOOST_TEST(Money::exact(number("0"))->kopecks() == 0);
    BOOST_TEST(Money::exact(number("12.3400"))->kopecks() == 1234);
    BOOST_TEST(Money::exact(number("42949672.95"))->kopecks() == Money::max_kopecks);
}

BOOST_AUTO_TEST_CASE(sums_that_cannot_be) {
    BOOST_TEST((fault_of("-0.01") == NumberFault::negative));
    BOOST_TEST((fault_of("12.345") == NumberFault::too_many_decimals));
    BOOST_TEST((fault_of("1e-60") == NumberFault::too_many_decimals));
    BOOST_TEST((fault_of("42949672.96") == NumberFault::too_large));
    BOOST_TEST((fault_of("99999999999999999999999999999999999999") == NumberFault::too_large));
    BOOST_TEST((fault_of("1e37") == NumberFault::too_large));
}

BOOST_AUTO_TEST_CASE(prices_round_half_up) {
    const std::pair<std::string_view, std::int64_t> prices[] = {
        {"278.571428571428571428571428571", 27857},
        {"0.005", 1},
        {"0.0049999", 0},
        {"325.124", 32512},
        {"325.125", 32513},
        {"0.994999999999999", 99},
        {"1e-60", 0},
        {"9.995", 1000},
        {"42949672.954", 4294967295},
    };
    for (const auto& [text, kopecks] : prices) {
        const auto rounded = Money::rounded(number(text));
        BOOST_TEST_REQUIRE(rounded.has_value(), text);
        BOOST_TEST(rounded->money.kopecks() == kopecks, text);
        BOOST_TEST(!rounded->was_exact, text);
    }
    BOOST_TEST(Money::rounded(number("325.12"))->was_exact);
    BOOST_TEST((Money::rounded(number("42949672.955")).error().fault() == NumberFault::too_large));
    BOOST_TEST((Money::rounded(number("-1")).error().fault() == NumberFault::negative));
}

BOOST_AUTO_TEST_CASE(text_has_two_decimals) {
    BOOST_TEST(Money(195000).text() == "1950.00");
    BOOST_TEST(Money(5).text() == "0.05");
    BOOST_TEST(Money(0).text() == "0.00");
    BOOST_TEST(Money(-1234).text() == "-12.34");
    BOOST_TEST(Money(std::numeric_limits<std::int64_t>::min()).text() == "-92233720368547758.08");
}

BOOST_AUTO_TEST_SUITE_END()
