#include "driver/device_uri.hpp"

#include <boost/test/unit_test.hpp>

using kktd::driver::DeviceUri;

namespace {

DeviceUri parsed(std::string_view text) {
    const auto uri = DeviceUri::parse(text);
    BOOST_REQUIRE_MESSAGE(uri.has_value(), text);
    return *uri;
}

} // namespace

BOOST_AUTO_TEST_SUITE(device_uri_tests)

BOOST_AUTO_TEST_CASE(takes_apart) {
    DeviceUri uri = parsed("test:?storage=/var/lib/kktd/test.jsonl&sync=1");
    BOOST_TEST(uri.driver == "test");
    BOOST_TEST(uri.transport.empty());
    BOOST_TEST(uri.host.empty());
    BOOST_TEST(uri.options.size() == 2U);
    BOOST_TEST(uri.options["storage"] == "/var/lib/kktd/test.jsonl");
    BOOST_TEST(uri.options["sync"] == "1");

    uri = parsed("atol+tcp://192.168.1.10:5555");
    BOOST_TEST(uri.driver == "atol");
    BOOST_TEST(uri.transport == "tcp");
    BOOST_TEST(uri.host == "192.168.1.10");
    BOOST_TEST(uri.port == 5555);
    BOOST_TEST(uri.path.empty());

    uri = parsed("atol+serial:///dev/ttyACM0?baud=115200");
    BOOST_TEST(uri.transport == "serial");
    BOOST_TEST(uri.host.empty());
    BOOST_TEST(uri.path == "/dev/ttyACM0");
    BOOST_TEST(uri.options["baud"] == "115200");

    uri = parsed("shtrih+tcp://[fe80::1]:7778/x");
    BOOST_TEST(uri.host == "fe80::1");
    BOOST_TEST(uri.port == 7778);
    BOOST_TEST(uri.path == "/x");

    uri = parsed("fptr10:?library=/opt/a%20b/libfptr10.so&empty=");
    BOOST_TEST(uri.options["library"] == "/opt/a b/libfptr10.so");
    BOOST_TEST(uri.options.at("empty").empty());
    BOOST_TEST(parsed("test:?vat=22/122%2Cnone").options["vat"] == "22/122,none");
    BOOST_TEST(parsed("atol+tcp://kkt.local").port == 0);
    BOOST_TEST(parsed("test:").options.empty());
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_such_uri) {
    for (const std::string_view text : {"",
                                        "test",
                                        ":",
                                        "?storage=x",
                                        "Test:",
                                        "te st:",
                                        "atol+:",
                                        "+tcp://h:1",
                                        "atol+TCP://h:1",
                                        "atol+tcp://h:0",
                                        "atol+tcp://h:65536",
                                        "atol+tcp://h:",
                                        "atol+tcp://h:5x",
                                        "atol+tcp://:5555",
                                        "atol+tcp://[::1",
                                        "atol+tcp://[::1]5",
                                        "test:?storage",
                                        "test:?=x",
                                        "test:?a=1&a=2",
                                        "test:?a=1&&b=2",
                                        "test:?a=%4",
                                        "test:?a=%zz",
                                        "test:?a=1\n",
                                        "test:?a b=1"}) {
        BOOST_TEST(!DeviceUri::parse(text).has_value(), text);
    }
    BOOST_TEST(!DeviceUri::parse(std::string_view("test:?a=\0b", 10)).has_value());
}

BOOST_AUTO_TEST_CASE(one_end_of_a_wire_is_one_device) {
    const auto same = [](std::string_view a, std::string_view b) {
        return kktd::driver::same_device(*kktd::driver::DeviceUri::parse(a),
                                         *kktd::driver::DeviceUri::parse(b));
    };
    BOOST_TEST(same("atol+tcp://10.0.0.5:5555", "shtrih+tcp://10.0.0.5:5555?x=1"));
    BOOST_TEST(!same("atol+tcp://10.0.0.5:5555", "atol+tcp://10.0.0.5:5556"));
    BOOST_TEST(same("atol+serial:///dev/ttyACM0", "atol+serial:///dev/ttyACM0?baud=9600"));
    BOOST_TEST(same("test:?storage=/a/kkt.fn", "test:?storage=/a/./kkt.fn&sync=1"));
    BOOST_TEST(!same("test:?storage=/a/kkt.fn", "test:?storage=/b/kkt.fn"));
}

BOOST_AUTO_TEST_SUITE_END()
