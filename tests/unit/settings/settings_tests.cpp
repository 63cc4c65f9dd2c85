#include "settings/settings.hpp"

#include "base/file.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>

using namespace kktd;
using namespace kktd::settings;
using namespace std::chrono_literals;

namespace {

/// A KKT that registers for real, with all it must state, and room for more.
std::string real_kkt(const std::string& id, const std::string& device,
                     const std::string& more = {}) {
    return R"({"id": ")" + id + R"(", "device": ")" + device + R"(", "legal": {
        "inn": "7701234560", "sale": "internet", "site": "https://shop.example",
        "contact_missing": "refuse", "payment_method": "full_payment",
        "payment_object": "commodity", "legacy_vat": "strict"})" +
           (more.empty() ? "" : ", " + more) + "}";
}

std::string file_of(const std::string& kkts, const std::string& more = {}) {
    return "{\"kkt\": [" + kkts + "]" + (more.empty() ? "" : ", " + more) + "}";
}

const std::string test_kkt = R"({"id": "main", "device": "test:"})";

std::string errors_of(const std::string& text) {
    const auto settings = read_settings("kktd.json", text, "/var/lib/kktd");
    return settings.has_value() ? "none" : settings.error().text();
}

Settings good(const std::string& text) {
    auto settings = read_settings("kktd.json", text, "/var/lib/kktd");
    BOOST_REQUIRE_MESSAGE(settings.has_value(), settings.error().text());
    return *std::move(settings);
}

/// One KKT of `device` with one more member.
std::string one(const std::string& member) {
    return errors_of(file_of(R"({"id": "main", "device": "test:", )" + member + "}"));
}

