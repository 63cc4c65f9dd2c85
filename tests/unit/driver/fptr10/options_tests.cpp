#include "driver/fptr10/options.hpp"

#include <boost/test/unit_test.hpp>
#include <map>

using namespace kktd::driver;
using namespace kktd::driver::fptr10;

namespace {

std::map<std::string, std::string> settings(const std::string& uri) {
    const auto options = fptr10::parse_options(*DeviceUri::parse(uri));
    BOOST_REQUIRE_MESSAGE(options.has_value(), uri);
    return {options->place.settings.begin(), options->place.settings.end()};
}

std::string error(const std::string& uri) {
    const auto options = fptr10::parse_options(*DeviceUri::parse(uri));
    return options ? "none" : options.error().text();
}

using Settings = std::map<std::string, std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(fptr10_options_tests)

BOOST_AUTO_TEST_CASE(transports) {
    BOOST_TEST(
        (settings("fptr10+tcp://192.168.1.10:5556") == Settings{{"Model", "500"},
                                                                {"OfdChannel", "0"},
                                                                {"AutoReconnect", "1"},
                                                                {"Port", "2"},
                                                                {"IPAddress", "192.168.1.10"},
                                                                {"IPPort", "5556"}}));
    BOOST_TEST(settings("fptr10+tcp://kkt.local")["IPPort"] == "5555");
    const auto serial = settings("fptr10+serial:///dev/ttyACM0?baud=57600");
    BOOST_TEST(serial.at("Port") == "0");
    BOOST_TEST(serial.at("ComFile") == "/dev/ttyACM0");
    BOOST_TEST(serial.at("BaudRate") == "57600");
    BOOST_TEST(settings("fptr10+serial:///dev/ttyS0")["BaudRate"] == "115200");
    BOOST_TEST(settings("fptr10+usb:")["Port"] == "1");
    BOOST_TEST(settings("fptr10+usb:?usb_path=auto")["UsbDevicePath"] == "auto");
}

BOOST_AUTO_TEST_CASE(the_rest) {
    const auto set =
        settings("fptr10+usb:?model=55f&ofd=driver&access_password=1&user_password=30");
    BOOST_TEST(set.at("Model") == "62");
    BOOST_TEST(set.at("OfdChannel") == "2");
    BOOST_TEST(set.at("AccessPassword") == "1");
    BOOST_TEST(set.at("UserPassword") == "30");
    const auto options = fptr10::parse_options(*DeviceUri::parse(
        "fptr10+usb:?library=/opt/atol&child=/usr/x&home=/var/lib/kktd&answer=20&leftover=7"));
    BOOST_REQUIRE(options.has_value());
    BOOST_TEST(options->place.library == "/opt/atol");
    BOOST_TEST(options->place.child == "/usr/x");
    BOOST_TEST(options->place.home == "/var/lib/kktd");
    BOOST_TEST(options->answer_wait.count() == 20);
    BOOST_TEST(options->leftover.count() == 7);
    const auto usual = fptr10::parse_options(*DeviceUri::parse("fptr10+usb:"));
    BOOST_TEST(usual->answer_wait.count() == 4);
    BOOST_TEST(usual->leftover.count() == 120);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_an_error) {
    for (const char* uri :
         {"fptr10:", "fptr10+tcp:", "fptr10+serial://host/dev/x",
          "fptr10+serial:", "fptr10+usb://host", "fptr10+tcp://h:1/path", "fptr10+bluetooth:"}) {
        BOOST_TEST(error(uri).find("is \"fptr10+tcp://HOST:PORT\"") != std::string::npos, uri);
    }
    BOOST_TEST(error("fptr10+usb:?librari=/x") ==
               "a device of the ATOL driver 10 has no option \"librari\"");
    for (const char* option : {"library=x.so", "child=x", "home=", "model=56f", "ofd=proto",
                               "baud=115200", "usb_path=", "user_password=", "answer=0",
                               "answer=601", "answer=4s", "leftover=0", "leftover=601"}) {
        const std::string text = error(std::string("fptr10+usb:?") + option);
        BOOST_TEST(text.find("of a device of the ATOL driver 10 must be") != std::string::npos,
                   option);
    }
    BOOST_TEST(error("fptr10+serial:///dev/x?baud=300").find("must be a speed") !=
               std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
