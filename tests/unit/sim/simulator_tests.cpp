#include "sim/simulator.hpp"

#include "base/event_fd.hpp"
#include "bench_kkt.hpp"
#include "driver/atol/frame_v3.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>

using namespace kktd;
using namespace kktd::sim;
using namespace kktd::sim::testing;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr int patience_ms = 10'000;

/// A simulator that runs in a thread of its own until the test ends.
class Running {
public:
    explicit Running(SimulatorConfig config) {
        clock.set(morning);
        config.till.profile.registration.ffd = 2;
        config.till.sync = false;
        auto opened = Simulator::open(std::move(config), clock);
        BOOST_REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().text()));
        simulator = std::move(*opened);
        thread_ = std::thread([this] {
            const auto served = simulator->run(stop_.fd());
            trouble = served ? "" : served.error().text();
        });
    }
    ~Running() { end(); }
    void end() {
        stop_.raise();
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    void join() { thread_.join(); }

    TestClock clock;
    std::unique_ptr<Simulator> simulator;
    std::string trouble;

private:
    base::EventFd stop_;
    std::thread thread_;
};

base::UniqueFd connected(std::uint16_t port) {
    base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        fd.reset();
    }
    return fd;
}

/// A client that speaks v3, one command after the other.
class Client {
public:
    explicit Client(std::uint16_t port) : fd_(connected(port)) { BOOST_REQUIRE(bool(fd_)); }
    explicit Client(base::UniqueFd fd) : fd_(std::move(fd)) {}

    /// The answer of the device; empty: the connection broke, or nothing came.
    std::string operator()(std::string_view command) {
        send("C1 01 10 00 00 " + std::string(command));
        while (const auto frame = next()) {
            if (frame->id == driver::atol::async_id) {
                const std::string answer = frame->data;
                send(answer.front() == '\xA7' ? "C4" : "C2 10");
                BOOST_TEST(next().has_value());
                return hex(answer.substr(2));
            }
        }
        return {};
    }
    void send(std::string_view data) {
        const std::string packet = driver::atol::encode({.id = ++id_, .data = bytes(data)});
        BOOST_TEST(::write(fd_.get(), packet.data(), packet.size()) ==
                   static_cast<ssize_t>(packet.size()));
    }
    std::optional<driver::atol::FrameV3> next() {
        while (true) {
            if (auto frame = reader_.next()) {
                return frame;
            }
            pollfd readable{.fd = fd_.get(), .events = POLLIN, .revents = 0};
            char buffer[4096];
            const bool ready = ::poll(&readable, 1, patience_ms) == 1;
            const ssize_t count = ready ? ::read(fd_.get(), buffer, sizeof buffer) : 0;
            if (count <= 0) {
                return std::nullopt;
            }
            reader_.add({buffer, static_cast<std::size_t>(count)});
        }
    }

private:
    base::UniqueFd fd_;
    std::uint8_t id_ = 0;
    driver::atol::FrameV3Reader reader_;
};

SimulatorConfig config_in(const base::testing::TempDir& dir) {
    SimulatorConfig config;
    config.till.storage = dir / "kkt.fn";
    return config;
}

std::size_t documents(const base::testing::TempDir& dir) {
    const std::string file = base::testing::contents(dir / "kkt.fn");
    return static_cast<std::size_t>(std::count(file.begin(), file.end(), '\n'));
}

void sell(Client& client) {
    BOOST_TEST(client("92 00 01") == "55 00 00");
    BOOST_TEST(client("EA 00 01 00") == "55 00 00");
    BOOST_TEST(client("EB 02 00000000032512 0000006000 00000000195072 01 00000000000000 00 01 04 "
                      "00 00000000000000 0000 92AEA2A0E02031") == "55 00 00");
    BOOST_TEST(client("99 00 02 0000195072") == "55 00 00 00 00 00 00 00 00 00 00 00");
    BOOST_TEST(client("4A 00 01 0000000000") == "55 00 00");
}

} // namespace

BOOST_AUTO_TEST_SUITE(simulator_tests)

BOOST_AUTO_TEST_CASE(a_whole_receipt_goes_over_a_real_connection) {
    base::testing::TempDir dir;
    Running running(config_in(dir));
    Client client(running.simulator->port());
    BOOST_TEST(client("56 01 00 00 00 30") == "55 00 00");
    BOOST_TEST(client("9A 00") == "55 00 00");
    sell(client);
    BOOST_TEST(documents(dir) == 2U);
}

BOOST_AUTO_TEST_CASE(it_survives_its_clients_and_serves_one_at_a_time) {
    base::testing::TempDir dir;
    Running running(config_in(dir));
    {
        Client first(running.simulator->port());
        BOOST_TEST(first("56 01 00 00 00 30") == "55 00 00");
        Client second(running.simulator->port()); // waits in the backlog
        second.send("C3 00");
        BOOST_TEST(first("9A 00") == "55 00 00");
        first.send("C1 01 20 00 00 45"); // and dies before the answer
    }
    Client third(running.simulator->port());
    sell(third);
    third.send("C3 20");
    BOOST_TEST(hex(third.next()->data) == "a3 55 01 00"); // of the first one's last task
}

