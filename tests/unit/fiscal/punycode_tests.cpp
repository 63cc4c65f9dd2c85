#include "fiscal/punycode.hpp"

#include <boost/test/unit_test.hpp>

using kktd::fiscal::punycode;

BOOST_AUTO_TEST_SUITE(punycode_tests)

BOOST_AUTO_TEST_CASE(vectors) {
    // RFC 3492, section 7.1 (I) Russian, in lower case, and names in use.
    BOOST_TEST(punycode(U"почемужеонинеговорятпорусски") == "b1abfaaepdrnnbgefbadotcwatmq2g4l");
    BOOST_TEST(punycode(U"рф") == "p1ai");
    BOOST_TEST(punycode(U"президент") == "d1abbgf6aiiy");
    BOOST_TEST(punycode(U"bücher") == "bcher-kva");
    BOOST_TEST(punycode(U"日本語") == "wgv71a119e");
    BOOST_TEST(punycode(U"他们为什么不说中文") == "ihqwcrb4cv8a8dqg056pqjye");
}

BOOST_AUTO_TEST_SUITE_END()
