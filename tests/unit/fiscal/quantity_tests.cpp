#include "fiscal/quantity.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

namespace {

auto quantity(std::string_view text) {
    return Quantity::exact(*Number::parse(text));
}

NumberFault fault_of(std::string_view text) {
    const auto result = quantity(text);
    return result.has_value() ? NumberFault::none : result.error().fault();
}

} // namespace

BOOST_AUTO_TEST_SUITE(quantity_tests)

BOOST_AUTO_TEST_CASE(bounds) {
    BOOST_TEST(quantity("6")->micro() == 6'000'000);
    BOOST_TEST(quantity("0.000001")->micro() == 1);
    BOOST_TEST(quantity("99999.999")->micro() == Quantity::max_micro);
    BOOST_TEST((fault_of("99999.999001") == NumberFault::too_large));
    BOOST_TEST((fault_of("1e37") == NumberFault::too_large));
    BOOST_TEST((fault_of("0") == NumberFault::negative));
    BOOST_TEST((fault_of("-1") == NumberFault::negative));
    BOOST_TEST((fault_of("0.0000001") == NumberFault::too_many_decimals));
}

BOOST_AUTO_TEST_CASE(text_and_decimals) {
    const std::pair<std::string_view, int> texts[] = {{"6", 0},   {"0.5", 1},      {"1.234", 3},
                                                      {"100", 0}, {"0.000001", 6}, {"10.05", 2}};
    for (const auto& [text, decimals] : texts) {
        BOOST_TEST(quantity(text)->text() == text);
        BOOST_TEST(quantity(text)->decimals() == decimals);
        BOOST_TEST(quantity(text)->whole() == (decimals == 0));
    }
}

BOOST_AUTO_TEST_CASE(cost_of_a_line_rounds_half_up) {
    BOOST_TEST(line_cost(Money(32512), Quantity::units(6)).kopecks() == 195072);
    BOOST_TEST(line_cost(Money(1), *quantity("0.5")).kopecks() == 1);
    BOOST_TEST(line_cost(Money(1), *quantity("0.499999")).kopecks() == 0);
    BOOST_TEST(line_cost(Money(999), *quantity("0.333")).kopecks() == 333); // 332.667
    BOOST_TEST(line_cost(Money(Money::max_kopecks), Quantity(Quantity::max_micro)).kopecks() ==
               429'496'725'205'033); // 429 496 725 205 032.705
    BOOST_TEST(
        line_cost(Money(std::numeric_limits<std::int64_t>::max()), Quantity::units(2)).kopecks() ==
        std::numeric_limits<std::int64_t>::max());
}

BOOST_AUTO_TEST_SUITE_END()
