#include "driver/fptr10/library_version.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd;
using namespace kktd::driver::fptr10;

namespace {

bool knows(std::string_view version, std::string_view rate) {
    return vat_rates_of(
        *LibraryVersion::parse(version))[static_cast<std::size_t>(*fiscal::vat_by_name(rate))];
}

std::uint32_t number(std::string_view rate) {
    return tax_type(*fiscal::vat_by_name(rate)).number;
}

} // namespace

BOOST_AUTO_TEST_SUITE(fptr10_library_version_tests)

BOOST_AUTO_TEST_CASE(reads_versions) {
    BOOST_TEST((LibraryVersion::parse("10.10.8.0") == LibraryVersion{10, 10, 8, 0}));
    BOOST_TEST((LibraryVersion::parse("10.9") == LibraryVersion{10, 9, 0, 0}));
    BOOST_TEST((*LibraryVersion::parse("10.9.9.9") < *LibraryVersion::parse("10.10.0.0")));
    BOOST_TEST(LibraryVersion::parse("10.8.0.0")->text() == "10.8.0.0");
    for (const char* text :
         {"", "10", "10.", "10.a", "10.8.0.0.1", "v10.8", "10..8", "-1.2", "99999999999.1"}) {
        BOOST_TEST(!LibraryVersion::parse(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_CASE(rates_by_version) {
    for (const char* rate : {"20", "18", "10", "0", "none", "20/120", "18/118", "10/110"}) {
        BOOST_TEST(knows("10.8.0.0", rate), rate);
    }
    for (const char* rate : {"5", "7", "5/105", "7/107"}) {
        BOOST_TEST(!knows("10.10.5.0", rate), rate);
        BOOST_TEST(knows("10.10.6.0", rate), rate);
    }
    for (const char* rate : {"22", "22/122"}) {
        BOOST_TEST(!knows("10.10.7.9", rate), rate);
        BOOST_TEST(knows("10.10.8.0", rate), rate);
    }
}

/// LIBFPTR_TAX_… of the vendor's header 10.10.8.0.
BOOST_AUTO_TEST_CASE(numbers_of_the_vendor) {
    BOOST_TEST(number("18") == 1U);
    BOOST_TEST(number("10") == 2U);
    BOOST_TEST(number("18/118") == 3U);
    BOOST_TEST(number("10/110") == 4U);
    BOOST_TEST(number("0") == 5U);
    BOOST_TEST(number("none") == 6U);
    BOOST_TEST(number("20") == 7U);
    BOOST_TEST(number("20/120") == 8U);
    BOOST_TEST(number("5") == 9U);
    BOOST_TEST(number("7") == 10U);
    BOOST_TEST(number("5/105") == 11U);
    BOOST_TEST(number("7/107") == 12U);
    BOOST_TEST(number("22") == 13U);
    BOOST_TEST(number("22/122") == 14U);
}

BOOST_AUTO_TEST_SUITE_END()
