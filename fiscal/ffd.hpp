// Версии ФФД: the versions of the fiscal document format that KKT are registered with, as tags 1209
// and 1189 name them.
#pragma once

#include <cstdint>
#include <string_view>

namespace kktd::fiscal {

inline constexpr std::uint8_t ffd_1_05 = 2;
inline constexpr std::uint8_t ffd_1_1 = 3;
inline constexpr std::uint8_t ffd_1_2 = 4;

/// For people: "1.05"; empty if there is no such version.
[[nodiscard]] constexpr std::string_view ffd_title(std::uint8_t ffd) {
    switch (ffd) {
    case ffd_1_05:
        return "1.05";
    case ffd_1_1:
        return "1.1";
    case ffd_1_2:
        return "1.2";
    default:
        return {};
    }
}

} // namespace kktd::fiscal
