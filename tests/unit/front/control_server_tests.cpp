#include "front/control_server.hpp"

#include "fake_desk.hpp"
#include "temp_dir.hpp"
#include "unix_socket.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <future>
#include <sys/stat.h>
#include <system_error>
#include <thread>

using namespace kktd;
using namespace kktd::test;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

struct Control {
    explicit Control(front::ControlBounds bounds = {}) : server(desk, path, bounds) {
        desk.now.version = "9.9";
    }
    [[nodiscard]] std::string ask(std::string_view line) const {
        const base::UniqueFd socket = connect_to(path);
        (void)send_all(socket.get(), line);
        return read_to_end(socket.get()).bytes;
    }

    TempDir folder;
    std::string path = folder.path("control.sock");
    FakeDesk desk;
    front::ControlServer server;
};

const std::string status = "{\"command\": \"status\"}\n";

} // namespace

BOOST_AUTO_TEST_SUITE(control_server_tests)

BOOST_AUTO_TEST_CASE(a_line_in_a_line_out) {
    Control control;
    control.server.start();
    const std::string answer = control.ask(status);
    BOOST_TEST(answer.find(R"("version":"9.9")") != std::string::npos);
    BOOST_TEST(answer.back() == '\n');
    BOOST_TEST(std::count(answer.begin(), answer.end(), '\n') == 1);
    BOOST_TEST(control.ask("not json\n").find("bad_request") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(only_the_owner_may_connect) {
    Control control;
    control.server.start();
    struct stat info {};
    BOOST_REQUIRE(::stat(control.path.c_str(), &info) == 0);
    BOOST_TEST((info.st_mode & 0777) == 0600U);
}

BOOST_AUTO_TEST_CASE(a_stale_socket_is_replaced_and_ours_removed) {
    Control control;
    { const base::UniqueFd dead = listen_at(control.path); }
    control.server.start();
    BOOST_TEST(!control.ask(status).empty());
    control.server.stop();
    BOOST_TEST(!std::filesystem::exists(control.path));
}

BOOST_AUTO_TEST_CASE(a_place_that_cannot_be_is_an_error) {
    FakeDesk desk;
    TempDir folder;
    front::ControlServer nowhere(desk, folder.path("no/such/control.sock"));
    BOOST_CHECK_THROW(nowhere.start(), std::system_error);
    front::ControlServer too_long(desk, folder.path(std::string(108, 'x')));
    BOOST_CHECK_THROW(too_long.start(), std::system_error);
}

BOOST_AUTO_TEST_CASE(an_overlong_line_is_refused) {
    Control control(front::ControlBounds{100, 5000ms});
    control.server.start();
    std::string fits = status;
    fits.insert(0, 100 - (status.size() - 1), ' ');
    BOOST_TEST(control.ask(fits).find("9.9") != std::string::npos);
    BOOST_TEST(control.ask(" " + fits).find("слишком длинная") != std::string::npos);
    BOOST_TEST(control.ask(std::string(1'000'000, 'x')).find("слишком длинная") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_silent_client_is_dropped_and_the_next_served) {
    Control control(front::ControlBounds{64 * 1024, 200ms});
    control.server.start();
    const base::UniqueFd silent = connect_to(control.path);
    BOOST_TEST(send_all(silent.get(), "{\"command\""));
    BOOST_TEST(!control.ask(status).empty());
    const ReadToEnd read = read_to_end(silent.get());
    BOOST_TEST(read.ended);
    BOOST_TEST(read.bytes.empty());
}

BOOST_AUTO_TEST_CASE(a_client_that_leaves_does_no_harm) {
    Control control;
    control.server.start();
    { const base::UniqueFd left = connect_to(control.path); }
    {
        const base::UniqueFd left = connect_to(control.path);
        BOOST_TEST(send_all(left.get(), status));
    }
    BOOST_TEST(!control.ask(status).empty());
}

BOOST_AUTO_TEST_CASE(stopping_does_not_wait_for_a_silent_client) {
    Control control;
    control.server.start();
    const base::UniqueFd silent = connect_to(control.path);
    BOOST_TEST(!readable_within(silent.get(), 50ms));
    const auto begun = steady_clock::now();
    control.server.stop();
    BOOST_TEST((steady_clock::now() - begun < 2s));
}

BOOST_AUTO_TEST_CASE(status_does_not_wait_for_a_report_that_is_being_printed) {
    Control control;
    std::promise<void> printed;
    control.desk.on_carry_out = [end = printed.get_future().share()] { end.wait(); };
    control.server.start();
    const base::UniqueFd printing = connect_to(control.path);
    BOOST_TEST(send_all(printing.get(), "{\"command\": \"z_report\"}\n"));
    while (control.desk.calls().empty()) {
        std::this_thread::sleep_for(1ms);
    }
    BOOST_TEST(control.ask(status).find("9.9") != std::string::npos);
    BOOST_TEST(!readable_within(printing.get(), 10ms));
    printed.set_value();
    BOOST_TEST(read_to_end(printing.get()).bytes.find("Сделано") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
