#include "driver/fptr10/library_version.hpp"

#include <array>
#include <charconv>

namespace kktd::driver::fptr10 {

namespace {

constexpr LibraryVersion with_5_and_7{10, 10, 6, 0};
constexpr LibraryVersion with_22{10, 10, 8, 0};
constexpr LibraryVersion any{};

/// By VatRate. Mind the order of the library: 5, 7, 105, 107.
constexpr std::array<TaxType, 14> table{{
    {13, with_22},      // 22
    {7, any},           // 20
    {1, any},           // 18
    {2, any},           // 10
    {10, with_5_and_7}, // 7
    {9, with_5_and_7},  // 5
    {5, any},           // 0
    {6, any},           // none
    {14, with_22},      // 22/122
    {8, any},           // 20/120
    {3, any},           // 18/118
    {4, any},           // 10/110
    {12, with_5_and_7}, // 7/107
    {11, with_5_and_7}, // 5/105
}};

} // namespace

std::optional<LibraryVersion> LibraryVersion::parse(std::string_view text) {
    LibraryVersion version;
    std::uint32_t* const parts[] = {&version.major, &version.minor, &version.patch, &version.build};
    std::size_t count = 0;
    const char* from = text.data();
    const char* const end = from + text.size();
    while (count < std::size(parts)) {
        const auto [after, error] = std::from_chars(from, end, *parts[count]);
        if (error != std::errc()) {
            return std::nullopt;
        }
        ++count;
        if (after == end) {
            return count > 1 ? std::optional(version) : std::nullopt;
        }
        if (*after != '.') {
            return std::nullopt;
        }
        from = after + 1;
    }
    return std::nullopt;
}

std::string LibraryVersion::text() const {
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch) + "." +
           std::to_string(build);
}

const TaxType& tax_type(fiscal::VatRate rate) {
    return table[static_cast<std::size_t>(rate)];
}

std::bitset<14> vat_rates_of(const LibraryVersion& version) {
    std::bitset<14> rates;
    for (std::size_t rate = 0; rate < table.size(); ++rate) {
        rates[rate] = table[rate].since <= version;
    }
    return rates;
}

} // namespace kktd::driver::fptr10
