#include "bytes.hpp"
#include "driver/atol/bcd.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::driver::atol;

BOOST_AUTO_TEST_SUITE(bcd_tests)

BOOST_AUTO_TEST_CASE(the_reference_s_numbers) {
    BOOST_TEST(hex_dump(to_bcd(6'000, 5).value()) == "00 00 00 60 00");         // 6.000 pieces
    BOOST_TEST(hex_dump(to_bcd(32'512, 7).value()) == "00 00 00 00 03 25 12");  // 325.12
    BOOST_TEST(hex_dump(to_bcd(195'072, 7).value()) == "00 00 00 00 19 50 72"); // 1950.72
    BOOST_TEST(hex_dump(to_bcd(30, 4).value()) == "00 00 00 30"); // system administrator
    BOOST_TEST(from_bcd(bytes("00 00 00 60 00")).value() == 6'000U);
    BOOST_TEST(from_bcd(bytes("00 00 01 94 97")).value() == 19'497U);
    BOOST_TEST(from_bcd(bytes("48")).value() == 48U); // line width
}

BOOST_AUTO_TEST_CASE(bounds) {
    BOOST_TEST(hex_dump(to_bcd(99, 1).value()) == "99");
    BOOST_TEST(!to_bcd(100, 1));
    BOOST_TEST(hex_dump(to_bcd(999'999'999'999'999'999, 9).value()) ==
               "99 99 99 99 99 99 99 99 99");
    BOOST_TEST(!to_bcd(1'000'000'000'000'000'000, 9));
    BOOST_TEST(!to_bcd(~std::uint64_t{0}, 9));
    BOOST_TEST(!to_bcd(0, 0));
    BOOST_TEST(!to_bcd(0, 10));
    BOOST_TEST(from_bcd(std::string(9, '\x99')).value() == 999'999'999'999'999'999U);
    BOOST_TEST(!from_bcd(std::string(10, '\0')));
    BOOST_TEST(!from_bcd(""));
    BOOST_TEST(!from_bcd(bytes("00 1A")));
    BOOST_TEST(!from_bcd(bytes("A1 00")));
}

BOOST_AUTO_TEST_SUITE_END()
