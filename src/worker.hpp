// Worker: puts the rooms together and keeps them running until a signal ends it.
#pragma once

#include "settings/settings.hpp"

namespace kktd {

/// What ended the worker.
struct WorkerEnd {
    int exit_code = 0;
    bool reload = false; ///< SIGHUP: to be started anew with the configuration as it is now
};

/// Serves FastCGI on `listen_fd` until SIGTERM or SIGINT. Signals must be blocked, the log set up.
/// Failures to start are logged, once.
[[nodiscard]] WorkerEnd run_worker(const settings::Settings& settings,
                                   const std::string& config_file, int listen_fd);

/// The configuration, complete: read, and every device URI tried on its driver (no device is
/// asked). Errors go to stderr, one line each; nothing is returned then.
[[nodiscard]] std::optional<settings::Settings> load_settings(const std::string& config_file);

} // namespace kktd
