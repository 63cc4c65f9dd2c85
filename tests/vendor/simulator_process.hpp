// SimulatorProcess: a kktsim of its own on a free port of 127.0.0.1, ended with the test.
#pragma once

#include "base/unique_fd.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace kktd::vendor_test {

class SimulatorProcess {
public:
    /// `folder` gets its storage and its script of faults.
    explicit SimulatorProcess(const std::string& folder) : folder_(folder) {
        script("");
        std::array<int, 2> ends{-1, -1};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            throw std::runtime_error("pipe2");
        }
        const base::UniqueFd from(ends[0]), to(ends[1]);
        std::vector<std::string> words{KKTSIM,    "--listen", "127.0.0.1:0", "--storage",
                                       storage(), "--faults", faults()};
        std::vector<char*> pointers;
        for (std::string& word : words) {
            pointers.push_back(word.data());
        }
        pointers.push_back(nullptr);
        posix_spawn_file_actions_t files;
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_adddup2(&files, to.get(), STDOUT_FILENO);
        const int error = posix_spawn(&pid_, KKTSIM, &files, nullptr, pointers.data(), environ);
        posix_spawn_file_actions_destroy(&files);
        if (error != 0) {
            throw std::runtime_error("posix_spawn");
        }
        std::string line; // "listening on 127.0.0.1:40123"
        for (char c = 0; ::read(from.get(), &c, 1) == 1 && c != '\n';) {
            line.push_back(c);
        }
        address_ = line.substr(line.rfind(' ') + 1);
    }
    ~SimulatorProcess() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    SimulatorProcess(const SimulatorProcess&) = delete;
    SimulatorProcess& operator=(const SimulatorProcess&) = delete;

    [[nodiscard]] const std::string& address() const { return address_; }
    [[nodiscard]] std::string storage() const { return folder_ + "/kkt.jsonl"; }
    /// The faults from now on, docs/kktsim.md.
    void script(const std::string& lines) const {
        const std::string fresh = faults() + ".new";
        std::ofstream(fresh) << lines;
        if (::rename(fresh.c_str(), faults().c_str()) != 0) {
            throw std::runtime_error("rename");
        }
    }
    /// What the fiscal storage has registered.
    [[nodiscard]] int documents() const {
        std::ifstream file(storage());
        int lines = 0;
        for (std::string line; std::getline(file, line); ++lines) {
        }
        return lines;
    }

private:
    [[nodiscard]] std::string faults() const { return folder_ + "/faults"; }

    std::string folder_;
    std::string address_;
    pid_t pid_ = -1;
};

} // namespace kktd::vendor_test
