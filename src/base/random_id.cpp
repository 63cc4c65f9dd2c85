#include "base/random_id.hpp"

#include <array>
#include <cerrno>
#include <string_view>
#include <sys/random.h>
#include <system_error>

namespace kktd::base {
namespace {

constexpr std::string_view crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 80 random bits as 16 characters of five bits each.
std::string random_text(std::string_view alphabet) {
    std::array<unsigned char, 10> bytes{};
    // Up to 256 bytes come whole, or not at all; only a kernel without getrandom() fails for good.
    while (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        if (errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "getrandom");
        }
    }
    std::string text;
    unsigned bits = 0;
    unsigned held = 0;
    for (const unsigned char byte : bytes) {
        bits = (bits << 8) | byte;
        held += 8;
        while (held >= 5) {
            held -= 5;
            text += alphabet[(bits >> held) & 31U];
        }
    }
    return text;
}

} // namespace

std::string new_receipt_id(std::int64_t utc_micros) {
    auto millis = static_cast<std::uint64_t>(utc_micros / 1000);
    std::string time(10, '0');
    for (auto digit = time.rbegin(); digit != time.rend(); ++digit, millis >>= 5) {
        *digit = crockford[millis & 31U];
    }
    return time + random_text(crockford);
}

std::string new_stamp() {
    return random_text(stamp_alphabet);
}

} // namespace kktd::base
