// JsonNode: a JSON text as a tree that keeps what a DOM of doubles loses: the digits of every
// number as they were written, and keys that stand twice in one object.
#pragma once

#include "fiscal/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kktd::api {

struct JsonMember;

struct JsonNode {
    enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

    Kind kind = Kind::null;
    bool boolean = false;
    std::string text;                ///< a string's characters; a number's digits as written
    std::vector<JsonMember> members; ///< of an object or array, in the order of the text
    std::size_t dropped = 0;         ///< members beyond the bound: counted, not kept

    /// The first member of that name; null if there is none.
    [[nodiscard]] const JsonNode* find(std::string_view key) const;
};

struct JsonMember {
    std::string key; ///< empty in arrays
    JsonNode node;
};

/// Bounds of a request's JSON.
inline constexpr std::size_t max_json_depth = 8;
inline constexpr std::size_t max_json_key = 256; ///< bytes

/// Not an aggregate: it is the error of Result.
class JsonError {
public:
    JsonError() = default;
    explicit JsonError(std::string text) : text_(std::move(text)) {}
    /// Russian, with the byte offset in the text as it came.
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// Reads one JSON value, a UTF-8 byte order mark before it taken off. Of each object and array
/// `max_members` are kept and the rest only counted. Errors: not JSON, more than one value, cut,
/// not UTF-8, deeper than max_json_depth, a key longer than max_json_key.
[[nodiscard]] fiscal::Result<JsonNode, JsonError> read_json(std::string_view text,
                                                            std::size_t max_members);

/// A step of a JSON pointer: path + "/" + key, "~" and "/" in it escaped (RFC 6901).
[[nodiscard]] std::string json_pointer(std::string_view path, std::string_view key);

} // namespace kktd::api
