// The command line of kktd.
#pragma once

#include <string>
#include <variant>

namespace kktd {

struct CommandLine {
    enum class Action { run, check_config, print_config, help, version } action = Action::run;
    std::string config; ///< path of the configuration file
};

struct UsageError {
    std::string text;
};

[[nodiscard]] std::variant<CommandLine, UsageError> read_command_line(int argc, char** argv);

extern const char* const usage;

} // namespace kktd
