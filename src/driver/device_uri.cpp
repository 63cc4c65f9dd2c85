#include "driver/device_uri.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace kktd::driver {

namespace {

bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded.push_back(text[i]);
            continue;
        }
        if (i + 2 >= text.size() || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0) {
            return std::nullopt;
        }
        decoded.push_back(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
        i += 2;
    }
    return decoded;
}

/// Up to the first `separator`, which is taken away too; the whole rest if there is none.
std::string_view take(std::string_view& rest, char separator) {
    const std::size_t at = rest.find(separator);
    const std::string_view taken = rest.substr(0, at);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
    return taken;
}

/// "192.168.1.10:5555", "kkt.local", "[::1]:5555".
bool parse_authority(std::string_view text, DeviceUri& uri) {
    constexpr int max_port = 65'535;
    std::string_view port;
    bool has_port = false;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) {
            return false;
        }
        uri.host = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
        has_port = !text.empty();
        if (has_port && text.front() != ':') {
            return false;
        }
        port = has_port ? text.substr(1) : text;
    } else {
        has_port = text.find(':') != std::string_view::npos;
        uri.host = take(text, ':');
        port = text;
    }
    if (!has_port) {
        return true;
    }
    const auto [end, error] = std::from_chars(port.begin(), port.end(), uri.port);
    return !uri.host.empty() && error == std::errc() && end == port.end() && uri.port > 0 &&
           uri.port <= max_port;
}

bool parse_options(std::string_view text, DeviceUri& uri) {
    while (!text.empty()) {
        std::string_view option = take(text, '&');
        if (option.find('=') == std::string_view::npos) {
            return false;
        }
        const auto name = percent_decoded(take(option, '='));
        const auto value = percent_decoded(option);
        if (!name || name->empty() || !value || !uri.options.emplace(*name, *value).second) {
            return false;
        }
    }
    return true;
}

} // namespace

std::optional<DeviceUri> DeviceUri::parse(std::string_view text) {
    // A zero byte or a control character is never part of a path somebody meant.
    if (text.find(':') == std::string_view::npos ||
        std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' '; })) {
        return std::nullopt;
    }
    DeviceUri uri;
    std::string_view scheme = take(text, ':');
    const bool has_transport = scheme.find('+') != std::string_view::npos;
    uri.driver = take(scheme, '+');
    uri.transport = scheme;
    if (!is_name(uri.driver) || (has_transport && !is_name(uri.transport))) {
        return std::nullopt;
    }
    std::string_view place = take(text, '?');
    if (place.starts_with("//")) {
        place.remove_prefix(2);
        const std::size_t slash = std::min(place.find('/'), place.size());
        if (!parse_authority(place.substr(0, slash), uri)) {
            return std::nullopt;
        }
        place.remove_prefix(slash);
    }
    const auto path = percent_decoded(place);
    if (!path || !parse_options(text, uri)) {
        return std::nullopt;
    }
    uri.path = *path;
    return uri;
}

bool same_device(const DeviceUri& a, const DeviceUri& b) {
    const auto storage = [](const DeviceUri& uri) -> std::filesystem::path {
        const auto option = uri.options.find("storage");
        return option == uri.options.end()
                   ? std::filesystem::path()
                   : std::filesystem::path(option->second).lexically_normal();
    };
    return a == b || (!a.host.empty() && a.host == b.host && a.port == b.port) ||
           (!a.path.empty() && a.path == b.path) ||
           (!storage(a).empty() && storage(a) == storage(b));
}

std::optional<std::chrono::seconds> seconds_option(std::string_view text) {
    constexpr int longest = 600;
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), seconds);
    return error == std::errc() && end == text.end() && seconds >= 1 && seconds <= longest
               ? std::optional(std::chrono::seconds(seconds))
               : std::nullopt;
}

} // namespace kktd::driver
