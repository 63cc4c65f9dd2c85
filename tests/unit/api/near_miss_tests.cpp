#include "api/near_miss.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

BOOST_AUTO_TEST_SUITE(near_miss_tests)

constexpr std::array<std::string_view, 6> known{"Name",     "Price",           "Tax",
                                                "Quantity", "CustomerContact", "DocSumm"};

std::string_view meant(std::string_view key) {
    return kktd::api::near_miss(key, known).value_or("");
}

BOOST_AUTO_TEST_CASE(typos_are_near) {
    BOOST_TEST(meant("CustomerContakt") == "CustomerContact");
    BOOST_TEST(meant("CustomrContat") == "CustomerContact"); // two letters gone
    BOOST_TEST(meant("DocSum") == "DocSumm");
    BOOST_TEST(meant("Prise") == "Price");
    BOOST_TEST(meant("Nmae") == "Name"); // neighbours swapped
    BOOST_TEST(meant("Qauntity") == "Quantity");
}

BOOST_AUTO_TEST_CASE(another_case_is_near) {
    BOOST_TEST(meant("name") == "Name");
    BOOST_TEST(meant("CUSTOMERCONTACT") == "CustomerContact");
}

BOOST_AUTO_TEST_CASE(a_cyrillic_letter_that_looks_the_same_is_near) {
    BOOST_TEST(meant("Т"
                     "ax") == "Tax");
    BOOST_TEST(meant("Рrice") == "Price");
}

BOOST_AUTO_TEST_CASE(other_words_are_not) {
    BOOST_TEST(meant("Code") == "");
    BOOST_TEST(meant("Note") == "");
    BOOST_TEST(meant("Date") == "");
    BOOST_TEST(meant("Ta") == "Tax");
    BOOST_TEST(meant("T") == "");
    BOOST_TEST(meant("") == "");
    BOOST_TEST(meant("CustomerContactPhone") == "");
    BOOST_TEST(meant("CustoerContakts") == ""); // three edits
}

BOOST_AUTO_TEST_CASE(the_nearest_wins) {
    constexpr std::array<std::string_view, 2> pair{"OriginalDate", "OriginalName"};
    BOOST_TEST(kktd::api::near_miss("OriginalNama", pair).value_or("") == "OriginalName");
}

BOOST_AUTO_TEST_SUITE_END()
