#include "base/config_file.hpp"

#include <algorithm>
#include <charconv>

namespace kktd::base {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Length of the UTF-8 character at the beginning of `text`; 0 if it is none (overlong forms,
/// surrogates and what lies beyond U+10FFFF included).
std::size_t utf8_length(std::string_view text) {
    const auto byte = [text](std::size_t i) -> unsigned {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto continues = [&byte](std::size_t i, unsigned min, unsigned max) {
        return byte(i) >= min && byte(i) <= max;
    };
    const unsigned first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        return continues(1, 0x80, 0xBF) ? 2 : 0;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned min = first == 0xE0 ? 0xA0 : 0x80;
        const unsigned max = first == 0xED ? 0x9F : 0xBF;
        return continues(1, min, max) && continues(2, 0x80, 0xBF) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned min = first == 0xF0 ? 0x90 : 0x80;
        const unsigned max = first == 0xF4 ? 0x8F : 0xBF;
        return continues(1, min, max) && continues(2, 0x80, 0xBF) && continues(3, 0x80, 0xBF) ? 4
                                                                                              : 0;
    }
    return 0;
}

void append_utf8(std::string& to, std::uint32_t code) {
    const auto add = [&to](std::uint32_t byte) { to += static_cast<char>(byte); };
    if (code < 0x80) {
        add(code);
    } else if (code < 0x800) {
        add(0xC0 | (code >> 6));
        add(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        add(0xE0 | (code >> 12));
        add(0x80 | ((code >> 6) & 0x3F));
        add(0x80 | (code & 0x3F));
    } else {
        add(0xF0 | (code >> 18));
        add(0x80 | ((code >> 12) & 0x3F));
        add(0x80 | ((code >> 6) & 0x3F));
        add(0x80 | (code & 0x3F));
    }
}

std::string member_path(std::string_view path, std::string_view key) {
    return path.empty() ? std::string(key) : std::string(path).append(".").append(key);
}

std::string item_path(std::string_view path, std::size_t index) {
    return std::string(path) + "[" + std::to_string(index) + "]";
}

/// Recursive descent over the text. The first syntax error ends it: every function answers false
/// from then on.
class Parser {
public:
    Parser(std::string_view text, ConfigErrors& errors) : rest_(text), errors_(errors) {}

    bool file(ConfigValue& value) {
        take("\xEF\xBB\xBF");
        if (!skip() || !this->value(value, "", 0) || !skip()) {
            return false;
        }
        return rest_.empty() || fail("", "text after the end of the configuration");
    }

private:
    bool fail(std::string path, std::string text) {
        errors_.add(line_, std::move(path), std::move(text));
        return false;
    }

    bool at(char c) const { return !rest_.empty() && rest_.front() == c; }
    bool take(std::string_view token) {
        if (!rest_.starts_with(token)) {
            return false;
        }
        rest_.remove_prefix(token.size());
        return true;
    }

    /// White space and comments.
    bool skip() {
        for (;;) {
            if (take("\n")) {
                ++line_;
            } else if (take(" ") || take("\t") || take("\r")) {
            } else if (take("//")) {
                rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
            } else if (rest_.starts_with("/*")) {
                const std::size_t end = rest_.find("*/", 2);
                if (end == std::string_view::npos) {
                    return fail("", "a comment begins here with /* and does not end");
                }
                const std::string_view comment = rest_.substr(0, end + 2);
                line_ += static_cast<int>(std::count(comment.begin(), comment.end(), '\n'));
                rest_.remove_prefix(comment.size());
            } else {
                return true;
            }
        }
    }

    bool value(ConfigValue& value, const std::string& path, int depth) {
        if (depth > max_config_depth) {
            return fail(path, "nested too deeply");
        }
        value.line = line_;
        if (rest_.empty()) {
            return fail(path, "the file ends where a value was expected");
        }
        const char first = rest_.front();
        if (first == '{') {
            return members(value, path, depth);
        }
        if (first == '[') {
            return items(value, path, depth);
        }
        if (first == '"') {
            value.kind = ConfigValue::Kind::string;
            return string(value.text, path);
        }
        if (first == '-' || is_digit(first)) {
            return number(value, path);
        }
        return word(value, path);
    }

    bool members(ConfigValue& object, const std::string& path, int depth) {
        object.kind = ConfigValue::Kind::object;
        take("{");
        for (;;) {
            if (!skip()) {
                return false;
            }
            if (take("}")) {
                return true;
            }
            if (!at('"')) {
                return fail(path, "a key in double quotes or } was expected");
            }
            if (object.children.size() == max_config_keys) {
                return fail(path, "too many keys in one object");
            }
            const int line = line_;
            std::string key;
            if (!string(key, path) || !skip()) {
                return false;
            }
            const std::string member = member_path(path, key);
            if (!take(":")) {
                return fail(member, "a colon was expected after the key");
            }
            ConfigValue value;
            if (!skip() || !this->value(value, member, depth + 1)) {
                return false;
            }
            value.key = std::move(key);
            value.line = line;
            keep(object, std::move(value), member);
            if (!separator('}', path)) {
                return false;
            }
        }
    }

    void keep(ConfigValue& object, ConfigValue value, const std::string& path) {
        for (const ConfigValue& other : object.children) {
            if (other.key == value.key) {
                errors_.add(value.line, path,
                            "this key stands on line " + std::to_string(other.line) + " already");
                return;
            }
        }
        object.children.push_back(std::move(value));
    }

    bool items(ConfigValue& array, const std::string& path, int depth) {
        array.kind = ConfigValue::Kind::array;
        take("[");
        for (;;) {
            if (!skip()) {
                return false;
            }
            if (take("]")) {
                return true;
            }
            ConfigValue value;
            if (!this->value(value, item_path(path, array.children.size()), depth + 1)) {
                return false;
            }
            array.children.push_back(std::move(value));
            if (!separator(']', path)) {
                return false;
            }
        }
    }

    /// A comma, or the closing bracket, which is left for the caller's loop.
    bool separator(char closing, const std::string& path) {
        return skip() && (take(",") || at(closing) ||
                          fail(path, std::string("a comma or ") + closing + " was expected"));
    }

    bool string(std::string& to, const std::string& path) {
        take("\"");
        for (;;) {
            if (rest_.empty() || at('\n')) {
                return fail(path, "a string does not end on its line: a double quote is missing");
            }
            if (take("\"")) {
                return true;
            }
            if (take("\\")) {
                if (!escape(to)) {
                    return fail(path, "an unknown escape after \\ in a string");
                }
                continue;
            }
            const std::size_t length = utf8_length(rest_);
            if (length == 0) {
                return fail(path, "a string is not UTF-8: save the file in that encoding");
            }
            if (static_cast<unsigned char>(rest_.front()) < 0x20) {
                return fail(path, "a control character in a string");
            }
            to.append(rest_.substr(0, length));
            rest_.remove_prefix(length);
        }
    }

    bool escape(std::string& to) {
        static constexpr std::string_view letters = "\"\\/bfnrt";
        static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        if (take("u")) {
            return unicode_escape(to);
        }
        const std::size_t index = rest_.empty() ? letters.npos : letters.find(rest_.front());
        if (index == letters.npos) {
            return false;
        }
        to += meanings[index];
        rest_.remove_prefix(1);
        return true;
    }

    bool unicode_escape(std::string& to) {
        auto code = hex4();
        if (!code || (*code >= 0xDC00 && *code <= 0xDFFF)) {
            return false;
        }
        if (*code >= 0xD800 && *code <= 0xDBFF) {
            const auto low = take("\\u") ? hex4() : std::nullopt;
            if (!low || *low < 0xDC00 || *low > 0xDFFF) {
                return false;
            }
            code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
        }
        append_utf8(to, *code);
        return true;
    }

    std::optional<std::uint32_t> hex4() {
        const std::string_view digits = rest_.substr(0, 4);
        std::uint32_t code = 0;
        const auto [end, error] = std::from_chars(digits.begin(), digits.end(), code, 16);
        if (error != std::errc() || digits.size() != 4 || end != digits.end()) {
            return std::nullopt;
        }
        rest_.remove_prefix(4);
        return code;
    }

    bool number(ConfigValue& value, const std::string& path) {
        value.kind = ConfigValue::Kind::number;
        const auto digits = [this] {
            const std::size_t length =
                std::min(rest_.find_first_not_of("0123456789"), rest_.size());
            rest_.remove_prefix(length);
            return length > 0;
        };
        const std::string_view begin = rest_;
        take("-");
        const bool whole = take("0") || digits();
        const bool fraction = !take(".") || digits();
        const bool exponent = !(take("e") || take("E")) || ((take("+") || take("-"), digits()));
        if (!whole || !fraction || !exponent || (!rest_.empty() && is_digit(rest_.front()))) {
            return fail(path, "not a number");
        }
        value.text = begin.substr(0, begin.size() - rest_.size());
        return true;
    }

    bool word(ConfigValue& value, const std::string& path) {
        if (take("true")) {
            value.kind = ConfigValue::Kind::boolean;
            value.text = "true";
        } else if (take("false")) {
            value.kind = ConfigValue::Kind::boolean;
            value.text = "false";
        } else if (!take("null")) {
            return fail(path, "a value was expected: texts stand in double quotes");
        }
        return true;
    }

    std::string_view rest_;
    ConfigErrors& errors_;
    int line_ = 1;
};

} // namespace

std::string ConfigError::message() const {
    std::string where = file + ":" + std::to_string(line) + ": ";
    return key.empty() ? where + text : where + key + ": " + text;
}

void ConfigErrors::add(int line, std::string key, std::string text) {
    const auto after = std::find_if(list_.begin(), list_.end(),
                                    [line](const ConfigError& e) { return e.line > line; });
    list_.insert(after, ConfigError{file_, line, std::move(key), std::move(text)});
}

std::string ConfigErrors::text() const {
    std::string lines;
    for (const ConfigError& error : list_) {
        lines += error.message() + "\n";
    }
    return lines;
}

std::optional<ConfigValue> parse_config(std::string_view text, ConfigErrors& errors) {
    ConfigValue value;
    if (!Parser(text, errors).file(value)) {
        return std::nullopt;
    }
    return value;
}

ConfigObject::ConfigObject(const ConfigValue& value, std::string path, ConfigErrors& errors)
    : ConfigObject(value.line, std::move(path), errors) {
    if (value.kind == ConfigValue::Kind::object) {
        members_ = value.children;
    } else {
        errors.add(value.line, path_, "must be an object: { … }");
    }
}

const ConfigValue* ConfigObject::find(std::string_view key) const {
    const auto found = std::find_if(members_.begin(), members_.end(),
                                    [key](const ConfigValue& m) { return m.key == key; });
    return found == members_.end() ? nullptr : &*found;
}

const ConfigValue* ConfigObject::take(std::string_view key, ConfigValue::Kind kind,
                                      std::string_view wanted) {
    asked_.emplace(key);
    const ConfigValue* const value = find(key);
    if (value != nullptr && value->kind != kind) {
        fail(key, "must be " + std::string(wanted));
        return nullptr;
    }
    return value;
}

std::optional<std::string> ConfigObject::text(std::string_view key, std::size_t max_bytes) {
    const ConfigValue* const value =
        take(key, ConfigValue::Kind::string, "a text in double quotes");
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->text.size() > max_bytes) {
        fail(key, "is longer than " + std::to_string(max_bytes) + " bytes");
        return std::nullopt;
    }
    if (std::any_of(value->text.begin(), value->text.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; })) {
        fail(key, "must not have control characters in it");
        return std::nullopt;
    }
    return value->text;
}

