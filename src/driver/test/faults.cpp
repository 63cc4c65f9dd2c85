#include "driver/test/faults.hpp"

#include "base/file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace kktd::driver::test {

namespace {

constexpr std::size_t max_file_bytes = 64 << 10;
constexpr std::int64_t max_clock_skew = 10LL * 366 * 24 * 3600;
constexpr std::int64_t max_ofd_days = 10'000;

std::optional<std::int64_t> number(std::string_view text, std::int64_t min, std::int64_t max) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    return error == std::errc() && end == text.end() && value >= min && value <= max
               ? std::optional(value)
               : std::nullopt;
}

/// Sets `target` to what `text` is called in `words`.
template<class T, std::size_t N>
bool choose(std::string_view text, const std::pair<std::string_view, T> (&words)[N], T& target) {
    const auto found = std::ranges::find(words, text, &std::pair<std::string_view, T>::first);
    if (found == std::end(words)) {
        return false;
    }
    target = found->second;
    return true;
}

bool flag(std::string_view text, bool& target) {
    return choose<bool>(text, {{"0", false}, {"1", true}}, target);
}

struct Switch {
    std::string_view name;
    bool (*set)(Faults&, std::string_view value);
};

using fiscal::FnFault;
using fiscal::Paper;

constexpr auto table = std::to_array<Switch>({
    {"paper",
     [](Faults& faults, std::string_view value) {
         return choose<Paper>(value, {{"ok", Paper::ok}, {"low", Paper::low}, {"out", Paper::out}},
                              faults.switches.paper);
     }},
    {"cover",
     [](Faults& faults, std::string_view value) {
         return choose<bool>(value, {{"closed", false}, {"open", true}},
                             faults.switches.cover_open);
     }},
    {"link",
     [](Faults& faults, std::string_view value) {
         return choose<bool>(value, {{"up", false}, {"down", true}}, faults.switches.link_down);
     }},
    {"busy",
     [](Faults& faults, std::string_view value) { return flag(value, faults.switches.busy); }},
    {"receipt_open",
     [](Faults& faults, std::string_view value) {
         return flag(value, faults.switches.receipt_open);
     }},
    {"clock_skew",
     [](Faults& faults, std::string_view value) {
         const auto skew = number(value, -max_clock_skew, max_clock_skew);
         faults.switches.clock_skew = std::chrono::seconds(skew.value_or(0));
         return skew.has_value();
     }},
    {"ofd",
     [](Faults& faults, std::string_view value) {
         return choose<bool>(value, {{"ok", false}, {"stuck", true}}, faults.switches.ofd_stuck);
     }},
    {"ofd_days",
     [](Faults& faults, std::string_view value) {
         const auto days = number(value, 0, max_ofd_days);
         faults.switches.ofd_days = static_cast<int>(days.value_or(0));
         return days.has_value();
     }},
    {"fn",
     [](Faults& faults, std::string_view value) {
         return choose<FnFault>(value,
                                {{"ok", FnFault::none},
                                 {"absent", FnFault::absent},
                                 {"expired", FnFault::expired},
                                 {"full", FnFault::full},
                                 {"critical", FnFault::critical}},
                                faults.switches.fn);
     }},
    {"refuse",
     [](Faults& faults, std::string_view value) {
         const auto code = number(value, 0, INT32_MAX);
         faults.refuse = code.value_or(0);
         return code.has_value();
     }},
    {"lose_answer",
     [](Faults& faults, std::string_view value) {
         using enum Faults::LoseAnswer;
         return choose<Faults::LoseAnswer>(
             value, {{"no", no}, {"before", before}, {"after", after}}, faults.lose_answer);
     }},
    {"mute", [](Faults& faults, std::string_view value) { return flag(value, faults.mute); }},
});

} // namespace

fiscal::Result<Faults, FaultsError> parse_faults(std::string_view text) {
    Faults faults;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        const std::size_t equals = line.find('=');
        const auto found = std::ranges::find(table, line.substr(0, equals), &Switch::name);
        if (equals == std::string_view::npos || found == table.end() ||
            !found->set(faults, line.substr(equals + 1))) {
            return FaultsError("непонятная строка «" + std::string(line) + "»");
        }
    }
    return faults;
}

const fiscal::Result<Faults, FaultsError>& FaultsFile::read() {
    const auto now = base::FileVersion::of(path_);
    if (now == base::FileVersion()) {
        seen_ = now;
        faults_ = Faults();
        return faults_;
    }
    if (now == seen_) {
        return faults_;
    }
    if (const auto text = base::read_file(path_, max_file_bytes)) {
        faults_ = parse_faults(*text);
    } else {
        faults_ = FaultsError(text.error().text());
    }
    seen_ = now;
    return faults_;
}

} // namespace kktd::driver::test
