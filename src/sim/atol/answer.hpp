// Answer: what the device says to one command, and whether that is an error: the bytes alone do not
// tell (A5h begins with its error byte, 45h has none).
#pragma once

#include <cstdint>
#include <string>

namespace kktd::sim::atol {

struct Answer {
    std::string bytes;
    bool error = false;
    friend bool operator==(const Answer&, const Answer&) = default;
};

inline constexpr char answer_mark = '\x55';

/// "55 00 data": answers of commands that tell something.
[[nodiscard]] inline Answer data_answer(std::string data) {
    data.insert(0, {answer_mark, '\0'});
    return {std::move(data), false};
}
/// "55 00 00": answers of commands that do something.
[[nodiscard]] inline Answer done_answer() {
    return data_answer(std::string(1, '\0'));
}
/// "55 err ext".
[[nodiscard]] inline Answer error_answer(std::uint8_t error, std::uint8_t extended = 0) {
    return {{answer_mark, static_cast<char>(error), static_cast<char>(extended)}, true};
}

} // namespace kktd::sim::atol
