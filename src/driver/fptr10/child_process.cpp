#include "driver/fptr10/child_process.hpp"

#include "driver/fptr10/child_protocol.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <utility>
#include <vector>

namespace kktd::driver::fptr10 {

namespace {

constexpr std::chrono::milliseconds kill_bound{2000};

SpawnError failed(const std::string& what, int error) {
    return SpawnError(what + ": " + std::strerror(error));
}

/// What the child starts with. The first error of all steps is kept.
class SpawnPlan {
public:
    SpawnPlan() {
        keep(posix_spawn_file_actions_init(&files_));
        keep(posix_spawnattr_init(&attributes_));
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&files_);
        posix_spawnattr_destroy(&attributes_);
    }

    /// `socket` must not be child_socket itself: dup2() onto itself would keep it close-on-exec.
    void files(int socket) {
        keep(posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0));
        keep(posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0));
        keep(posix_spawn_file_actions_adddup2(&files_, socket, child_socket));
        keep(posix_spawn_file_actions_addclosefrom_np(&files_, child_socket + 1));
    }
    void signals() {
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        keep(posix_spawnattr_setsigmask(&attributes_, &none));
        keep(posix_spawnattr_setsigdefault(&attributes_, &all));
        keep(
            posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
    }
    [[nodiscard]] int spawn(pid_t& pid, const std::string& executable, char* const* words,
                            char* const* environment) {
        keep(error_ != 0 ? error_
                         : posix_spawn(&pid, executable.c_str(), &files_, &attributes_, words,
                                       environment));
        return error_;
    }

private:
    void keep(int error) { error_ = error_ != 0 ? error_ : error; }

    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t attributes_{};
    int error_ = 0;
};

/// Ours, with another HOME if `home` is not empty.
std::vector<std::string> environment_with(const std::string& home) {
    std::vector<std::string> words;
    for (char** word = environ; word != nullptr && *word != nullptr; ++word) {
        if (home.empty() || std::strncmp(*word, "HOME=", 5) != 0) {
            words.emplace_back(*word);
        }
    }
    if (!home.empty()) {
        words.push_back("HOME=" + home);
    }
    return words;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> made;
    for (std::string& word : words) {
        made.push_back(word.data());
    }
    made.push_back(nullptr);
    return made;
}

/// Above the descriptors the child's plan writes to.
base::UniqueFd moved_up(int fd) {
    return base::UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, child_socket + 1));
}

} // namespace

fiscal::Result<ChildProcess, SpawnError> ChildProcess::start(const std::string& executable,
                                                             const std::string& home) {
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return failed("socketpair", errno);
    }
    base::UniqueFd ours(ends[0]), lower(ends[1]);
    const base::UniqueFd theirs = moved_up(lower.get());
    if (!theirs || ::fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0) {
        return failed("fcntl", errno);
    }
    SpawnPlan plan;
    plan.files(theirs.get());
    plan.signals();
    std::vector<std::string> words{executable, std::to_string(::getpid())};
    std::vector<std::string> environment = environment_with(home);
    pid_t pid = -1;
    if (const int error =
            plan.spawn(pid, executable, pointers(words).data(), pointers(environment).data())) {
        return failed(executable, error);
    }
    return ChildProcess(pid, std::move(ours));
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), socket_(std::move(other.socket_)) {}

ChildProcess::~ChildProcess() {
    if (pid_ <= 0) {
        return;
    }
    ::kill(pid_, SIGKILL);
    // pidfd_open() has no function in the C library of Debian 12.
    const base::UniqueFd end(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0U)));
    pollfd ended{.fd = end.get(), .events = POLLIN, .revents = 0};
    ::poll(&ended, end ? 1 : 0, static_cast<int>(kill_bound.count()));
    ::waitpid(pid_, nullptr, WNOHANG);
}

std::filesystem::path this_program() {
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error);
}

std::string child_executable(const std::string& option, const std::filesystem::path& program) {
    namespace fs = std::filesystem;
    if (!option.empty()) {
        return option;
    }
    const fs::path folder = program.parent_path();
    for (const fs::path& place : {folder, folder.parent_path()}) {
        std::error_code error;
        if (!place.empty() && fs::is_regular_file(place / child_name, error)) {
            return (place / child_name).string();
        }
    }
    return (fs::path(KKTD_LIBEXEC_DIR) / child_name).string();
}

} // namespace kktd::driver::fptr10
