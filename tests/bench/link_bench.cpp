// link_bench: what ATOL's link protocol v3 asks for one command besides the KKT's own time.
//
//   link_bench PORT [COUNT]
//
// Runs the short status (45h) COUNT times (default 2,000) over LinkV3 on the kktsim that listens on
// 127.0.0.1:PORT: the packet of the task, the two answers to it and the acknowledgement. Prints one
// JSON object: p50 and p99 in microseconds, rate a second.
#include "driver/atol/link_v3.hpp"
#include "port/tcp_port.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using kktd::driver::atol::LinkV3;

constexpr int default_count = 2'000;
constexpr int max_count = 1'000'000;
constexpr int max_port = 65'535;
constexpr int warm_up = 100; // not counted
constexpr std::chrono::seconds patience{10};

[[noreturn]] void die(const std::string& what) {
    std::fprintf(stderr, "link_bench: %s\n", what.c_str());
    std::exit(EXIT_FAILURE);
}

std::int64_t run_once(LinkV3& link) {
    const auto begun = Clock::now();
    const auto answer = link.run("\x45", begun + patience);
    const auto ended = Clock::now();
    if (!answer) {
        die(answer.error().text());
    }
    if (!answer->starts_with(std::string_view("\x55\x00", 2))) {
        die("a wrong answer to 45h");
    }
    return std::chrono::duration_cast<std::chrono::microseconds>(ended - begun).count();
}

} // namespace

int main(int argc, char** argv) {
    const int port = argc >= 2 ? std::atoi(argv[1]) : 0;
    const int count = argc == 3 ? std::atoi(argv[2]) : default_count;
    if (argc > 3 || port < 1 || port > max_port || count < 1 || count > max_count) {
        std::fputs("usage: link_bench PORT [COUNT]\n", stderr);
        return 64;
    }
    LinkV3 link(std::make_unique<kktd::port::TcpPort>("127.0.0.1", port));
    if (const auto connected = link.connect(Clock::now() + patience); !connected) {
        die(connected.error().text());
    }
    for (int i = 0; i < warm_up; ++i) {
        run_once(link);
    }
    std::vector<std::int64_t> micros;
    micros.reserve(static_cast<std::size_t>(count));
    std::int64_t whole = 1;
    for (int i = 0; i < count; ++i) {
        micros.push_back(run_once(link));
        whole += micros.back();
    }
    std::sort(micros.begin(), micros.end());
    const auto at = [&](std::size_t percent) {
        return static_cast<long long>(micros[(micros.size() - 1) * percent / 100]);
    };
    std::printf("{\"count\": %d, \"p50\": %lld, \"p99\": %lld, \"rate\": %lld}\n", count, at(50),
                at(99), static_cast<long long>(count * 1'000'000LL / whole));
    return 0;
}
