// Taxation systems (системы налогообложения, tags 1055 and 1062).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kktd::fiscal {

/// Values are the bits of tags 1055/1062.
enum class Taxation : std::uint8_t {
    osn = 1,                ///< ОСН
    usn_income = 2,         ///< УСН доход
    usn_income_outcome = 4, ///< УСН доход − расход
    envd = 8,               ///< ЕНВД, abolished 2021-01-01; only in documents of the past
    esn = 16,               ///< ЕСХН
    patent = 32,            ///< ПСН
};

/// A set of systems: the mask of tag 1062.
struct TaxationSet {
    std::uint8_t mask = 0;
    [[nodiscard]] constexpr bool has(Taxation t) const {
        return mask & static_cast<std::uint8_t>(t);
    }
    /// The one system, if there is exactly one.
    [[nodiscard]] std::optional<Taxation> only() const;
    friend constexpr bool operator==(const TaxationSet&, const TaxationSet&) = default;
};

/// "osn", "usn_income", "usn_income_outcome", "envd", "esn", "patent".
[[nodiscard]] std::string_view name(Taxation taxation);
[[nodiscard]] std::optional<Taxation> taxation_by_name(std::string_view name);
/// "ОСН", "УСН доход" … for people and drawn receipts.
[[nodiscard]] std::string_view title(Taxation taxation);

} // namespace kktd::fiscal
