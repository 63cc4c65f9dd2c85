#include "kktctl_client.hpp"

#include "base/unique_fd.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

namespace kktd::tool {

namespace {

bool send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

} // namespace

std::variant<std::string, Unreachable> ask(const std::string& socket_path, std::string_view line,
                                           std::chrono::seconds limit) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_path.size() >= sizeof address.sun_path) {
        return Unreachable{ENAMETOOLONG};
    }
    std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);

    const base::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) {
        return Unreachable{errno};
    }
    timeval wait{};
    wait.tv_sec = limit.count();
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return Unreachable{errno};
    }
    if (!send_all(socket.get(), std::string(line) + "\n")) {
        return Unreachable{};
    }
    const auto deadline = std::chrono::steady_clock::now() + limit;
    std::string answer;
    std::array<char, 16'384> chunk;
    while (answer.size() <= max_answer_bytes && std::chrono::steady_clock::now() < deadline) {
        const ssize_t count = ::recv(socket.get(), chunk.data(), chunk.size(), 0);
        if (count <= 0) {
            break;
        }
        answer.append(chunk.data(), static_cast<std::size_t>(count));
        if (answer.back() == '\n') {
            answer.pop_back();
            return answer;
        }
    }
    return Unreachable{};
}

} // namespace kktd::tool
