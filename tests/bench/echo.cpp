// echo: the least a FastCGI worker can do, for the benchmark to compare kktd with. Eight threads
// accept on fd 0 (spawn-fcgi), read the whole body and send it back; keep-conn off. Ends by
// SIGTERM.
//
//   echo [FOLDER SYNCS]
//
// With SYNCS (at most 9) it is the least a durable worker can do: that many times it writes 4,096
// bytes over a preallocated file in FOLDER and calls fdatasync() before it answers.
#include <fcgiapp.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int acceptors = 8;
constexpr std::size_t body_limit = 1 << 20;

/// The announced length of the body, 0 if there is none or it is beyond the limit.
std::size_t content_length(const FCGX_Request& request) {
    const char* text = FCGX_GetParam("CONTENT_LENGTH", request.envp);
    const auto length = text != nullptr ? std::strtoull(text, nullptr, 10) : 0;
    return length <= body_limit ? length : 0;
}

constexpr std::size_t block = 4096;
constexpr std::size_t blocks_in_file = 256;

struct Disk {
    int fd = -1;
    int syncs = 0;
    std::atomic<std::size_t> written{0};

    void write_block() {
        static const std::array<char, block> bytes{};
        const auto offset = static_cast<off_t>(written++ % blocks_in_file * block);
        if (::pwrite(fd, bytes.data(), bytes.size(), offset) != static_cast<ssize_t>(block)) {
            std::perror("echo: pwrite");
            std::_Exit(EXIT_FAILURE);
        }
    }
    void sync() const {
        if (::fdatasync(fd) != 0) {
            std::perror("echo: fdatasync");
            std::_Exit(EXIT_FAILURE);
        }
    }
};

void open_disk(Disk& disk, const std::string& folder, int syncs) {
    const std::string path = folder + "/echo_syncs_" + std::to_string(syncs) + ".tmp";
    disk.syncs = syncs;
    disk.fd = ::open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
    ::unlink(path.c_str());
    for (std::size_t i = 0; i < blocks_in_file; ++i) {
        disk.write_block();
    }
    disk.sync();
}

void serve(Disk& disk) {
    FCGX_Request request;
    FCGX_InitRequest(&request, 0, 0);
    std::string answer;
    while (FCGX_Accept_r(&request) == 0) {
        request.keepConnection = 0;
        std::string body(content_length(request), '\0');
        const int got = FCGX_GetStr(body.data(), static_cast<int>(body.size()), request.in);
        body.resize(static_cast<std::size_t>(got));
        for (int i = 0; i < disk.syncs; ++i) {
            disk.write_block();
            disk.sync();
        }
        answer = "Status: 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
                 "Content-Length: " +
                 std::to_string(body.size()) + "\r\n\r\n" + body;
        FCGX_PutStr(answer.data(), static_cast<int>(answer.size()), request.out);
        FCGX_Finish_r(&request);
    }
}

} // namespace

int main(int argc, char** argv) {
    Disk disk;
    if (argc == 3) {
        open_disk(disk, argv[1], std::atoi(argv[2]) % 10);
    }
    FCGX_Init();
    // libfcgi's own handler only sets a flag that blocked acceptors never look at.
    std::signal(SIGTERM, SIG_DFL);
    std::vector<std::jthread> threads;
    for (int i = 0; i < acceptors; ++i) {
        threads.emplace_back([&disk] { serve(disk); });
    }
}
