// LibraryVersion: which libfptr10 this is, and what VAT rates it knows.
#pragma once

#include "fiscal/vat.hpp"

#include <bitset>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver::fptr10 {

struct LibraryVersion {
    std::uint32_t major = 0, minor = 0, patch = 0, build = 0;

    /// "10.10.8.0"; nothing for anything that is not two to four numbers.
    [[nodiscard]] static std::optional<LibraryVersion> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
    friend constexpr auto operator<=>(const LibraryVersion&, const LibraryVersion&) = default;
};

/// LIBFPTR_TAX_… and the first version that has it. An older one takes the number for another rate
/// or refuses it, so it is never asked. Source: the vendor's headers of 10.10.5 … 10.10.8.
struct TaxType {
    std::uint32_t number;
    LibraryVersion since;
};
[[nodiscard]] const TaxType& tax_type(fiscal::VatRate rate);

/// By VatRate.
[[nodiscard]] std::bitset<14> vat_rates_of(const LibraryVersion& version);

/// The oldest version whose numbers are known to be those of api.hpp.
inline constexpr LibraryVersion oldest_version{10, 6, 0, 0};

} // namespace kktd::driver::fptr10
