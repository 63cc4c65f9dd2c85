// JsonTree: a JSON text as a tree that keeps what a DOM of doubles loses: the digits of every
// number as they were written, and keys that stand twice in one object.
//
// Keys and texts are views: into the text that was read where it has them as they are, into memory
// of the tree where they were escaped. So a tree must not outlive its text. The nodes stand in one
// row in the order of the text, each container before its members: reading a request of any size
// takes one allocation, two with escapes.
#pragma once

#include "fiscal/result.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace kktd::api {

class JsonMembers;

/// A place in a tree; never copied out of it, since its members are found behind it.
struct JsonNode {
    enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

    JsonNode() = default;
    JsonNode(JsonNode&&) = default;
    JsonNode& operator=(JsonNode&&) = default;

    std::string_view key;      ///< in its object; empty in arrays
    std::string_view text;     ///< a string's characters; a number's digits as written
    std::uint32_t extent = 1;  ///< nodes from this one to the last inside it
    std::uint32_t size = 0;    ///< members of an object or array
    std::uint32_t dropped = 0; ///< members beyond the bound: counted, not kept
    Kind kind = Kind::null;
    bool boolean = false;

    /// Of an object or array, in the order of the text.
    [[nodiscard]] JsonMembers members() const;
};

/// The members of a node, for a range-based for and for algorithms.
class JsonMembers {
public:
    class Iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = JsonNode;
        using difference_type = std::ptrdiff_t;
        using pointer = const JsonNode*;
        using reference = const JsonNode&;

        Iterator() = default;
        explicit Iterator(const JsonNode* at) : at_(at) {}
        reference operator*() const { return *at_; }
        pointer operator->() const { return at_; }
        Iterator& operator++() {
            at_ += at_->extent;
            return *this;
        }
        Iterator operator++(int) {
            const Iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const Iterator&, const Iterator&) = default;

    private:
        const JsonNode* at_ = nullptr;
    };

    explicit JsonMembers(const JsonNode& of) : of_(&of) {}
    [[nodiscard]] Iterator begin() const { return Iterator(of_ + 1); }
    [[nodiscard]] Iterator end() const { return Iterator(of_ + of_->extent); }

private:
    const JsonNode* of_;
};

inline JsonMembers JsonNode::members() const {
    return JsonMembers(*this);
}

/// Moved, never copied: its nodes look into its own memory.
class JsonTree {
public:
    /// `nodes` is not empty; their texts are in `unescaped` or outlive the tree.
    JsonTree(std::vector<JsonNode> nodes, std::vector<char> unescaped)
        : nodes_(std::move(nodes)), unescaped_(std::move(unescaped)) {}
    JsonTree(JsonTree&&) = default;
    JsonTree& operator=(JsonTree&&) = default;

    [[nodiscard]] const JsonNode& root() const { return nodes_.front(); }
    /// Every node, each container before its members.
    [[nodiscard]] const std::vector<JsonNode>& nodes() const { return nodes_; }
    /// JSON pointer of a node of this tree: "" for the root, "/Goods/Position_1", "/Goods/0".
    /// Searched for from the root: for what has to be told, not for every node.
    [[nodiscard]] std::string pointer_to(const JsonNode& node) const;

private:
    std::vector<JsonNode> nodes_;
    std::vector<char> unescaped_;
};

/// Bounds of a request's JSON.
inline constexpr std::size_t max_json_depth = 8;
inline constexpr std::size_t max_json_key = 256;             ///< bytes
inline constexpr std::size_t max_json_text = UINT32_MAX - 1; ///< bytes, so that nodes can count

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
/// not UTF-8, deeper than max_json_depth, a key longer than max_json_key. The tree looks into
/// `text`, which has to stay where it is.
[[nodiscard]] fiscal::Result<JsonTree, JsonError> read_json(std::string_view text,
                                                            std::size_t max_members);

/// A step of a JSON pointer: path + "/" + key, "~" and "/" in it escaped (RFC 6901).
[[nodiscard]] std::string json_pointer(std::string_view path, std::string_view key);

} // namespace kktd::api
