#include "api/json_node.hpp"

#include "api/utf8.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>

namespace kktd::api {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// Receives the events of Boost.JSON's parser. Its values of numbers are ignored: the digits count.
class TreeBuilder {
public:
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = max_json_key;
    static constexpr std::size_t members_expected = 8; ///< of a position; more are taken too

    using Error = boost::json::error_code;
    using Text = boost::json::string_view;

    explicit TreeBuilder(std::size_t max_members) : max_members_(max_members) {}

    [[nodiscard]] JsonNode take() { return std::move(root_); }

    bool on_document_begin(Error&) { return true; }
    bool on_document_end(Error&) { return true; }
    bool on_array_begin(Error&) { return open(JsonNode::Kind::array); }
    bool on_array_end(std::size_t, Error&) { return close(); }
    bool on_object_begin(Error&) { return open(JsonNode::Kind::object); }
    bool on_object_end(std::size_t, Error&) { return close(); }
    bool on_key_part(Text part, std::size_t, Error&) { return append(key_, part); }
    bool on_key(Text part, std::size_t, Error&) { return append(key_, part); }
    bool on_string_part(Text part, std::size_t, Error&) { return append(text_, part); }
    bool on_string(Text part, std::size_t, Error&) { return scalar(JsonNode::Kind::string, part); }
    bool on_number_part(Text part, Error&) { return append(text_, part); }
    bool on_int64(std::int64_t, Text part, Error&) { return scalar(JsonNode::Kind::number, part); }
    bool on_uint64(std::uint64_t, Text part, Error&) {
        return scalar(JsonNode::Kind::number, part);
    }
    bool on_double(double, Text part, Error&) { return scalar(JsonNode::Kind::number, part); }
    bool on_bool(bool value, Error&) {
        JsonNode node;
        node.kind = JsonNode::Kind::boolean;
        node.boolean = value;
        return add(std::move(node));
    }
    bool on_null(Error&) { return add({}); }
    bool on_comment_part(Text, Error&) { return true; }
    bool on_comment(Text, Error&) { return true; }

private:
    struct Frame {
        std::string key; ///< of the container in its parent
        JsonNode node;
    };

    static bool append(std::string& to, Text part) {
        to.append(part.data(), part.size());
        return true;
    }

    bool scalar(JsonNode::Kind kind, Text part) {
        JsonNode node;
        node.kind = kind;
        append(text_, part);
        node.text = std::move(text_);
        text_.clear();
        return add(std::move(node));
    }

    bool open(JsonNode::Kind kind) {
        // What stands inside a dropped member is not kept either: only its depth is followed.
        if (skipping_ > 0 || full()) {
            ++skipping_;
            key_.clear();
            return true;
        }
        Frame frame;
        frame.key = std::move(key_);
        frame.node.kind = kind;
        frame.node.members.reserve(members_expected);
        key_.clear();
        frames_.push_back(std::move(frame));
        return true;
    }

    bool close() {
        if (skipping_ > 0) {
            if (--skipping_ == 0) {
                ++frames_.back().node.dropped;
            }
            return true;
        }
        Frame frame = std::move(frames_.back());
        frames_.pop_back();
        key_ = std::move(frame.key);
        return add(std::move(frame.node));
    }

    bool add(JsonNode node) {
        if (skipping_ > 0) {
            // nothing is kept
        } else if (frames_.empty()) {
            root_ = std::move(node);
        } else if (full()) {
            ++frames_.back().node.dropped;
        } else {
            frames_.back().node.members.push_back({std::move(key_), std::move(node)});
        }
        key_.clear();
        return true;
    }

    [[nodiscard]] bool full() const {
        return !frames_.empty() && frames_.back().node.members.size() >= max_members_;
    }

    std::size_t max_members_;
    std::size_t skipping_ = 0; ///< containers open inside a dropped member
    std::string key_;
    std::string text_;
    std::vector<Frame> frames_;
    JsonNode root_;
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

const JsonNode* JsonNode::find(std::string_view key) const {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const JsonMember& member) { return member.key == key; });
    return found == members.end() ? nullptr : &found->node;
}

fiscal::Result<JsonNode, JsonError> read_json(std::string_view text, std::size_t max_members) {
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
    boost::json::basic_parser<TreeBuilder> parser(options, max_members);
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
    std::string result(path);
    result.push_back('/');
    for (const char c : key) {
        if (c == '~') {
            result.append("~0");
        } else if (c == '/') {
            result.append("~1");
        } else {
            result.push_back(c);
        }
    }
    return result;
}

} // namespace kktd::api
