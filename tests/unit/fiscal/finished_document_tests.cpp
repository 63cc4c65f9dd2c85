#include "fiscal/finished_document.hpp"

#include "fiscal/virtual_kkt.hpp"
#include "sample_documents.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

BOOST_AUTO_TEST_SUITE(finished_document_tests)

BOOST_AUTO_TEST_CASE(the_registration_is_rebuilt_from_the_document) {
    const LocalTime now = LocalTime::at({2026, 3, 10}, 9, 30);
    VirtualKkt kkt{KktProfile()};
    BOOST_REQUIRE(kkt.open_shift("", now).has_value());
    const auto document = kkt.register_document(sample::receipt(), now);
    BOOST_REQUIRE(document.has_value());
    const Registration registration = registration_of(*document);
    BOOST_TEST(registration.fn == document->fn);
    BOOST_TEST(registration.fd == 2U);
    BOOST_TEST(registration.fpd == document->fpd);
    BOOST_TEST(registration.shift == 1U);
    BOOST_TEST(registration.number == 1U);
    BOOST_TEST((registration.time == now));
    BOOST_TEST(registration.total.kopecks() == 195'000);
    BOOST_TEST(registration.rnm == "0000000001012345");
    BOOST_TEST(registration.qr ==
               "t=20260310T0930&s=1950.00&fn=9999078900012345&i=2&fp=" + document->fpd + "&n=1");
    BOOST_TEST(!registration.not_printed);
}

BOOST_AUTO_TEST_CASE(damaged_tlv_leaves_what_the_line_says) {
    FinishedDocument document;
    document.fd = 7;
    for (const char* tlv : {"", "\x03", "\x03\x01\x05\x02\x03"}) {
        document.tlv = tlv;
        BOOST_TEST(registration_of(document).fd == 7U);
        BOOST_TEST(registration_of(document).qr.empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()
