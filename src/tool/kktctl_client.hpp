// The client's end of kktd's control socket: one line out, one line in.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

namespace kktd::tool {

/// What kktd knows or only has to write down.
inline constexpr std::chrono::seconds answer_limit{20};
/// What a KKT must do first: the longest `document_deadline` there may be (600 s), the turn in
/// front of it, and some questions.
inline constexpr std::chrono::seconds kkt_answer_limit{720};
inline constexpr std::size_t max_answer_bytes = 64 << 20;

/// Why there is no answer.
struct Unreachable {
    int error = 0; ///< errno; 0: connected, but no complete answer came
};

/// Blocks at most for `limit`.
[[nodiscard]] std::variant<std::string, Unreachable> ask(const std::string& socket_path,
                                                         std::string_view line,
                                                         std::chrono::seconds limit = answer_limit);

} // namespace kktd::tool
