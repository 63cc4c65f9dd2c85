// Device URI: "test:?storage=FILE", "atol+tcp://192.168.1.10:5555",
// "atol+serial:///dev/ttyACM0?baud=115200".
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver {

struct DeviceUri {
    std::string driver;    ///< "test", "atol", "fptr10"
    std::string transport; ///< "tcp", "serial" or empty
    std::string host;      ///< empty where there is none
    int port = 0;
    std::string path;                           ///< "/dev/ttyACM0"
    std::map<std::string, std::string> options; ///< percent-decoded

    /// Nothing if the text is not such a URI (or names an option twice).
    [[nodiscard]] static std::optional<DeviceUri> parse(std::string_view text);
    friend bool operator==(const DeviceUri&, const DeviceUri&) = default;
};

/// Whether two URIs lead to one KKT: one end of the wire, one storage file. (Two names of one
/// serial port are found out later, by the identity of the KKT.)
[[nodiscard]] bool same_device(const DeviceUri& a, const DeviceUri& b);

/// The value of an option that is a number of seconds, 1 to 600.
[[nodiscard]] std::optional<std::chrono::seconds> seconds_option(std::string_view text);
/// What it must be, for errors.
inline constexpr std::string_view seconds_option_must = "a number of seconds from 1 to 600";

} // namespace kktd::driver
