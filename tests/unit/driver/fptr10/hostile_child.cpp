// A kktd-fptr10 gone mad: answers on descriptor 3 what HOSTILE_CHILD says, "MODE" or "MODE SEED",
// and makes the file HOSTILE_HEARD a byte longer for each call it has got.
#include "driver/fptr10/child_protocol.hpp"
#include "driver/fptr10/message.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace kktd::driver::fptr10;

namespace {

constexpr int handshake_calls = 2; ///< loading and configuring

bool send(const std::string& bytes) {
    return ::send(child_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0;
}

Value nothing_of(ValueType type) {
    switch (type) {
    case ValueType::boolean:
        return false;
    case ValueType::integer:
        return std::uint32_t{0};
    case ValueType::real:
        return 0.0;
    case ValueType::text:
        return std::string();
    case ValueType::date_time:
        return DateTime();
    case ValueType::bytes:
        return Bytes();
    }
    return false;
}

/// What a library would answer that does nothing and always succeeds.
Response plain_answer(const Request& request) {
    Response response{.status = CallStatus::done, .text = "10.10.8.0", .number = request.number};
    for (const Wanted& wanted : request.wanted) {
        response.outputs.push_back(nothing_of(wanted.type));
    }
    return response;
}

class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}
    std::size_t below(std::size_t end) { return engine_() % end; }
    std::string bytes(std::size_t size) {
        std::string made;
        for (; size > 0; --size) {
            made.push_back(static_cast<char>(below(256)));
        }
        return made;
    }
    /// A right answer with some bytes changed, cut off or doubled.
    std::string spoilt(std::string answer) {
        for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
            answer[below(answer.size())] = static_cast<char>(below(256));
        }
        return below(4) == 0 ? answer.substr(0, below(answer.size())) : answer;
    }

private:
    std::mt19937 engine_;
};

void count_call() {
    if (const char* const path = std::getenv("HOSTILE_HEARD")) {
        std::ofstream(path, std::ios::app) << '.';
    }
}

} // namespace

int main() {
    const char* const value = std::getenv("HOSTILE_CHILD");
    std::istringstream words(value != nullptr ? value : "");
    std::string mode;
    unsigned seed = 0;
    words >> mode >> seed;
    Random random(seed);
    char bytes[4096];
    ssize_t size = 0;
    for (int calls = 0; (size = ::recv(child_socket, bytes, sizeof(bytes), 0)) > 0; ++calls) {
        count_call();
        const std::string_view received(bytes, static_cast<std::size_t>(size));
        const auto request = decode_request(received.substr(message_head_bytes));
        if (mode == "exit" || !request) {
            return 0;
        }
        const Response plain = plain_answer(*request);
        if (mode == "huge") {
            send("\xFF\xFF\xFF\xFF");
        } else if (mode == "garbage") {
            send(std::string("\x05\0\0\0abcde", 9));
        } else if (mode == "cut") {
            send(std::string("\x40\0\0\0ab", 6));
            return 0;
        } else if (mode == "slow") {
            send(std::string("\x40\0\0\0a", 5));
        } else if (mode == "trickle") {
            send(std::string("\0\0\4\0", 4));
            while (send("x")) {
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            }
        } else if (mode == "random") {
            send(random.bytes(1 + random.below(200)));
        } else if (calls < handshake_calls || mode == "plain") {
            send(*encode(plain));
        } else if (mode == "endless") {
            while (send(*encode(plain))) {
            }
        } else if (mode == "endless_zeros") {
            while (send(std::string(1024, '\0'))) {
            }
        } else if (mode == "random_later") {
            send(random.bytes(1 + random.below(200)));
        } else if (mode == "spoilt") {
            send(random.spoilt(*encode(plain)));
        } else if (mode == "other_types") {
            Response other = plain;
            other.outputs = {Value(std::string("7")), Value(std::uint32_t{1})};
            send(*encode(other));
        } else if (mode == "fewer") {
            Response fewer = plain;
            fewer.outputs.clear();
            send(*encode(fewer));
        }
    }
    return 0;
}