std::optional<bool> ConfigObject::boolean(std::string_view key) {
    const ConfigValue* const value = take(key, ConfigValue::Kind::boolean, "true or false");
    return value == nullptr ? std::nullopt : std::optional(value->text == "true");
}

std::optional<std::int64_t> ConfigObject::integer(std::string_view key, std::int64_t min,
                                                  std::int64_t max) {
    const std::string wanted =
        "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
    const ConfigValue* const value = take(key, ConfigValue::Kind::number, wanted);
    if (value == nullptr) {
        return std::nullopt;
    }
    std::int64_t number = 0;
    const std::string_view digits = value->text;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), number);
    if (error != std::errc() || end != digits.end() || number < min || number > max) {
        fail(key, "must be " + wanted);
        return std::nullopt;
    }
    return number;
}

std::optional<std::size_t> ConfigObject::choice_index(std::string_view key,
                                                      const std::vector<std::string_view>& names) {
    std::string wanted = "one of ";
    for (const std::string_view name : names) {
        wanted.append(name == names.front() ? "\"" : ", \"").append(name).append("\"");
    }
    const ConfigValue* const value = take(key, ConfigValue::Kind::string, wanted);
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto found = std::find(names.begin(), names.end(), value->text);
    if (found == names.end()) {
        fail(key, "must be " + wanted);
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - names.begin());
}

