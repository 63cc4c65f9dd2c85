#include "driver/atol/vat_code.hpp"

namespace kktd::driver::atol {

bool is_given_rate(fiscal::VatRate rate) {
    const int percent = fiscal::info(rate).percent;
    return percent == 5 || percent == 7 || percent == 22;
}

std::optional<std::uint8_t> vat_code(fiscal::VatRate rate, const GivenVatCodes& given) {
    const std::uint8_t code =
        is_given_rate(rate) ? given.at(static_cast<std::size_t>(rate)) : fiscal::info(rate).code;
    return code != 0 ? std::optional(code) : std::nullopt;
}

std::bitset<14> coded_rates(const GivenVatCodes& given) {
    std::bitset<14> rates;
    for (const auto& info : fiscal::vat_rates()) {
        rates.set(static_cast<std::size_t>(info.rate), vat_code(info.rate, given).has_value());
    }
    return rates;
}

} // namespace kktd::driver::atol
