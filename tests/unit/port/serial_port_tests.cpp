#include "port/serial_port.hpp"

#include "stopwatch.hpp"
#include "told.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <thread>
#include <unistd.h>

using namespace kktd::port;
using namespace kktd::port::testing;
using kktd::base::UniqueFd;
using namespace std::chrono_literals;

namespace {

/// The device's end of a line.
class Pty {
public:
    Pty() : fd_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        BOOST_REQUIRE(fd_);
        BOOST_REQUIRE(::grantpt(fd_.get()) == 0);
        BOOST_REQUIRE(::unlockpt(fd_.get()) == 0);
        char name[64];
        BOOST_REQUIRE(::ptsname_r(fd_.get(), name, sizeof name) == 0);
        path_ = name;
    }
    [[nodiscard]] const std::string& path() const { return path_; }
    void says(std::string_view bytes) const {
        BOOST_REQUIRE(::write(fd_.get(), bytes.data(), bytes.size()) ==
                      static_cast<ssize_t>(bytes.size()));
    }
    [[nodiscard]] std::string hears(std::size_t size) const {
        std::string got;
        while (got.size() < size && wait_for(fd_.get(), POLLIN, soon()) != 0) {
            char bytes[512];
            const auto count = ::read(fd_.get(), bytes, sizeof bytes);
            BOOST_REQUIRE(count > 0);
            got.append(bytes, static_cast<std::size_t>(count));
        }
        return got;
    }
    void pull() { fd_.reset(); }

private:
    UniqueFd fd_;
    std::string path_;
};

std::string receive_all(Port& port, std::size_t size) {
    std::string got;
    while (got.size() < size) {
        auto some = port.receive(size - got.size(), soon());
        BOOST_REQUIRE(some);
        got += *some;
    }
    return got;
}

constexpr int rate = 115'200;

} // namespace

BOOST_AUTO_TEST_SUITE(serial_port_tests)

BOOST_AUTO_TEST_CASE(every_byte_passes_both_ways) {
    const Pty pty;
    SerialPort port(pty.path(), rate);
    BOOST_TEST(port.describe() == pty.path() + " 115200");
    BOOST_REQUIRE(port.open(soon()));
    std::string all; // interrupts, XON, line ends: nothing has a meaning
    for (unsigned byte = 0; byte < 0x100; ++byte) {
        all += static_cast<char>(static_cast<unsigned char>(byte));
    }
    BOOST_REQUIRE(port.send(all, soon()));
    BOOST_TEST((pty.hears(all.size()) == all));
    pty.says(all);
    BOOST_TEST((receive_all(port, all.size()) == all));
}

BOOST_AUTO_TEST_CASE(what_came_before_it_was_opened_is_thrown_away) {
    const Pty pty;
    {
        SerialPort port(pty.path(), rate);
        BOOST_REQUIRE(port.open(soon()));
        pty.says("of an earlier command");
        std::this_thread::sleep_for(20ms);
    }
    SerialPort port(pty.path(), rate);
    BOOST_REQUIRE(port.open(soon()));
    pty.says("new");
    BOOST_TEST(told(port.receive(100, soon())) == "new");
}

BOOST_AUTO_TEST_CASE(an_empty_line_is_no_end) {
    const Pty pty;
    SerialPort port(pty.path(), rate);
    BOOST_REQUIRE(port.open(soon()));
    const Stopwatch watch(60ms);
    const auto got = port.receive(10, watch.deadline());
    BOOST_TEST(watch.at_deadline());
    BOOST_REQUIRE(got.has_error());
    BOOST_TEST((got.error().kind() == PortError::Kind::timeout));
    BOOST_TEST(port.is_open());
}

BOOST_AUTO_TEST_CASE(the_cable_is_pulled) {
    Pty pty;
    SerialPort port(pty.path(), rate);
    BOOST_REQUIRE(port.open(soon()));
    pty.says("half");
    BOOST_TEST(receive_all(port, 4) == "half");
    pty.pull();
    const auto got = port.receive(10, soon());
    BOOST_REQUIRE(got.has_error());
    BOOST_TEST((got.error().kind() == PortError::Kind::closed));
    BOOST_TEST(!port.is_open());
    BOOST_TEST((port.open(soon()).error().kind() == PortError::Kind::io)); // nothing there
}

BOOST_AUTO_TEST_CASE(it_has_the_line_alone) {
    const Pty pty;
    SerialPort port(pty.path(), rate);
    BOOST_REQUIRE(port.open(soon()));
    BOOST_TEST(port.open(soon()).has_value()); // stays as it is
    SerialPort other(pty.path(), rate);
    BOOST_TEST((other.open(soon()).error().kind() == PortError::Kind::io));
    port.close();
    BOOST_TEST(other.open(soon()).has_value());
}

BOOST_AUTO_TEST_CASE(no_line) {
    SerialPort missing("/dev/no-such-line", rate);
    const auto opened = missing.open(soon());
    BOOST_REQUIRE(opened.has_error());
    BOOST_TEST((opened.error().kind() == PortError::Kind::io));
    BOOST_TEST(opened.error().text() ==
               "/dev/no-such-line 115200: cannot open: No such file or directory");
    BOOST_TEST((SerialPort("/dev/null", rate).open(soon()).error().kind() == PortError::Kind::io));
    const Pty pty;
    BOOST_TEST((SerialPort(pty.path(), 12'345).open(soon()).error().kind() == PortError::Kind::io));
}

BOOST_AUTO_TEST_CASE(a_device_that_reads_nothing) {
    const Pty pty;
    SerialPort port(pty.path(), rate);
    BOOST_REQUIRE(port.open(soon()));
    const Stopwatch watch(100ms);
    const auto sent = port.send(std::string(1U << 20U, 'x'), watch.deadline());
    BOOST_TEST(watch.at_deadline());
    BOOST_REQUIRE(sent.has_error());
    BOOST_TEST((sent.error().kind() == PortError::Kind::timeout));
    const Stopwatch close_watch(2s);
    port.close();
    BOOST_TEST(close_watch.before_deadline());
}

BOOST_AUTO_TEST_SUITE_END()
