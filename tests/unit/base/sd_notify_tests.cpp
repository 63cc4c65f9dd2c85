#include "base/sd_notify.hpp"

#include "temp_dir.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace kktd::base;
using kktd::base::testing::TempDir;

namespace {

/// The other end, as systemd has it. `name` with a leading '@' is abstract.
class Listener {
public:
    explicit Listener(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.data(), name.size());
        if (name.front() == '@') {
            address.sun_path[0] = '\0';
        }
        BOOST_REQUIRE(
            ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size())) == 0);
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    }
    ~Listener() { ::unsetenv("NOTIFY_SOCKET"); }

    std::string message() const {
        std::array<char, 512> buffer{};
        const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        return size < 0 ? "nothing" : std::string(buffer.data(), static_cast<std::size_t>(size));
    }

private:
    UniqueFd socket_;
};

struct WatchdogEnvironment {
    WatchdogEnvironment(const char* usec, const std::string& pid) {
        ::setenv("WATCHDOG_USEC", usec, 1);
        pid.empty() ? ::unsetenv("WATCHDOG_PID") : ::setenv("WATCHDOG_PID", pid.c_str(), 1);
    }
    ~WatchdogEnvironment() {
        ::unsetenv("WATCHDOG_USEC");
        ::unsetenv("WATCHDOG_PID");
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(sd_notify_tests)

BOOST_AUTO_TEST_CASE(every_message_is_one_datagram) {
    const TempDir dir;
    const Listener systemd(dir / "notify");
    const SdNotify notify;
    BOOST_TEST(notify.ready());
    BOOST_TEST(systemd.message() == "READY=1");
    BOOST_TEST(notify.ready("открыта смена 12"));
    BOOST_TEST(systemd.message() == "READY=1\nSTATUS=открыта смена 12");
    BOOST_TEST(notify.status("31 receipts\nREADY=1"));
    BOOST_TEST(systemd.message() == "STATUS=31 receipts READY=1");
    BOOST_TEST(notify.watchdog());
    BOOST_TEST(systemd.message() == "WATCHDOG=1");
    BOOST_TEST(notify.stopping());
    BOOST_TEST(systemd.message() == "STOPPING=1");
    BOOST_TEST(notify.extend_timeout(std::chrono::seconds(30)));
    BOOST_TEST(systemd.message() == "EXTEND_TIMEOUT_USEC=30000000");
    BOOST_TEST(systemd.message() == "nothing");
}

BOOST_AUTO_TEST_CASE(abstract_socket) {
    const Listener systemd("@kktd-test-" + std::to_string(::getpid()));
    BOOST_TEST(SdNotify().ready());
    BOOST_TEST(systemd.message() == "READY=1");
}

BOOST_AUTO_TEST_CASE(nobody_to_tell) {
    ::unsetenv("NOTIFY_SOCKET");
    BOOST_TEST(!SdNotify().ready());
    const TempDir dir;
    for (const std::string& name :
         {std::string("relative"), std::string(), dir / "absent", "/" + std::string(200, 'x')}) {
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
        BOOST_TEST(!SdNotify().ready());
    }
    ::unsetenv("NOTIFY_SOCKET");
}

BOOST_AUTO_TEST_CASE(watchdog_interval_is_half_of_systemds) {
    const auto interval = [](const char* usec, const std::string& pid) {
        const WatchdogEnvironment environment(usec, pid);
        return SdNotify().watchdog_interval().value_or(std::chrono::microseconds(0)).count();
    };
    const std::string self = std::to_string(::getpid());
    BOOST_TEST(interval("60000000", self) == 30'000'000);
    BOOST_TEST(interval("60000000", "") == 30'000'000);
    BOOST_TEST(interval("60000000", "1") == 0); // somebody else's
    BOOST_TEST(interval("0", self) == 0);
    BOOST_TEST(interval("60s", self) == 0);
    BOOST_TEST(interval("", self) == 0);
    BOOST_TEST(!SdNotify().watchdog_interval().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
