// VAT codes on the wire (FFD 1.05 and 1.1: those of tag 1199).
#pragma once

#include "sim/atol/machine.hpp"

namespace kktd::sim::atol {

/// 0 is the rate of the section: without VAT here (what it is from the factory is not in any
/// source). Error: the firmware does not know the code (0104h).
[[nodiscard]] inline Outcome<fiscal::VatRate> vat_of_code(const Machine& machine,
                                                          std::uint64_t code) {
    if (code == 0) {
        return fiscal::VatRate::none;
    }
    if (code >= machine.options.vat_codes.size() || !machine.options.vat_codes.test(code)) {
        return bad_vat_code;
    }
    const auto rate =
        fiscal::vat_by_code(static_cast<std::uint8_t>(code), machine.till.now().date());
    return rate ? Outcome<fiscal::VatRate>(*rate) : Outcome<fiscal::VatRate>(bad_vat_code);
}

} // namespace kktd::sim::atol
