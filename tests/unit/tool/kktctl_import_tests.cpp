#include "kktctl_import.hpp"

#include "../base/temp_dir.hpp"
#include "kktctl.hpp"
#include "settings/settings.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <sstream>

using namespace kktd;
using namespace kktd::base::testing;
using tool::Imported;

namespace {

Imported imported(std::string_view conf) {
    return tool::import_conf(tool::parse_conf_py(conf), "conf.py");
}

bool noted(const Imported& imported, std::string_view part) {
    return std::ranges::any_of(imported.notes, [&](const std::string& note) {
        return note.find(part) != std::string::npos;
    });
}

/// What the shop has to do: every mark replaced by what it is.
std::string filled(std::string config) {
    for (const auto& [key, value] : {std::pair("inn", "7701234560"),
                                     {"sale", "counter"},
                                     {"contact_missing", "refuse"},
                                     {"payment_method", "full_payment"},
                                     {"payment_object", "commodity"},
                                     {"legacy_vat", "strict"}}) {
        const std::string before = "\"" + std::string(key) + "\": \"";
        const std::string mark = before + std::string(tool::fill_in);
        const auto at = config.find(mark);
        BOOST_REQUIRE_MESSAGE(at != std::string::npos, mark);
        config.replace(at, mark.size(), before + value);
    }
    return config;
}

settings::Settings good(const std::string& config) {
    auto settings = settings::read_settings("kktd.json", config, "/var/lib/kktd");
    BOOST_REQUIRE_MESSAGE(settings.has_value(), settings.error().text() + config);
    return *std::move(settings);
}

/// The device of a conf.py with these lines.
std::string device(std::string_view conf) {
    return good(filled(imported(conf).config)).kkt.at(0).device;
}

const std::string ethernet = R"(# -*- coding: utf-8 -*-
Port = u'TCPIP'
IPAddress = u'192.168.1.10'
IPPort = 5555
Model = 62
AccessPassword = '0'
UserPassword = '30'
Protocol = 2
LogFileName = '/var/log/dto9.log'
TestMode = False
)";

} // namespace

BOOST_AUTO_TEST_SUITE(kktctl_import_tests)

BOOST_AUTO_TEST_CASE(a_kkt_on_ethernet) {
    const Imported result = imported(ethernet);
    const auto settings = good(filled(result.config));
    BOOST_TEST(settings.kkt.at(0).device == "atol+tcp://192.168.1.10:5555");
    BOOST_TEST(!settings.kkt.at(0).test_mode);
    BOOST_TEST(settings.log.file == "/var/log/dto9.log");
    BOOST_TEST(noted(result, "Model: не нужен"));
    BOOST_TEST(!noted(result, "Password"));
}

BOOST_AUTO_TEST_CASE(every_mark_is_named_by_the_check_of_the_configuration) {
    const std::string config = imported(ethernet).config;
    const auto settings = settings::read_settings("kktd.json", config, "/var/lib/kktd");
    BOOST_REQUIRE(!settings.has_value());
    const std::string errors = settings.error().text();
    for (const char* key :
         {"inn", "sale", "contact_missing", "payment_method", "payment_object", "legacy_vat"}) {
        BOOST_TEST(errors.find("kkt[0].legal." + std::string(key) + ":") != std::string::npos, key);
    }
    std::istringstream lines(errors);
    for (std::string line; std::getline(lines, line);) {
        BOOST_TEST(line.find("kkt[0].legal.") != std::string::npos, line);
    }
}

BOOST_AUTO_TEST_CASE(a_serial_kkt) {
    BOOST_TEST(device("Port = 'TTY'\nTTYSuffix = 'ACM0'\nBaudRate = 115200\n") ==
               "atol+serial:///dev/ttyACM0?baud=115200");
    BOOST_TEST(device("PORT = 'com'\nTTY_SUFFIX = '/dev/serial/by-id/usb-ATOL-if00'\n") ==
               "atol+serial:///dev/serial/by-id/usb-ATOL-if00");
    BOOST_TEST(device("Port = 'USB$1-1'\n") == "atol+serial:///dev/ttyACM0");
    const auto listed = imported("Port = 'TTY'\nTTYSuffix = 'ttyS0'\nBaudRate = 18\n");
    BOOST_TEST(noted(listed, "BaudRate = 18"));
    BOOST_TEST(good(filled(listed.config)).kkt.at(0).device == "atol+serial:///dev/ttyS0");
}

