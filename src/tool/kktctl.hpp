// kktctl: the operator's command line. Talks to a running kktd over its control socket, never to
// its journal; and to a KKT itself only for `probe`, which changes nothing there and stays away
// from the devices of a running kktd.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace kktd::tool {

inline constexpr int exit_done = 0;
inline constexpr int exit_not_done = 1;
inline constexpr int exit_usage = 64;
inline constexpr int exit_unreachable = 69;

/// Does what the arguments say; returns the exit code. `state_dir` is KKTD_STATE_DIR or empty,
/// `invoker` who really is at the terminal (SUDO_USER) or empty: told to kktd for its journal.
[[nodiscard]] int run_kktctl(const std::vector<std::string>& arguments, std::string_view state_dir,
                             std::ostream& out, std::ostream& err, std::string_view invoker = "");

} // namespace kktd::tool
