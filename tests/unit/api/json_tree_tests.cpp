#include "api/json_node.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(json_node_tests)

using namespace kktd::api;
using Kind = JsonNode::Kind;

JsonNode tree(std::string_view text, std::size_t max_members = 100) {
    const auto node = read_json(text, max_members);
    BOOST_REQUIRE_MESSAGE(node.has_value(), text << ": " << node.error().text());
    return *node;
}

std::string trouble(std::string_view text) {
    const auto node = read_json(text, 100);
    return node.has_value() ? "" : node.error().text();
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

BOOST_AUTO_TEST_CASE(digits_stay_as_they_were_written) {
    for (const std::string_view digits :
         {"0", "-0", "1950", "325.12", "1950.10", "1e2", "1E+2", "0.1000", "18446744073709551616",
          "123456789012345678901234567890.123456789", "1e400", "-7.5e-3"}) {
        const JsonNode node = tree("{\"a\": " + std::string(digits) + "}");
        BOOST_TEST((node.find("a")->kind == Kind::number));
        BOOST_TEST(node.find("a")->text == digits);
    }
}

BOOST_AUTO_TEST_CASE(kinds_order_and_nesting_are_kept) {
    const JsonNode node = tree(R"({"b": [1, "x", null, true, {}], "a": {"c": false}})");
    BOOST_REQUIRE(node.members.size() == 2U);
    BOOST_TEST(node.members[0].key == "b");
    const auto& list = node.members[0].node.members;
    BOOST_REQUIRE(list.size() == 5U);
    BOOST_TEST(list[1].node.text == "x");
    BOOST_TEST((list[2].node.kind == Kind::null));
    BOOST_TEST(list[3].node.boolean);
    BOOST_TEST((list[4].node.kind == Kind::object));
    const JsonNode& inner = *node.find("a")->find("c");
    BOOST_TEST((inner.kind == Kind::boolean && !inner.boolean));
    BOOST_TEST(!node.find("d"));
}

BOOST_AUTO_TEST_CASE(a_key_that_stands_twice_is_kept_twice) {
    const JsonNode node = tree(R"({"a": 1, "a": 2})");
    BOOST_TEST(node.members.size() == 2U);
    BOOST_TEST(node.find("a")->text == "1");
}

BOOST_AUTO_TEST_CASE(escapes_and_control_characters_are_read) {
    BOOST_TEST(tree(R"("a\u0000\n\u0447\ud83d\ude00")").text ==
               std::string("a\0\nч\xF0\x9F\x98\x80", 9));
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_is_taken_off) {
    BOOST_TEST(tree("\xEF\xBB\xBF[1]").members.size() == 1U);
    BOOST_TEST(contains(trouble("\xEF\xBB\xBF\xEF\xBB\xBF[1]"), "смещение 3 "));
}

BOOST_AUTO_TEST_CASE(members_beyond_the_bound_are_counted_not_kept) {
    const JsonNode list = tree("[1, [2, [3]], {\"a\": {\"b\": [4]}}, \"x\", null, 6]", 2);
    BOOST_TEST(list.members.size() == 2U);
    BOOST_TEST(list.dropped == 4U);
    BOOST_TEST(list.members[1].node.members.size() == 2U);
    const JsonNode object = tree(R"({"a": 1, "b": {"c": 1}, "d": [{}], "e": {"f": 1, "g": 2}})", 2);
    BOOST_TEST(object.members.size() == 2U);
    BOOST_TEST(object.dropped == 2U);
    BOOST_TEST(object.find("b")->find("c")->text == "1");
    // A sibling behind a dropped subtree keeps its own key.
    const JsonNode outer = tree(R"({"x": [1, 2, {"deep": [3]}], "y": 5})", 2);
    BOOST_TEST(outer.find("x")->dropped == 1U);
    BOOST_TEST(outer.find("y")->text == "5");
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