struct Environment {
    Environment(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
    ~Environment() { ::unsetenv(name_); }
    const char* name_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(settings_tests)

BOOST_AUTO_TEST_CASE(smallest_file_sells_on_a_test_kkt) {
    const Settings settings = good(file_of(test_kkt));
    BOOST_TEST(settings.state_dir == "/var/lib/kktd");
    BOOST_TEST_REQUIRE(settings.kkt.size() == 1U);
    const engine::KktConfig& kkt = settings.kkt.front();
    BOOST_TEST(kkt.id == "main");
    BOOST_TEST(kkt.device == "test:");
    BOOST_TEST(kkt.legal.inn == "7701234560");
    BOOST_CHECK(kkt.legal.taxation == fiscal::Taxation::osn);
    BOOST_CHECK(kkt.legal.sale == fiscal::Sale::counter);
    BOOST_TEST(kkt.legal.site == "https://shop.test");
    BOOST_CHECK(kkt.legal.payment_method == fiscal::PaymentMethod::full_payment);
    BOOST_CHECK(kkt.legal.payment_object == fiscal::PaymentObject::commodity);
    BOOST_CHECK(kkt.legal.legacy_vat == fiscal::LegacyVat::map);
    BOOST_TEST(kkt.legal.cashier == "Кассир");
    BOOST_TEST(kkt.shift.cashier == "Кассир");
    BOOST_CHECK(kkt.shift.mode == fiscal::ShiftPolicy::Mode::own);
    BOOST_CHECK(kkt.shift.max_age == 23h + 50min);
    BOOST_CHECK(kkt.legal.stamp == fiscal::StampPlace::tag_1084);
    BOOST_CHECK(!kkt.legal.default_vat.has_value());
    BOOST_CHECK(kkt.give_up_after == 72h);
    BOOST_CHECK(kkt.utc_offset == 3h);
    BOOST_TEST(settings.front.acceptors == 4U);
    BOOST_TEST(settings.front.body_limit == 262'144U);
    BOOST_CHECK(settings.front.answer_deadline == 50s);
    BOOST_TEST(settings.engine.duplicate_days == 45);
    BOOST_CHECK(settings.log.level == base::LogLevel::info);
}

BOOST_AUTO_TEST_CASE(defaults_of_a_test_device_follow_its_uri) {
    const auto legal = [](const std::string& options, const std::string& more = {}) {
        return good(file_of(R"({"id": "a", "device": "test:?)" + options + "\"" + more + "}"))
            .kkt.front()
            .legal;
    };
    BOOST_TEST(legal("inn=500100732259").inn == "500100732259");
    BOOST_TEST(legal("inn=500100732259", R"(, "legal": {"inn": "7701234560"})").inn ==
               "7701234560");
    BOOST_CHECK(legal("taxation=patent").taxation == fiscal::Taxation::patent);
    BOOST_CHECK(!legal("taxation=osn,patent").taxation.has_value());
    BOOST_CHECK(legal("taxation=osn,patent", R"(, "legal": {"taxation": "patent"})").taxation ==
                fiscal::Taxation::patent);
}

BOOST_AUTO_TEST_CASE(every_key_is_read) {
    const Settings settings = good(R"({
        "state_dir": "/srv/kktd",
        "kkt": [{
            "id": "shop-1_a", "device": "atol+tcp://10.0.0.1:5555",
            "legal": {"inn": "500100732259", "taxation": "usn_income", "sale": "counter",
                      "site": "https://a.example", "address": "г. Москва, д. 1",
                      "sender_email": "check@a.example", "contact_missing": "register",
                      "payment_method": "full_prepayment", "payment_object": "service",
                      "legacy_vat": "map", "fraction": "refuse", "max_discount_percent": 50},
            "test_mode": true, "check": "device", "default_vat": "none", "cashier": "Иванова",
            "vat_codes": {"22": 11, "22/122": 12},
            "cashier_inn": "500100732259",
            "shift": {"mode": "shared", "max_age": 3600, "cashier": "Робот"},
            "stamp": "none", "idle_release": 30, "give_up_after": 86400, "utc_offset": "+07:00",
            "queue_limit": 10, "max_positions": 20, "document_deadline": 60, "retry_interval": 5
        }],
        "front": {"acceptors": 8, "body_limit": 65536, "parked_limit": 0, "answer_deadline": 0,
                  "peer_timeout": 3},
        "duplicate_days": 0,
        "log": {"level": "debug", "file": "/var/log/kktd.log", "rotate_bytes": 4096,
                "keep_files": 0}
    })");
    BOOST_TEST(settings.state_dir == "/srv/kktd");
    const engine::KktConfig& kkt = settings.kkt.at(0);
    BOOST_TEST(kkt.id == "shop-1_a");
    BOOST_TEST(kkt.device == "atol+tcp://10.0.0.1:5555");
    const fiscal::Legal legal{
        .inn = "500100732259",
        .taxation = fiscal::Taxation::usn_income,
        .sale = fiscal::Sale::counter,
        .site = "https://a.example",
        .address = "г. Москва, д. 1",
        .sender_email = "check@a.example",
        .contact_missing = fiscal::ContactMissing::register_anyway,
        .payment_method = fiscal::PaymentMethod::full_prepayment,
        .payment_object = fiscal::PaymentObject::service,
        .legacy_vat = fiscal::LegacyVat::map,
        .default_vat = fiscal::VatRate::none,
        .fraction = fiscal::FractionPolicy::refuse,
        .max_discount_percent = 50,
        .cashier = "Иванова",
        .cashier_inn = "500100732259",
        .stamp = fiscal::StampPlace::none,
        .max_positions = 20,
    };
    BOOST_CHECK(kkt.legal == legal);
    BOOST_CHECK((kkt.shift == fiscal::ShiftPolicy{fiscal::ShiftPolicy::Mode::shared, 1h, "Робот"}));
    BOOST_TEST(kkt.test_mode);
    BOOST_CHECK(kkt.check == engine::CheckBy::device);
    BOOST_TEST(kkt.vat_codes.at(static_cast<std::size_t>(fiscal::VatRate::vat22)) == 11);
    BOOST_TEST(kkt.vat_codes.at(static_cast<std::size_t>(fiscal::VatRate::vat22_122)) == 12);
    BOOST_TEST(kkt.vat_codes.at(static_cast<std::size_t>(fiscal::VatRate::vat5)) == 0);
    BOOST_CHECK(kkt.idle_release == 30s);
    BOOST_CHECK(kkt.give_up_after == 24h);
    BOOST_CHECK(kkt.utc_offset == 7h);
    BOOST_TEST(kkt.queue_limit == 10U);
    BOOST_CHECK(kkt.document_deadline == 60s);
    BOOST_CHECK(kkt.retry_interval == 5s);
    BOOST_TEST(settings.front.acceptors == 8U);
    BOOST_TEST(settings.front.body_limit == 65'536U);
    BOOST_TEST(settings.front.parked_limit == 0U);
    BOOST_CHECK(settings.front.answer_deadline == 0s);
    BOOST_CHECK(settings.front.peer_timeout == 3s);
    BOOST_TEST(settings.engine.duplicate_days == 0);
    BOOST_CHECK(settings.log.level == base::LogLevel::debug);
    BOOST_TEST(settings.log.file == "/var/log/kktd.log");
    BOOST_TEST(settings.log.rotate_bytes == 4096U);
    BOOST_TEST(settings.log.keep_files == 0U);
}

BOOST_AUTO_TEST_CASE(a_real_device_states_what_the_shop_is) {
    BOOST_TEST(errors_of(file_of(real_kkt("a", "atol+tcp://10.0.0.1:5555"))) == "none");
    const std::string why = "must be stated: what receipts say is not guessed\n";
    const std::string at = "kktd.json:1: kkt[0].legal.";
    const std::string bare =
        errors_of(file_of(R"({"id": "a", "device": "atol+tcp://10.0.0.1:5555"})"));
    BOOST_TEST(bare == at + "inn: " + why + at + "sale: " + why + at + "contact_missing: " + why +
                           at + "payment_method: " + why + at + "payment_object: " + why + at +
                           "legacy_vat: " + why);
    std::string no_site = real_kkt("a", "atol+tcp://10.0.0.1:5555");
    no_site.replace(no_site.find(R"("site": "https://shop.example",)"),
                    std::string(R"("site": "https://shop.example",)").size(), "");
    BOOST_TEST(errors_of(file_of(no_site)) ==
               at + "site: must be stated for internet sales: the address of the shop, tag 1187\n");
    std::string counter = no_site;
    counter.replace(counter.find("internet"), 8, "counter");
    BOOST_TEST(errors_of(file_of(counter)) == "none");
}

BOOST_AUTO_TEST_CASE(only_a_device_that_can_is_asked_to_check) {
    for (const auto& [device, can] : {std::pair("atol+tcp://10.0.0.1:5555", true),
                                      std::pair("atol+serial:///dev/ttyACM0", true),
                                      std::pair("fptr10+tcp://10.0.0.1:5555", false)}) {
        const auto check = [device = device](const std::string& who) {
            return errors_of(file_of(real_kkt("a", device, R"("check": ")" + who + '"')));
        };
        BOOST_TEST(check("state") == "none");
        BOOST_TEST((check("device").find("kkt[0].check: must be \"state\"") == std::string::npos) ==
                       can,
                   device);
    }
}

BOOST_AUTO_TEST_CASE(a_day_at_least_before_a_paid_receipt_is_given_up) {
    const auto real = [](const char* seconds) {
        return errors_of(file_of(real_kkt("a", "atol+tcp://10.0.0.1:5555",
                                          std::string("\"give_up_after\": ") + seconds)));
    };
    BOOST_TEST(real("86400") == "none");
    BOOST_TEST(real("86399").find("kkt[0].give_up_after: must be at least 86400") !=
               std::string::npos);
    BOOST_TEST(one("\"give_up_after\": 1") == "none");
    BOOST_TEST(one("\"give_up_after\": 0") != "none");
}

BOOST_AUTO_TEST_CASE(bounds) {
    struct Bound {
        std::string key;
        long min, max;
    };
    for (const Bound& bound :
         {Bound{"idle_release", 0, 86'400}, Bound{"give_up_after", 1, 2'592'000},
          Bound{"queue_limit", 1, 100'000}, Bound{"max_positions", 1, 2'000},
          Bound{"document_deadline", 1, 600}, Bound{"retry_interval", 1, 600}}) {
        const auto with = [&bound](long value) {
            return one("\"" + bound.key + "\": " + std::to_string(value));
        };
        BOOST_TEST(with(bound.min) == "none");
        BOOST_TEST(with(bound.max) == "none");
        const std::string wrong = "kktd.json:1: kkt[0]." + bound.key +
                                  ": must be a whole number from " + std::to_string(bound.min) +
                                  " to " + std::to_string(bound.max) + "\n";
        BOOST_TEST(with(bound.min - 1) == wrong);
        BOOST_TEST(with(bound.max + 1) == wrong);
    }
}

BOOST_AUTO_TEST_CASE(bad_values_of_a_kkt) {
    const auto wrong = [](const std::string& member, const std::string& message) {
        BOOST_TEST(one(member) == "kktd.json:1: kkt[0]." + message + "\n");
    };
    wrong(R"("utc_offset": "MSK")", "utc_offset: must be an offset from -12:00 to +14:00, such as "
                                    "\"+03:00\" for Moscow");
    wrong(R"("cashier": "Кассир «А»")", "cashier: has a character that receipts cannot carry "
                                        "(CP866): write \" for «», - for —");
    wrong("\"cashier\": \"" + std::string(65, 'x') + "\"", "cashier: is longer than 64 characters");
    wrong(R"("cashier_inn": "7701234560")",
          "cashier_inn: is not the ИНН of a person: 12 digits with right check digits");
    wrong(R"("legal": {"inn": "7701234561"})", "legal.inn: is not an ИНН: 10 digits of a company "
                                               "or 12 of a person, with right check digits");
    wrong(R"("legal": {"taxation": "envd"})",
          "legal.taxation: must be one of \"osn\", \"usn_income\", \"usn_income_outcome\", "
          "\"esn\", \"patent\"");
    wrong(R"("legal": {"sender_email": "shop"})", "legal.sender_email: is not an e-mail address");
    wrong(R"("legal": {"sale": "internet", "site": ""})",
          "legal.site: must be stated for internet sales: the address of the shop, tag 1187");
    wrong(R"("shift": {"max_age": 86400})",
          "shift.max_age: must be a whole number from 60 to 86100");
    wrong(R"("check": "kkt")", "check: must be one of \"state\", \"device\"");
    wrong(R"("check": "device")",
          "check: must be \"state\" with this driver: only a device of "
          "atol+tcp: or atol+serial: can check a receipt without making it");
    wrong(R"("vat_codes": {"22": 256})", "vat_codes.22: must be a whole number from 0 to 255");
    wrong(R"("vat_codes": {"20": 1})", "vat_codes.20: no such key; did you mean \"22\"?");
    wrong(R"("give_up_afer": 5)", "give_up_afer: no such key; did you mean \"give_up_after\"?");
    wrong(R"("legal": {"inm": ""})", "legal.inm: no such key; did you mean \"inn\"?");
    BOOST_TEST(one("\"cashier\": \"" +
                   [] {
                       std::string name;
                       for (int i = 0; i < 64; ++i) {
                           name += "Ж";
                       }
                       return name;
                   }() +
                   "\"") == "none");
}

BOOST_AUTO_TEST_CASE(bad_values_of_the_whole) {
    const std::string path = "kktd.json:1: state_dir: must be an absolute path\n";
    BOOST_TEST(errors_of(file_of(test_kkt, R"("state_dir": "state")")) == path);
    BOOST_TEST(errors_of(file_of(test_kkt, R"("state_dir": "")")) == path);
    BOOST_TEST(errors_of(file_of(test_kkt, "\"state_dir\": \"/" + std::string(90, 'x') + "\"")) ==
               "kktd.json:1: state_dir: is longer than 90 bytes\n");
    BOOST_TEST(errors_of(file_of(test_kkt, R"("log": {"file": "kktd.log"})")) ==
               "kktd.json:1: log.file: must be an absolute path\n");
    const auto too_long = read_settings("f", file_of(test_kkt), "/" + std::string(90, 'x'));
    BOOST_TEST(too_long.error().text() == "f:1: state_dir: is longer than 90 bytes: the control "
                                          "socket in it would have too long a name\n");
    BOOST_TEST(errors_of("{\"kkt\": []}") == "kktd.json:1: kkt: must name at least one KKT\n");
    BOOST_TEST(errors_of("{}") == "kktd.json:1: kkt: must be stated\n");
    BOOST_TEST(errors_of("") == "kktd.json:1: the file ends where a value was expected\n");
    BOOST_TEST(errors_of(file_of("{}")) ==
               "kktd.json:1: kkt[0].id: must be stated\n"
               "kktd.json:1: kkt[0].device: must be stated\n"
               "kktd.json:1: kkt[0].legal.inn: is not an ИНН: 10 digits of a company or 12 of a "
               "person, with right check digits\n");
}

BOOST_AUTO_TEST_CASE(ids_and_devices) {
    const auto id = [](const std::string& text) {
        return errors_of(file_of(R"({"id": ")" + text + R"(", "device": "test:"})"));
    };
    BOOST_TEST(id("a") == "none");
    BOOST_TEST(id(std::string(32, 'z')) == "none");
    for (const std::string bad : {"", "A", "a b", "касса", "a.b"}) {
        BOOST_TEST(id(bad) == "kktd.json:1: kkt[0].id: must be 1 to 32 characters of a–z, 0–9, _ "
                              "and -\n");
    }
    BOOST_TEST(id(std::string(33, 'z')) == "kktd.json:1: kkt[0].id: is longer than 32 bytes\n");

    const auto devices = [](const std::string& a, const std::string& b) {
        return errors_of(file_of(R"({"id": "a", "device": ")" + a + R"("},)" + "\n" +
                                 R"({"id": "b", "device": ")" + b + R"("})"));
    };
    const std::string taken = "kktd.json:2: kkt[1].device: is the device of \"a\" already\n";
    BOOST_TEST(devices("test:?storage=/a", "test:?storage=/b") == "none");
    BOOST_TEST(devices("test:?storage=/a", "test:?storage=/a&sync=1") == taken);
    BOOST_TEST(devices("test:?storage=/x/a", "test:?storage=/x/./y/../a") == taken);
    BOOST_TEST(devices("test:", "test:") == taken);
    BOOST_TEST(
        errors_of(file_of(test_kkt + ",\n" + R"({"id": "main", "device": "test:?storage=/b"})")) ==
        "kktd.json:2: kkt[1].id: another KKT has this id already\n");
    BOOST_TEST(errors_of(file_of(R"({"id": "a", "device": "nonsense"})"))
                   .find("kkt[0].device: is not a device URI") != std::string::npos);

    const auto two = [](const std::string& a, const std::string& b) {
        return errors_of(file_of(real_kkt("a", a) + ",\n" + real_kkt("b", b)));
    };
    BOOST_TEST(two("atol+tcp://10.0.0.1:5555", "atol+tcp://10.0.0.2:5555") == "none");
    BOOST_TEST(two("atol+tcp://10.0.0.1:5555", "atol+tcp://10.0.0.1:5556") == "none");
    BOOST_TEST(two("atol+tcp://10.0.0.1:5555", "shtrih+tcp://10.0.0.1:5555")
                   .ends_with("kkt[1].device: is the device of \"a\" already\n"));
    BOOST_TEST(two("atol+serial:///dev/ttyACM0", "atol+serial:///dev/ttyACM0?baud=9600")
                   .ends_with("kkt[1].device: is the device of \"a\" already\n"));
}

BOOST_AUTO_TEST_CASE(a_test_device_stands_alone) {
    const std::string apart = "a test: device must not stand beside a real one: run it by a "
                              "configuration and a state_dir of its own\n";
    BOOST_TEST(errors_of(file_of(test_kkt + ",\n" + real_kkt("b", "atol+tcp://10.0.0.1:5555"))) ==
               "kktd.json:2: kkt[1].device: " + apart);
    BOOST_TEST(errors_of(file_of(real_kkt("b", "atol+tcp://10.0.0.1:5555") + "," + test_kkt))
                   .ends_with("kkt[1].device: " + apart));
}

BOOST_AUTO_TEST_CASE(all_errors_at_once_with_their_lines) {
    BOOST_TEST(errors_of("{\n"
                         "  // a comment\n"
                         "  \"state_dri\": \"/var/lib/kktd\",\n"
                         "  \"kkt\": [\n"
                         "    {\n"
                         "      \"id\": \"Main\",\n"
                         "      \"device\": \"test:\",\n"
                         "      \"legal\": {\n"
                         "        \"inn\": 7701234560,\n"
                         "        \"sale\": \"shop\"\n"
                         "      },\n"
                         "      \"id\": \"main\"\n"
                         "    }\n"
                         "  ],\n"
                         "  \"front\": {\"acceptors\": 0},\n"
                         "  \"log\": {\"level\": \"loud\"}\n"
                         "}\n") ==
               "kktd.json:3: state_dri: no such key; did you mean \"state_dir\"?\n"
               "kktd.json:6: kkt[0].id: must be 1 to 32 characters of a–z, 0–9, _ and -\n"
               "kktd.json:9: kkt[0].legal.inn: must be a text in double quotes\n"
               "kktd.json:10: kkt[0].legal.sale: must be one of \"internet\", \"counter\"\n"
               "kktd.json:12: kkt[0].id: this key stands on line 6 already\n"
               "kktd.json:15: front.acceptors: must be a whole number from 2 to 256\n"
               "kktd.json:16: log.level: must be one of \"debug\", \"info\", \"notice\", "
               "\"warning\", \"error\"\n");
}

BOOST_AUTO_TEST_CASE(printed_settings_read_back_the_same) {
    const std::string tests = file_of(
        R"({"id": "a", "device": "test:?storage=/a&x=%22"}, {"id": "b", "device":
            "test:?storage=/b", "default_vat": "22/122", "cashier": "Петров \"\\\" О'Хара",
            "utc_offset": "-03:30", "shift": {"cashier": ""}})",
        R"("front": {"answer_deadline": 7}, "log": {"level": "error"})");
    const std::string real = file_of(
        real_kkt("a", "atol+tcp://10.0.0.1:5555", R"("stamp": "1192", "vat_codes": {"22": 11})"));
    for (const std::string& text : {tests, real}) {
        const Settings settings = good(text);
        const std::string printed = print_settings(settings);
        const Settings again = good(printed);
        BOOST_TEST(print_settings(again) == printed);
        for (std::size_t i = 0; i < settings.kkt.size(); ++i) {
            BOOST_CHECK(again.kkt[i].legal == settings.kkt[i].legal);
            BOOST_CHECK(again.kkt[i].shift == settings.kkt[i].shift);
            BOOST_CHECK(again.kkt[i].vat_codes == settings.kkt[i].vat_codes);
            BOOST_TEST(again.kkt[i].device == settings.kkt[i].device);
        }
    }
    // Absent values stay absent: a real device without a taxation has no default for it.
    BOOST_TEST(print_settings(good(real)).find("taxation") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(printed_settings_hide_secrets) {
    const std::string printed = print_settings(
        good(file_of(real_kkt("a", "shtrih+tcp://10.0.0.1:7778?password=30123&baud=9600"))));
    BOOST_TEST(printed.find("shtrih+tcp://10.0.0.1:7778?password=***&baud=9600") !=
               std::string::npos);
    BOOST_TEST(printed.find("30123") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(paths_from_the_environment) {
    ::unsetenv("KKTD_CONFIG");
    ::unsetenv("STATE_DIRECTORY");
    BOOST_TEST(default_config_file() == "/etc/kktd/kktd.json");
    BOOST_TEST(default_state_dir() == "/var/lib/kktd");
    const Environment config("KKTD_CONFIG", "/srv/kktd.json");
    BOOST_TEST(default_config_file() == "/srv/kktd.json");
    {
        const Environment state("STATE_DIRECTORY", "/var/lib/shop:/var/lib/other");
        BOOST_TEST(default_state_dir() == "/var/lib/shop");
        BOOST_TEST(read_settings("f", file_of(test_kkt))->state_dir == "/var/lib/shop");
        BOOST_TEST(read_settings("f", file_of(test_kkt, R"("state_dir": "/stated")"))->state_dir ==
                   "/stated");
    }
    const Environment empty("STATE_DIRECTORY", "");
    BOOST_TEST(default_state_dir() == "/var/lib/kktd");
}

BOOST_AUTO_TEST_CASE(sample_configuration_is_good) {
    const auto text = base::read_file(KKTD_SOURCE_DIR "/deploy/kktd.json", max_file_bytes);
    BOOST_REQUIRE(text.has_value());
    const Settings settings = good(*text);
    BOOST_TEST(settings.kkt.size() == 1U);
    // It changes nothing but what it must: the rest of it is comments.
    const Settings smallest =
        good(R"({"kkt": [{"id": "main", "device": ")" + settings.kkt.front().device + "\"}]}");
    BOOST_TEST(print_settings(settings) == print_settings(smallest));
}

BOOST_AUTO_TEST_SUITE_END()
