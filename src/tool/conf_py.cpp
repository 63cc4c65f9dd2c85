#include "conf_py.hpp"

#include <charconv>
#include <optional>
#include <utility>

namespace kktd::tool {

namespace {

constexpr std::string_view bom = "\xef\xbb\xbf";
constexpr std::string_view blanks = " \t\f";

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

void skip_blanks(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
}

/// Nothing but blanks and a comment.
bool is_end(std::string_view rest) {
    skip_blanks(rest);
    return rest.empty() || rest.front() == '#';
}

/// A name at the very beginning; empty if there is none.
std::string_view take_name(std::string_view& rest) {
    std::size_t length = 0;
    while (length < rest.size() &&
           (is_letter(rest[length]) || (length > 0 && is_digit(rest[length])))) {
        ++length;
    }
    const std::string_view name = rest.substr(0, length);
    rest.remove_prefix(length);
    return name;
}

/// What stands between two quotes of one kind.
std::optional<std::string> take_text(std::string_view& rest) {
    bool raw = false;
    if (!rest.empty() && (rest.front() == 'u' || rest.front() == 'r')) {
        raw = rest.front() == 'r';
        rest.remove_prefix(1);
    }
    if (rest.empty() || (rest.front() != '\'' && rest.front() != '"')) {
        return std::nullopt;
    }
    const char quote = rest.front();
    rest.remove_prefix(1);
    std::string text;
    while (!rest.empty()) {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c == quote) {
            return text;
        }
        if (c == '\\' && !raw) {
            if (rest.empty() ||
                (rest.front() != '\\' && rest.front() != '\'' && rest.front() != '"')) {
                return std::nullopt;
            }
            text += rest.front();
            rest.remove_prefix(1);
        } else if (c == '\\' && !rest.empty() && rest.front() == quote) {
            return std::nullopt; // r'\'' ends elsewhere than it seems
        } else {
            text += c;
        }
    }
    return std::nullopt;
}

std::optional<std::int64_t> take_number(std::string_view& rest) {
    const bool minus = rest.starts_with('-');
    rest.remove_prefix(minus ? 1 : 0);
    const bool hex = rest.starts_with("0x") || rest.starts_with("0X");
    rest.remove_prefix(hex ? 2 : 0);
    // 017 is octal in Python 2 and no number at all in Python 3.
    if (!hex && rest.size() > 1 && rest[0] == '0' && is_digit(rest[1])) {
        return std::nullopt;
    }
    std::int64_t value = 0;
    if (rest.empty() || rest.front() == '-') {
        return std::nullopt;
    }
    const auto [end, error] =
        std::from_chars(rest.data(), rest.data() + rest.size(), value, hex ? 16 : 10);
    if (error != std::errc()) {
        return std::nullopt;
    }
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return minus ? -value : value;
}

std::optional<ConfValue> take_value(std::string_view& rest) {
    static constexpr std::pair<std::string_view, bool> flags[] = {{"True", true}, {"False", false}};
    if (rest.empty()) {
        return std::nullopt;
    }
    if (is_digit(rest.front()) || rest.front() == '-') {
        const auto number = take_number(rest);
        return number ? std::optional<ConfValue>(*number) : std::nullopt;
    }
    std::string_view after = rest;
    const std::string_view word = take_name(after);
    for (const auto& [name, value] : flags) {
        if (word == name) {
            rest = after;
            return ConfValue(value);
        }
    }
    if (word == "None") {
        rest = after;
        return ConfValue();
    }
    auto text = take_text(rest);
    return text ? std::optional<ConfValue>(std::move(*text)) : std::nullopt;
}

void read_line(std::string_view line, std::size_t number, ConfPy& conf) {
    if (is_end(line)) {
        return;
    }
    const std::string name(take_name(line));
    skip_blanks(line);
    const bool assigns = !name.empty() && line.starts_with('=') && !line.starts_with("==");
    if (!assigns) {
        conf.unread.push_back({number, ""});
        return;
    }
    line.remove_prefix(1);
    skip_blanks(line);
    auto value = take_value(line);
    if (!value || !is_end(line)) {
        conf.unread.push_back({number, name});
        return;
    }
    conf.settings.push_back({number, name, std::move(*value)});
}

} // namespace

ConfPy parse_conf_py(std::string_view text) {
    ConfPy conf;
    if (text.starts_with(bom)) {
        text.remove_prefix(bom.size());
    }
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        read_line(text.substr(0, end), number, conf);
        const bool crlf = text.substr(end).starts_with("\r\n");
        text.remove_prefix(std::min(end + (crlf ? 2 : 1), text.size()));
    }
    return conf;
}

} // namespace kktd::tool
