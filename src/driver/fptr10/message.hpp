// Messages between kktd and its child kktd-fptr10: one call of a function of the library, and what
// came of it. A message is its length (4 bytes) and that many bytes; numbers are little endian.
// Both ends bound everything, since a library that has gone mad may write anything.
#pragma once

#include "driver/fptr10/api.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kktd::driver::fptr10 {

/// The largest body of a message. A whole receipt is never in one: its lines are calls of their
/// own.
inline constexpr std::size_t max_message_bytes = 256U << 10;
inline constexpr std::size_t message_head_bytes = 4;
/// Inputs, outputs or settings of one call.
inline constexpr std::size_t max_message_items = 128;

/// As the library's set_param_datetime: the KKT's local time, no zone.
struct DateTime {
    std::int32_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    friend bool operator==(const DateTime&, const DateTime&) = default;
};
struct Bytes {
    std::string bytes;
    friend bool operator==(const Bytes&, const Bytes&) = default;
};

/// A parameter's value, by the type of the library's set_param_… and get_param_…; texts are UTF-8.
using Value = std::variant<bool, std::uint32_t, double, std::string, DateTime, Bytes>;
/// The index of each in Value, and its code in a message.
enum class ValueType : std::uint8_t { boolean, integer, real, text, date_time, bytes };

struct Input {
    std::uint32_t id = 0;
    Value value;
    bool printed = true; ///< false: set_non_printable_param_…
    friend bool operator==(const Input&, const Input&) = default;
};
struct Wanted {
    std::uint32_t id = 0;
    ValueType type = ValueType::integer;
    friend bool operator==(const Wanted&, const Wanted&) = default;
};

struct Request {
    Method method = Method::load;
    std::vector<Input> inputs = {};
    std::vector<Wanted> wanted = {}; ///< read after the call, if it succeeded
    std::string text = {};           ///< load: the path of the library, empty: the usual places
    std::vector<std::pair<std::string, std::string>> settings = {}; ///< configure
    std::uint32_t number = 0; ///< of the call: its response has the same
    friend bool operator==(const Request&, const Request&) = default;
};

enum class CallStatus : std::uint8_t {
    done,
    failed,         ///< the library said so: code and text
    missing_symbol, ///< this version of the library has no such function: text names it
    not_loaded,     ///< the library could not be loaded: text tells why
};

struct Response {
    CallStatus status = CallStatus::failed;
    std::uint32_t code = 0;          ///< LIBFPTR_ERROR_…
    std::string text = {};           ///< in the library's own words; load: its version
    std::vector<Value> outputs = {}; ///< one for each wanted, in that order; only if done
    std::uint32_t number = 0;        ///< that of the request
    friend bool operator==(const Response&, const Response&) = default;
};

/// With the length in front; nothing if it would be longer than max_message_bytes.
[[nodiscard]] std::optional<std::string> encode(const Request& request);
[[nodiscard]] std::optional<std::string> encode(const Response& response);
/// The body of a message. Nothing for anything that encode() does not write.
[[nodiscard]] std::optional<Request> decode_request(std::string_view body);
[[nodiscard]] std::optional<Response> decode_response(std::string_view body);
/// The length of the body that follows; nothing if it is above max_message_bytes.
[[nodiscard]] std::optional<std::size_t> body_length(std::string_view head);

} // namespace kktd::driver::fptr10
