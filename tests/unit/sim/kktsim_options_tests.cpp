#include "kktsim_options.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd;
using namespace kktd::tool::kktsim;

namespace {

sim::SimulatorConfig served(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--storage", "x.fn"});
    const Options options = parse_options(arguments);
    BOOST_REQUIRE(std::holds_alternative<Serve>(options));
    return std::get<Serve>(options).config;
}

} // namespace

BOOST_AUTO_TEST_SUITE(kktsim_options_tests)

BOOST_AUTO_TEST_CASE(the_defaults_are_a_whole_kkt) {
    const auto config = served({});
    BOOST_TEST((config.protocol == sim::Protocol::atol3));
    BOOST_TEST(config.server.address == "127.0.0.1");
    BOOST_TEST(config.server.port == 5555);
    BOOST_TEST(config.till.storage == "x.fn");
    BOOST_TEST(config.till.sync);
    BOOST_TEST(!config.sync_answers);
    BOOST_TEST(config.device.report_time.count() == 800);
    BOOST_TEST(config.device.vat_codes.to_string() == "0000001111110");
    BOOST_TEST(config.till.profile.registration.ffd == 2);
    BOOST_TEST(config.till.profile.registration.identity.serial == "00106000123456");
}

BOOST_AUTO_TEST_CASE(everything_can_be_said) {
    const auto config = served({"--protocol",    "atol2",
                                "--listen",      "127.0.0.1:0",
                                "--no-sync",     "--sync-answers",
                                "--faults",      "f",
                                "--control",     "c",
                                "--vat-codes",   "1-12",
                                "--model",       "22F",
                                "--ffd",         "1.1",
                                "--inn",         "7707083893",
                                "--rnm",         "0000000001054321",
                                "--serial",      "123",
                                "--fn",          "9999078900000001",
                                "--taxation",    "osn,patent",
                                "--site",        "https://a.b",
                                "--utc-offset",  "-01:30",
                                "--report-time", "2s"});
    BOOST_TEST(config.device.report_time.count() == 2000);
    BOOST_TEST((config.protocol == sim::Protocol::atol2));
    BOOST_TEST(config.server.port == 0);
    BOOST_TEST(config.server.control == "c");
    BOOST_TEST(config.faults == "f");
    BOOST_TEST(!config.till.sync);
    BOOST_TEST(config.sync_answers);
    BOOST_TEST(config.device.vat_codes.to_string() == "1111111111110");
    BOOST_TEST(config.device.model == 63);
    const auto& registration = config.till.profile.registration;
    BOOST_TEST(registration.ffd == 3);
    BOOST_TEST(registration.taxations.mask == 33);
    BOOST_TEST(registration.place == "https://a.b");
    BOOST_TEST(config.till.utc_offset.count() == -5400);
}

BOOST_AUTO_TEST_CASE(anything_else_is_told) {
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
             {},
             {"--listen", "127.0.0.1:5555"},
             {"--storage"},
             {"--storage", "x", "--vat-codes", "0-6"},
             {"--storage", "x", "--vat-codes", "1-13"},
             {"--storage", "x", "--vat-codes", "6-1"},
             {"--storage", "x", "--listen", "5555"},
             {"--storage", "x", "--listen", "a:70000"},
             {"--storage", "x", "--listen", "127.0.0.1:1", "--pty", "p"},
             {"--storage", "x", "--inn", "7701234561"},
             {"--storage", "x", "--serial", "123456789012345"},
             {"--storage", "x", "--ffd", "1.2"},
             {"--storage", "x", "--model", "T-1000"},
             {"--storage", "x", "--taxation", "osn,"},
             {"--storage", "x", "--utc-offset", "3"},
             {"--storage", "x", "--report-time", "2"},
             {"--storage", "x", "--report-time", "-2s"},
             {"--storage", "x", "--colour", "red"},
             {"dump"},
             {"dump", "a", "b"},
             {"dump", "a", "--first"}}) {
        BOOST_TEST(std::holds_alternative<BadUsage>(parse_options(arguments)));
    }
    BOOST_TEST(std::holds_alternative<WantsHelp>(parse_options({"--help"})));
    const Options dump = parse_options({"dump", "a", "--last", "--json"});
    BOOST_REQUIRE(std::holds_alternative<Dump>(dump));
    BOOST_TEST(std::get<Dump>(dump).file == "a");
    BOOST_TEST(std::get<Dump>(dump).last);
    BOOST_TEST(std::get<Dump>(dump).json);
}

BOOST_AUTO_TEST_SUITE_END()
