// Codes by which an ATOL KKT is told the VAT rate of a position (byte 21 of EBh). A KKT that works
// in FFD 1.05 or 1.1 counts as tag 1199 does, one in FFD 1.0 quite otherwise: the same byte would
// be another tax, so that one is not served at all. For 5, 7 and 22 % no code is publicly known:
// they are those of the configuration (`vat_codes`), or the rate is not sold.
#pragma once

#include "fiscal/vat.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>

namespace kktd::driver::atol {

/// By VatRate, 0: not given (Surroundings::vat_codes).
using GivenVatCodes = std::array<std::uint8_t, 14>;

/// Whether the code is the configuration's to tell: 5, 7, 22 % and their calculated forms.
[[nodiscard]] bool is_given_rate(fiscal::VatRate rate);
/// Nothing if the rate has no code.
[[nodiscard]] std::optional<std::uint8_t> vat_code(fiscal::VatRate rate,
                                                   const GivenVatCodes& given);
/// The rates that have one.
[[nodiscard]] std::bitset<14> coded_rates(const GivenVatCodes& given);

} // namespace kktd::driver::atol
