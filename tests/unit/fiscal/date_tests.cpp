#include "fiscal/date.hpp"

#include <boost/test/unit_test.hpp>

using kktd::fiscal::Date;
using kktd::fiscal::LocalTime;

BOOST_AUTO_TEST_SUITE(date_tests)

BOOST_AUTO_TEST_CASE(both_spellings) {
    const Date day{2017, 10, 6};
    BOOST_TEST((Date::parse("06.10.2017") == day));
    BOOST_TEST((Date::parse("2017-10-06") == day));
    BOOST_TEST((Date::parse("2017-10-06T12:30:00") == day));
    BOOST_TEST((Date::parse("2017-10-06T00:00:00.000+03:00") == day));
    BOOST_TEST(day.iso() == "2017-10-06");
    BOOST_TEST(day.russian() == "06.10.2017");
    BOOST_TEST((Date{7, 1, 2}.iso() == "0007-01-02"));
    BOOST_TEST((Date{7, 1, 2}.russian() == "02.01.0007"));
    BOOST_TEST((Date{12017, 12, 31}.iso() == "12017-12-31"));
    BOOST_TEST((Date{12017, 12, 31}.russian() == "31.12.12017"));
    BOOST_TEST((Date::parse("29.02.2024").has_value()));
    BOOST_TEST((Date::parse("0001-01-01").has_value()));
}

BOOST_AUTO_TEST_CASE(what_is_not_a_date) {
    for (const auto* text :
         {"", "06.10.17", "6.10.2017", "06/10/2017", "2017-10-6", "2017.10.06", "31.02.2024",
          "29.02.2023", "2024-13-01", "2024-00-10", "2024-01-00", "0000-01-01", "06.10.2017 ",
          "2017-10-06 12:00:00", "2017-10-06Tполдень", "+1.10.2017", "06.10.201a", "ab.cd.efgh"}) {
        BOOST_TEST(!Date::parse(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_CASE(days_and_back) {
    BOOST_TEST((Date{1970, 1, 1}.days() == 0));
    BOOST_TEST((Date{2026, 1, 1}.days() - Date{2025, 12, 31}.days() == 1));
    BOOST_TEST((Date{1969, 12, 31}.days() == -1));
    for (std::int64_t day = Date{1999, 12, 1}.days(); day < Date{2033, 1, 1}.days(); ++day) {
        const auto date = Date::from_days(day);
        BOOST_TEST_REQUIRE(date.days() == day);
        BOOST_TEST_REQUIRE((Date::parse(date.russian()) == date));
    }
    BOOST_TEST((Date{2025, 12, 31} < Date{2026, 1, 1}));
    BOOST_TEST((Date{2025, 2, 1} > Date{2025, 1, 31}));
}

BOOST_AUTO_TEST_CASE(local_time) {
    const auto time = LocalTime::at({2017, 10, 6}, 12, 30, 5);
    BOOST_TEST(time.iso() == "2017-10-06T12:30:05");
    BOOST_TEST(time.clock() == "12:30:05");
    BOOST_TEST(LocalTime{-86400}.clock() == "00:00:00");
    BOOST_TEST((LocalTime::parse("2017-10-06T12:30:05") == time));
    BOOST_TEST((time.date() == Date{2017, 10, 6}));
    BOOST_TEST((LocalTime{-1}.date() == Date{1969, 12, 31}));
    BOOST_TEST(LocalTime{-1}.iso() == "1969-12-31T23:59:59");
    BOOST_TEST((LocalTime{-86400}.date() == Date{1969, 12, 31}));
    BOOST_TEST(LocalTime{86399}.iso() == "1970-01-01T23:59:59");
    for (const auto* text : {"", "2017-10-06", "2017-10-06T24:00:00", "2017-10-06T12:60:00",
                             "2017-10-06T12:30:60", "2017-10-06T12:30", "2017-10-06 12:30:00",
                             "2017-02-30T12:30:00", "2017-10-06T12:30:00Z"}) {
        BOOST_TEST(!LocalTime::parse(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
