#include "api/json_tree.hpp"

#include "api/utf8.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace kktd::api {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Nodes are taken room for at once: a receipt has one in some twenty bytes.
constexpr std::size_t bytes_per_node = 16;
constexpr std::size_t nodes_at_least = 8;

/// Receives the events of Boost.JSON's parser. Its values of numbers are ignored: the digits count.
class TreeBuilder {
public:
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = max_json_key;

    using Error = boost::json::error_code;
    using Text = boost::json::string_view;

    TreeBuilder(std::string_view json, std::size_t max_members)
        : json_(json), max_members_(max_members) {
        nodes_.reserve(json.size() / bytes_per_node + nodes_at_least);
    }

    [[nodiscard]] JsonTree take() { return {std::move(nodes_), std::move(unescaped_)}; }

    bool on_document_begin(Error&) { return true; }
    bool on_document_end(Error&) { return true; }
    bool on_array_begin(Error&) { return open(JsonNode::Kind::array); }
    bool on_array_end(std::size_t, Error&) { return close(); }
    bool on_object_begin(Error&) { return open(JsonNode::Kind::object); }
    bool on_object_end(std::size_t, Error&) { return close(); }
    bool on_key_part(Text part, std::size_t, Error&) { return append(part); }
    bool on_key(Text part, std::size_t, Error&) {
        key_ = whole(part);
        return true;
    }
    bool on_string_part(Text part, std::size_t, Error&) { return append(part); }
    bool on_string(Text part, std::size_t, Error&) { return scalar(JsonNode::Kind::string, part); }
    bool on_number_part(Text part, Error&) { return append(part); }
    bool on_int64(std::int64_t, Text part, Error&) { return scalar(JsonNode::Kind::number, part); }
    bool on_uint64(std::uint64_t, Text part, Error&) {
        return scalar(JsonNode::Kind::number, part);
    }
    bool on_double(double, Text part, Error&) { return scalar(JsonNode::Kind::number, part); }
    bool on_bool(bool value, Error&) {
        if (JsonNode* node = add(JsonNode::Kind::boolean)) {
            node->boolean = value;
        }
        return true;
    }
    bool on_null(Error&) {
        add(JsonNode::Kind::null);
        return true;
    }
    bool on_comment_part(Text, Error&) { return true; }
    bool on_comment(Text, Error&) { return true; }

private:
    /// Whether the parser points into the text that is read and not into a buffer of its own.
    [[nodiscard]] bool in_json(Text part) const {
        constexpr std::less_equal<> not_behind;
        return not_behind(json_.data(), part.data()) &&
               not_behind(part.data() + part.size(), json_.data() + json_.size());
    }

    /// A key, string or number comes in parts where something is escaped. What is unescaped is
    /// never longer than it was, so room for the whole text is room for all of them, and none
    /// moves.
    bool append(Text part) {
        if (unescaped_.capacity() == 0) {
            unescaped_.reserve(json_.size());
        }
        unescaped_.insert(unescaped_.end(), part.begin(), part.end());
        return true;
    }

    /// The text that ends with this part.
    std::string_view whole(Text part) {
        if (unescaped_.size() == whole_until_ && in_json(part)) {
            return {part.data(), part.size()};
        }
        append(part);
        const std::string_view text(unescaped_.data() + whole_until_,
                                    unescaped_.size() - whole_until_);
        whole_until_ = unescaped_.size();
        return text;
    }

    bool scalar(JsonNode::Kind kind, Text part) {
        const std::string_view text = whole(part);
        if (JsonNode* node = add(kind)) {
            node->text = text;
        }
        return true;
    }

    bool open(JsonNode::Kind kind) {
        // What stands inside a dropped member is not kept either: only its depth is followed.
        if (skipping_ > 0) {
            ++skipping_;
        } else if (add(kind)) {
            open_[depth_++] = nodes_.size() - 1;
        } else {
            skipping_ = 1;
        }
        return true;
    }

    bool close() {
        if (skipping_ > 0) {
            --skipping_;
        } else {
            const std::size_t at = open_[--depth_];
            nodes_[at].extent = static_cast<std::uint32_t>(nodes_.size() - at);
        }
        return true;
    }

