// Unix stream sockets with deadlines, for tests that play the other side of a connection.
#pragma once

#include "base/unique_fd.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace kktd::test {

/// How long a test waits for what must come.
inline constexpr std::chrono::seconds patience{10};

[[nodiscard]] base::UniqueFd listen_at(const std::string& path);
/// Throws if nobody listens.
[[nodiscard]] base::UniqueFd connect_to(const std::string& path);

/// False if the peer takes no more.
[[nodiscard]] bool send_all(int socket, std::string_view bytes);

struct ReadToEnd {
    std::string bytes;
    bool ended = false; ///< the peer closed (or broke) the connection, within the limit
};
[[nodiscard]] ReadToEnd read_to_end(int socket, std::chrono::milliseconds limit = patience);

/// Whether something becomes readable, an end included, within the limit.
[[nodiscard]] bool readable_within(int socket, std::chrono::milliseconds limit);

} // namespace kktd::test
