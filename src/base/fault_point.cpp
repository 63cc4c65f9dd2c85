#include "base/fault_point.hpp"

#ifdef KKTD_FAULT_POINTS

#include "base/unique_fd.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace kktd::base {
namespace {

/// Read once: the environment does not change while threads run.
struct FaultPlan {
    unsigned long kill_at = 0; ///< 0: never
    UniqueFd trace;

    FaultPlan() {
        if (const char* at = std::getenv("KKTD_KILL_AT")) {
            kill_at = std::strtoul(at, nullptr, 10);
        }
        if (const char* file = std::getenv("KKTD_KILL_TRACE")) {
            trace.reset(::open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
        }
    }
};

} // namespace

void pass_fault_point(const char* name) {
    static const FaultPlan plan;
    static std::atomic<unsigned long> passed{0};
    if (plan.trace) {
        // One write a line: the file is read after this process was killed.
        const std::string line = std::string(name) + "\n";
        if (::write(plan.trace.get(), line.data(), line.size()) < 0) {
            std::abort(); // a trace with holes would prove nothing
        }
    }
    if (++passed == plan.kill_at) {
        ::kill(::getpid(), SIGKILL);
        for (;;) {
            ::pause(); // the signal is on its way: nothing more must happen on this thread
        }
    }
}

bool fault_switch(const char* name) {
    return std::getenv(name) != nullptr;
}

} // namespace kktd::base

#endif
