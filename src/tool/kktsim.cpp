// kktsim: a simulated ATOL KKT as a program of its own, which survives whoever talks to it, and the
// reader of what it has registered. Nothing it makes is fiscal.
#include "base/clock.hpp"
#include "base/signals.hpp"
#include "kktsim_dump.hpp"
#include "kktsim_options.hpp"
#include "sim/simulator.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

namespace kktd::tool::kktsim {

namespace {

constexpr int exit_usage = 64;
constexpr int exit_bug = 70;
constexpr int exit_config = 78;

struct Run {
    int operator()(const Serve& serve) const {
        base::block_signals();
        const base::SignalFd signals;
        const base::SystemClock clock;
        auto simulator = sim::Simulator::open(serve.config, clock);
        if (!simulator) {
            return fail(simulator.error());
        }
        std::printf("listening on %s\n", (*simulator)->where().c_str());
        std::fflush(stdout);
        const auto served = (*simulator)->run(signals.fd());
        return served ? EXIT_SUCCESS : fail(served.error());
    }
    int operator()(const Dump& dump) const { return run_dump(dump); }
    int operator()(const WantsHelp&) const {
        std::fputs(std::string(help_text()).c_str(), stdout);
        return EXIT_SUCCESS;
    }
    int operator()(const BadUsage& usage) const {
        std::fprintf(stderr, "kktsim: %s\nПодробно: kktsim --help\n", usage.text.c_str());
        return exit_usage;
    }

private:
    static int fail(const sim::SimulatorError& error) {
        std::fprintf(stderr, "kktsim: %s\n", error.text().c_str());
        return exit_config;
    }
};

} // namespace

} // namespace kktd::tool::kktsim

int main(int argc, char** argv) {
    try {
        return std::visit(
            kktd::tool::kktsim::Run(),
            kktd::tool::kktsim::parse_options(std::vector<std::string>(argv + 1, argv + argc)));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "kktsim: %s\n", error.what());
        return kktd::tool::kktsim::exit_bug;
    }
}
