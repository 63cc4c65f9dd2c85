#include "base/sha256.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::base;

BOOST_AUTO_TEST_SUITE(sha256_tests)

// FIPS 180-4 examples.
BOOST_AUTO_TEST_CASE(standard_vectors) {
    BOOST_TEST(hex(sha256("")) ==
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    BOOST_TEST(hex(sha256("abc")) ==
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    BOOST_TEST(hex(sha256(std::string(1'000'000, 'a'))) ==
               "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

BOOST_AUTO_TEST_CASE(digest_is_32_bytes) {
    BOOST_TEST(sha256("abc").size() == 32U);
}

BOOST_AUTO_TEST_CASE(hex_of_every_kind_of_byte) {
    using namespace std::string_literals;
    BOOST_TEST(hex("\x00\x0f\xf0\xff"s) == "000ff0ff");
    BOOST_TEST(hex("").empty());
}

BOOST_AUTO_TEST_SUITE_END()
