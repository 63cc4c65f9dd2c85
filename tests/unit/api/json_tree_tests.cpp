#include "api/json_tree.hpp"

#include "json_member.hpp"

#include <boost/test/unit_test.hpp>

#include <iterator>

BOOST_AUTO_TEST_SUITE(json_tree_tests)

using namespace kktd::api;
using Kind = JsonNode::Kind;

/// A text and its tree, which looks into it: neither moves.
class Read {
public:
    explicit Read(std::string text, std::size_t max_members = 100)
        : text_(std::move(text)), tree_(read(text_, max_members)) {}
    Read(const Read&) = delete;
    Read& operator=(const Read&) = delete;

    const JsonNode& root() const { return tree_.root(); }
    const JsonNode& at(std::string_view key) const { return json_member::at(root(), key); }
    std::string pointer_to(const JsonNode& node) const { return tree_.pointer_to(node); }
    bool holds(std::string_view view) const {
        return view.data() >= text_.data() &&
               view.data() + view.size() <= text_.data() + text_.size();
    }

private:
    static JsonTree read(std::string_view text, std::size_t max_members) {
        auto tree = read_json(text, max_members);
        BOOST_REQUIRE_MESSAGE(tree.has_value(), text << ": " << tree.error().text());
        return std::move(*tree);
    }

    std::string text_;
    JsonTree tree_;
};

std::string trouble(std::string_view text) {
    const auto tree = read_json(text, 100);
    return tree.has_value() ? "" : tree.error().text();
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

BOOST_AUTO_TEST_CASE(digits_stay_as_they_were_written) {
    for (const std::string_view digits :
         {"0", "-0", "1950", "325.12", "1950.10", "1e2", "1E+2", "0.1000", "18446744073709551616",
          "123456789012345678901234567890.123456789", "1e400", "-7.5e-3"}) {
        const Read read("{\"a\": " + std::string(digits) + "}");
        BOOST_TEST((read.at("a").kind == Kind::number));
        BOOST_TEST(read.at("a").text == digits);
        // At the very end of the text, where the parser may come to it in parts.
        BOOST_TEST(Read(std::string(digits)).root().text == digits);
    }
}

BOOST_AUTO_TEST_CASE(kinds_order_and_nesting_are_kept) {
    const Read read(R"({"b": [1, "x", null, true, {}], "a": {"c": false}})");
    BOOST_REQUIRE(read.root().size == 2U);
    BOOST_TEST(read.root().members().begin()->key == "b");
    const JsonNode& list = read.at("b");
    BOOST_REQUIRE(list.size == 5U);
    const auto at = [&](int index) -> const JsonNode& {
        return *std::next(list.members().begin(), index);
    };
    BOOST_TEST(at(1).text == "x");
    BOOST_TEST((at(2).kind == Kind::null));
    BOOST_TEST(at(3).boolean);
    BOOST_TEST((at(4).kind == Kind::object));
    BOOST_TEST((at(4).members().begin() == at(4).members().end()));
    const JsonNode& inner = json_member::at(read.at("a"), "c");
    BOOST_TEST((inner.kind == Kind::boolean && !inner.boolean));
    BOOST_TEST(!json_member::find(read.root(), "d"));
}

BOOST_AUTO_TEST_CASE(a_key_that_stands_twice_is_kept_twice) {
    const Read read(R"({"a": 1, "a": 2})");
    BOOST_TEST(read.root().size == 2U);
    BOOST_TEST(std::next(read.root().members().begin())->text == "2");
}

BOOST_AUTO_TEST_CASE(escapes_and_control_characters_are_read) {
    BOOST_TEST(Read(R"("a\u0000\n\u0447\ud83d\ude00")").root().text ==
               std::string("a\0\nч\xF0\x9F\x98\x80", 9));
}

// The parser has a buffer for what it unescapes, of a few thousand bytes.
BOOST_AUTO_TEST_CASE(long_escaped_texts_are_whole) {
    std::string sent = "\"";
    std::string meant;
    for (int i = 0; i < 20'000; ++i) {
        sent += i % 7 == 0 ? "\\u0447" : "чек";
        meant += i % 7 == 0 ? "ч" : "чек";
    }
    BOOST_TEST(Read("[" + sent + "\", " + sent + "\", 5]").root().size == 3U);
    BOOST_TEST(Read(sent + "\"").root().text == meant);
}

BOOST_AUTO_TEST_CASE(texts_are_views_of_what_was_read) {
    const Read plain(R"({"key": "текст", "number": -12.50, "empty": ""})");
    for (const JsonNode& member : plain.root().members()) {
        BOOST_TEST(plain.holds(member.key));
        BOOST_TEST(plain.holds(member.text));
    }
    // What was escaped stands elsewhere, and does not disturb its neighbours.
    const Read escaped(R"({"a\tb": "x", "c": "\u0074", "d\n": "z\"", "e": "e", "\\": "\/"})");
    std::string all;
    for (const JsonNode& member : escaped.root().members()) {
        all.append(member.key).append("=").append(member.text).append(";");
        BOOST_TEST(escaped.holds(member.key) == (member.key == "c" || member.key == "e"));
    }
    BOOST_TEST(all == "a\tb=x;c=t;d\n=z\";e=e;\\=/;");
    BOOST_TEST(escaped.holds(json_member::at(escaped.root(), "a\tb").text));
}

