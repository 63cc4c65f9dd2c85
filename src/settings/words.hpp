// The words of the configuration and what they stand for.
#pragma once

#include "base/config_file.hpp"
#include "base/log.hpp"
#include "engine/kkt_config.hpp"
#include "fiscal/legal.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::settings {

/// Every value of T that may be configured, with its word. Static storage.
template<class T>
[[nodiscard]] base::Choices<T> choices();
template<>
base::Choices<base::LogLevel> choices();
template<>
base::Choices<fiscal::Taxation> choices(); ///< without ЕНВД, which is abolished
template<>
base::Choices<fiscal::Sale> choices();
template<>
base::Choices<fiscal::ContactMissing> choices();
template<>
base::Choices<fiscal::LegacyVat> choices();
template<>
base::Choices<fiscal::FractionPolicy> choices();
template<>
base::Choices<fiscal::StampPlace> choices();
template<>
base::Choices<engine::CheckBy> choices();
template<>
base::Choices<fiscal::ShiftPolicy::Mode> choices();
template<>
base::Choices<fiscal::PaymentMethod> choices();
template<>
base::Choices<fiscal::PaymentObject> choices();
template<>
base::Choices<fiscal::VatRate> choices();

/// The word of a value; empty if it has none.
template<class T>
[[nodiscard]] std::string_view word(T value) {
    for (const auto& [name, meaning] : choices<T>()) {
        if (meaning == value) {
            return name;
        }
    }
    return {};
}

/// "+03:00": from −12:00 to +14:00. Nothing if the text is no such offset.
[[nodiscard]] std::optional<std::chrono::seconds> parse_utc_offset(std::string_view text);
[[nodiscard]] std::string utc_offset_text(std::chrono::seconds offset);

} // namespace kktd::settings
