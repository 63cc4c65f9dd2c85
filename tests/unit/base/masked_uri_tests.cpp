#include "base/masked_uri.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::base;

BOOST_AUTO_TEST_SUITE(masked_uri_tests)

BOOST_AUTO_TEST_CASE(what_is_no_secret_stays) {
    for (const char* uri :
         {"", "test:", "test:?storage=/var/lib/kktd/test-kkt.fn", "atol+tcp://192.168.1.10:5555",
          "atol+serial:///dev/ttyACM0?baud=115200", "test:?storage=/home/a@b/x", "x:?a&b=&=c"}) {
        BOOST_TEST(masked_uri(uri) == uri);
    }
}

BOOST_AUTO_TEST_CASE(user_part_is_hidden) {
    BOOST_TEST(masked_uri("atol+tcp://ivan:qwerty@10.0.0.1:5555/p@th") ==
               "atol+tcp://***@10.0.0.1:5555/p@th");
    BOOST_TEST(masked_uri("x://a:b@c@host") == "x://***@host");
    BOOST_TEST(masked_uri("x://a:b@host?operator_password=1&baud=9600") ==
               "x://***@host?operator_password=***&baud=9600");
}

BOOST_AUTO_TEST_CASE(secret_options_are_hidden) {
    BOOST_TEST(masked_uri("shtrih:?Password=30&port=1&apikey=q&userPIN=0&access_token=t&secret=") ==
               "shtrih:?Password=***&port=1&apikey=***&userPIN=***&access_token=***&secret=***");
    BOOST_TEST(masked_uri("x:?password=a=b&storage=password") ==
               "x:?password=***&storage=password");
}

BOOST_AUTO_TEST_SUITE_END()
