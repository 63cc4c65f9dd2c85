// kktd: the FastCGI worker. Everything that runs is put together in worker.cpp.
#include "base/log.hpp"
#include "base/signals.hpp"
#include "command_line.hpp"
#include "exit_code.hpp"
#include "front/server.hpp"
#include "worker.hpp"

#include <cstdio>
#include <exception>
#include <unistd.h>

namespace {

using kktd::CommandLine;

/// The FastCGI convention, and systemd's StandardInput=socket: the listening socket is stdin.
constexpr int listen_fd = 0;

int run(const CommandLine& line, char** argv) {
    auto settings = kktd::load_settings(line.config);
    if (!settings) {
        return kktd::exit_config;
    }
    if (line.action == CommandLine::Action::check_config) {
        std::printf("%s: ok\n", line.config.c_str());
        return kktd::exit_ok;
    }
    if (line.action == CommandLine::Action::print_config) {
        std::fputs(kktd::settings::print_settings(*settings).c_str(), stdout);
        return kktd::exit_ok;
    }
    if (!kktd::front::is_listening_socket(listen_fd)) {
        std::fputs("kktd: file descriptor 0 is not a listening socket; start it with\n"
                   "  spawn-fcgi -n -s SOCKET -M 0660 -- kktd --config FILE\n",
                   stderr);
        return kktd::exit_usage;
    }
    kktd::base::block_signals();
    kktd::base::init_log(settings->log);
    const auto end = kktd::run_worker(*settings, line.config, listen_fd);
    kktd::base::stop_log();
    if (end.reload) {
        // The same process, so that its supervisor and the listening socket stay; requests wait in
        // the socket's backlog meanwhile.
        execv("/proc/self/exe", argv);
        std::perror("kktd: cannot start anew");
        return kktd::exit_try_later;
    }
    return end.exit_code;
}

} // namespace

/// How jemalloc, where it is linked (meson.build), keeps a small process small on a machine with
/// many processors: few arenas, and small caches of threads.
extern "C" const char* malloc_conf;
const char* malloc_conf = "narenas:4,lg_tcache_max:13,muzzy_decay_ms:0";

int main(int argc, char** argv) {
    const auto read = kktd::read_command_line(argc, argv);
    if (const auto* error = std::get_if<kktd::UsageError>(&read)) {
        std::fprintf(stderr, "kktd: %s\n%s", error->text.c_str(), kktd::usage);
        return kktd::exit_usage;
    }
    const auto& line = std::get<CommandLine>(read);
    if (line.action == CommandLine::Action::help) {
        std::fputs(kktd::usage, stdout);
        return kktd::exit_ok;
    }
    if (line.action == CommandLine::Action::version) {
        std::puts("kktd " KKTD_VERSION);
        return kktd::exit_ok;
    }
    try {
        return run(line, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "<3>kktd: %s\n", error.what());
        return kktd::exit_bug;
    }
}
