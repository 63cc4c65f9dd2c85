#include "port/tcp_port.hpp"

#include "stopwatch.hpp"
#include "told.hpp"

#include <arpa/inet.h>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace kktd::port;
using namespace kktd::port::testing;
using kktd::base::UniqueFd;
using namespace std::chrono_literals;

namespace {

class Listener {
public:
    explicit Listener(int backlog = 5) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        BOOST_REQUIRE(::bind(fd_.get(), generic, size) == 0);
        BOOST_REQUIRE(::listen(fd_.get(), backlog) == 0);
        BOOST_REQUIRE(::getsockname(fd_.get(), generic, &size) == 0);
        port_ = ntohs(address.sin_port);
    }
    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] UniqueFd accept() const {
        return UniqueFd(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    }
    void close() { fd_.reset(); }

private:
    UniqueFd fd_;
    int port_ = 0;
};

struct Pair {
    Listener listener;
    TcpPort port{"127.0.0.1", listener.port()};
    UniqueFd peer;
    Pair() {
        BOOST_REQUIRE(port.open(soon()));
        peer = listener.accept();
    }
    void says(std::string_view bytes) const {
        BOOST_REQUIRE(::send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                      static_cast<ssize_t>(bytes.size()));
    }
};

int option(int fd, int level, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    BOOST_REQUIRE(::getsockopt(fd, level, name, &value, &size) == 0);
    return value;
}

} // namespace

BOOST_AUTO_TEST_SUITE(tcp_port_tests)

BOOST_AUTO_TEST_CASE(bytes_both_ways) {
    Pair pair;
    BOOST_TEST(pair.port.is_open());
    BOOST_TEST(pair.port.open(soon()).has_value()); // stays as it is
    BOOST_TEST(pair.port.describe() == "127.0.0.1:" + std::to_string(pair.listener.port()));
    BOOST_REQUIRE(pair.port.send(std::string_view("\xFE\0a", 3), soon()));
    char got[8];
    BOOST_REQUIRE(::recv(pair.peer.get(), got, sizeof got, 0) == 3);
    BOOST_TEST(std::string(got, 3) == std::string("\xFE\0a", 3));

    pair.says("answer");
    BOOST_TEST(told(pair.port.receive(3, soon())) == "ans");
    BOOST_TEST(told(pair.port.receive(100, soon())) == "wer");
}

BOOST_AUTO_TEST_CASE(names_and_ipv6) {
    Listener listener;
    TcpPort port("localhost", listener.port());
    BOOST_TEST(port.open(soon()).has_value());
    BOOST_TEST(TcpPort("::1", 5555).describe() == "[::1]:5555");
}

BOOST_AUTO_TEST_CASE(small_packets_leave_at_once_and_a_silent_peer_is_noticed) {
    Pair pair;
    int fd = -1; // the port's own end, found by its peer
    sockaddr_in theirs{};
    socklen_t size = sizeof theirs;
    BOOST_REQUIRE(::getpeername(pair.peer.get(), reinterpret_cast<sockaddr*>(&theirs), &size) == 0);
    for (int candidate = 0; candidate < 64; ++candidate) {
        sockaddr_in ours{};
        size = sizeof ours;
        if (::getsockname(candidate, reinterpret_cast<sockaddr*>(&ours), &size) == 0 &&
            ours.sin_port == theirs.sin_port) {
            fd = candidate;
        }
    }
    BOOST_REQUIRE(fd >= 0);
    BOOST_TEST(option(fd, IPPROTO_TCP, TCP_NODELAY) != 0);
    BOOST_TEST(option(fd, SOL_SOCKET, SO_KEEPALIVE) != 0);
    BOOST_TEST(option(fd, IPPROTO_TCP, TCP_KEEPIDLE) <= 30);
}

BOOST_AUTO_TEST_CASE(a_deadline_ends_the_wait_for_an_answer) {
    Pair pair;
    const Stopwatch watch(60ms);
    const auto got = pair.port.receive(10, watch.deadline());
    BOOST_TEST(watch.at_deadline());
    BOOST_REQUIRE(got.has_error());
    BOOST_TEST((got.error().kind() == PortError::Kind::timeout));
    BOOST_TEST(got.error().text().starts_with(pair.port.describe()));
    BOOST_TEST(pair.port.is_open());

    pair.says("late");
    std::this_thread::sleep_for(20ms);
    BOOST_TEST(told(pair.port.receive(10, watch.deadline())) == "late"); // had come already
}

BOOST_AUTO_TEST_CASE(a_deadline_ends_a_send_that_nobody_reads) {
    Pair pair;
    const std::string much(std::size_t{64} << 20U, 'x');
    const Stopwatch watch(100ms);
    const auto sent = pair.port.send(much, watch.deadline());
    BOOST_TEST(watch.at_deadline());
    BOOST_REQUIRE(sent.has_error());
    BOOST_TEST((sent.error().kind() == PortError::Kind::timeout));
}

