#include "settings/words.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd;
using namespace kktd::settings;

BOOST_AUTO_TEST_SUITE(words_tests)

BOOST_AUTO_TEST_CASE(every_word_leads_back_to_its_value) {
    const auto round_trip = []<class T>(T first) {
        std::size_t count = 0;
        for (const auto& [name, value] : choices<T>()) {
            BOOST_TEST(!name.empty());
            BOOST_TEST(word(value) == name);
            ++count;
        }
        BOOST_TEST(!word(first).empty());
        return count;
    };
    BOOST_TEST(round_trip(base::LogLevel::debug) == 5U);
    BOOST_TEST(round_trip(fiscal::Taxation::osn) == 5U);
    BOOST_TEST(round_trip(fiscal::Sale::internet) == 2U);
    BOOST_TEST(round_trip(fiscal::ContactMissing::refuse) == 2U);
    BOOST_TEST(round_trip(fiscal::LegacyVat::strict) == 2U);
    BOOST_TEST(round_trip(fiscal::FractionPolicy::whole) == 2U);
    BOOST_TEST(round_trip(fiscal::StampPlace::none) == 3U);
    BOOST_TEST(round_trip(fiscal::ShiftPolicy::Mode::own) == 2U);
    BOOST_TEST(round_trip(fiscal::PaymentMethod::credit) == 7U);
    BOOST_TEST(round_trip(fiscal::PaymentObject::marked) == 31U);
    BOOST_TEST(round_trip(fiscal::VatRate::vat5_105) == 14U);
}

BOOST_AUTO_TEST_CASE(envd_is_a_thing_of_the_past) {
    BOOST_TEST(word(fiscal::Taxation::envd).empty());
}

BOOST_AUTO_TEST_CASE(utc_offsets) {
    const auto minutes = [](std::string_view text) {
        const auto offset = parse_utc_offset(text);
        return offset ? offset->count() / 60 : -9999;
    };
    BOOST_TEST(minutes("+03:00") == 180);
    BOOST_TEST(minutes("+00:00") == 0);
    BOOST_TEST(minutes("-00:30") == -30);
    BOOST_TEST(minutes("+12:45") == 765);
    BOOST_TEST(minutes("+14:00") == 840);
    BOOST_TEST(minutes("-12:00") == -720);
    for (const char* bad : {"", "3", "+3:00", "03:00", "+0300", "+03:60", "+14:01", "-12:01",
                            "+03:0a", "+03:00 ", "+-3:00", "Moscow"}) {
        BOOST_TEST(minutes(bad) == -9999, bad);
    }
    for (const char* text : {"+03:00", "-00:30", "+12:45", "-12:00", "+00:00"}) {
        BOOST_TEST(utc_offset_text(*parse_utc_offset(text)) == text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
