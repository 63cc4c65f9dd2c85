#include "fiscal/standing.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

BOOST_AUTO_TEST_SUITE(standing_tests)

BOOST_AUTO_TEST_CASE(names_of_states) {
    BOOST_TEST(name(ReceiptState::accepted) == "accepted");
    BOOST_TEST(name(ReceiptState::done) == "done");
    BOOST_TEST(name(ReceiptState::refused) == "refused");
    BOOST_TEST(name(ReceiptState::unknown) == "unknown");
    BOOST_TEST(name(ReceiptState::withdrawn) == "withdrawn");
    BOOST_TEST(name(ReceiptState::rehearsed) == "rehearsed");
}

BOOST_AUTO_TEST_SUITE_END()
