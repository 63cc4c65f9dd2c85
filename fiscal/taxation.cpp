#include "fiscal/taxation.hpp"

#include <array>
#include <bit>

namespace kktd::fiscal {

namespace {

struct TaxationInfo {
    Taxation taxation;
    std::string_view name;
    std::string_view title;
};

constexpr std::array<TaxationInfo, 6> systems{{
    {Taxation::osn, "osn", "ОСН"},
    {Taxation::usn_income, "usn_income", "УСН доход"},
    {Taxation::usn_income_outcome, "usn_income_outcome", "УСН доход-расход"},
    {Taxation::envd, "envd", "ЕНВД"},
    {Taxation::esn, "esn", "ЕСХН"},
    {Taxation::patent, "patent", "Патент"},
}};

const TaxationInfo& info(Taxation taxation) {
    for (const auto& system : systems) {
        if (system.taxation == taxation) {
            return system;
        }
    }
    return systems.front();
}

} // namespace

std::optional<Taxation> TaxationSet::only() const {
    constexpr std::uint8_t known = 0x3F;
    if (!std::has_single_bit(mask) || (mask & known) == 0) {
        return std::nullopt;
    }
    return static_cast<Taxation>(mask);
}

std::string_view name(Taxation taxation) {
    return info(taxation).name;
}

std::optional<Taxation> taxation_by_name(std::string_view name) {
    for (const auto& system : systems) {
        if (system.name == name) {
            return system.taxation;
        }
    }
    return std::nullopt;
}

std::string_view title(Taxation taxation) {
    return info(taxation).title;
}

} // namespace kktd::fiscal
