#include "settings/settings.hpp"

#include "base/masked_uri.hpp"
#include "settings/fields.hpp"
#include "settings/words.hpp"

#include <cstdlib>
#include <set>

namespace kktd::settings {
namespace {

std::string json_text(std::string_view text) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string json = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            json += '\\';
            json += c;
        } else if (byte < 0x20) {
            json += "\\u00";
            json += digits[byte >> 4];
            json += digits[byte & 0x0F];
        } else {
            json += c;
        }
    }
    return json + '"';
}

template<class Duration>
std::string seconds_text(Duration duration) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

/// What printing and listing have in common: no rule is asked, every value becomes a JSON text.
/// `Self` has put(key, json, type, bounds).
template<class Self>
class Writer {
public:
    void text(std::string_view key, const std::string& value, std::size_t max_bytes) {
        self().put(key, json_text(value), "text", "≤ " + std::to_string(max_bytes) + " bytes");
    }
    void tag_text(std::string_view key, const std::string& value, std::size_t max_characters) {
        self().put(key, json_text(value), "text",
                   "≤ " + std::to_string(max_characters) + " characters");
    }
    void secret_uri(std::string_view key, const std::string& value, std::size_t max_bytes) {
        self().put(key, json_text(base::masked_uri(value)), "URI",
                   "≤ " + std::to_string(max_bytes) + " bytes");
    }
    void flag(std::string_view key, bool value) {
        self().put(key, value ? "true" : "false", "flag", "`true`, `false`");
    }
    template<class T>
    void number(std::string_view key, T value, std::int64_t min, std::int64_t max,
                const char* unit) {
        self().put(key, std::to_string(value), unit, range(min, max));
    }
    template<class Duration>
    void seconds(std::string_view key, Duration value, std::int64_t min, std::int64_t max) {
        self().put(key, seconds_text(value), "seconds", range(min, max));
    }
    template<class T>
    void word(std::string_view key, T value) {
        self().put(key, json_text(settings::word(value)), "word", words<T>());
    }
    template<class T>
    void optional_word(std::string_view key, const std::optional<T>& value) {
        self().put(key, value ? json_text(settings::word(*value)) : std::string(), "word",
                   words<T>());
    }
    void utc_offset(std::string_view key, std::chrono::seconds value) {
        self().put(key, json_text(utc_offset_text(value)), "offset", "-12:00 … +14:00");
    }

    template<class Set>
    void initial(Set) {}
    void must_state(std::string_view, std::string_view) {}
    void check(std::string_view, bool, std::string_view) {}

private:
    static std::string range(std::int64_t min, std::int64_t max) {
        return std::to_string(min) + " … " + std::to_string(max);
    }
    template<class T>
    static std::string words() {
        std::string list;
        for (const auto& [name, value] : choices<T>()) {
            list.append(list.empty() ? "`" : ", `").append(name).append("`");
        }
        return list;
    }
    Self& self() { return static_cast<Self&>(*this); }
};

class Printer : public Writer<Printer> {
public:
    explicit Printer(std::string indent = "  ") : indent_(std::move(indent)) {}

    template<class Visit>
    void object(std::string_view key, Visit visit) {
        Printer inner(indent_ + "  ");
        visit(inner);
        put(key, inner.json(), {}, {});
    }

    template<class Visit>
    void kkts(std::string_view key, std::vector<engine::KktConfig>& list, std::size_t,
              Visit visit) {
        std::string json;
        for (engine::KktConfig& kkt : list) {
            Printer inner(indent_ + "  ");
            visit(inner, kkt, std::span<const engine::KktConfig>());
            json += (json.empty() ? "" : ", ") + inner.json();
        }
        put(key, "[" + json + "]", {}, {});
    }

    /// A value that is not set (no JSON) is left out.
    void put(std::string_view key, const std::string& json, std::string_view, const std::string&) {
        if (!json.empty()) {
            members_ += (members_.empty() ? "\n" : ",\n") + indent_ + json_text(key) + ": " + json;
        }
    }

    [[nodiscard]] std::string json() const {
        return "{" + members_ + "\n" + indent_.substr(2) + "}";
    }

private:
    std::string indent_;
    std::string members_;
};

class Lister : public Writer<Lister> {
public:
    Lister(std::vector<Key>& keys, std::string prefix) : keys_(keys), prefix_(std::move(prefix)) {}

    template<class Visit>
    void object(std::string_view key, Visit visit) {
        put(key, {}, "object", {});
        Lister inner(keys_, prefix_ + std::string(key) + ".");
        visit(inner);
    }

    template<class Visit>
    void kkts(std::string_view key, std::vector<engine::KktConfig>&, std::size_t max, Visit visit) {
        put(key, {}, "list of objects", "1 … " + std::to_string(max));
        Lister inner(keys_, prefix_ + std::string(key) + "[].");
        engine::KktConfig kkt;
        kkt.device = "real:"; // to be told what such a one must state
        visit(inner, kkt, std::span<const engine::KktConfig>());
    }

    void must_state(std::string_view key, std::string_view) { stated_.emplace(key); }

    void put(std::string_view key, std::string json, std::string_view type, std::string bounds) {
        const bool stated = stated_.contains(key);
        if (stated || json == "\"\"") {
            json.clear();
        }
        keys_.push_back({prefix_ + std::string(key), std::string(type), stated, std::move(json),
                         std::move(bounds)});
    }

private:
    std::vector<Key>& keys_;
    std::string prefix_;
    std::set<std::string, std::less<>> stated_;
};

} // namespace

std::string default_config_file() {
    const char* const file = std::getenv("KKTD_CONFIG");
    return file != nullptr && *file != '\0' ? file : "/etc/kktd/kktd.json";
}

std::string default_state_dir() {
    const char* const folders = std::getenv("STATE_DIRECTORY");
    if (folders == nullptr || *folders == '\0') {
        return "/var/lib/kktd";
    }
    const std::string_view list(folders); // several are separated by colons (systemd.exec(5))
    return std::string(list.substr(0, list.find(':')));
}

std::string print_settings(const Settings& settings) {
    Settings copy = settings; // the visit is written once, for reading too
    Printer printer;
    visit_settings(printer, copy);
    return printer.json() + "\n";
}

std::vector<Key> known_keys() {
    std::vector<Key> keys;
    Settings defaults;
    defaults.state_dir = default_state_dir();
    Lister lister(keys, "");
    visit_settings(lister, defaults);
    return keys;
}

} // namespace kktd::settings
