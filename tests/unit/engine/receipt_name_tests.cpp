#include "engine/receipt_name.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd;
using engine::named;

BOOST_AUTO_TEST_SUITE(receipt_name_tests)

BOOST_AUTO_TEST_CASE(all_that_a_caller_may_search_for) {
    fiscal::Standing standing;
    standing.id = "01J9Z3";
    standing.kind = fiscal::ReceiptKind::sell_refund;
    standing.total = fiscal::Money(195'000);
    BOOST_TEST(named(standing, {"q1"}) == "01J9Z3 req q1 sell_refund sum 1950.00");
    standing.number = "ТР00-003655";
    BOOST_TEST(named(standing, {"q1"}) ==
               "01J9Z3 req q1 sell_refund number ТР00-003655 sum 1950.00");
    standing.date = fiscal::Date::parse("2017-10-06");
    BOOST_TEST(named(standing, {"q1", "6f1c-42:A_1.0"}) ==
               "01J9Z3 req q1 sell_refund number ТР00-003655 of 2017-10-06 key 6f1c-42:A_1.0 sum "
               "1950.00");
}

BOOST_AUTO_TEST_CASE(a_key_that_is_no_name_is_not_shown) {
    const fiscal::Standing standing;
    for (const char* key : {"a buyer@shop.test", "1 sum 1.00 done fd 99", "\xCA\xEB\xFE\xF7"}) {
        const std::string line = named(standing, {"q1", key});
        BOOST_TEST(line.find(key) == std::string::npos, line);
        BOOST_TEST(line.find(" key sha256:") != std::string::npos, line);
    }
    BOOST_TEST(named(standing, {"", "a@b"}).find("sha256:7508d8b5018e ") != std::string::npos,
               named(standing, {"", "a@b"}));
}

BOOST_AUTO_TEST_SUITE_END()
