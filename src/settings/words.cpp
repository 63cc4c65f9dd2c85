#include "settings/words.hpp"

#include <array>
#include <cstdlib>
#include <vector>

namespace kktd::settings {

template<class T>
using Word = std::pair<std::string_view, T>;

template<>
base::Choices<base::LogLevel> choices() {
    using base::LogLevel;
    static constexpr std::array<Word<LogLevel>, 5> words{{
        {"debug", LogLevel::debug},
        {"info", LogLevel::info},
        {"notice", LogLevel::notice},
        {"warning", LogLevel::warning},
        {"error", LogLevel::error},
    }};
    return words;
}

template<>
base::Choices<fiscal::Taxation> choices() {
    using fiscal::Taxation;
    static const std::vector<Word<Taxation>> words = [] {
        std::vector<Word<Taxation>> made;
        for (const Taxation taxation :
             {Taxation::osn, Taxation::usn_income, Taxation::usn_income_outcome, Taxation::esn,
              Taxation::patent}) {
            made.emplace_back(fiscal::name(taxation), taxation);
        }
        return made;
    }();
    return words;
}

template<>
base::Choices<engine::CheckBy> choices() {
    static constexpr std::array<Word<engine::CheckBy>, 2> words{{
        {"state", engine::CheckBy::state},
        {"device", engine::CheckBy::device},
    }};
    return words;
}

template<>
base::Choices<fiscal::Sale> choices() {
    static constexpr std::array<Word<fiscal::Sale>, 2> words{{
        {"internet", fiscal::Sale::internet},
        {"counter", fiscal::Sale::counter},
    }};
    return words;
}

template<>
base::Choices<fiscal::ContactMissing> choices() {
    static constexpr std::array<Word<fiscal::ContactMissing>, 2> words{{
        {"refuse", fiscal::ContactMissing::refuse},
        {"register", fiscal::ContactMissing::register_anyway},
    }};
    return words;
}

template<>
base::Choices<fiscal::LegacyVat> choices() {
    static constexpr std::array<Word<fiscal::LegacyVat>, 2> words{{
        {"strict", fiscal::LegacyVat::strict},
        {"map", fiscal::LegacyVat::map},
    }};
    return words;
}

template<>
base::Choices<fiscal::FractionPolicy> choices() {
    static constexpr std::array<Word<fiscal::FractionPolicy>, 2> words{{
        {"whole", fiscal::FractionPolicy::whole},
        {"refuse", fiscal::FractionPolicy::refuse},
    }};
    return words;
}

template<>
base::Choices<fiscal::StampPlace> choices() {
    static constexpr std::array<Word<fiscal::StampPlace>, 3> words{{
        {"1084", fiscal::StampPlace::tag_1084},
        {"1192", fiscal::StampPlace::tag_1192},
        {"none", fiscal::StampPlace::none},
    }};
    return words;
}

template<>
base::Choices<fiscal::ShiftPolicy::Mode> choices() {
    static constexpr std::array<Word<fiscal::ShiftPolicy::Mode>, 2> words{{
        {"own", fiscal::ShiftPolicy::Mode::own},
        {"shared", fiscal::ShiftPolicy::Mode::shared},
    }};
    return words;
}

template<>
base::Choices<fiscal::PaymentMethod> choices() {
    static const std::vector<Word<fiscal::PaymentMethod>> words = [] {
        std::vector<Word<fiscal::PaymentMethod>> made;
        for (std::int64_t code = 1; const auto method = fiscal::payment_method_by_code(code);
             ++code) {
            made.emplace_back(fiscal::name(*method), *method);
        }
        return made;
    }();
    return words;
}

template<>
base::Choices<fiscal::PaymentObject> choices() {
    static constexpr std::int64_t last_code = 33;
    static const std::vector<Word<fiscal::PaymentObject>> words = [] {
        std::vector<Word<fiscal::PaymentObject>> made;
        for (std::int64_t code = 1; code <= last_code; ++code) {
            const auto object = fiscal::payment_object_by_code(code);
            if (const auto name = object ? fiscal::name(*object) : std::nullopt) {
                made.emplace_back(*name, *object);
            }
        }
        return made;
    }();
    return words;
}

template<>
base::Choices<fiscal::VatRate> choices() {
    static const std::vector<Word<fiscal::VatRate>> words = [] {
        std::vector<Word<fiscal::VatRate>> made;
        for (const fiscal::VatRateInfo& rate : fiscal::vat_rates()) {
            made.emplace_back(rate.name, rate.rate);
        }
        return made;
    }();
    return words;
}

std::optional<std::chrono::seconds> parse_utc_offset(std::string_view text) {
    const auto digit = [text](std::size_t i) { return text[i] - '0'; };
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') {
        return std::nullopt;
    }
    for (const std::size_t i : {1U, 2U, 4U, 5U}) {
        if (digit(i) < 0 || digit(i) > 9) {
            return std::nullopt;
        }
    }
    const int minutes = (digit(1) * 10 + digit(2)) * 60 + digit(4) * 10 + digit(5);
    const int offset = text[0] == '-' ? -minutes : minutes;
    if (digit(4) > 5 || offset < -12 * 60 || offset > 14 * 60) {
        return std::nullopt;
    }
    return std::chrono::minutes(offset);
}

std::string utc_offset_text(std::chrono::seconds offset) {
    const auto minutes = static_cast<int>(
        std::abs(std::chrono::duration_cast<std::chrono::minutes>(offset).count()));
    const auto two = [](int number) {
        return std::string{static_cast<char>('0' + number / 10),
                           static_cast<char>('0' + number % 10)};
    };
    return (offset.count() < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
}

} // namespace kktd::settings
