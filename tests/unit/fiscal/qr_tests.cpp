#include "fiscal/qr.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

BOOST_AUTO_TEST_SUITE(qr_tests)

BOOST_AUTO_TEST_CASE(text_of_the_order) {
    Registration registration;
    registration.time = LocalTime::at({2017, 10, 6}, 12, 30, 59);
    registration.total = Money(195000);
    registration.fn = "9999078900012345";
    registration.fd = 42;
    registration.fpd = "1234567890";
    BOOST_TEST(qr_text(registration, ReceiptKind::sell) ==
               "t=20171006T1230&s=1950.00&fn=9999078900012345&i=42&fp=1234567890&n=1");
    registration.total = Money(5);
    registration.time = LocalTime::at({2026, 1, 2}, 3, 4, 5);
    BOOST_TEST(qr_text(registration, ReceiptKind::buy_refund) ==
               "t=20260102T0304&s=0.05&fn=9999078900012345&i=42&fp=1234567890&n=4");
}

BOOST_AUTO_TEST_SUITE_END()
