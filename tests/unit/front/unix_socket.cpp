#include "unix_socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>

namespace kktd::test {

namespace {

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        throw std::system_error(ENAMETOOLONG, std::generic_category(), path);
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

base::UniqueFd new_socket() {
    base::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) {
        throw std::system_error(errno, std::generic_category(), "socket");
    }
    return fd;
}

} // namespace

base::UniqueFd listen_at(const std::string& path) {
    base::UniqueFd fd = new_socket();
    const sockaddr_un address = address_of(path);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(fd.get(), 1024) != 0) {
        throw std::system_error(errno, std::generic_category(), path);
    }
    return fd;
}

base::UniqueFd connect_to(const std::string& path) {
    base::UniqueFd fd = new_socket();
    const sockaddr_un address = address_of(path);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::system_error(errno, std::generic_category(), path);
    }
    return fd;
}

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

bool readable_within(int socket, std::chrono::milliseconds limit) {
    pollfd one{socket, POLLIN, 0};
    return ::poll(&one, 1, static_cast<int>(limit.count())) > 0;
}

ReadToEnd read_to_end(int socket, std::chrono::milliseconds limit) {
    using namespace std::chrono;
    const auto deadline = steady_clock::now() + limit;
    ReadToEnd result;
    std::array<char, 65'536> chunk;
    for (;;) {
        const auto left = ceil<milliseconds>(deadline - steady_clock::now());
        if (left.count() <= 0 || !readable_within(socket, left)) {
            return result;
        }
        const ssize_t count = ::recv(socket, chunk.data(), chunk.size(), 0);
        if (count <= 0) {
            result.ended = true;
            return result;
        }
        result.bytes.append(chunk.data(), static_cast<std::size_t>(count));
    }
}

} // namespace kktd::test