BOOST_AUTO_TEST_CASE(connections_are_refused_for_a_time) {
    base::testing::TempDir dir;
    base::testing::write_file(dir / "faults", "after 45 refuse 200ms\n");
    auto config = config_in(dir);
    config.faults = dir / "faults";
    Running again(std::move(config));
    const std::uint16_t port = again.simulator->port();
    Client unlucky(port);
    BOOST_TEST(unlucky("45").empty());
    const auto began = steady_clock::now();
    BOOST_TEST(!connected(port));
    base::UniqueFd late;
    while (!late && steady_clock::now() - began < milliseconds(patience_ms)) {
        std::this_thread::sleep_for(milliseconds(5));
        late = connected(port);
    }
    BOOST_REQUIRE(bool(late));
    BOOST_TEST((steady_clock::now() - began >= milliseconds(150)));
    Client lucky(std::move(late));
    lucky.send("C3 10"); // the one that nobody heard of is still known
    BOOST_TEST(hex(lucky.next()->data) == "a3 55 00 00");
    lucky.send("C4");
    BOOST_TEST(hex(lucky.next()->data) == "a3");
    BOOST_TEST(lucky("45") == "55 00 00");
}

BOOST_AUTO_TEST_CASE(the_file_of_faults_is_read_again) {
    base::testing::TempDir dir;
    auto config = config_in(dir);
    config.faults = dir / "faults";
    Running running(std::move(config));
    Client client(running.simulator->port());
    BOOST_TEST(client("45") == "55 00 00");
    base::testing::write_file(dir / "faults", "paper out\nbefore 3F error 68\n");
    BOOST_TEST(client("45") == "55 00 01");
    BOOST_TEST(client("3F") == "55 68 00");
    base::testing::write_file(dir / "faults", "");
    BOOST_TEST(client("45") == "55 00 00");
    base::testing::write_file(dir / "faults", "paper gone\n");
    client.send("C4");
    running.join();
    BOOST_TEST(running.trouble.find("строка 1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_control_socket_answers_line_by_line) {
    base::testing::TempDir dir;
    auto config = config_in(dir);
    config.server.control = dir / "control";
    Running running(std::move(config));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = dir / "control";
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    base::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
    BOOST_REQUIRE(
        ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    const auto ask = [&](std::string line) {
        line += '\n';
        BOOST_TEST(::write(fd.get(), line.data(), line.size()) ==
                   static_cast<ssize_t>(line.size()));
        std::string answer;
        for (char c = 0; ::read(fd.get(), &c, 1) == 1 && c != '\n';) {
            answer.push_back(c);
        }
        return answer;
    };
    BOOST_TEST(ask("foreign_receipt") == "ok");
    BOOST_TEST(ask("after 4A drop") == "ok");
    BOOST_TEST(ask("after 4A dropp").starts_with("error "));
    BOOST_TEST(ask("rules") == "1");
    BOOST_TEST(ask("state").find(R"("last_fd":2)") != std::string::npos);
    BOOST_TEST(ask("clear") == "ok");
    BOOST_TEST(ask("rules") == "0");
    Client client(running.simulator->port());
    BOOST_TEST(client("45") == "55 00 00");
    BOOST_TEST(ask("stats") == R"({"total":1,"commands":{"45":1}})");
    BOOST_TEST(documents(dir) == 2U);
}

BOOST_AUTO_TEST_CASE(a_terminal_is_served_like_a_socket) {
    base::testing::TempDir dir;
    auto config = config_in(dir);
    config.server.pty = dir / "tty";
    Running running(std::move(config));
    for (int i = 0; i < 2; ++i) { // it may be closed and opened again
        base::UniqueFd fd(::open((dir / "tty").c_str(), O_RDWR | O_NOCTTY));
        BOOST_REQUIRE(bool(fd));
        Client client(std::move(fd));
        BOOST_TEST(client("45") == "55 00 00");
    }
}

BOOST_AUTO_TEST_CASE(mistakes_at_the_start_are_told) {
    base::testing::TempDir dir;
    TestClock clock;
    auto config = config_in(dir);
    config.server.address = "no address";
    BOOST_TEST(!Simulator::open(config, clock).has_value());
    config = config_in(dir);
    config.faults = dir / "faults";
    base::testing::write_file(dir / "faults", "paper gone\n");
    BOOST_TEST(!Simulator::open(config, clock).has_value());
    config.faults.clear();
    config.till.storage = dir / "no/such/folder";
    BOOST_TEST(!Simulator::open(config, clock).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
