#include "driver/test/options.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace kktd::driver::test {

namespace {

constexpr int max_latency_ms = 600'000;
constexpr int max_quantity_digits = 6;

std::optional<int> number(std::string_view text, int max) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    return error == std::errc() && end == text.end() && value >= 0 && value <= max
               ? std::optional(value)
               : std::nullopt;
}

bool digits(std::string_view text, std::size_t length) {
    return text.size() == length && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Calls `take(word)` for each word of a list by comma; false as soon as one is refused.
template<class Take>
bool each_word(std::string_view list, Take take) {
    while (true) {
        const std::size_t comma = list.find(',');
        if (!take(list.substr(0, comma))) {
            return false;
        }
        if (comma == std::string_view::npos) {
            return true;
        }
        list.remove_prefix(comma + 1);
    }
}

bool flag(const std::string& text, bool& value) {
    const auto parsed = number(text, 1);
    value = parsed == 1;
    return parsed.has_value();
}

struct Option {
    std::string_view name;
    std::string_view values; ///< what it may be, for the error
    bool (*set)(Options&, const std::string& text);
};

constexpr auto table = std::to_array<Option>({
    {"storage", "a path",
     [](Options& options, const std::string& text) {
         options.storage = text;
         return !text.empty();
     }},
    {"faults", "a path",
     [](Options& options, const std::string& text) {
         options.faults = text;
         return !text.empty();
     }},
    {"sync", "0 or 1",
     [](Options& options, const std::string& text) { return flag(text, options.sync); }},
    {"hold", "0 or 1",
     [](Options& options, const std::string& text) { return flag(text, options.hold); }},
    {"latency_ms", "milliseconds, at most 600000",
     [](Options& options, const std::string& text) {
         const auto value = number(text, max_latency_ms);
         options.latency = std::chrono::milliseconds(value.value_or(0));
         return value.has_value();
     }},
    {"digits", "0 to 6",
     [](Options& options, const std::string& text) {
         const auto value = number(text, max_quantity_digits);
         options.profile.quantity_digits = value.value_or(0);
         return value.has_value();
     }},
    {"vat", "rates by comma, such as 22,10,0,none,22/122",
     [](Options& options, const std::string& text) {
         options.profile.vat_rates.reset();
         return each_word(text, [&](std::string_view word) {
             const auto rate = fiscal::vat_by_name(word);
             if (rate) {
                 options.profile.vat_rates.set(static_cast<std::size_t>(*rate));
             }
             return rate.has_value();
         });
     }},
    {"taxation", "systems by comma, such as osn,patent",
     [](Options& options, const std::string& text) {
         std::uint8_t& mask = options.profile.registration.taxations.mask;
         mask = 0;
         return each_word(text, [&](std::string_view word) {
             const auto taxation = fiscal::taxation_by_name(word);
             if (taxation) {
                 mask |= static_cast<std::uint8_t>(*taxation);
             }
             return taxation.has_value();
         });
     }},
    {"ffd", "1.05, 1.1 or 1.2",
     [](Options& options, const std::string& text) {
         std::uint8_t& ffd = options.profile.registration.ffd;
         ffd = text == "1.05" ? 2 : text == "1.1" ? 3 : text == "1.2" ? 4 : 0;
         return ffd != 0;
     }},
    {"inn", "10 or 12 digits",
     [](Options& options, const std::string& text) {
         options.profile.registration.identity.inn = text;
         return digits(text, 10) || digits(text, 12);
     }},
    {"rnm", "16 digits",
     [](Options& options, const std::string& text) {
         options.profile.registration.identity.rnm = text;
         return digits(text, 16);
     }},
    {"fn", "16 digits",
     [](Options& options, const std::string& text) {
         options.profile.registration.identity.fn = text;
         return digits(text, 16);
     }},
    {"serial", "1 to 20 digits",
     [](Options& options, const std::string& text) {
         options.profile.registration.identity.serial = text;
         return text.size() <= 20 && !text.empty() && digits(text, text.size());
     }},
});

} // namespace

fiscal::Result<Options, OpenError> parse_options(const DeviceUri& uri) {
    if (!uri.transport.empty() || !uri.host.empty() || uri.port != 0 || !uri.path.empty()) {
        return OpenError("a test device has no transport, host or path: write "
                         "\"test:?storage=FILE\"");
    }
    Options options;
    // Tests and benchmarks make more documents than a real fiscal storage holds.
    options.profile.fn_capacity = std::numeric_limits<std::uint32_t>::max();
    for (const auto& [name, value] : uri.options) {
        const auto option = std::ranges::find(table, name, &Option::name);
        if (option == table.end()) {
            return OpenError("a test device has no option \"" + name + "\"");
        }
        if (!option->set(options, value)) {
            return OpenError("option \"" + name + "\" of a test device must be " +
                             std::string(option->values) + ", not \"" + value + "\"");
        }
    }
    if (options.storage.empty()) {
        return OpenError("a test device needs a storage file: write \"test:?storage=FILE\"");
    }
    return options;
}

} // namespace kktd::driver::test
