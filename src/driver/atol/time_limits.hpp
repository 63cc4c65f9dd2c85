// How long an ATOL KKT may take for one command ("Протокол ККТ", T5; two independent
// implementations agree), and the pauses between questions.
#pragma once

#include <chrono>
#include <cstdint>

namespace kktd::driver::atol {

inline constexpr std::chrono::seconds usual_limit{10};
/// 4A, 8D, 8E, A7.
inline constexpr std::chrono::seconds close_receipt_limit{20};
/// 5A; the report goes on printing after the answer.
inline constexpr std::chrono::seconds close_shift_limit{40};
/// 91.
inline constexpr std::chrono::seconds register_limit{45};
/// A6, E6, EA, EB, 62.
inline constexpr std::chrono::seconds position_limit{50};
/// 9A: shops have seen 50 seconds (the protocol's lists have no value of its own).
inline constexpr std::chrono::seconds open_shift_limit{60};

/// After 67h and 5Ah: until 45h tells that printing has ended.
inline constexpr std::chrono::seconds x_report_limit{30};
inline constexpr std::chrono::seconds z_report_limit{120};
inline constexpr std::chrono::milliseconds report_poll{500};

/// Error 76h, "the previous operation is unfinished": the command is repeated for so long.
inline constexpr std::chrono::seconds unfinished_limit{10};
inline constexpr std::chrono::milliseconds unfinished_pause{500};

[[nodiscard]] constexpr std::chrono::seconds time_limit(std::uint8_t command) {
    switch (command) {
    case 0x4A:
        return close_receipt_limit;
    case 0x5A:
        return close_shift_limit;
    case 0x91:
        return register_limit;
    case 0xEA:
    case 0xEB:
        return position_limit;
    case 0x9A:
        return open_shift_limit;
    default:
        return usual_limit;
    }
}

} // namespace kktd::driver::atol
