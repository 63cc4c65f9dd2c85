#include "bytes.hpp"
#include "driver/atol/external_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::driver::atol;

BOOST_AUTO_TEST_SUITE(external_text_tests)

BOOST_AUTO_TEST_CASE(what_the_vendor_s_driver_sent) {
    BOOST_TEST(hex_dump(to_external("Товар 1")) == "92 AE A2 A0 E0 20 31");
    BOOST_TEST(hex_dump(to_external("Место")) == "8C A5 E1 E2 AE");
    BOOST_TEST(hex_dump(to_external("Покупатель")) == "8F AE AA E3 AF A0 E2 A5 AB EC");
    BOOST_TEST(hex_dump(to_external("a@b.ru")) == "61 40 62 2E 72 75");
}

BOOST_AUTO_TEST_CASE(other_places_than_cp866) {
    BOOST_TEST(hex_dump(to_external("№$Ёё€—\u2011«»")) == "24 FC F0 F1 F2 FA FA 22 22");
    BOOST_TEST(from_external(bytes("24 FC F0 F1 F2 FA 22")) == "№$Ёё€—\"");
    BOOST_TEST(hex_dump(to_external("░┼▀°")) == "B0 C5 DF F8");
}

BOOST_AUTO_TEST_CASE(what_has_no_place_becomes_a_space) {
    BOOST_TEST(to_external("a₽b") == "a b");
    BOOST_TEST(to_external("a漢字b") == "a  b");
    BOOST_TEST(to_external("Є·") == "  "); // in CP866 where this page has € and the dash
    BOOST_TEST(to_external("a\tb\nc\x7F") == "a b c ");
    BOOST_TEST(to_external("a\xD0") == "a "); // broken UTF-8
    BOOST_TEST(to_external("\xFF\xFFz").back() == 'z');
    BOOST_TEST(to_external("").empty());
}

BOOST_AUTO_TEST_CASE(every_byte_comes_back) {
    for (unsigned byte = 0x20; byte < 0x100; ++byte) {
        const std::string one(1, static_cast<char>(static_cast<unsigned char>(byte)));
        const std::string utf8 = from_external(one);
        BOOST_TEST(!utf8.empty());
        if (byte != 0x7F) { // a control character
            BOOST_TEST(hex_dump(to_external(utf8)) == hex_dump(one));
        }
    }
    BOOST_TEST(from_external(std::string(1, '\0')).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