ConfigObject ConfigObject::object(std::string_view key) {
    const ConfigValue* const value = take(key, ConfigValue::Kind::object, "an object: { … }");
    return value == nullptr ? ConfigObject(line_, path_of(key), *errors_)
                            : ConfigObject(*value, path_of(key), *errors_);
}

std::vector<ConfigObject> ConfigObject::objects(std::string_view key, std::size_t max) {
    std::vector<ConfigObject> objects;
    const ConfigValue* const value =
        take(key, ConfigValue::Kind::array, "an array of objects: [ { … } ]");
    if (value == nullptr) {
        return objects;
    }
    if (value->children.size() > max) {
        fail(key, "has more than " + std::to_string(max) + " entries");
        return objects;
    }
    for (std::size_t i = 0; i < value->children.size(); ++i) {
        objects.emplace_back(value->children[i], item_path(path_of(key), i), *errors_);
    }
    return objects;
}

void ConfigObject::fail(std::string_view key, std::string text) {
    if (failed_.emplace(key).second) {
        const ConfigValue* const value = find(key);
        errors_->add(value == nullptr ? line_ : value->line, path_of(key), std::move(text));
    }
}

void ConfigObject::finish() {
    const std::vector<std::string_view> known(asked_.begin(), asked_.end());
    for (const ConfigValue& member : members_) {
        if (!asked_.contains(member.key)) {
            const std::string_view meant = nearest_name(member.key, known);
            fail(member.key, meant.empty()
                                 ? "no such key"
                                 : "no such key; did you mean \"" + std::string(meant) + "\"?");
        }
    }
}

std::string ConfigObject::path_of(std::string_view key) const {
    return member_path(path_, key);
}

std::string_view nearest_name(std::string_view word, std::span<const std::string_view> names) {
    // Levenshtein's distance, row by row. Two edits may be a slip; more than a third of the word
    // is another word.
    static constexpr std::size_t longest = 64;
    const std::size_t allowed = std::max<std::size_t>(1, std::min<std::size_t>(3, word.size() / 3));
    std::string_view nearest;
    std::size_t best = allowed + 1;
    if (word.size() > longest) {
        return nearest;
    }
    for (const std::string_view name : names) {
        std::vector<std::size_t> row(name.size() + 1);
        for (std::size_t j = 0; j < row.size(); ++j) {
            row[j] = j;
        }
        for (std::size_t i = 1; i <= word.size(); ++i) {
            std::size_t diagonal = std::exchange(row[0], i);
            for (std::size_t j = 1; j < row.size(); ++j) {
                const std::size_t replaced = diagonal + (word[i - 1] == name[j - 1] ? 0 : 1);
                diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
            }
        }
        if (row.back() < best) {
            best = row.back();
            nearest = name;
        }
    }
    return nearest;
}

} // namespace kktd::base
