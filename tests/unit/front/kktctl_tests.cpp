#include "kktctl.hpp"

#include "fake_desk.hpp"
#include "front/control_server.hpp"
#include "kktctl_options.hpp"
#include "kktctl_tell.hpp"
#include "temp_dir.hpp"
#include "text_table.hpp"
#include "unix_socket.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>
#include <sstream>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace kktd;
using namespace kktd::test;
using Words = std::vector<std::string>;

namespace {

struct Ran {
    int code = -1;
    std::string out;
    std::string err;
};

Ran run(const Words& arguments, std::string_view state_dir = "") {
    std::ostringstream out;
    std::ostringstream err;
    const int code = tool::run_kktctl(arguments, state_dir, out, err);
    return {code, out.str(), err.str()};
}

std::string command(const Words& arguments) {
    const tool::Options options = tool::parse_options(arguments, "");
    const auto* order = std::get_if<tool::Order>(&options);
    return order ? boost::json::serialize(order->command) : "not an order";
}

std::string socket_of(const Words& arguments, std::string_view state_dir) {
    const tool::Options options = tool::parse_options(arguments, state_dir);
    return std::get<tool::Order>(options).socket;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// A kktd that says one thing to one caller, whatever he asks.
struct Scripted {
    explicit Scripted(std::string answer)
        : listener(listen_at(path)), thread([this, answer = std::move(answer)] {
              const base::UniqueFd client(
                  ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
              char c = 0;
              while (::recv(client.get(), &c, 1, 0) == 1 && c != '\n') {
                  asked += c;
              }
              (void)send_all(client.get(), answer);
          }) {}
    ~Scripted() { thread.join(); }

    TempDir folder;
    std::string path = folder.path("control.sock");
    std::string asked; ///< to be read after the call
    base::UniqueFd listener;
    std::thread thread;
};

} // namespace

BOOST_AUTO_TEST_SUITE(kktctl_tests)

BOOST_AUTO_TEST_CASE(commands_become_json) {
    BOOST_TEST(command({"status"}) == R"({"command":"status"})");
    BOOST_TEST(command({"--json", "unknown"}) == R"({"command":"unknown"})");
    BOOST_TEST(command({"receipt", "01J1"}) == R"({"command":"receipt","id":"01J1"})");
    BOOST_TEST(command({"receipt", "--number", "ТР-1", "--date=06.10.2017"}) ==
               R"({"command":"receipt","number":"ТР-1","date":"06.10.2017"})");
    BOOST_TEST(command({"resolve", "01J1", "--registered", "--fd", "7"}) ==
               R"({"command":"resolve","id":"01J1","decision":"registered","fd":7})");
    BOOST_TEST(command({"resolve", "--again", "01J1"}) ==
               R"({"command":"resolve","id":"01J1","decision":"again"})");
    BOOST_TEST(command({"resolve", "01J1", "--not-registered"}) ==
               R"({"command":"resolve","id":"01J1","decision":"not_registered"})");
    BOOST_TEST(command({"accept-kkt", "main"}) == R"({"command":"accept_kkt","kkt":"main"})");
    BOOST_TEST(command({"withdraw", "01J1"}) == R"({"command":"withdraw","id":"01J1"})");
    BOOST_TEST(command({"x-report"}) == R"({"command":"x_report"})");
    BOOST_TEST(command({"z-report", "main"}) == R"({"command":"z_report","kkt":"main"})");
    BOOST_TEST(command({"cash-in", "500"}) == R"({"command":"cash_in","sum":"500.00"})");
    BOOST_TEST(command({"cash-out", "0,05", "main"}) ==
               R"({"command":"cash_out","sum":"0.05","kkt":"main"})");
    BOOST_TEST(command({"reprint"}) == R"({"command":"reprint"})");
    BOOST_TEST(command({"continue-print"}) == R"({"command":"continue_print"})");
}

BOOST_AUTO_TEST_CASE(bad_usage_is_64_and_tells_what_is_wrong) {
    for (const Words& words : std::vector<Words>{
             {},
             {"reboot"},
             {"status", "x"},
             {"status", "--fd", "1"},
             {"--wrong", "status"},
             {"--json=1", "status"},
             {"status", "--json", "--json"},
             {"--socket"},
             {"--socket=", "status"},
             {"--socket", "a", "--state-dir", "b", "status"},
             {"receipt"},
             {"receipt", "a", "b"},
             {"receipt", "a", "--number", "b"},
             {"receipt", "--date", "06.10.2017"},
             {"resolve", "a"},
             {"resolve", "--again"},
             {"resolve", "a", "--again", "--not-registered"},
             {"resolve", "a", "--registered"},
             {"resolve", "a", "--registered", "--fd", "0"},
             {"resolve", "a", "--registered", "--fd", "12x"},
             {"resolve", "a", "--registered", "--fd", "-1"},
             {"resolve", "a", "--registered", "--fd", "4294967296"},
             {"resolve", "a", "--again", "--fd", "1"},
             {"accept-kkt"},
             {"withdraw", "a", "b"},
             {"x-report", "a", "b"},
             {"cash-in"},
             {"cash-in", "main"},
             {"cash-in", "0"},
             {"cash-in", "0.001"},
             {"cash-in", "1.005"},
             {"cash-out", "-5"}, // taken for an option
             {"cash-out", "1e9"},
             {"cash-out", "5", "a", "b"},
             {"x-report", "--vat"},
             {"drivers", "x"},
             {"drivers", "--output", "x"},
             {"import-conf", "a", "b"},
             {"import-conf", "a", "--json", "--fd", "1"},
         }) {
        const Ran ran = run(words, "/nonexistent");
        BOOST_TEST_INFO(ran.err);
        BOOST_TEST(ran.code == 64);
        BOOST_TEST(has(ran.err, "kktctl --help"));
        BOOST_TEST(ran.out.empty());
    }
}

BOOST_AUTO_TEST_CASE(the_socket_is_found) {
    BOOST_TEST(socket_of({"status"}, "") == "/var/lib/kktd/control.sock");
    BOOST_TEST(socket_of({"status"}, "/srv/k") == "/srv/k/control.sock");
    BOOST_TEST(socket_of({"--state-dir", "/a", "status"}, "/srv/k") == "/a/control.sock");
    BOOST_TEST(socket_of({"status", "--socket=/b.sock"}, "/srv/k") == "/b.sock");
}

BOOST_AUTO_TEST_CASE(help_and_version_need_no_kktd) {
    BOOST_TEST(run({"--help"}).code == 0);
    BOOST_TEST(has(run({"status", "-h"}).out, "accept-kkt"));
    BOOST_TEST(run({"--version"}).out.starts_with("kktctl "));
}

BOOST_AUTO_TEST_CASE(no_kktd_is_69_and_says_what_to_check) {
    const TempDir folder;
    const Ran absent = run({"--socket", folder.path("none"), "status"});
    BOOST_TEST(absent.code == 69);
    BOOST_TEST(has(absent.err, "systemctl status kktd"));
    BOOST_TEST(has(absent.err, folder.path("none")));
    { const base::UniqueFd dead = listen_at(folder.path("dead")); }
    BOOST_TEST(run({"--socket", folder.path("dead"), "status"}).code == 69);
    BOOST_TEST(run({"--socket", std::string(200, 'x'), "status"}).code == 69);
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_none_is_69) {
    for (const std::string answer : {"", "{\"done\":tr", "hello\n", "[]\n"}) {
        Scripted kktd(answer);
        BOOST_TEST_INFO(answer);
        BOOST_TEST(run({"--socket", kktd.path, "status"}).code == 69);
    }
}

BOOST_AUTO_TEST_CASE(json_is_handed_through) {
    const std::string line = R"({"done":true,"status":{"version":"1","extra":[1.5]}})";
    Scripted kktd(line + "\n");
    const Ran ran = run({"--json", "--socket", kktd.path, "status"});
    BOOST_TEST(ran.code == 0);
    BOOST_TEST(ran.out == line + "\n");
}

BOOST_AUTO_TEST_CASE(what_was_not_done_is_1) {
    for (const bool json : {false, true}) {
        Scripted kktd("{\"done\":false,\"text\":\"Чек уже регистрируется\"}\n");
        Words words{"--socket", kktd.path, "withdraw", "01J1"};
        if (json) {
            words.push_back("--json");
        }
        const Ran ran = run(words);
        BOOST_TEST(ran.code == 1);
        BOOST_TEST(has(json ? ran.out : ran.err, "Чек уже регистрируется"));
    }
}

BOOST_AUTO_TEST_CASE(an_answer_of_another_version_is_told_as_far_as_it_goes) {
    for (const std::string answer :
         {R"({"done":true})", R"({"done":true,"status":{}})", R"({"done":true,"status":7})",
          R"({"done":true,"status":{"kkt":[{},5,{"shift":{"state":"open"},"warnings":[3]}]}})"}) {
        Scripted kktd(answer + "\n");
        BOOST_TEST_INFO(answer);
        BOOST_TEST(run({"--socket", kktd.path, "status"}).code == 0);
    }
    for (const std::string answer : {R"({"done":true})", R"({"done":true,"receipts":[5]})",
                                     R"({"done":true,"receipts":[{"warnings":[{}]}]})",
                                     R"({"done":true,"receipts":[{},{}]})"}) {
        Scripted kktd(answer + "\n");
        BOOST_TEST(run({"--socket", kktd.path, "receipt", "01J1"}).code == 0);
    }
}

BOOST_AUTO_TEST_CASE(with_the_real_server_every_command_reads_well) {
    const TempDir folder;
    FakeDesk desk;
    engine::KktSnapshot kkt;
    kkt.id = "main";
    kkt.driver = "test";
    kkt.maturity = "stable";
    kkt.device = "test:?storage=x";
    kkt.test_device = true;
    kkt.can_sell = true;
    kkt.queue_limit = 1000;
    kkt.unknown = 1;
    fiscal::DeviceState state;
    state.model = "Тестовая ККТ";
    state.shift = fiscal::ShiftState::open;
    state.shift_number = 7;
    state.shift_opened = fiscal::LocalTime::at({2026, 10, 6}, 9, 30, 0);
    state.identity.fn = "9999078900001341";
    kkt.state = state;
    desk.now.kkt = {kkt};
    desk.now.version = "9.9";
    desk.now.started_at = 1'790'000'000'000'000;
    desk.receipts["01J1"] = standing_of("01J1", fiscal::ReceiptState::done);
    desk.receipts["01J2"] = standing_of("01J2", fiscal::ReceiptState::unknown);
    desk.unknown_receipts = {desk.receipts["01J2"]};
    front::ControlServer server(desk, folder.path("control.sock"));
    server.start();
    const auto ask = [&](Words words) {
        words.insert(words.begin(), {"--state-dir", folder.path("")});
        return run(words);
    };

    const std::string status = ask({"status"}).out;
    BOOST_TEST(has(status, "kktd 9.9, работает с 21.09.2026 14:13:20 UTC"));
    BOOST_TEST(has(status, "ККТ main: ТЕСТ, не фискальный: Ошибок нет"));
    BOOST_TEST(has(status, "7, открыта с 06.10.2026 09:30:00, истекает 07.10.2026 09:30:00"));
    BOOST_TEST(has(status, "Внимание"));

    const std::string receipt = ask({"receipt", "01J1"}).out;
    BOOST_TEST(has(receipt, "Состояние        зарегистрирован\n"));
    BOOST_TEST(has(receipt, "Дата документа   06.10.2026\n"));
    BOOST_TEST(has(receipt, "ФД               1234\n"));
    BOOST_TEST(has(ask({"receipt", "--number", "ТР00-003655"}).out,
                   "01J2  main  ТР00-003655  06.10.2026  1950.00  неизвестно       \n") == false);
    BOOST_TEST(has(ask({"receipt", "--number", "ТР00-003655"}).out,
                   "01J1  main  ТР00-003655  06.10.2026  1950.00  зарегистрирован  1234\n"));
    BOOST_TEST(ask({"receipt", "01J3"}).code == 1);
    BOOST_TEST(has(ask({"unknown"}).out, "kktctl resolve ЧЕК --registered --fd НОМЕР_ФД"));
    BOOST_TEST(ask({"resolve", "01J2", "--registered", "--fd", "7"}).out == "Сделано\n");
    BOOST_TEST(desk.calls().back() == "resolve 01J2 0 7");
    BOOST_TEST(ask({"accept-kkt", "main"}).code == 0);
    BOOST_TEST(ask({"withdraw", "01J2"}).code == 0);
    BOOST_TEST(ask({"x-report"}).out == "Сделано\n");
    BOOST_TEST(desk.calls().back() == "carry_out : x-report by uid " + std::to_string(::getuid()));
    desk.operator_answer = {false, "ККТ main: смена не закрыта: кончилась бумага"};
    const Ran refused = ask({"z-report", "main"});
    BOOST_TEST(refused.code == 1);
    BOOST_TEST(refused.err == "kktctl: не сделано: ККТ main: смена не закрыта: кончилась бумага\n");
    desk.unknown_receipts.clear();
    BOOST_TEST(ask({"unknown"}).out == "Неизвестных чеков нет.\n");
}

BOOST_AUTO_TEST_CASE(who_is_at_the_terminal_is_told_where_it_is_noted) {
    for (const bool noted : {true, false}) {
        Scripted kktd("{\"done\":true,\"text\":\"\"}\n");
        std::ostringstream out;
        (void)tool::run_kktctl({"--socket", kktd.path, noted ? "x-report" : "unknown"}, "", out,
                               out, "ivan");
        kktd.thread.join();
        BOOST_TEST(has(kktd.asked, R"("invoker":"ivan")") == noted);
        kktd.thread = std::thread([] {});
    }
}

BOOST_AUTO_TEST_CASE(probe_stays_away_from_the_devices_of_a_running_kktd) {
    const TempDir folder;
    FakeDesk desk;
    engine::KktSnapshot kkt;
    kkt.id = "main";
    kkt.device = "test:?storage=" + folder.path("kkt.fn");
    desk.now.kkt = {kkt};
    front::ControlServer server(desk, folder.path("control.sock"));
    server.start();
    const Ran theirs = run({"--state-dir", folder.path(""), "probe", kkt.device + "&sync=1"});
    BOOST_TEST(theirs.code == 1);
    BOOST_TEST(has(theirs.err, "работает kktd (main)"));
    const Ran other =
        run({"--state-dir", folder.path(""), "probe", "test:?storage=" + folder.path("b.fn")});
    BOOST_TEST(has(other.err, "этой тестовой ККТ ещё нет"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(text_table_tests)

BOOST_AUTO_TEST_CASE(columns_are_counted_in_characters) {
    tool::TextTable table;
    table.add({"ИНН", "a", "x"});
    table.add({"abcd", "бв", ""});
    table.add({"1"});
    BOOST_TEST(table.text() == "ИНН   a   x\nabcd  бв\n1\n");
    BOOST_TEST(table.text(2).starts_with("  ИНН   a"));
    BOOST_TEST(tool::TextTable().text().empty());
    BOOST_TEST(tool::character_count("№1 – ё") == 6U);
}

BOOST_AUTO_TEST_SUITE_END()
