#include "port/resolver.hpp"

#include "stopwatch.hpp"

#include <boost/test/unit_test.hpp>
#include <netinet/in.h>

using namespace kktd::port;
using namespace kktd::port::testing;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(resolver_tests)

BOOST_AUTO_TEST_CASE(numeric_addresses_need_no_time) {
    const auto v4 = Resolver("192.168.1.10", 5'555).resolve(Deadline{});
    BOOST_REQUIRE(v4.has_value());
    BOOST_REQUIRE(v4->size() == 1U);
    const auto& address = reinterpret_cast<const sockaddr_in&>(v4->front().bytes);
    BOOST_TEST(address.sin_family == AF_INET);
    BOOST_TEST(ntohs(address.sin_port) == 5'555);
    BOOST_TEST(ntohl(address.sin_addr.s_addr) == 0xC0A8010AU);

    const auto v6 = Resolver("::1", 5'555).resolve(Deadline{});
    BOOST_REQUIRE(v6.has_value());
    BOOST_TEST(v6->front().bytes.ss_family == AF_INET6);
}

BOOST_AUTO_TEST_CASE(a_name_that_nobody_has) {
    // Whether a name server refuses it or none answers depends on the machine; it ends all the
    // same.
    Resolver resolver("no-such-kkt.invalid", 5'555);
    const Stopwatch watch(300ms);
    const auto found = resolver.resolve(watch.deadline());
    BOOST_TEST((watch.before_deadline() || watch.at_deadline()));
    BOOST_REQUIRE(found.has_error());
    BOOST_TEST((found.error().kind() != PortError::Kind::closed));
    BOOST_TEST(found.error().text().starts_with("no-such-kkt.invalid: "));
}

BOOST_AUTO_TEST_CASE(a_lookup_that_was_left_is_waited_for_again) {
    Resolver resolver("localhost", 5'555);
    const auto at_once = resolver.resolve(Deadline{}); // no time at all: the lookup goes on
    if (!at_once) {
        BOOST_TEST((at_once.error().kind() == PortError::Kind::timeout));
    }
    BOOST_TEST(resolver.resolve(soon()).has_value());
    BOOST_TEST(resolver.resolve(soon()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
