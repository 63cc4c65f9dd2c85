// The configuration file as values that know where they stand: strict JSON plus // and /* */
// comments and trailing commas. Strict, because a configuration that is not read as it was meant
// costs a shop wrong receipts: duplicate keys, unknown keys and values out of bounds are errors,
// and all of them are told at once, each with its line and key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kktd::base {

/// One thing that is wrong in a configuration file.
struct ConfigError {
    std::string file;
    int line = 0;     ///< counted from 1
    std::string key;  ///< "kkt[0].legal.inn"; empty: the file as a whole
    std::string text; ///< English, says what to write instead
    /// "kktd.json:12: kkt[0].legal.inn: …"
    [[nodiscard]] std::string message() const;
    friend bool operator==(const ConfigError&, const ConfigError&) = default;
};

/// All that is wrong in one file. Not an aggregate: it is the error of a result.
class ConfigErrors {
public:
    ConfigErrors() = default;
    explicit ConfigErrors(std::string file) : file_(std::move(file)) {}

    void add(int line, std::string key, std::string text);
    [[nodiscard]] bool empty() const { return list_.empty(); }
    /// In the order of their lines.
    [[nodiscard]] const std::vector<ConfigError>& list() const { return list_; }
    /// Every message() with a line break behind it.
    [[nodiscard]] std::string text() const;

private:
    std::string file_;
    std::vector<ConfigError> list_;
};

struct ConfigValue {
    enum class Kind : std::uint8_t { null, boolean, number, string, array, object };
    Kind kind = Kind::null;
    int line = 0;                      ///< where its key (in an array: the value itself) stands
    std::string key;                   ///< of a member of an object
    std::string text;                  ///< string: its UTF-8; number: its digits; "true", "false"
    std::vector<ConfigValue> children; ///< of an array or object, in order
};

inline constexpr int max_config_depth = 16;
inline constexpr std::size_t max_config_keys = 1000; ///< in one object

/// Reads a whole file (a byte order mark is skipped). Nothing if it cannot be read any further:
/// then the reason is the last of `errors`. A duplicate key is an error too, but reading goes on
/// with the first one.
[[nodiscard]] std::optional<ConfigValue> parse_config(std::string_view text, ConfigErrors& errors);

/// A name and the value it stands for.
template<class T>
using Choices = std::span<const std::pair<std::string_view, T>>;

/// Reads the members of one object by their types and remembers which ones it was asked for, so
/// that finish() can tell the unknown ones. An accessor answers nothing when the key is absent, and
/// also when its value is wrong: then the error is among `errors`.
class ConfigObject {
public:
    /// `value` and `errors` must outlive the object. What is not an object is told as an error and
    /// read as an empty one. `path` is empty for the whole file.
    ConfigObject(const ConfigValue& value, std::string path, ConfigErrors& errors);

    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

    /// Bytes of UTF-8, without control characters.
    [[nodiscard]] std::optional<std::string> text(std::string_view key, std::size_t max_bytes);
    [[nodiscard]] std::optional<bool> boolean(std::string_view key);
    /// Bounds inclusive.
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t min,
                                                      std::int64_t max);
    /// A string that is one of the names.
    template<class T>
    [[nodiscard]] std::optional<T> choice(std::string_view key, Choices<T> choices) {
        std::vector<std::string_view> names;
        for (const auto& [name, value] : choices) {
            names.push_back(name);
        }
        const auto index = choice_index(key, names);
        return index ? std::optional<T>(choices[*index].second) : std::nullopt;
    }
    /// An object within; an absent one reads as empty, at the line of this one.
    [[nodiscard]] ConfigObject object(std::string_view key);
    /// An array of objects, at most `max` of them; empty when absent.
    [[nodiscard]] std::vector<ConfigObject> objects(std::string_view key, std::size_t max);

    /// An error at the line of `key` (of the object, if the key is absent). Only the first one of
    /// each key is kept.
    void fail(std::string_view key, std::string text);
    /// Tells every key nobody asked for, with the nearest known one.
    void finish();

private:
    ConfigObject(int line, std::string path, ConfigErrors& errors)
        : line_(line), path_(std::move(path)), errors_(&errors) {}
    [[nodiscard]] const ConfigValue* find(std::string_view key) const;
    [[nodiscard]] const ConfigValue* take(std::string_view key, ConfigValue::Kind kind,
                                          std::string_view wanted);
    [[nodiscard]] std::optional<std::size_t>
    choice_index(std::string_view key, const std::vector<std::string_view>& names);
    [[nodiscard]] std::string path_of(std::string_view key) const;

    std::span<const ConfigValue> members_;
    int line_ = 0;
    std::string path_;
    ConfigErrors* errors_;
    std::set<std::string, std::less<>> asked_;
    std::set<std::string, std::less<>> failed_;
};

/// The nearest of `names` to a mistyped `word`; empty if none is near enough to be meant.
[[nodiscard]] std::string_view nearest_name(std::string_view word,
                                            std::span<const std::string_view> names);

} // namespace kktd::base
