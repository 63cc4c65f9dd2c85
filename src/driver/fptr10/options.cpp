#include "driver/fptr10/options.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace kktd::driver::fptr10 {

namespace {

/// A name and the number by which the library knows it.
struct Word {
    std::string_view name;
    std::string_view number;
};

/// LIBFPTR_MODEL_…
constexpr auto models = std::to_array<Word>({
    {"auto", "500"}, {"1f", "93"},     {"2f", "96"},     {"11f", "67"},     {"15f", "78"},
    {"20f", "81"},   {"22f", "63"},    {"22v2f", "95"},  {"25f", "57"},     {"27f", "87"},
    {"30f", "61"},   {"35f", "97"},    {"42fa", "70"},   {"42fs", "77"},    {"47fa", "48"},
    {"50f", "80"},   {"52f", "64"},    {"55f", "62"},    {"55v2f", "66"},   {"60f", "75"},
    {"77f", "69"},   {"90f", "72"},    {"91f", "82"},    {"92f", "84"},     {"27fp7", "99"},
    {"pt5f", "89"},  {"sigma7", "90"}, {"sigma8", "91"}, {"sigma10", "86"}, {"stb6f", "94"},
});
/// LIBFPTR_OFD_CHANNEL_…: `driver` makes the library carry the KKT's traffic to the OFD.
constexpr auto ofd_channels = std::to_array<Word>({{"none", "0"}, {"usb", "1"}, {"driver", "2"}});
constexpr auto bauds = std::to_array<Word>({
    {"1200", "1200"},
    {"2400", "2400"},
    {"4800", "4800"},
    {"9600", "9600"},
    {"19200", "19200"},
    {"38400", "38400"},
    {"57600", "57600"},
    {"115200", "115200"},
    {"230400", "230400"},
    {"460800", "460800"},
    {"921600", "921600"},
});

/// LIBFPTR_PORT_…
constexpr std::string_view port_com = "0", port_usb = "1", port_tcp = "2";
constexpr std::string_view default_baud = "115200";
constexpr int default_tcp_port = 5555;

template<std::size_t N>
std::optional<std::string> number_of(const std::array<Word, N>& words, std::string_view name) {
    const auto found = std::ranges::find(words, name, &Word::name);
    return found == words.end() ? std::nullopt : std::optional(std::string(found->number));
}

/// An absolute path: the child may be started from any folder.
bool is_path(std::string_view text) {
    return text.starts_with('/');
}

struct Made {
    Options options;
    const DeviceUri& uri;
    void set(std::string_view key, std::string_view value) {
        auto& settings = options.place.settings;
        const auto known =
            std::ranges::find(settings, key, &std::pair<std::string, std::string>::first);
        if (known != settings.end()) {
            known->second = value;
        } else {
            settings.emplace_back(key, value);
        }
    }
    template<std::size_t N>
    bool choose(std::string_view key, const std::array<Word, N>& words, std::string_view name) {
        const auto number = number_of(words, name);
        if (number) {
            set(key, *number);
        }
        return number.has_value();
    }
};

struct Option {
    std::string_view name;
    std::string_view values; ///< what it may be, for the error
    bool (*set)(Made&, const std::string& text);
};

constexpr auto table = std::to_array<Option>({
    {"library", "an absolute path of libfptr10.so or of its folder",
     [](Made& made, const std::string& text) {
         made.options.place.library = text;
         return is_path(text);
     }},
    {"child", "an absolute path of kktd-fptr10",
     [](Made& made, const std::string& text) {
         made.options.place.child = text;
         return is_path(text);
     }},
    {"home", "an absolute path of a folder for the library's logs",
     [](Made& made, const std::string& text) {
         made.options.place.home = text;
         return is_path(text);
     }},
    {"model", "auto or a model such as 55f, 30f, sigma7",
     [](Made& made, const std::string& text) { return made.choose("Model", models, text); }},
    {"ofd", "none, usb or driver",
     [](Made& made, const std::string& text) {
         return made.choose("OfdChannel", ofd_channels, text);
     }},
    {"baud", "a speed from 1200 to 921600, of a serial port",
     [](Made& made, const std::string& text) {
         return made.uri.transport == "serial" && made.choose("BaudRate", bauds, text);
     }},
    {"usb_path", "auto or the path of a USB device",
     [](Made& made, const std::string& text) {
         made.set("UsbDevicePath", text);
         return made.uri.transport == "usb" && !text.empty();
     }},
    {"access_password", "the password of access to the KKT",
     [](Made& made, const std::string& text) {
         made.set("AccessPassword", text);
         return !text.empty();
     }},
    {"user_password", "the password of the operator",
     [](Made& made, const std::string& text) {
         made.set("UserPassword", text);
         return !text.empty();
     }},
    {"answer", seconds_option_must,
     [](Made& made, const std::string& text) {
         const auto seconds = seconds_option(text);
         made.options.answer_wait = seconds.value_or(made.options.answer_wait);
         return seconds.has_value();
     }},
    {"leftover", seconds_option_must,
     [](Made& made, const std::string& text) {
         const auto seconds = seconds_option(text);
         made.options.leftover = seconds.value_or(made.options.leftover);
         return seconds.has_value();
     }},
});

/// Where the KKT is. Nothing if the URI does not say it.
bool set_transport(Made& made) {
    const DeviceUri& uri = made.uri;
    if (uri.transport == "tcp" && !uri.host.empty() && uri.path.empty()) {
        made.set("Port", port_tcp);
        made.set("IPAddress", uri.host);
        made.set("IPPort", std::to_string(uri.port != 0 ? uri.port : default_tcp_port));
        return true;
    }
    if (uri.transport == "serial" && uri.host.empty() && is_path(uri.path)) {
        made.set("Port", port_com);
        made.set("ComFile", uri.path);
        made.set("BaudRate", default_baud);
        return true;
    }
    if (uri.transport == "usb" && uri.host.empty() && uri.path.empty()) {
        made.set("Port", port_usb);
        return true;
    }
    return false;
}

} // namespace

fiscal::Result<Options, OpenError> parse_options(const DeviceUri& uri) {
    Made made{.options = {}, .uri = uri};
    made.set("Model", "500"); // automatic
    made.set("OfdChannel", "0");
    // The library comes back by itself to a link that broke while it asks whether a document is
    // closed, which only the handle that opened it can tell. Its waits end with our deadlines.
    made.set("AutoReconnect", "1");
    if (!set_transport(made)) {
        return OpenError("a device of the ATOL driver 10 is \"fptr10+tcp://HOST:PORT\", "
                         "\"fptr10+serial:///dev/ttyACM0?baud=115200\" or \"fptr10+usb:\"");
    }
    for (const auto& [name, value] : uri.options) {
        const auto option = std::ranges::find(table, name, &Option::name);
        if (option == table.end()) {
            return OpenError("a device of the ATOL driver 10 has no option \"" + name + "\"");
        }
        if (!option->set(made, value)) {
            return OpenError("option \"" + name + "\" of a device of the ATOL driver 10 must be " +
                             std::string(option->values));
        }
    }
    return std::move(made.options);
}

} // namespace kktd::driver::fptr10
