#include "api/distinct_violations.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(distinct_violations_tests)

using kktd::api::distinct_violations;
using kktd::fiscal::Rule;
using kktd::fiscal::Violations;

BOOST_AUTO_TEST_CASE(a_violation_told_twice_is_told_once_by_the_first) {
    const Violations told{{Rule::too_many_positions, "/Goods", "10000"},
                          {Rule::total_sum, "/DocSumm", "x"},
                          {Rule::too_many_positions, "/Goods", "2000"}};
    BOOST_TEST((distinct_violations(told) == Violations{told[0], told[1]}));
}

BOOST_AUTO_TEST_CASE(nothing_is_missing_where_something_wrong_stands) {
    const Violations told{{Rule::wrong_type, "/Goods/Position_1", "a"},
                          {Rule::bad_number, "/DocSumm", "b"},
                          {Rule::missing, "/DocSumm", "c"},
                          {Rule::missing, "/Goods/Position_1/Name", "d"},
                          {Rule::missing, "/Goods/Position_10/Name", "e"},
                          {Rule::vat_missing, "/Goods/Position_2/Tax", "f"}};
    BOOST_TEST((distinct_violations(told) == Violations{told[0], told[1], told[4], told[5]}));
}

BOOST_AUTO_TEST_CASE(a_wrong_list_does_not_hide_what_is_missing_in_it) {
    const Violations told{{Rule::too_many_positions, "/Goods", "a"},
                          {Rule::missing, "/Goods/Position_1/Name", "b"}};
    BOOST_TEST((distinct_violations(told) == told));
}

BOOST_AUTO_TEST_CASE(several_rules_at_one_path_stay) {
    const Violations told{{Rule::bad_text, "/a", ""}, {Rule::too_long, "/a", ""}};
    BOOST_TEST((distinct_violations(told) == told));
    BOOST_TEST(distinct_violations({}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
