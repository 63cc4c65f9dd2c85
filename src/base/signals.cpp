#include "base/signals.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <limits>
#include <poll.h>
#include <sys/signalfd.h>
#include <system_error>
#include <unistd.h>

namespace kktd::base {
namespace {

sigset_t handled_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) {
        ::sigaddset(&set, signal);
    }
    return set;
}

} // namespace

void block_signals() {
    const sigset_t set = handled_signals();
    if (const int error = ::pthread_sigmask(SIG_BLOCK, &set, nullptr); error != 0) {
        throw std::system_error(error, std::generic_category(), "pthread_sigmask");
    }
    if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
        throw std::system_error(errno, std::generic_category(), "signal(SIGPIPE)");
    }
}

SignalFd::SignalFd() {
    const sigset_t set = handled_signals();
    fd_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd_) {
        throw std::system_error(errno, std::generic_category(), "signalfd");
    }
}

std::optional<int> SignalFd::read(std::chrono::milliseconds timeout) {
    using namespace std::chrono;
    const auto deadline = steady_clock::now() + timeout;
    for (;;) {
        signalfd_siginfo info{};
        if (::read(fd_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
            return static_cast<int>(info.ssi_signo);
        }
        const auto left = ceil<milliseconds>(deadline - steady_clock::now()).count();
        if (left <= 0) {
            return std::nullopt;
        }
        pollfd wanted{fd_.get(), POLLIN, 0};
        ::poll(&wanted, 1,
               static_cast<int>(std::min<std::int64_t>(left, std::numeric_limits<int>::max())));
    }
}

} // namespace kktd::base