BOOST_AUTO_TEST_CASE(what_is_on_its_way_when_the_port_closes_never_comes) {
    const std::string bytes(std::size_t{64} << 20U, 'x');
    for (const bool killed : {false, true}) { // a kill closes without TcpPort::close()
        Listener listener;
        UniqueFd peer;
        if (killed) {
            const pid_t child = ::fork();
            if (child == 0) {
                TcpPort port{"127.0.0.1", listener.port()};
                static_cast<void>(port.open(soon()));
                static_cast<void>(port.send(bytes, Stopwatch(200ms).deadline()));
                ::kill(::getpid(), SIGKILL);
            }
            peer = listener.accept();
            BOOST_TEST(::waitpid(child, nullptr, 0) == child);
        } else {
            TcpPort port{"127.0.0.1", listener.port()};
            BOOST_REQUIRE(port.open(soon()));
            peer = listener.accept();
            BOOST_TEST(!port.send(bytes, Stopwatch(200ms).deadline()));
        }
        std::string taken(std::size_t{1} << 20U, '\0');
        ssize_t count = 1;
        std::size_t total = 0;
        while (count > 0) {
            count = ::recv(peer.get(), taken.data(), taken.size(), 0);
            total += count > 0 ? static_cast<std::size_t>(count) : 0;
        }
        BOOST_TEST(count == -1);
        BOOST_TEST(errno == ECONNRESET);
        BOOST_TEST(total < bytes.size());
    }
}

BOOST_AUTO_TEST_CASE(the_peer_closes) {
    Pair pair;
    pair.says("half a fr");
    pair.peer.reset();
    BOOST_TEST(told(pair.port.receive(100, soon())) == "half a fr");
    const auto got = pair.port.receive(100, soon());
    BOOST_REQUIRE(got.has_error());
    BOOST_TEST((got.error().kind() == PortError::Kind::closed));
    BOOST_TEST(!pair.port.is_open());

    BOOST_REQUIRE(pair.port.open(soon()));
    pair.peer = pair.listener.accept();
    pair.says("again");
    BOOST_TEST(told(pair.port.receive(100, soon())) == "again");
}

BOOST_AUTO_TEST_CASE(a_send_to_a_peer_that_has_gone_is_an_error_and_no_signal) {
    Pair pair;
    const linger at_once{1, 0}; // close() resets
    ::setsockopt(pair.peer.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    pair.peer.reset();
    Result<void> sent;
    for (int i = 0; i < 100 && sent; ++i) {
        sent = pair.port.send("x", soon());
    }
    BOOST_REQUIRE(sent.has_error());
    BOOST_TEST((sent.error().kind() == PortError::Kind::closed));
    BOOST_TEST(!pair.port.is_open());
}

BOOST_AUTO_TEST_CASE(nobody_listens) {
    Listener listener;
    TcpPort port("127.0.0.1", listener.port());
    listener.close();
    const Stopwatch watch(5s);
    const auto opened = port.open(watch.deadline());
    BOOST_TEST(watch.before_deadline());
    BOOST_REQUIRE(opened.has_error());
    BOOST_TEST((opened.error().kind() == PortError::Kind::io));
    BOOST_TEST(opened.error().text() == port.describe() + ": cannot connect: Connection refused");
    BOOST_TEST((port.send("x", soon()).error().kind() == PortError::Kind::closed));
    BOOST_TEST((port.receive(1, soon()).error().kind() == PortError::Kind::closed));
}

BOOST_AUTO_TEST_CASE(a_deadline_ends_a_connect_that_is_not_answered) {
    const Listener listener(0);
    std::vector<std::unique_ptr<TcpPort>> queue; // until its backlog takes no more
    for (int i = 0; i < 8; ++i) {
        auto port = std::make_unique<TcpPort>("127.0.0.1", listener.port());
        const Stopwatch watch(150ms);
        const auto opened = port->open(watch.deadline());
        if (!opened) {
            BOOST_TEST(watch.at_deadline());
            BOOST_TEST((opened.error().kind() == PortError::Kind::timeout));
            BOOST_TEST(!port->is_open());
            return;
        }
        queue.push_back(std::move(port));
    }
    BOOST_FAIL("the backlog was never full");
}

BOOST_AUTO_TEST_CASE(discard_throws_away_what_has_come_and_ends) {
    Pair pair;
    pair.port.discard(); // nothing there: does not wait
    pair.says("old");
    std::this_thread::sleep_for(20ms);
    pair.port.discard();
    pair.says("new");
    BOOST_TEST(told(pair.port.receive(100, soon())) == "new");

    std::atomic<bool> stop = false;
    std::thread flood([&] {
        const std::string block(65'536, 'x');
        while (!stop && ::send(pair.peer.get(), block.data(), block.size(), MSG_NOSIGNAL) > 0) {
        }
    });
    std::this_thread::sleep_for(20ms);
    pair.port.discard();
    stop = true;
    pair.port.close();
    flood.join();
    BOOST_TEST(!pair.port.is_open());
}

BOOST_AUTO_TEST_SUITE_END()
