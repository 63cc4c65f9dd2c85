#include "driver/secret_file.hpp"

#include "../base/temp_dir.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sys/stat.h>

using namespace kktd;
using base::testing::TempDir;
using driver::DeviceUri;

namespace {

/// "@PATH" of a file with this text.
std::string file(const TempDir& folder, const std::string& text, mode_t mode = 0640) {
    const std::string name = folder / "password";
    std::ofstream(name) << text;
    BOOST_REQUIRE(::chmod(name.c_str(), mode) == 0);
    return "@" + name;
}

DeviceUri uri_with(const std::string& option, const std::string& value) {
    auto uri = DeviceUri::parse("atol+tcp://127.0.0.1:5555");
    BOOST_REQUIRE(uri.has_value());
    uri->options[option] = value;
    return *uri;
}

std::string error_of(const std::string& value) {
    const auto uri = driver::with_passwords(uri_with("password", value));
    return uri ? std::string() : uri.error().text();
}

} // namespace

BOOST_AUTO_TEST_SUITE(secret_file_tests)

BOOST_AUTO_TEST_CASE(the_first_line_stands_for_the_password) {
    const TempDir folder;
    for (const char* text : {"7391", "7391\n", "7391\r\nof the till at the window\n"}) {
        for (const char* option : {"password", "user_password", "access_password"}) {
            const auto uri = driver::with_passwords(uri_with(option, file(folder, text)));
            BOOST_REQUIRE(uri.has_value());
            BOOST_TEST(uri->options.at(option) == "7391");
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_asked_for_stays) {
    for (const char* text : {"7391", "", "73@91"}) {
        BOOST_TEST(driver::with_passwords(uri_with("password", text))->options.at("password") ==
                   text);
    }
    BOOST_TEST(driver::with_passwords(uri_with("log", "@/x"))->options.at("log") == "@/x");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_file_is_told_without_its_words) {
    const TempDir folder;
    const std::string open = error_of(file(folder, "7391", 0644));
    BOOST_TEST(open.find("chmod o= " + (folder / "password")) != std::string::npos, open);
    BOOST_TEST(open.find("7391") == std::string::npos);
    BOOST_TEST(error_of("@kkt.password").find("absolute path") != std::string::npos);
    BOOST_TEST(error_of("@" + (folder / "none")).find("No such file") != std::string::npos);
    BOOST_TEST(error_of(file(folder, "\n7391")).find("is empty") != std::string::npos);
    BOOST_TEST(error_of(file(folder, std::string(10'000, '7'))) != "");
}

BOOST_AUTO_TEST_CASE(every_driver_takes_them) {
    const TempDir folder;
    const base::SystemClock clock;
    const auto made = [&](const std::string& text) {
        const auto& atol = *driver::find_driver("atol");
        const auto driver = atol.create(uri_with("password", file(folder, text)), {.clock = clock});
        return driver ? std::string() : driver.error().text();
    };
    BOOST_TEST(made("7391\n") == "");
    BOOST_TEST(made("seven\n") == "option \"password\" must be 0 to 9999");
}

BOOST_AUTO_TEST_SUITE_END()