// Driver 9: 0 its default, 1 ATOL 2.0, 2 ATOL 3.0. Of a serial line kktd finds it out.
BOOST_AUTO_TEST_CASE(the_older_protocol_is_told_of) {
    const std::string acm = "Port = 'TTY'\nTTYSuffix = 'ACM0'\n";
    for (const char* older : {"Protocol = 1\n", "Protocol = u'1'\n"}) {
        BOOST_TEST(device(acm + older) == "atol+serial:///dev/ttyACM0", older);
        BOOST_TEST(noted(imported(acm + older), "kktd узнаёт протокол сам"), older);
    }
    for (const char* newer : {"", "Protocol = 0\n", "Protocol = 2\n"}) {
        BOOST_TEST(device(acm + newer) == "atol+serial:///dev/ttyACM0", newer);
        BOOST_TEST(!noted(imported(acm + newer), "Protocol"), newer);
    }
    BOOST_TEST(device(ethernet + "Protocol = 1\n") == "atol+tcp://192.168.1.10:5555");
    BOOST_TEST(noted(imported(ethernet + "Protocol = 1\n"), "по сети kktd говорит только"));
    BOOST_TEST(noted(imported("Port = 5\nProtocol = 1\n"), "kktd узнаёт протокол сам"));
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_not_understood_must_be_filled_in) {
    for (const char* conf :
         {"", "Port = 5\n", "Port = 'BLUETOOTH'\n", "Port = 'TCPIP'\n",
          "Port = 'TCPIP'\nIPAddress = '10.0.0.1\"'\nIPPort = 5555\n",
          "Port = 'TCPIP'\nIPAddress = '10.0.0.1'\nIPPort = '55x'\n", "Port = 'TTY'\n",
          "Port = 'TTY'\nTTYSuffix = 'ACM0 ?x'\n", "Port = get_port()\n"}) {
        const Imported result = imported(conf);
        BOOST_TEST(result.config.find("\"device\": \"ЗАПОЛНИТЕ\"") != std::string::npos, conf);
        BOOST_TEST(noted(result, "впишите device"), conf);
    }
}

BOOST_AUTO_TEST_CASE(test_mode_is_kept) {
    for (const char* on : {"True", "1", "'yes'"}) {
        const Imported result = imported(ethernet + "TestMode = " + on + "\n");
        BOOST_TEST(good(filled(result.config)).kkt.at(0).test_mode, on);
        BOOST_TEST(noted(result, "TestMode"));
    }
    const auto off = good(filled(imported(ethernet + "TestMode = 0\n").config));
    BOOST_TEST(!off.kkt.at(0).test_mode);
}

BOOST_AUTO_TEST_CASE(no_password_is_written_or_told) {
    const Imported result =
        imported(ethernet + "AccessPassword = 'geheim1'\nUserPassword = 'geheim2'\n"
                            "SMTP_PASSWORD = 'geheim3'\nTOKEN = 'geheim4' + X\n");
    std::string all = result.config;
    for (const std::string& note : result.notes) {
        all += note;
    }
    BOOST_TEST(all.find("geheim") == std::string::npos);
    BOOST_TEST(noted(result, "AccessPassword"));
    BOOST_TEST(noted(result, "device: ?password="));
    BOOST_TEST(noted(result, "device: ?user_password="));
    BOOST_TEST(noted(result, "UserPassword"));
    BOOST_TEST(noted(result, "строка 13: SMTP_PASSWORD"));
    BOOST_TEST(noted(result, "строка 14, TOKEN"));
    (void)good(filled(result.config));
}

BOOST_AUTO_TEST_CASE(what_has_no_equivalent_is_told) {
    const Imported result =
        imported(ethernet + "LogFileName = 'dto9.log'\nimport os\nProtocol = 1\n");
    BOOST_TEST(good(filled(result.config)).log.file.empty());
    BOOST_TEST(noted(result, "LogFileName: не полный путь"));
    BOOST_TEST(noted(result, "строка 12: "));
    BOOST_TEST(noted(result, "Protocol = 1"));
    for (const std::string& note : result.notes) {
        BOOST_TEST(result.config.find("// " + note) != std::string::npos, note);
    }
    // A comment is one line, whatever the file is called.
    const auto evil = tool::import_conf({}, "a\n{\"x\": 1}\n");
    BOOST_TEST(evil.config.find("\n{\"x\"") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_file_is_overwritten) {
    const TempDir folder;
    write_file(folder / "conf.py", ethernet);
    struct Ran {
        int code;
        std::string out;
        std::string err;
    };
    const auto run = [](const std::vector<std::string>& words) {
        std::ostringstream out;
        std::ostringstream err;
        const int code = tool::run_kktctl(words, "", out, err);
        return Ran{code, out.str(), err.str()};
    };
    const std::string made = folder / "kktd.json";
    const Ran first = run({"import-conf", folder / "conf.py", "--output", made});
    BOOST_TEST(first.code == 0);
    BOOST_TEST(first.out.empty());
    BOOST_TEST(first.err.find("kktd --check-config --config " + made) != std::string::npos);
    const std::string config = contents(made);
    BOOST_TEST(good(filled(config)).kkt.size() == 1U);
    BOOST_TEST(run({"import-conf", folder / "conf.py", "--output", made}).code == 1);
    BOOST_TEST(contents(made) == config);
    BOOST_TEST(run({"import-conf", folder / "conf.py"}).out == config);
    BOOST_TEST(run({"import-conf", folder / "none.py"}).code == 1);
    BOOST_TEST(run({"import-conf"}).code == 64);
}

BOOST_AUTO_TEST_SUITE_END()
