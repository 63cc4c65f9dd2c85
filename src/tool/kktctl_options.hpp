// What kktctl was asked on its command line, as a value.
#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kktd::tool {

/// How the answer is told to a person.
enum class Telling { status, receipts, unknown, decision };

struct Order {
    std::string socket;          ///< path of kktd's control socket
    bool json = false;           ///< print the raw answer
    boost::json::object command; ///< what goes over the socket
    Telling telling = Telling::status;
};
struct WantsHelp {};
struct WantsVersion {};
/// Russian, one line: what is wrong with the command line.
struct BadUsage {
    std::string text;
};
using Options = std::variant<Order, WantsHelp, WantsVersion, BadUsage>;

/// `arguments` without the program's name; `state_dir_of_environment` is KKTD_STATE_DIR or empty.
[[nodiscard]] Options parse_options(const std::vector<std::string>& arguments,
                                    std::string_view state_dir_of_environment);

[[nodiscard]] std::string_view help_text();

} // namespace kktd::tool
