#include "fiscal/taxation.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

BOOST_AUTO_TEST_SUITE(taxation_tests)

BOOST_AUTO_TEST_CASE(sets) {
    constexpr TaxationSet two{1 | 32};
    BOOST_TEST(two.has(Taxation::osn));
    BOOST_TEST(two.has(Taxation::patent));
    BOOST_TEST(!two.has(Taxation::usn_income));
    BOOST_TEST(!two.only().has_value());
    BOOST_TEST((TaxationSet{4}.only() == Taxation::usn_income_outcome));
    BOOST_TEST(!TaxationSet{}.only().has_value());
    BOOST_TEST(!TaxationSet{64}.only().has_value());
}

BOOST_AUTO_TEST_CASE(names) {
    for (const auto taxation : {Taxation::osn, Taxation::usn_income, Taxation::usn_income_outcome,
                                Taxation::envd, Taxation::esn, Taxation::patent}) {
        BOOST_TEST((taxation_by_name(name(taxation)) == taxation));
        BOOST_TEST(!title(taxation).empty());
    }
    BOOST_TEST(!taxation_by_name("ОСН").has_value());
    BOOST_TEST(title(Taxation::osn) == "ОСН");
}

BOOST_AUTO_TEST_SUITE_END()