    /// The next node, with its key; null if it is not kept.
    JsonNode* add(JsonNode::Kind kind) {
        const std::string_view key = std::exchange(key_, {});
        if (skipping_ > 0) {
            return nullptr;
        }
        if (depth_ > 0) {
            JsonNode& parent = nodes_[open_[depth_ - 1]];
            if (parent.size >= max_members_) {
                ++parent.dropped;
                return nullptr;
            }
            ++parent.size;
        }
        JsonNode& node = nodes_.emplace_back();
        node.key = key;
        node.kind = kind;
        return &node;
    }

    std::string_view json_;
    std::size_t max_members_;
    std::size_t skipping_ = 0; ///< containers open inside a dropped member, and itself
    std::size_t depth_ = 0;
    std::array<std::size_t, max_json_depth> open_{}; ///< the parser sees to the depth
    std::string_view key_;
    std::vector<JsonNode> nodes_;
    std::vector<char> unescaped_;
    std::size_t whole_until_ = 0; ///< of unescaped_; what follows is a text's beginning
};

std::string message(const boost::json::error_code& error, std::size_t offset) {
    const std::string at = std::to_string(offset);
    if (error == boost::json::error::incomplete) {
        return "не JSON: текст обрывается, смещение " + at + " байт";
    }
    if (error == boost::json::error::extra_data) {
        return "не JSON: лишнее после конца JSON, смещение " + at + " байт";
    }
    if (error == boost::json::error::too_deep) {
        return "вложенность JSON больше " + std::to_string(max_json_depth) + " уровней, смещение " +
               at + " байт";
    }
    if (error == boost::json::error::key_too_large) {
        return "имя поля длиннее " + std::to_string(max_json_key) + " байт, смещение " + at +
               " байт";
    }
    if (error == boost::json::error::exponent_overflow) {
        return "степень числа слишком велика, смещение " + at + " байт";
    }
    return "не JSON: ошибка записи, смещение " + at + " байт";
}

} // namespace

std::string JsonTree::pointer_to(const JsonNode& node) const {
    std::string path;
    const JsonNode* at = &root();
    while (at != &node) {
        std::size_t index = 0;
        for (const JsonNode& member : at->members()) {
            if (&node < &member + member.extent) {
                path =
                    json_pointer(path, at->kind == JsonNode::Kind::array ? std::to_string(index)
                                                                         : std::string(member.key));
                at = &member;
                break;
            }
            ++index;
        }
    }
    return path;
}

fiscal::Result<JsonTree, JsonError> read_json(std::string_view text, std::size_t max_members) {
    if (text.size() > max_json_text) {
        return JsonError("не JSON: текст длиннее " + std::to_string(max_json_text) + " байт");
    }
    const std::size_t start = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    const std::size_t valid = valid_utf8_prefix(text);
    if (valid != text.size()) {
        return JsonError("текст не в кодировке UTF-8, смещение " + std::to_string(valid) + " байт");
    }
    const std::string_view json = text.substr(start);
    if (json.empty()) {
        return JsonError("не JSON: тело запроса пусто");
    }

    boost::json::parse_options options;
    options.max_depth = max_json_depth;
    options.allow_invalid_utf8 = true; // it is valid: the parser need not look again
    boost::json::basic_parser<TreeBuilder> parser(options, json, max_members);
    boost::json::error_code error;
    const std::size_t read = parser.write_some(false, json.data(), json.size(), error);
    if (!error && read < json.size()) {
        error = boost::json::error::extra_data;
    }
    if (error) {
        return JsonError(message(error, start + read));
    }
    return parser.handler().take();
}

std::string json_pointer(std::string_view path, std::string_view key) {
    std::string result;
    result.reserve(path.size() + 1 + key.size());
    result.append(path).push_back('/');
    while (!key.empty()) {
        const auto end =
            std::find_if(key.begin(), key.end(), [](char c) { return c == '~' || c == '/'; });
        const auto plain = static_cast<std::size_t>(end - key.begin());
        result.append(key.substr(0, plain));
        key.remove_prefix(plain);
        if (!key.empty()) {
            result.append(key.front() == '~' ? "~0" : "~1");
            key.remove_prefix(1);
        }
    }
    return result;
}

} // namespace kktd::api
