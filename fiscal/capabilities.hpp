// Capabilities: what a device can do, so that what it cannot is a 422 before anything is sent.
#pragma once

#include "fiscal/vat.hpp"

#include <bitset>
#include <string>

namespace kktd::fiscal {

struct Capabilities {
    std::bitset<14> vat_rates; ///< by VatRate
    /// Where it is not yet known of some rates: why, and what to do, for whoever is refused one.
    std::string vat_rates_note = {};
    int quantity_digits = 3;       ///< decimals of tag 1023
    std::size_t name_length = 128; ///< tag 1030
    bool electronic_only = false;  ///< receipts without paper
    bool internet_tag = false;     ///< tag 1125
    bool corrections = false;
    bool marking = false;
    bool agents = false;

    [[nodiscard]] bool has(VatRate rate) const { return vat_rates[static_cast<std::size_t>(rate)]; }
    friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

} // namespace kktd::fiscal
