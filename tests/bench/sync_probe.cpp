// sync_probe: what the disk asks for one durable step, the unit the benchmark counts in.
//
//   sync_probe FOLDER [COUNT]
//
// Writes 4,096 bytes with pwrite() over a file that was written before (so that no block is
// allocated) and calls fdatasync(), COUNT times (default 500). Prints one JSON object: p50 and p99
// in microseconds, rate a second. The file is removed.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

constexpr std::size_t block = 4096;
constexpr std::size_t blocks_in_file = 256; // 1 MiB, gone over again and again
constexpr int default_count = 500;
constexpr int max_count = 1'000'000;

[[noreturn]] void die(const char* what) {
    std::perror(what);
    std::exit(EXIT_FAILURE);
}

void write_block(int fd, std::size_t index) {
    static const std::array<char, block> bytes{};
    const auto offset = static_cast<off_t>(index % blocks_in_file * block);
    if (::pwrite(fd, bytes.data(), bytes.size(), offset) != static_cast<ssize_t>(block)) {
        die("pwrite");
    }
}

std::int64_t micros_now() {
    using namespace std::chrono;
    return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

} // namespace

int main(int argc, char** argv) {
    const int count = argc == 3 ? std::atoi(argv[2]) : default_count;
    if (argc < 2 || argc > 3 || count < 1 || count > max_count) {
        std::fputs("usage: sync_probe FOLDER [COUNT]\n", stderr);
        return 64;
    }
    const std::string path = std::string(argv[1]) + "/sync_probe.tmp";
    const int fd = ::open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {
        die(path.c_str());
    }
    for (std::size_t i = 0; i < blocks_in_file; ++i) {
        write_block(fd, i);
    }
    if (::fsync(fd) != 0) {
        die("fsync");
    }
    std::vector<std::int64_t> micros;
    micros.reserve(static_cast<std::size_t>(count));
    const auto begin = micros_now();
    for (auto before = begin; micros.size() < static_cast<std::size_t>(count);) {
        write_block(fd, micros.size());
        if (::fdatasync(fd) != 0) {
            die("fdatasync");
        }
        const auto after = micros_now();
        micros.push_back(after - before);
        before = after;
    }
    const auto whole = std::max<std::int64_t>(micros_now() - begin, 1);
    ::close(fd);
    ::unlink(path.c_str());
    std::sort(micros.begin(), micros.end());
    std::printf("{\"count\": %d, \"p50\": %lld, \"p99\": %lld, \"rate\": %lld}\n", count,
                static_cast<long long>(micros[micros.size() / 2]),
                static_cast<long long>(micros[micros.size() * 99 / 100]),
                static_cast<long long>(count * std::int64_t{1'000'000} / whole));
}