BOOST_AUTO_TEST_CASE(a_tree_can_be_moved) {
    const std::string text = R"({"k\u0065y": "te\u0078t"})";
    auto read = read_json(text, 100);
    BOOST_REQUIRE(read.has_value());
    const JsonTree tree = std::move(*read);
    BOOST_TEST(tree.root().members().begin()->key == "key");
    BOOST_TEST(tree.root().members().begin()->text == "text");
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_is_taken_off) {
    BOOST_TEST(Read("\xEF\xBB\xBF[1]").root().size == 1U);
    BOOST_TEST(contains(trouble("\xEF\xBB\xBF\xEF\xBB\xBF[1]"), "смещение 3 "));
}

BOOST_AUTO_TEST_CASE(members_beyond_the_bound_are_counted_not_kept) {
    const Read list("[1, [2, [3]], {\"a\": {\"b\": [4]}}, \"x\", null, 6]", 2);
    BOOST_TEST(list.root().size == 2U);
    BOOST_TEST(list.root().dropped == 4U);
    BOOST_TEST(std::next(list.root().members().begin())->size == 2U);
    const Read object(R"({"a": 1, "b": {"c": 1}, "d": [{}], "e": {"f": 1, "g": 2}})", 2);
    BOOST_TEST(object.root().size == 2U);
    BOOST_TEST(object.root().dropped == 2U);
    BOOST_TEST(json_member::at(object.at("b"), "c").text == "1");
    // A sibling behind a dropped subtree keeps its own key.
    const Read outer(R"({"x": [1, 2, {"deep\n": [3, "\t"]}], "y": 5})", 2);
    BOOST_TEST(outer.at("x").dropped == 1U);
    BOOST_TEST(outer.at("y").text == "5");
}

BOOST_AUTO_TEST_CASE(every_node_knows_its_place) {
    const Read read(R"({"a": [1, {"b/c": {}}, [[2]]], "d~": {"": 3}, "a": 4})");
    std::string all;
    for (const JsonNode* node = &read.root(); node < &read.root() + read.root().extent; ++node) {
        all += read.pointer_to(*node) + " ";
    }
    BOOST_TEST(all == " /a /a/0 /a/1 /a/1/b~1c /a/2 /a/2/0 /a/2/0/0 /d~0 /d~0/ /a ");
}

BOOST_AUTO_TEST_CASE(what_is_not_json_is_told_with_its_place) {
    BOOST_TEST(contains(trouble(""), "пусто"));
    BOOST_TEST(contains(trouble("\xEF\xBB\xBF"), "пусто"));
    BOOST_TEST(contains(trouble("{\"a\": 1"), "обрывается, смещение 7 "));
    BOOST_TEST(contains(trouble("{\"a\": \"тек"), "обрывается"));
    BOOST_TEST(contains(trouble("{\"a\": 1} x"), "лишнее после конца JSON, смещение 9 "));
    BOOST_TEST(contains(trouble("{\"a\": 1}{}"), "лишнее"));
    BOOST_TEST(contains(trouble("{\"a\": NaN}"), "смещение 6 "));
    BOOST_TEST(contains(trouble("{\"a\": 01}"), "не JSON"));
    BOOST_TEST(contains(trouble("{'a': 1}"), "смещение 1 "));
    BOOST_TEST(contains(trouble("{\"a\": 1,}"), "не JSON"));
    BOOST_TEST(contains(trouble("{\"a\": \"\n\"}"), "не JSON"));
    BOOST_TEST(contains(trouble(R"(["\ud800"])"), "не JSON"));
    BOOST_TEST(contains(trouble("{\"a\": \"\xD7\xE5\xEA\"}"), "UTF-8, смещение 7 "));
    BOOST_TEST(contains(trouble("[1e99999999999]"), "степень"));
    BOOST_TEST(contains(trouble("DocNumber=1&DocDate=2"), "смещение 0 "));
    // Never read so far as that.
    BOOST_TEST(contains(trouble(std::string_view("[]", max_json_text + 1)), "длиннее"));
}

BOOST_AUTO_TEST_CASE(depth_and_key_length_have_bounds) {
    BOOST_TEST(trouble(std::string(8, '[') + std::string(8, ']')) == "");
    BOOST_TEST(contains(trouble(std::string(9, '[') + std::string(9, ']')), "больше 8 уровней"));
    BOOST_TEST(contains(trouble(std::string(100'000, '[')), "больше 8 уровней"));
    BOOST_TEST(trouble("{\"" + std::string(256, 'k') + "\": 1}") == "");
    BOOST_TEST(contains(trouble("{\"" + std::string(257, 'k') + "\": 1}"), "длиннее 256"));
}

BOOST_AUTO_TEST_CASE(pointers_escape) {
    BOOST_TEST(json_pointer("", "Goods") == "/Goods");
    BOOST_TEST(json_pointer("/a", "b/c~d") == "/a/b~1c~0d");
    BOOST_TEST(json_pointer("/a", "") == "/a/");
}

BOOST_AUTO_TEST_SUITE_END()
