// What kktctl was asked on its command line, as a value: an Order goes to a running kktd over its
// socket, the others need none.
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
    bool waits_for_kkt = false; ///< the answer may take as long as a document
};
/// `kktctl drivers`.
struct ListDrivers {
    bool json = false;
};
/// `kktctl probe`.
struct Probe {
    std::string uri;
    std::string socket; ///< of a kktd that may be working with the device
    bool vat = false;   ///< find out the codes of VAT rates
    bool json = false;
};
/// `kktctl import-conf`.
struct ImportConf {
    std::string file;
    std::string output; ///< empty: standard output
};
struct WantsHelp {};
struct WantsVersion {};
/// Russian, one line: what is wrong with the command line.
struct BadUsage {
    std::string text;
};
using Options =
    std::variant<Order, ListDrivers, Probe, ImportConf, WantsHelp, WantsVersion, BadUsage>;

/// `arguments` without the program's name; `state_dir_of_environment` is KKTD_STATE_DIR or empty.
[[nodiscard]] Options parse_options(const std::vector<std::string>& arguments,
                                    std::string_view state_dir_of_environment);

[[nodiscard]] std::string_view help_text();

} // namespace kktd::tool
