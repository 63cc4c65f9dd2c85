#include "front/query.hpp"

#include <boost/test/unit_test.hpp>

using kktd::front::parse_query;
using kktd::front::Query;

BOOST_AUTO_TEST_SUITE(query_tests)

BOOST_AUTO_TEST_CASE(pairs_are_decoded) {
    BOOST_TEST((parse_query("") == Query{}));
    BOOST_TEST((parse_query("a=1&b=2") == Query{{"a", "1"}, {"b", "2"}}));
    BOOST_TEST((parse_query("&a=1&&") == Query{{"a", "1"}}));
    BOOST_TEST((parse_query("a") == Query{{"a", ""}}));
    BOOST_TEST((parse_query("a=b=c") == Query{{"a", "b=c"}}));
    BOOST_TEST((parse_query("=x") == Query{{"", "x"}}));
    BOOST_TEST((parse_query("a=x+y%2Bz%26") == Query{{"a", "x y+z&"}}));
    BOOST_TEST((parse_query("n=%d0%a2%D0%A0") == Query{{"n", "ТР"}}));
    BOOST_TEST((parse_query("n=ТР") == Query{{"n", "ТР"}}));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_decoded_is_nothing) {
    for (const char* text : {"a=%", "a=%4", "a=%4g", "a=%g4", "a=%-1", "%=1", "a=%ff", "a=%c0%80",
                             "a=%00", "a=%0a", "a=\x7f", "a=1&a=1", "a&a"}) {
        BOOST_TEST_INFO(text);
        BOOST_TEST(!parse_query(text).has_value());
    }
}

BOOST_AUTO_TEST_SUITE_END()
