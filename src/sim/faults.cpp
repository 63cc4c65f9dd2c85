#include "sim/faults.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace kktd::sim {

namespace {

using Kind = Action::Kind;
using std::chrono::milliseconds;

constexpr std::int64_t max_number = 1'000'000;
constexpr std::size_t max_line = 200;
constexpr std::size_t max_prefix = 8; // bytes of a command a rule can name

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (true) {
        line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
        if (line.empty()) {
            return words;
        }
        const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

std::optional<std::int64_t> number(std::string_view text, int base = 10) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value, base);
    return error == std::errc() && end == text.end() ? std::optional(value) : std::nullopt;
}

} // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
    static constexpr std::pair<std::string_view, std::int64_t> units[] = {
        {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
    const std::size_t digits = text.find_first_not_of("-0123456789");
    if (digits == text.npos) {
        return std::nullopt;
    }
    const auto value = number(text.substr(0, digits));
    const auto unit = std::ranges::find(units, text.substr(digits),
                                        &std::pair<std::string_view, std::int64_t>::first);
    if (!value || unit == std::end(units) || *value < -max_number || *value > max_number) {
        return std::nullopt;
    }
    return milliseconds(*value * unit->second);
}

namespace {

enum class Value : std::uint8_t {
    none,
    time,        ///< not below zero
    signed_time, ///< may be
    count,       ///< from 1 on
    lines,       ///< may be left out
    days,
    hex_byte, ///< an error: not zero
};

struct Word {
    std::string_view name; ///< with its second word, if it has one
    Kind kind;
    Value value = Value::none;
};

constexpr auto actions = std::to_array<Word>({
    {"lose_answer", Kind::lose_answer},
    {"drop", Kind::drop},
    {"refuse", Kind::refuse, Value::time},
    {"half_frame", Kind::half_frame},
    {"wrong_crc", Kind::wrong_crc},
    {"stray_bytes", Kind::stray_bytes},
    {"wrong_id", Kind::wrong_id},
    {"slow", Kind::slow, Value::time},
    {"busy", Kind::busy, Value::count},
    {"error", Kind::error, Value::hex_byte},
    {"power_cycle", Kind::power_cycle},
    {"paper ok", Kind::paper_ok},
    {"paper low", Kind::paper_low},
    {"paper out", Kind::paper_out, Value::lines},
    {"cover open", Kind::cover_open},
    {"cover closed", Kind::cover_closed},
    {"shift_expired", Kind::shift_expired},
    {"clock_skew", Kind::clock_skew, Value::signed_time},
    {"ofd ok", Kind::ofd_ok},
    {"ofd stuck", Kind::ofd_stuck},
    {"ofd_days", Kind::ofd_days, Value::days},
    {"fn ok", Kind::fn_ok},
    {"fn absent", Kind::fn_absent},
    {"fn expired", Kind::fn_expired},
    {"fn full", Kind::fn_full},
    {"fn critical", Kind::fn_critical},
    {"foreign_receipt", Kind::foreign_receipt},
    {"foreign_open", Kind::foreign_open},
    {"foreign_close", Kind::foreign_close},
});

bool take_value(Action& action, Value value, std::string_view text) {
    const auto whole = number(text);
    switch (value) {
    case Value::none:
        return text.empty();
    case Value::time:
    case Value::signed_time: {
        const auto time = parse_duration(text);
        action.time = time.value_or(milliseconds(0));
        return time && (value == Value::signed_time || time->count() >= 0);
    }
    case Value::count:
    case Value::days:
        action.number = whole.value_or(0);
        return whole && *whole >= 1 && *whole <= max_number;
    case Value::lines:
        action.number = whole.value_or(0);
        return text.empty() || (whole && *whole >= 0 && *whole <= max_number);
    case Value::hex_byte: {
        const auto byte = number(text, 16);
        action.number = byte.value_or(0);
        return text.size() == 2 && byte && *byte > 0;
    }
    }
    return false;
}

std::optional<Action> action_of(std::vector<std::string_view> words) {
    if (words.empty() || words.size() > 3) {
        return std::nullopt;
    }
    std::string name(words.front());
    auto found = std::ranges::find(actions, name, &Word::name);
    std::size_t next = 1;
    if (found == actions.end() && words.size() > 1) {
        name.append(" ").append(words[1]);
        found = std::ranges::find(actions, name, &Word::name);
        next = 2;
    }
    if (found == actions.end() || words.size() > next + 1) {
        return std::nullopt;
    }
    Action action{.kind = found->kind};
    const bool has_value = words.size() > next;
    return take_value(action, found->value, has_value ? words[next] : std::string_view())
               ? std::optional(action)
               : std::nullopt;
}

/// "4A", "A445", "any", "ask", "ack", "abort".
bool take_trigger(Rule& rule, std::string_view word) {
    static constexpr std::pair<std::string_view, Packet> packets[] = {{"any", Packet::command},
                                                                      {"ask", Packet::ask},
                                                                      {"ack", Packet::ack},
                                                                      {"abort", Packet::abort}};
    const auto named =
        std::ranges::find(packets, word, &std::pair<std::string_view, Packet>::first);
    if (named != std::end(packets)) {
        rule.packet = named->second;
        return true;
    }
    if (word.empty() || word.size() % 2 != 0 || word.size() > 2 * max_prefix) {
        return false;
    }
    for (std::size_t i = 0; i < word.size(); i += 2) {
        const std::string_view digits = word.substr(i, 2);
        const auto byte = number(digits, 16);
        if (!byte || digits.front() == '-') {
            return false;
        }
        rule.prefix.push_back(static_cast<char>(*byte));
    }
    return true;
}

/// "every" or "#2"; true if the word was one of them.
bool take_occurrence(Rule& rule, std::string_view word) {
    if (word == "every") {
        rule.every = true;
        return true;
    }
    const auto nth = word.starts_with('#') ? number(word.substr(1)) : std::nullopt;
    if (!nth || *nth < 1 || *nth > max_number) {
        return false;
    }
    rule.skip = static_cast<std::uint32_t>(*nth - 1);
    return true;
}

FaultError misunderstood(std::string_view line, std::string_view why) {
    return FaultError("непонятная строка «" + std::string(line.substr(0, max_line)) +
                      "»: " + std::string(why));
}

} // namespace

bool of_link(Kind kind) {
    return kind <= Kind::wrong_id;
}

bool needs_moment(Kind kind) {
    return kind <= Kind::error && kind != Kind::drop && kind != Kind::refuse;
}

fiscal::Result<FaultLine, FaultError> parse_fault(std::string_view line) {
    std::vector<std::string_view> words = words_of(line);
    if (line.size() > max_line || words.empty()) {
        return misunderstood(line, "нет действия");
    }
    if (words[0] != "before" && words[0] != "after") {
        const auto action = action_of(words);
        if (!action) {
            return misunderstood(line, "нет такого действия или его значение неверно");
        }
        if (needs_moment(action->kind)) {
            return misunderstood(line, "действие происходит с командой: before или after, команда, "
                                       "действие");
        }
        return FaultLine(*action);
    }
    Rule rule;
    rule.moment = words[0] == "before" ? Moment::before : Moment::after;
    if (words.size() < 3 || !take_trigger(rule, words[1])) {
        return misunderstood(line, "нет команды: две шестнадцатеричные цифры на байт, any, ask, "
                                   "ack или abort");
    }
    const std::size_t used = take_occurrence(rule, words[2]) ? 3 : 2;
    const auto action = action_of({words.begin() + static_cast<std::ptrdiff_t>(used), words.end()});
    if (!action) {
        return misunderstood(line, "нет такого действия или его значение неверно");
    }
    if (rule.packet != Packet::command && !of_link(action->kind)) {
        return misunderstood(line, "с ask, ack и abort бывают только помехи на линии");
    }
    rule.action = *action;
    if (action->kind == Kind::busy) {
        rule.times = static_cast<std::uint32_t>(action->number);
    }
    return FaultLine(rule);
}

fiscal::Result<std::vector<FaultLine>, FaultError> parse_faults(std::string_view text) {
    std::vector<FaultLine> lines;
    for (std::size_t line_number = 1; !text.empty(); ++line_number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        auto parsed = parse_fault(line);
        if (!parsed) {
            return FaultError("строка " + std::to_string(line_number) + ": " +
                              parsed.error().text());
        }
        lines.push_back(std::move(*parsed));
    }
    return lines;
}

bool FaultScript::add(Rule rule) {
    if (rules_.size() >= max_rules) {
        return false;
    }
    rules_.push_back(std::move(rule));
    return true;
}

std::vector<Action> FaultScript::due(Moment moment, Packet packet, std::string_view command) {
    std::vector<Action> happening;
    if (rules_.empty()) {
        return happening;
    }
    for (Rule& rule : rules_) {
        if (rule.moment != moment || rule.packet != packet || !command.starts_with(rule.prefix)) {
            continue;
        }
        if (rule.skip > 0) {
            --rule.skip;
            continue;
        }
        happening.push_back(rule.action);
        rule.times -= rule.every ? 0 : 1;
    }
    std::erase_if(rules_, [](const Rule& rule) { return rule.times == 0; });
    return happening;
}

} // namespace kktd::sim
