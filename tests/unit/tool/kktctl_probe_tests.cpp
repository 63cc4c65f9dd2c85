#include "kktctl_probe.hpp"

#include "../base/temp_dir.hpp"
#include "kktctl.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <sstream>

using namespace kktd;
using namespace kktd::base::testing;
using fiscal::Fault;
using fiscal::FaultClass;
using tool::Probe;

namespace {

constexpr std::int64_t utc = 1'773'133'200; // 2026-03-10T09:00:00Z

/// A KKT that answers what a test has decided, and counts what would change something.
class FakeDriver final : public driver::Driver, public driver::VatProbe {
public:
    fiscal::Result<fiscal::DeviceState, Fault> seen = fiscal::DeviceState{};
    fiscal::Capabilities can;
    bool has_vat_probe = true;
    fiscal::Result<std::vector<driver::VatCode>, Fault> codes = std::vector<driver::VatCode>{};
    int changes = 0;
    int vat_probes = 0;

    fiscal::Capabilities capabilities() const override { return can; }
    fiscal::Result<fiscal::DeviceState, Fault> state(driver::Deadline) override { return seen; }
    fiscal::Result<std::string, Fault> prepare(const fiscal::FiscalTask&,
                                               driver::Deadline) override {
        ++changes;
        return std::string();
    }
    fiscal::Outcome perform(const fiscal::FiscalTask&, const fiscal::Marker&,
                            driver::Deadline) override {
        ++changes;
        return fiscal::Refused{};
    }
    fiscal::Outcome recover(const fiscal::Marker&, driver::Deadline) override {
        ++changes;
        return fiscal::Refused{};
    }
    fiscal::Result<void, Fault> serve(const fiscal::ServiceTask&, driver::Deadline) override {
        ++changes;
        return {};
    }
    driver::VatProbe* vat_probe() override { return has_vat_probe ? this : nullptr; }
    void close() override {}
    fiscal::Result<std::vector<driver::VatCode>, Fault> probe_vat(driver::Deadline) override {
        ++vat_probes;
        return codes;
    }
};

const driver::DriverEntry entry{"atol", "АТОЛ", driver::Maturity::beta, false, nullptr};

fiscal::DeviceState ready() {
    fiscal::DeviceState state;
    state.identity = {.inn = "7701234560",
                      .rnm = "0000000001012345",
                      .serial = "00106700000001",
                      .fn = "9999078900001341"};
    state.now = fiscal::LocalTime{utc + 10'800};
    state.shift = fiscal::ShiftState::open;
    state.shift_number = 7;
    state.shift_opened = fiscal::LocalTime{utc + 7'200};
    state.last_fd = 1234;
    state.fn.valid_until = {2027, 1, 1};
    state.taxations.mask = static_cast<std::uint8_t>(fiscal::Taxation::osn);
    state.model = "АТОЛ 55Ф";
    state.firmware = "3.0.1245";
    return state;
}

struct Ran {
    int code = -1;
    std::string out;
    std::string err;
};

Ran run(FakeDriver& driver, bool vat = false, bool json = false) {
    std::ostringstream out;
    std::ostringstream err;
    const Probe probe{.uri = "atol+tcp://10.0.0.5:5555?password=geheim",
                      .socket = "/nonexistent",
                      .vat = vat,
                      .json = json};
    const int code = tool::probe_driver(driver, entry, probe, utc, out, err);
    return {code, out.str(), err.str()};
}

Ran run(const std::vector<std::string>& words) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = tool::run_kktctl(words, "/nonexistent", out, err);
    return {code, out.str(), err.str()};
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

driver::VatCode code_of(fiscal::VatRate rate, std::uint8_t code, bool taken, bool published) {
    return {.rate = rate, .code = code, .taken = taken, .published = published};
}

} // namespace

BOOST_AUTO_TEST_SUITE(kktctl_probe_tests)

BOOST_AUTO_TEST_CASE(a_kkt_is_described_and_not_changed) {
    FakeDriver driver;
    driver.seen = ready();
    const Ran ran = run(driver);
    BOOST_TEST(ran.code == 0);
    for (const std::string part :
         {"АТОЛ 55Ф, прошивка 3.0.1245", "7701234560, 0000000001012345", "00106700000001",
          "9999078900001341, фаза 3 (работает), действует до 01.01.2027", "всё отправлено",
          "7, открыта с 10.03.2026 11:00:00", "1234", "есть, крышка закрыта",
          "10.03.2026 12:00:00, если это UTC+03:00, то точно", "ФФД                  1.05",
          R"("legal":{"inn":"7701234560","taxation":"osn"})", "Допишите в legal",
          R"(для "sale": "internet" не годится)"}) {
        BOOST_TEST(has(ran.out, part), part + "\n" + ran.out);
    }
    BOOST_TEST(!has(ran.out, "geheim"));
    BOOST_TEST(driver.changes == 0);
    BOOST_TEST(driver.vat_probes == 0);
}

BOOST_AUTO_TEST_CASE(programs_get_the_same) {
    FakeDriver driver;
    driver.seen = ready();
    driver.seen->fn.memory_99 = true;
    const auto answer = boost::json::parse(run(driver, false, true).out);
    BOOST_TEST(answer.at("done").as_bool());
    BOOST_TEST(answer.at("identity").at("fn").as_string() == "9999078900001341");
    BOOST_TEST(answer.at("fn").at("memory_99").as_bool());
    BOOST_TEST(answer.at("shift").at("state").as_string() == "open");
    BOOST_TEST(answer.at("taxations").as_array().at(0).as_string() == "osn");
    BOOST_TEST(answer.at("utc_offset").as_string() == "+03:00");
    BOOST_TEST(answer.at("warnings").as_array().size() == 2U);
    BOOST_TEST(answer.at("config").at("legal").at("inn").as_string() == "7701234560");
}

BOOST_AUTO_TEST_CASE(what_a_person_must_see_to_is_told) {
    FakeDriver driver;
    driver.seen = ready();
    driver.seen->fn.resource_ends = true;
    driver.seen->fn.ofd_timeout = true;
    driver.seen->paper = fiscal::Paper::out;
    driver.seen->now.seconds += 5 * 3600 + 20; // UTC+08:00, 20 s fast
    driver.seen->taxations.mask = 3;
    const Ran ran = run(driver);
    for (const std::string part :
         {"осталось не более 30 дней", "не уходят в ОФД", "сейчас не продаёт: ", "спешат на 20 с",
          R"("utc_offset":"+08:00")", "legacy_vat, taxation"}) {
        BOOST_TEST(has(ran.out, part), part + "\n" + ran.out);
    }
}

BOOST_AUTO_TEST_CASE(a_clock_is_read_in_the_zone_that_fits) {
    using std::chrono::hours;
    using std::chrono::minutes;
    const auto read = [](std::int64_t difference) {
        return tool::read_clock(fiscal::LocalTime{utc + difference}, utc);
    };
    BOOST_CHECK((read(10'800) == tool::ClockReading{hours(3), 0}));
    BOOST_CHECK((read(10'800 - 299) == tool::ClockReading{hours(3), -299}));
    BOOST_CHECK((read(10'800 + 899) == tool::ClockReading{hours(3), 899}));
    BOOST_CHECK((read(10'800 + 901) == tool::ClockReading{minutes(210), -899}));
    BOOST_CHECK((read(-3'600 - 10) == tool::ClockReading{hours(-1), -10}));
    BOOST_CHECK((read(86'400 * 365) == tool::ClockReading{hours(3), 86'400 * 365 - 10'800}));
}

BOOST_AUTO_TEST_CASE(no_connection_and_a_busy_kkt_say_what_to_do) {
    FakeDriver driver;
    driver.seen = Fault(FaultClass::link, "ККТ не отвечает.");
    const Ran silent = run(driver);
    BOOST_TEST(silent.code == 1);
    BOOST_TEST(silent.out.empty());
    BOOST_TEST(has(silent.err, "ККТ не отвечает."));
    BOOST_TEST(has(silent.err, "Проверьте питание"));
    BOOST_TEST(has(silent.err, "systemctl stop kktd"));
    driver.seen = Fault(FaultClass::busy, "Занято.");
    BOOST_TEST(has(run(driver).err, "только одной программе"));
    driver.seen = Fault(FaultClass::fn, "ФН нет.");
    BOOST_TEST(!has(run(driver).err, "systemctl"));
    BOOST_TEST(!boost::json::parse(run(driver, false, true).out).at("done").as_bool());
}

BOOST_AUTO_TEST_CASE(codes_that_were_found_out_become_a_line_of_the_configuration) {
    using enum fiscal::VatRate;
    FakeDriver driver;
    driver.seen = ready();
    driver.codes = std::vector{code_of(vat10, 2, true, true), code_of(vat22, 11, true, false),
                               code_of(vat22_122, 12, true, false), code_of(vat5, 7, false, false)};
    const Ran ran = run(driver, true);
    BOOST_TEST(ran.code == 0);
    BOOST_TEST(has(ran.out, R"("vat_codes": {"22": 11, "22/122": 12})"), ran.out);
    BOOST_TEST(has(ran.out, "прошивка не принимает"));
    BOOST_TEST(has(ran.out, "проверьте ставку в первом чеке"));
    const auto answer = boost::json::parse(run(driver, true, true).out);
    BOOST_TEST(answer.at("vat_codes").as_array().size() == 4U);
    BOOST_TEST(answer.at("vat_codes").as_array()[1].at("rate").as_string() == "22");
    driver.codes = std::vector{code_of(vat10, 2, true, true), code_of(vat22, 11, false, false)};
    BOOST_TEST(has(run(driver, true).out, "Вписывать в настройки нечего. Чего прошивка"));
    driver.codes = Fault(FaultClass::paper, "Нет бумаги.");
    BOOST_TEST(has(run(driver, true).err, "ставки не проверены: Нет бумаги."));
    BOOST_TEST(driver.changes == 0);
}

BOOST_AUTO_TEST_CASE(no_rate_is_tried_without_an_open_shift) {
    FakeDriver driver;
    driver.seen = ready();
    const auto refused = [&](std::string_view why) {
        const Ran ran = run(driver, true);
        BOOST_TEST(ran.code == 1);
        BOOST_TEST(has(ran.err, why), ran.err);
    };
    driver.seen->shift = fiscal::ShiftState::closed;
    refused("смена закрыта");
    driver.seen->shift = fiscal::ShiftState::expired;
    refused("старше 24 часов");
    driver.seen->shift = fiscal::ShiftState::open;
    driver.seen->receipt_open = true;
    refused("открыт чек");
    driver.seen->receipt_open = false;
    driver.has_vat_probe = false;
    refused("не подбирают");
    BOOST_TEST(driver.vat_probes == 0);
}

BOOST_AUTO_TEST_CASE(devices_that_cannot_be_are_bad_usage) {
    BOOST_TEST(run({"probe"}).code == 64);
    BOOST_TEST(run({"probe", "a", "b"}).code == 64);
    BOOST_TEST(run({"probe", "nonsense"}).code == 64);
    BOOST_TEST(has(run({"probe", "nosuch:x"}).err, "kktctl drivers"));
    BOOST_TEST(has(run({"probe", "test:"}).err, "storage"));
    BOOST_TEST(run({"probe", "test:?storage=/x", "--fd", "1"}).code == 64);
}

BOOST_AUTO_TEST_CASE(a_test_kkt_is_probed_but_not_made) {
    const TempDir folder;
    const std::string uri = "test:?storage=" + (folder / "kkt.fn");
    const Ran unborn = run({"probe", uri});
    BOOST_TEST(unborn.code == 1);
    BOOST_TEST(!std::filesystem::exists(folder / "kkt.fn"));
    write_file(folder / "kkt.fn", "");
    const Ran born = run({"probe", uri});
    BOOST_TEST(born.code == 0);
    BOOST_TEST(has(born.out, "kktd test KKT"));
    BOOST_TEST(contents(folder / "kkt.fn").empty());
}

BOOST_AUTO_TEST_SUITE_END()
