#include "kktctl_drivers.hpp"

#include "driver/registry.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>
#include <map>
#include <string_view>

using namespace kktd;

BOOST_AUTO_TEST_SUITE(kktctl_drivers_tests)

BOOST_AUTO_TEST_CASE(every_driver_has_an_example_it_takes) {
    const base::SystemClock clock;
    for (const auto& entry : driver::drivers()) {
        const auto uri = driver::DeviceUri::parse(entry.example);
        BOOST_REQUIRE_MESSAGE(uri.has_value(), entry.name);
        BOOST_TEST(uri->driver == entry.name);
        const auto made = entry.create(*uri, {.clock = clock});
        BOOST_TEST(made.has_value(), (made ? "" : made.error().text()));
    }
}

BOOST_AUTO_TEST_CASE(the_table_names_each_driver_and_what_it_can) {
    const std::string text = tool::drivers_text();
    for (const auto& entry : driver::drivers()) {
        BOOST_TEST(text.find(std::string(entry.name) + ": " + std::string(entry.title)) !=
                   std::string::npos);
    }
    BOOST_TEST(text.find("Ставки НДС           22 %") != std::string::npos);
    BOOST_TEST(text.find("надёжный (stable)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(programs_get_the_same) {
    const auto answer = boost::json::parse(tool::drivers_json());
    BOOST_TEST(answer.at("done").as_bool());
    const auto& drivers = answer.at("drivers").as_array();
    BOOST_REQUIRE(drivers.size() == driver::drivers().size());
    const auto found = std::find_if(drivers.begin(), drivers.end(), [](const auto& driver) {
        return driver.at("name").as_string() == "test";
    });
    BOOST_REQUIRE((found != drivers.end()));
    const auto& test = *found;
    BOOST_TEST(test.at("test").as_bool());
    const auto& capabilities = test.at("capabilities");
    BOOST_TEST(capabilities.at("quantity_digits").as_int64() == 3);
    BOOST_TEST(capabilities.at("vat_rates").as_array().size() == fiscal::vat_rates().size());
}

BOOST_AUTO_TEST_CASE(rates_that_are_missing_are_named) {
    fiscal::Capabilities capabilities;
    capabilities.vat_rates.set(static_cast<std::size_t>(fiscal::VatRate::vat10));
    const auto lines = tool::capability_lines(capabilities);
    BOOST_TEST(lines[0].second == "10 %");
    BOOST_TEST(lines[1].first == "Ставок нет");
    BOOST_TEST(lines[1].second.starts_with("22 %, "));
    BOOST_TEST(tool::capability_lines({})[0].second == "никаких");
}

BOOST_AUTO_TEST_CASE(why_rates_are_missing_is_told) {
    fiscal::Capabilities capabilities;
    BOOST_TEST(!tool::capability_json(capabilities).contains("vat_rates_note"));
    capabilities.vat_rates_note = "библиотека ещё не загружена";
    const auto lines = tool::capability_lines(capabilities);
    BOOST_TEST(lines[2].first == "О ставках");
    BOOST_TEST(lines[2].second == "библиотека ещё не загружена");
    BOOST_TEST(tool::capability_json(capabilities).at("vat_rates_note").as_string() ==
               "библиотека ещё не загружена");
}

BOOST_AUTO_TEST_CASE(each_driver_names_its_versions_of_the_format) {
    const std::map<std::string_view, std::string> expected{{"atol", R"(["1.05","1.1"])"},
                                                           {"fptr10", R"(["1.05","1.1","1.2"])"},
                                                           {"test", R"(["1.05","1.1","1.2"])"}};
    const auto answer = boost::json::parse(tool::drivers_json());
    for (const auto& driver : answer.at("drivers").as_array()) {
        const std::string_view name = driver.at("name").as_string();
        BOOST_REQUIRE(expected.contains(name));
        BOOST_TEST(boost::json::serialize(driver.at("ffd")) == expected.at(name), name);
    }
    BOOST_TEST(tool::drivers_text().find("  1.05, 1.1\n") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
