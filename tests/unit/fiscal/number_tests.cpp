#include "fiscal/number.hpp"

#include <boost/test/unit_test.hpp>

#include <tuple>

using kktd::fiscal::Number;
using kktd::fiscal::NumberFault;

namespace {

NumberFault fault_of(std::string_view text) {
    const auto number = Number::parse(text);
    return number.has_value() ? NumberFault::none : number.error().fault();
}

std::string canonical(std::string_view text) {
    const auto number = Number::parse(text);
    return number.has_value() ? number->text() : "?";
}

} // namespace

BOOST_AUTO_TEST_SUITE(number_tests)

BOOST_AUTO_TEST_CASE(equal_numbers_have_one_text) {
    const std::pair<std::string_view, std::string_view> texts[] = {
        {"1950", "1950"},
        {"1950.00", "1950"},
        {"1950,5", "1950.5"},
        {"+7", "7"},
        {"007", "7"},
        {"1e2", "100"},
        {"1.5E+3", "1500"},
        {"325.12e-1", "32.512"},
        {"100e-2", "1"},
        {"0", "0"},
        {"-0.00", "0"},
        {"0e999999999999", "0"},
        {"-1.50", "-1.5"},
        {"0.000001", "0.000001"},
        {"-0.05", "-0.05"},
        {"278.571428571428571428571428571", "278.571428571428571428571428571"},
        {"999999999999999999", "999999999999999999"},
        {"-9999999999999999.90", "-9999999999999999.9"},
        {"1000000000000000000", "1000000000000000000"},
        {"12345678901234567.890", "12345678901234567.89"},
        {"000000000000000000000000.50", "0.5"},
        {"99999999999999999999999999999999999999", "99999999999999999999999999999999999999"},
        {"0.00000000000000000000000000000000000000000000000000000000000010", "?"},
    };
    for (const auto& [written, expected] : texts) {
        BOOST_TEST(canonical(written) == expected, written);
    }
    BOOST_TEST((*Number::parse("1e2") == Number::of(100)));
    BOOST_TEST((*Number::parse("6.0") == *Number::parse("6")));
    BOOST_TEST(!(*Number::parse("6.01") == *Number::parse("6")));
}

// Numbers of up to 18 digits go a shorter way; zeros in front lead a number past it.
BOOST_AUTO_TEST_CASE(a_number_is_the_same_whichever_way_it_was_read) {
    const std::string zeros(20, '0');
    for (const std::string_view text :
         {"0", "7", "1950", "325.12", "325.120", "0.05", "100", "10.00", "999999999999999999"}) {
        for (const std::string sign : {"", "-", "+"}) {
            BOOST_TEST((*Number::parse(sign + std::string(text)) ==
                        *Number::parse(sign + zeros + std::string(text))),
                       sign << text);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_a_number) {
    BOOST_TEST((fault_of("") == NumberFault::empty));
    for (const auto* text : {"-",       "+",     ".",     ".5", "5.",  "1,",       "--1",  "1.2.3",
                             "1,234.5", "1 950", " 1",    "1 ", "NaN", "Infinity", "-inf", "0x10",
                             "1e",      "1e+",   "1e2.5", "e5", "12р", "１"}) {
        BOOST_TEST((fault_of(text) == NumberFault::not_a_number), text);
    }
    BOOST_TEST((fault_of(std::string_view("1\0", 2)) == NumberFault::not_a_number));
}

BOOST_AUTO_TEST_CASE(what_is_too_long) {
    BOOST_TEST((fault_of("999999999999999999999999999999999999999") == NumberFault::too_long));
    BOOST_TEST((fault_of("1e38") == NumberFault::too_long));
    BOOST_TEST((fault_of("1e37") == NumberFault::none));
    BOOST_TEST((fault_of("1e99999999999999999999999") == NumberFault::too_long));
    BOOST_TEST((fault_of("1e-60") == NumberFault::none));
    BOOST_TEST((fault_of("1e-61") == NumberFault::too_long));
    BOOST_TEST((fault_of("1e-99999999999999999999999") == NumberFault::too_long));
    BOOST_TEST((fault_of("1" + std::string(5000, '0')) == NumberFault::too_long));
    BOOST_TEST((fault_of("1." + std::string(5000, '0')) == NumberFault::none));
}

BOOST_AUTO_TEST_CASE(sign) {
    BOOST_TEST(Number::parse("-1")->negative());
    BOOST_TEST(!Number::parse("-0")->negative());
}

BOOST_AUTO_TEST_SUITE_END()
