// The client's end of kktd's control socket: one line out, one line in.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

namespace kktd::tool {

/// kktd serves one operator after the other, each for a few seconds at most.
inline constexpr std::chrono::seconds answer_limit{20};
inline constexpr std::size_t max_answer_bytes = 64 << 20;

/// Why there is no answer.
struct Unreachable {
    int error = 0; ///< errno; 0: connected, but no complete answer came
};

/// Blocks at most answer_limit.
[[nodiscard]] std::variant<std::string, Unreachable> ask(const std::string& socket_path,
                                                         std::string_view line);

} // namespace kktd::tool
