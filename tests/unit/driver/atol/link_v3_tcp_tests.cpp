// LinkV3 over a real connection, with a KKT in a thread of its own.
#include "bytes.hpp"
#include "driver/atol/link_v3.hpp"
#include "port/tcp_port.hpp"

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <vector>

using namespace kktd::driver::atol;
using kktd::base::UniqueFd;
using namespace std::chrono_literals;

namespace {

Deadline in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

LinkV3& connected(LinkV3& link) {
    static_cast<void>(link.connect(in(5s)));
    return link;
}

/// Serves one connection after another until it is destroyed. It executes commands (counts 4A), and
/// keeps what it answered to numbered tasks.
class DeviceThread {
public:
    enum class Fault { none, half_answer, drops_after_execution, drops_before_execution };

    DeviceThread() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        BOOST_REQUIRE(::bind(listener_.get(), generic, size) == 0);
        BOOST_REQUIRE(::listen(listener_.get(), 5) == 0);
        BOOST_REQUIRE(::getsockname(listener_.get(), generic, &size) == 0);
        port = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~DeviceThread() {
        stop_ = true;
        thread_.join();
    }
    DeviceThread(const DeviceThread&) = delete;
    DeviceThread& operator=(const DeviceThread&) = delete;

    int port = 0;
    std::atomic<Fault> fault = Fault::none; ///< for the next Add
    std::atomic<int> executed = 0;

private:
    static constexpr int look_for_stop = 20; ///< ms

    [[nodiscard]] bool readable(int fd) const {
        pollfd one{fd, POLLIN, 0};
        while (!stop_) {
            if (::poll(&one, 1, look_for_stop) > 0) {
                return true;
            }
        }
        return false;
    }
    void serve() {
        while (readable(listener_.get())) {
            const UniqueFd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            FrameV3Reader reader;
            bool goes_on = true;
            while (goes_on && readable(connection.get())) {
                char got[256];
                const auto size = ::read(connection.get(), got, sizeof got);
                if (size <= 0) {
                    break;
                }
                reader.add({got, static_cast<std::size_t>(size)});
                while (const auto packet = reader.next()) {
                    goes_on = goes_on && take(connection.get(), *packet);
                }
            }
        }
    }
    bool take(int fd, const FrameV3& packet) {
        const auto command = static_cast<std::uint8_t>(packet.data.at(0));
        const std::string task = packet.data.size() > 1 ? packet.data.substr(1, 1) : "";
        if (command == 0xC3) {
            const bool known = std::find(done_.begin(), done_.end(), task) != done_.end();
            return say(fd, {packet.id, bytes(known ? "A3 55 00 00" : "B3")});
        }
        if (command != 0xC1) {
            return say(fd, {packet.id, bytes("A3")});
        }
        const Fault now = fault.exchange(Fault::none);
        if (now == Fault::drops_before_execution) {
            return false;
        }
        done_.push_back(packet.data.substr(2, 1));
        executed += packet.data[5] == '\x4A' ? 1 : 0;
        if (now == Fault::drops_after_execution) {
            return false;
        }
        const std::string answer =
            encode({async_id, bytes("A6 " + hex_dump(packet.data.substr(2, 1)) + " 55 00 00")});
        return say(fd, {packet.id, bytes("A2")}) &&
               write(fd, now == Fault::half_answer ? answer.substr(0, 6) : answer) &&
               now != Fault::half_answer;
    }
    static bool say(int fd, const FrameV3& packet) { return write(fd, encode(packet)); }
    static bool write(int fd, const std::string& wire) {
        return ::send(fd, wire.data(), wire.size(), MSG_NOSIGNAL) > 0;
    }

    UniqueFd listener_;
    std::vector<std::string> done_;
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

struct Fixture {
    DeviceThread device;
    LinkV3 link{std::make_unique<kktd::port::TcpPort>("127.0.0.1", device.port)};

    /// What becomes of 4A when its answer is lost by `fault`, asked over a new connection.
    TaskState::Kind closed_with(DeviceThread::Fault fault) {
        BOOST_REQUIRE(link.connect(in(5s)).has_value());
        device.fault = fault;
        const TaskId task = link.reserve().value();
        const auto answer = connected(link).run(bytes("4A 00 01 00 00 00 00 00"), in(10s), task);
        BOOST_REQUIRE(answer.has_error());
        BOOST_TEST((answer.error().kind() == LinkError::Kind::lost));
        const auto state = connected(link).ask(task, in(5s));
        BOOST_REQUIRE(state.has_value());
        return state->kind;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(link_v3_tcp_tests, Fixture)

// The device writes "in progress" and the answer apart and leaves them to Nagle's algorithm: with
// delayed acknowledgements of ours each command would take 40 ms.
BOOST_AUTO_TEST_CASE(a_device_that_holds_small_packets_back) {
    constexpr int commands = 200;
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < commands; ++i) {
        const auto answer = connected(link).run(bytes("EB 02 00 FE FD"), in(5s));
        BOOST_REQUIRE(answer.has_value());
        BOOST_REQUIRE(hex_dump(*answer) == "55 00 00");
    }
    BOOST_TEST((std::chrono::steady_clock::now() - begun < commands * 20ms));
}

BOOST_AUTO_TEST_CASE(a_lost_answer_is_found_over_a_new_connection) {
    using Fault = DeviceThread::Fault;
    BOOST_TEST((closed_with(Fault::half_answer) == TaskState::Kind::finished));
    BOOST_TEST((closed_with(Fault::drops_after_execution) == TaskState::Kind::finished));
    BOOST_TEST(device.executed == 2);
    BOOST_TEST((closed_with(Fault::drops_before_execution) == TaskState::Kind::absent));
    BOOST_TEST(device.executed == 2); // nothing was sent again
}

BOOST_AUTO_TEST_SUITE_END()
