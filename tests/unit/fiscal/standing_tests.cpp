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

BOOST_AUTO_TEST_CASE(only_what_ended_without_a_document_is_void) {
    BOOST_TEST(is_void(ReceiptState::refused));
    BOOST_TEST(is_void(ReceiptState::withdrawn));
    for (const auto state : {ReceiptState::accepted, ReceiptState::done, ReceiptState::unknown,
                             ReceiptState::rehearsed}) {
        BOOST_TEST(!is_void(state));
    }
}

BOOST_AUTO_TEST_CASE(who_has_no_number_has_no_other_one) {
    Standing standing;
    BOOST_TEST(!other_number(standing, ""));
    BOOST_TEST(!other_number(standing, "1"));
    standing.number = "1";
    BOOST_TEST(!other_number(standing, ""));
    BOOST_TEST(!other_number(standing, "1"));
    BOOST_TEST(other_number(standing, "01"));
}

BOOST_AUTO_TEST_SUITE_END()
