#include "fiscal/inn.hpp"

#include <boost/test/unit_test.hpp>

using kktd::fiscal::valid_inn;

BOOST_AUTO_TEST_SUITE(inn_tests)

BOOST_AUTO_TEST_CASE(vectors) {
    for (const auto* inn : {
             "7707083893", "7736207543", "5544332219", "500100732259",
             "7707083090" // Σ mod 11 is 10: the digit is 0
         }) {
        BOOST_TEST(valid_inn(inn), inn);
    }
    for (const auto* inn :
         {"1234567890", "123456789012", "", "770708389", "77070838931", "770708389x", "0000000000",
          "000000000000", "7707083894", "500100732258", "500100732269", " 7707083893",
          "７７０７０８３８９３"}) {
        BOOST_TEST(!valid_inn(inn), inn);
    }
}

BOOST_AUTO_TEST_SUITE_END()
