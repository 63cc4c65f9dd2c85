#include "driver/registry.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd;

namespace {

const base::SystemClock clock_of_host;

/// The error of a test: URI with these options, "" if there is none.
std::string error_of(const std::string& uri_text) {
    const auto uri = driver::DeviceUri::parse(uri_text);
    BOOST_REQUIRE_MESSAGE(uri.has_value(), uri_text);
    const auto made = driver::find_driver("test")->create(*uri, {.clock = clock_of_host});
    return made ? std::string() : made.error().text();
}

} // namespace

BOOST_AUTO_TEST_SUITE(registry_tests)

BOOST_AUTO_TEST_CASE(finds_drivers_by_name) {
    const driver::DriverEntry* test = driver::find_driver("test");
    BOOST_REQUIRE(test != nullptr);
    BOOST_TEST(test->test);
    BOOST_TEST(driver::find_driver("tes") == nullptr);
    BOOST_TEST(driver::find_driver("") == nullptr);
    for (const driver::DriverEntry& entry : driver::drivers()) {
        BOOST_TEST(driver::find_driver(entry.name) == &entry);
        BOOST_TEST(!entry.title.empty());
        BOOST_TEST(!name(entry.maturity).empty());
    }
    BOOST_TEST(name(driver::Maturity::beta) == "beta");
}

BOOST_AUTO_TEST_CASE(options_are_checked_before_any_file_is_touched) {
    BOOST_TEST(error_of("test:?storage=/nonexistent/x") == "");
    for (const char* good :
         {"sync=1", "hold=1", "latency_ms=600000", "digits=6", "vat=22,none,22%2F122",
          "taxation=osn,patent", "ffd=1.05", "inn=7701234560", "inn=500100732259",
          "rnm=0000000001012345", "serial=00106700000001", "fn=9999078900012346", "faults=/x"}) {
        BOOST_TEST(error_of(std::string("test:?storage=/x&") + good) == "", good);
    }
    for (const char* bad :
         {"sync=2", "hold=yes", "latency_ms=600001", "latency_ms=-1", "latency_ms=", "digits=7",
          "vat=23", "vat=", "vat=22,,10", "taxation=usn", "taxation=", "ffd=1.3", "inn=770123456",
          "rnm=1", "serial=", "serial=A1", "fn=999907890001234", "storag=/y", "faults="}) {
        const std::string option = std::string(bad).substr(0, std::string_view(bad).find('='));
        BOOST_TEST(error_of(std::string("test:?storage=/x&") + bad).find('"' + option + '"') !=
                       std::string::npos,
                   bad);
    }
    BOOST_TEST(error_of("test:").find("storage") != std::string::npos);
    BOOST_TEST(error_of("test:?storage=").find("storage") != std::string::npos);
    BOOST_TEST(error_of("test+tcp://h:1?storage=/x") != "");
    BOOST_TEST(error_of("test:/x?storage=/x") != "");
}

BOOST_AUTO_TEST_SUITE_END()
