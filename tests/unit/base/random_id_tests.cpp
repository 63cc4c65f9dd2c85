#include "base/random_id.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace kktd::base;

BOOST_AUTO_TEST_SUITE(random_id_tests)

BOOST_AUTO_TEST_CASE(receipt_id_begins_with_its_millisecond) {
    // The vector of the ULID specification: 1469918176385 ms.
    const std::string id = new_receipt_id(1'469'918'176'385'999);
    BOOST_TEST(id.size() == 26U);
    BOOST_TEST(id.substr(0, 10) == "01ARYZ6S41");
    BOOST_TEST(id.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(receipt_ids_sort_by_time) {
    std::string earlier = new_receipt_id(0);
    for (std::int64_t millis = 1; millis < 1'000'000'000'000; millis *= 3) {
        std::string later = new_receipt_id(millis * 1000);
        BOOST_TEST(earlier < later);
        earlier = std::move(later);
    }
}

BOOST_AUTO_TEST_CASE(stamp_is_16_characters_of_rfc4648) {
    const std::string stamp = new_stamp();
    BOOST_TEST(stamp.size() == 16U);
    BOOST_TEST(stamp.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_comes_twice) {
    std::set<std::string> seen;
    for (int i = 0; i < 10'000; ++i) {
        seen.insert(new_stamp());
        seen.insert(new_receipt_id(0));
    }
    BOOST_TEST(seen.size() == 20'000U);
}

BOOST_AUTO_TEST_CASE(every_place_of_a_stamp_takes_every_character) {
    std::array<std::set<char>, 16> places;
    for (int i = 0; i < 4'000; ++i) {
        const std::string stamp = new_stamp();
        for (std::size_t place = 0; place < places.size(); ++place) {
            places[place].insert(stamp[place]);
        }
    }
    for (const auto& characters : places) {
        BOOST_TEST(characters.size() == 32U);
    }
}

BOOST_AUTO_TEST_SUITE_END()
