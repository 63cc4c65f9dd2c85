// Any bytes over the socketpair of kktd and kktd-fptr10, in both directions: never a crash, memory
// bounded by the message, and what is read is what would be written, byte by byte.
#include "driver/fptr10/message.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace kktd::driver::fptr10;

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

template<class Message>
void written_alike(const std::optional<Message>& read, std::string_view body) {
    if (!read) {
        return;
    }
    const auto written = encode(*read);
    check(written && written->substr(message_head_bytes) == body);
    check(body_length(*written) == body.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto length = body_length(bytes.substr(0, message_head_bytes))) {
        check(*length <= max_message_bytes);
    }
    if (size <= max_message_bytes) {
        written_alike(decode_request(bytes), bytes);
        const auto response = decode_response(bytes);
        check(!response || response->outputs.size() <= max_message_items);
        written_alike(response, bytes);
    }
    return 0;
}
