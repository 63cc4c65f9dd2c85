#include "driver/fptr10/child/connections.hpp"

#include <array>
#include <atomic>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

/// The library holds one connection; an older one is forgotten, and then ended with a reset.
constexpr std::size_t most = 8;
std::array<std::atomic<int>, most> connected{-1, -1, -1, -1, -1, -1, -1, -1};
std::atomic<std::size_t> next{0};

void forget_unsent(int fd, bool yes) {
    const linger now{.l_onoff = yes ? 1 : 0, .l_linger = 0};
    static_cast<void>(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now));
}

} // namespace

/// Any thread of the library.
extern "C" int connect(int fd, const sockaddr* address, socklen_t size) {
    if (address != nullptr && (address->sa_family == AF_INET || address->sa_family == AF_INET6)) {
        forget_unsent(fd, true);
        connected[next++ % most] = fd;
    }
    return static_cast<int>(::syscall(SYS_connect, fd, address, size));
}

namespace kktd::driver::fptr10::child {

void end_politely() {
    for (std::atomic<int>& one : connected) {
        const int fd = one.exchange(-1);
        int unsent = 0;
        if (fd >= 0 && ::ioctl(fd, SIOCOUTQ, &unsent) == 0 && unsent == 0) {
            forget_unsent(fd, false);
        }
    }
}

} // namespace kktd::driver::fptr10::child
