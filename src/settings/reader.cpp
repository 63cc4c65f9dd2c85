#include "fiscal/text.hpp"
#include "settings/fields.hpp"
#include "settings/settings.hpp"
#include "settings/words.hpp"

namespace kktd::settings {
namespace {

/// Reads one object of the file into the fields that are visited. Whatever is absent or wrong keeps
/// its default.
class Reader {
public:
    explicit Reader(base::ConfigObject& object) : object_(object) {}

    template<class Visit>
    void object(std::string_view key, Visit visit) {
        base::ConfigObject inner = object_.object(key);
        Reader reader(inner);
        visit(reader);
        inner.finish();
    }

    template<class Visit>
    void kkts(std::string_view key, std::vector<engine::KktConfig>& list, std::size_t max,
              Visit visit) {
        for (base::ConfigObject& inner : object_.objects(key, max)) {
            engine::KktConfig kkt;
            Reader reader(inner);
            visit(reader, kkt, list);
            inner.finish();
            list.push_back(std::move(kkt));
        }
    }

    void text(std::string_view key, std::string& to, std::size_t max_bytes) {
        set(to, object_.text(key, max_bytes));
    }

    /// A text that goes into a tag as it is: every character in CP866.
    void tag_text(std::string_view key, std::string& to, std::size_t max_characters) {
        static constexpr std::size_t max_utf8_bytes = 3; // of a character that CP866 has
        if (auto text = object_.text(key, max_characters * max_utf8_bytes)) {
            const auto encoded = fiscal::to_cp866(*text);
            check(key, encoded.has_value(),
                  "has a character that receipts cannot carry (CP866): write \" for «», - for —");
            check(key, !encoded || encoded->size() <= max_characters,
                  "is longer than " + std::to_string(max_characters) + " characters");
            to = std::move(*text);
        }
    }

    void secret_uri(std::string_view key, std::string& to, std::size_t max_bytes) {
        text(key, to, max_bytes);
    }

    void flag(std::string_view key, bool& to) { set(to, object_.boolean(key)); }

    template<class T>
    void number(std::string_view key, T& to, std::int64_t min, std::int64_t max, const char*) {
        if (const auto value = object_.integer(key, min, max)) {
            to = static_cast<T>(*value);
        }
    }

    template<class Duration>
    void seconds(std::string_view key, Duration& to, std::int64_t min, std::int64_t max) {
        if (const auto value = object_.integer(key, min, max)) {
            to = std::chrono::seconds(*value);
        }
    }

    template<class T>
    void word(std::string_view key, T& to) {
        set(to, object_.choice<T>(key, choices<T>()));
    }

    template<class T>
    void optional_word(std::string_view key, std::optional<T>& to) {
        if (const auto value = object_.choice<T>(key, choices<T>())) {
            to = value;
        }
    }

    void utc_offset(std::string_view key, std::chrono::seconds& to) {
        static constexpr std::size_t max_bytes = 16;
        if (const auto text = object_.text(key, max_bytes)) {
            const auto offset = parse_utc_offset(*text);
            check(key, offset.has_value(),
                  "must be an offset from -12:00 to +14:00, such as \"+03:00\" for Moscow");
            set(to, offset);
        }
    }

    template<class Set>
    void initial(Set set) {
        set();
    }

    void must_state(std::string_view key, std::string_view text) {
        check(key, object_.has(key), text);
    }

    void check(std::string_view key, bool good, std::string_view text) {
        if (!good) {
            object_.fail(key, std::string(text));
        }
    }

private:
    template<class T>
    static void set(T& to, std::optional<T> value) {
        if (value) {
            to = std::move(*value);
        }
    }

    base::ConfigObject& object_;
};

} // namespace

fiscal::Result<Settings, base::ConfigErrors>
read_settings(std::string_view file, std::string_view text, std::string_view state_dir) {
    base::ConfigErrors errors{std::string(file)};
    Settings settings;
    settings.state_dir = state_dir;
    if (const auto value = base::parse_config(text, errors)) {
        base::ConfigObject object(*value, "", errors);
        Reader reader(object);
        visit_settings(reader, settings);
        object.finish();
    }
    if (!errors.empty()) {
        return errors;
    }
    return settings;
}

} // namespace kktd::settings
