#include "driver/atol/atol_driver.hpp"
#include "driver/atol/detecting_link.hpp"
#include "driver/atol/link_v2.hpp"
#include "driver/atol/link_v3.hpp"
#include "driver/atol/transcript.hpp"
#include "port/logging_port.hpp"
#include "port/serial_port.hpp"
#include "port/tcp_port.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace kktd::driver::atol {

namespace {

constexpr int default_tcp_port = 5555;
constexpr int default_baud = 115'200;
constexpr int max_password = 9'999;

struct Options {
    std::string log; ///< absolute path of the transcript; empty: none
    int baud = default_baud;
    std::optional<int> protocol; ///< of a serial line; nothing: to be found out
    int password = 0;            ///< of access, before every command
    DriverOptions driver;
};

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    return error == std::errc() && end == text.end() ? std::optional(value) : std::nullopt;
}

OpenError bad(std::string_view option, std::string_view must) {
    return OpenError("option \"" + std::string(option) + "\" must be " + std::string(must));
}

std::string baud_list() {
    std::string list;
    for (const int rate : port::SerialPort::rates()) {
        list += (list.empty() ? "" : ", ") + std::to_string(rate);
    }
    return list;
}

/// What is wrong with the option; nothing if it was taken.
std::optional<OpenError> take(Options& options, const std::string& name, const std::string& text,
                              bool serial) {
    if (name == "log") {
        options.log = text;
        return text.starts_with('/') ? std::nullopt : std::optional(bad(name, "an absolute path"));
    }
    // Wrong values are not repeated: a typing error tells most of a password.
    if (name == "password") {
        options.password = number(text).value_or(-1);
        return options.password >= 0 && options.password <= max_password
                   ? std::nullopt
                   : std::optional(bad(name, "0 to 9999"));
    }
    if (name == "user_password") {
        const int password = number(text).value_or(0);
        options.driver.user_password = static_cast<std::uint32_t>(password);
        return password > 0 && options.driver.user_password <= max_user_password
                   ? std::nullopt
                   : std::optional(bad(name, "1 to 99999999"));
    }
    if (name == "leftover") {
        const auto seconds = seconds_option(text);
        options.driver.leftover = seconds.value_or(options.driver.leftover);
        return seconds ? std::nullopt : std::optional(bad(name, seconds_option_must));
    }
    if (serial && name == "baud") {
        const auto rates = port::SerialPort::rates();
        options.baud = number(text).value_or(0);
        return std::find(rates.begin(), rates.end(), options.baud) != rates.end()
                   ? std::nullopt
                   : std::optional(bad(name, "one of " + baud_list()));
    }
    if (serial && name == "protocol") {
        const int protocol = number(text).value_or(0);
        options.protocol = protocol;
        return protocol == 2 || protocol == 3 ? std::nullopt : std::optional(bad(name, "2 or 3"));
    }
    return OpenError("no option \"" + name +
                     "\"; there is: leftover, log, password, user_password" +
                     (serial ? ", baud, protocol" : ""));
}

std::optional<OpenError> wrong_address(const DeviceUri& uri) {
    if (uri.transport == "tcp") {
        return uri.host.empty() || !uri.path.empty()
                   ? std::optional(OpenError("write it as atol+tcp://192.168.1.10:5555"))
                   : std::nullopt;
    }
    if (uri.transport == "serial") {
        return !uri.host.empty() || !uri.path.starts_with('/')
                   ? std::optional(OpenError("write it as atol+serial:///dev/ttyACM0?baud=115200"))
                   : std::nullopt;
    }
    return OpenError("the driver atol needs a transport: atol+tcp://… or atol+serial:///…");
}

std::unique_ptr<port::Port> logged(std::unique_ptr<port::Port> port, const std::string& file,
                                   const base::Clock& clock) {
    if (file.empty()) {
        return port;
    }
    const auto transcript = std::make_shared<Transcript>(file);
    return std::make_unique<port::LoggingPort>(
        std::move(port), [transcript](std::string_view line) { transcript->write(line); }, clock);
}

} // namespace

fiscal::Result<std::unique_ptr<Driver>, OpenError> create(const DeviceUri& uri,
                                                          const Surroundings& surroundings) {
    if (auto error = wrong_address(uri)) {
        return *std::move(error);
    }
    const bool serial = uri.transport == "serial";
    Options options;
    for (const auto& [name, text] : uri.options) {
        if (auto error = take(options, name, text, serial)) {
            return *std::move(error);
        }
    }
    std::unique_ptr<port::Port> port;
    if (serial) {
        port = std::make_unique<port::SerialPort>(uri.path, options.baud);
    } else {
        port =
            std::make_unique<port::TcpPort>(uri.host, uri.port != 0 ? uri.port : default_tcp_port);
    }
    port = logged(std::move(port), options.log, surroundings.clock);
    const auto password = static_cast<std::uint16_t>(options.password);
    std::unique_ptr<Link> link;
    if (serial && !options.protocol) {
        link = std::make_unique<DetectingLink>(std::move(port), password);
    } else if (options.protocol == 2) {
        link = std::make_unique<LinkV2>(std::move(port), password);
    } else { // TCP is v3
        link = std::make_unique<LinkV3>(std::move(port), password);
    }
    return make_driver(std::move(link), surroundings.vat_codes, options.driver);
}

} // namespace kktd::driver::atol
