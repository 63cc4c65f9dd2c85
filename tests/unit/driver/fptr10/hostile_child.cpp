// A kktd-fptr10 gone mad: answers on descriptor 3 what HOSTILE_CHILD says.
#include "driver/fptr10/child_protocol.hpp"
#include "driver/fptr10/message.hpp"

#include <cstdlib>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

using namespace kktd::driver::fptr10;

namespace {

void send(const std::string& bytes) {
    (void)::send(child_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

} // namespace

int main() {
    const char* const value = std::getenv("HOSTILE_CHILD");
    const std::string mode = value != nullptr ? value : "";
    char request[4096];
    for (int calls = 0; ::recv(child_socket, request, sizeof(request), 0) > 0; ++calls) {
        if (mode == "exit") {
            return 0;
        }
        if (mode == "huge") {
            send("\xFF\xFF\xFF\xFF");
        } else if (mode == "garbage") {
            send(std::string("\x05\0\0\0abcde", 9));
        } else if (mode == "cut") {
            send(std::string("\x40\0\0\0ab", 6));
            return 0;
        } else if (mode == "slow") {
            send(std::string("\x40\0\0\0a", 5));
        } else if (calls < 2) { // what loading and configuring want to hear
            send(*encode(Response{.status = CallStatus::done, .text = "10.10.8.0"}));
        } else if (mode == "other_types") {
            send(*encode(Response{.status = CallStatus::done,
                                  .outputs = {Value(std::string("7")), Value(std::uint32_t{1})}}));
        } else if (mode == "fewer") {
            send(*encode(Response{.status = CallStatus::done}));
        }
    }
    return 0;
}
