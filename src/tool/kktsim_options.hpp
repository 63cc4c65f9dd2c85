// What kktsim was asked on its command line, as a value.
#pragma once

#include "sim/simulator.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kktd::tool::kktsim {

struct Serve {
    sim::SimulatorConfig config;
};
struct Dump {
    std::string file;
    bool last = false; ///< the last receipt only
    bool json = false; ///< a JSON object a line, nothing drawn
};
struct WantsHelp {};
/// Russian, one line: what is wrong with the command line.
struct BadUsage {
    std::string text;
};
using Options = std::variant<Serve, Dump, WantsHelp, BadUsage>;

/// `arguments` without the program's name.
[[nodiscard]] Options parse_options(const std::vector<std::string>& arguments);
[[nodiscard]] std::string_view help_text();

} // namespace kktd::tool::kktsim
