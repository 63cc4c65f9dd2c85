#include "command_line.hpp"

#include "settings/settings.hpp"

#include <string_view>

namespace kktd {

const char* const usage =
    "kktd: fiscal receipts from JSON, exactly once. A FastCGI worker on file descriptor 0.\n"
    "\n"
    "  spawn-fcgi -n -s /run/kktd/fcgi.sock -M 0660 -- kktd --config FILE\n"
    "\n"
    "  --config FILE    configuration (default: $KKTD_CONFIG, else /etc/kktd/kktd.json)\n"
    "  --check-config   read the configuration, tell every error, and exit\n"
    "  --print-config   print the effective configuration with secrets masked, and exit\n"
    "  --version, --help\n"
    "\n"
    "Exit codes: 0 stopped cleanly, 64 usage, 70 bug, 75 already running or try later, 78 "
    "configuration.\n";

std::variant<CommandLine, UsageError> read_command_line(int argc, char** argv) {
    CommandLine line;
    line.config = settings::default_config_file();
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--config") {
            if (++i == argc) {
                return UsageError{"--config needs a file name"};
            }
            line.config = argv[i];
        } else if (word == "--check-config") {
            line.action = CommandLine::Action::check_config;
        } else if (word == "--print-config") {
            line.action = CommandLine::Action::print_config;
        } else if (word == "--help" || word == "-h") {
            line.action = CommandLine::Action::help;
        } else if (word == "--version") {
            line.action = CommandLine::Action::version;
        } else {
            return UsageError{"unknown option " + std::string(word)};
        }
    }
    return line;
}

} // namespace kktd
