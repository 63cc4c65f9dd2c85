// Bytes from "55 00 ff", for golden vectors.
#pragma once

#include <string>
#include <string_view>

namespace kktd::driver::atol::testing {

inline std::string unhex(std::string_view text) {
    const auto digit = [](char c) {
        return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 3) {
        bytes.push_back(static_cast<char>(digit(text[i]) << 4 | digit(text[i + 1])));
    }
    return bytes;
}

} // namespace kktd::driver::atol::testing
