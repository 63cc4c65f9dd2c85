#include "api/utf8.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(utf8_tests)

using namespace kktd::api;

BOOST_AUTO_TEST_CASE(the_valid_part_ends_at_the_first_wrong_byte) {
    BOOST_TEST(valid_utf8_prefix("") == 0U);
    BOOST_TEST(valid_utf8_prefix("чек") == 6U);
    BOOST_TEST(valid_utf8_prefix("ab\xD7\xE5") == 2U);    // CP1251
    BOOST_TEST(valid_utf8_prefix("\xC0\x80") == 0U);      // overlong NUL
    BOOST_TEST(valid_utf8_prefix("a\xED\xA0\x80") == 1U); // surrogate
    BOOST_TEST(valid_utf8_prefix("long enough for more than a word: чек\xFF чек") == 40U);
    BOOST_TEST(valid_utf8_prefix("a\xE2\x82") == 1U);        // cut
    BOOST_TEST(valid_utf8_prefix("\xF0\x9F\x98\x80") == 4U); // beyond the first plane
}

BOOST_AUTO_TEST_CASE(a_long_text_is_cut_between_characters) {
    BOOST_TEST(shortened("чек", 3) == "чек");
    BOOST_TEST(shortened("чеки", 3) == "чек…");
    BOOST_TEST(shortened("\xFF\xFF", 1) == "\xEF\xBF\xBD…");
    BOOST_TEST(shortened("a\xD7\xE5z", 4) == "a\xEF\xBF\xBD\xEF\xBF\xBDz");
}

BOOST_AUTO_TEST_SUITE_END()
