#include "base/config_file.hpp"

#include <array>
#include <boost/test/unit_test.hpp>

using namespace kktd::base;

namespace {

/// The messages of parsing alone; empty when the text is a configuration.
std::string syntax(std::string_view text) {
    ConfigErrors errors("f");
    const auto value = parse_config(text, errors);
    BOOST_TEST(value.has_value() == errors.empty());
    return errors.text();
}

enum class Colour { red, green };
constexpr std::array<std::pair<std::string_view, Colour>, 2> colours{
    {{"red", Colour::red}, {"green", Colour::green}}};

/// Reads one text with every accessor.
struct Everything {
    explicit Everything(std::string_view file) {
        const auto value = parse_config(file, errors);
        BOOST_REQUIRE(value.has_value());
        ConfigObject root(*value, "", errors);
        text = root.text("text", 8);
        boolean = root.boolean("boolean");
        integer = root.integer("integer", -5, 100);
        colour = root.choice<Colour>("colour", colours);
        ConfigObject inner = root.object("inner");
        inner_text = inner.text("text", 8);
        inner.finish();
        for (ConfigObject& item : root.objects("items", 2)) {
            if (const auto n = item.integer("n", 0, 9)) {
                numbers.push_back(*n);
            }
            item.finish();
        }
        root.finish();
    }

    ConfigErrors errors{"f"};
    std::optional<std::string> text, inner_text;
    std::optional<bool> boolean;
    std::optional<std::int64_t> integer;
    std::optional<Colour> colour;
    std::vector<std::int64_t> numbers;
};

} // namespace

BOOST_AUTO_TEST_SUITE(config_file_tests)

BOOST_AUTO_TEST_CASE(json_with_comments_and_trailing_commas) {
    const Everything read(
        "\xEF\xBB\xBF// first line\n"
        "{ /* a\n comment */ \"text\": \"a\\n\\u0416\\ud83d\\ude00/\", // here\r\n"
        "  \"boolean\": true, \"integer\": -5,\n"
        "  \"colour\": \"green\",\n"
        "  \"inner\": {\"text\": \"http://\",},\n"
        "  \"items\": [{\"n\": 1}, {\"n\": 2,},],\n"
        "} // end");
    BOOST_TEST(read.errors.text() == "f:3: text: is longer than 8 bytes\n");
    BOOST_TEST(read.boolean.value());
    BOOST_TEST(read.integer.value() == -5);
    BOOST_CHECK(read.colour.value() == Colour::green);
    BOOST_TEST(read.inner_text.value() == "http://");
    BOOST_TEST(read.numbers == (std::vector<std::int64_t>{1, 2}));
}

BOOST_AUTO_TEST_CASE(texts) {
    const auto text = [](const std::string& literal) {
        return Everything("{\"text\": " + literal + "}").text.value_or("none");
    };
    BOOST_TEST(text(R"("Ёж")") == "Ёж");
    BOOST_TEST(text(R"("\"\\\/")") == "\"\\/");
    BOOST_TEST(text(R"("\u0401\u20BD")") == "Ё₽");
    BOOST_TEST(text(R"("\ud83d\uDE00")") == "😀");
    BOOST_TEST(text(R"("")").empty());
    BOOST_TEST(text(R"("\u0000")") == "none"); // control characters may be written, not meant
    BOOST_TEST(text(R"("a\tb")") == "none");
    BOOST_TEST(text("null") == "none");
}

BOOST_AUTO_TEST_CASE(syntax_errors_know_their_line_and_key) {
    BOOST_TEST(syntax("") == "f:1: the file ends where a value was expected\n");
    BOOST_TEST(syntax("// only\n") == "f:2: the file ends where a value was expected\n");
    BOOST_TEST(syntax("{\n\n  a: 1}") == "f:3: a key in double quotes or } was expected\n");
    BOOST_TEST(syntax("{\"a\": {\n\"b\" 1}}") == "f:2: a.b: a colon was expected after the key\n");
    BOOST_TEST(syntax("{\"a\": 1\n \"b\": 2}") == "f:2: a comma or } was expected\n");
    BOOST_TEST(syntax("{\"a\": [1,\n{\"b\": yes}]}") ==
               "f:2: a[1].b: a value was expected: texts stand in double quotes\n");
    BOOST_TEST(syntax("{\"a\": [1\n") == "f:2: a: a comma or ] was expected\n");
    BOOST_TEST(syntax("{\"a\": \"x\n\"}") ==
               "f:1: a: a string does not end on its line: a double quote is missing\n");
    BOOST_TEST(syntax("{\"a\": \"x") ==
               "f:1: a: a string does not end on its line: a double quote is missing\n");
    BOOST_TEST(syntax("{}\n}") == "f:2: text after the end of the configuration\n");
    BOOST_TEST(syntax("{}\n/* \n\n") == "f:2: a comment begins here with /* and does not end\n");
    BOOST_TEST(syntax("{/*/}") == "f:1: a comment begins here with /* and does not end\n");
    BOOST_TEST(syntax("{,}") == "f:1: a key in double quotes or } was expected\n");
}

BOOST_AUTO_TEST_CASE(numbers_follow_the_json_grammar) {
    for (const char* good : {"0", "-0", "10", "1.5", "1e2", "1E+2", "-1.25e-3"}) {
        BOOST_TEST(syntax(good).empty(), good);
    }
    for (const char* bad : {"-", "01", "1.", "1e", "1e+", "00", "-a"}) {
        BOOST_TEST(syntax(bad) == "f:1: not a number\n", bad);
    }
    for (const char* bad : {".5", "+1", "NaN", "Infinity", "0x10", "1 000"}) {
        BOOST_TEST(!syntax(bad).empty(), bad);
    }
}

BOOST_AUTO_TEST_CASE(broken_strings) {
    for (const char* bad : {"\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\ud800\"", "\"\\udc00\"",
                            "\"\\ud800\\u0041\"", "\"\\"}) {
        BOOST_TEST(syntax(bad) == "f:1: an unknown escape after \\ in a string\n", bad);
    }
    for (const char* bad : {"\"\xFF\"", "\"\xC0\xAF\"", "\"\xE0\x80\x80\"", "\"\xED\xA0\x80\"",
                            "\"\xF4\x90\x80\x80\"", "\"\xF5\x80\x80\x80\"", "\"\xD0\""}) {
        BOOST_TEST(syntax(bad) == "f:1: a string is not UTF-8: save the file in that encoding\n",
                   bad);
    }
    BOOST_TEST(syntax("\"\t\"") == "f:1: a control character in a string\n");
}

BOOST_AUTO_TEST_CASE(depth_and_breadth_are_bounded) {
    BOOST_TEST(syntax(std::string(16, '[') + std::string(16, ']')).empty());
    BOOST_TEST(syntax(std::string(18, '[')).ends_with(": nested too deeply\n"));
    BOOST_TEST(syntax(std::string(100'000, '[')).ends_with(": nested too deeply\n"));
    std::string keys = "{";
    for (int i = 0; i <= 1000; ++i) {
        keys += "\"k" + std::to_string(i) + "\": 1,";
    }
    BOOST_TEST(syntax(keys + "}") == "f:1: too many keys in one object\n");
}

BOOST_AUTO_TEST_CASE(duplicate_keys_are_told_and_the_first_one_counts) {
    ConfigErrors errors("f");
    const auto value = parse_config("{\"a\": {\"b\": 1,\n\n\"b\": 2},\n\"a\": 3}", errors);
    BOOST_REQUIRE(value.has_value());
    BOOST_TEST(errors.text() == "f:3: a.b: this key stands on line 1 already\n"
                                "f:4: a: this key stands on line 1 already\n");
    BOOST_TEST(value->children.size() == 1U);
    BOOST_TEST(value->children[0].children.at(0).text == "1");
}

BOOST_AUTO_TEST_CASE(all_errors_at_once_in_the_order_of_lines) {
    const Everything read("{\n"
                          " \"colour\": \"blue\",\n"
                          " \"integer\": 101,\n"
                          " \"boolean\": 1,\n"
                          " \"text\": \"longer than eight\",\n"
                          " \"items\": [{\"n\": 1.5}, 7],\n"
                          " \"inner\": {\"test\": \"\"},\n"
                          " \"colur\": \"red\",\n"
                          " \"quite_different\": 0\n"
                          "}");
    BOOST_TEST(read.errors.text() == "f:2: colour: must be one of \"red\", \"green\"\n"
                                     "f:3: integer: must be a whole number from -5 to 100\n"
                                     "f:4: boolean: must be true or false\n"
                                     "f:5: text: is longer than 8 bytes\n"
                                     "f:6: items[1]: must be an object: { … }\n"
                                     "f:6: items[0].n: must be a whole number from 0 to 9\n"
                                     "f:7: inner.test: no such key; did you mean \"text\"?\n"
                                     "f:8: colur: no such key; did you mean \"colour\"?\n"
                                     "f:9: quite_different: no such key\n");
    BOOST_CHECK((read.errors.list().front() ==
                 ConfigError{"f", 2, "colour", "must be one of \"red\", \"green\""}));
}

BOOST_AUTO_TEST_CASE(integers_have_no_other_form) {
    const auto integer = [](const std::string& literal) {
        return Everything("{\"integer\": " + literal + "}").integer.has_value();
    };
    BOOST_TEST(integer("100"));
    BOOST_TEST(integer("-5"));
    for (const char* bad :
         {"101", "-6", "1.0", "1e1", "\"5\"", "true", "null", "99999999999999999999999", "[]"}) {
        BOOST_TEST(!integer(bad), bad);
    }
}

BOOST_AUTO_TEST_CASE(wrong_kinds_and_too_many) {
    BOOST_TEST(Everything("{\"items\": {}, \"inner\": []}").errors.text() ==
               "f:1: inner: must be an object: { … }\n"
               "f:1: items: must be an array of objects: [ { … } ]\n");
    BOOST_TEST(Everything("{\"items\": [{}, {}, {}]}").errors.text() ==
               "f:1: items: has more than 2 entries\n");
    BOOST_TEST(Everything("[]").errors.text() == "f:1: must be an object: { … }\n");
    BOOST_TEST(Everything("{}").errors.empty());
}

BOOST_AUTO_TEST_CASE(first_error_of_a_key_and_errors_of_absent_keys) {
    ConfigErrors errors("f");
    const auto value = parse_config("{\n\"inner\": {\n\"n\": 5}}", errors);
    ConfigObject root(*value, "", errors);
    ConfigObject inner = root.object("inner");
    BOOST_TEST(!inner.integer("n", 0, 4).has_value());
    inner.fail("n", "a second thought");
    inner.fail("absent", "must be stated");
    root.object("none").object("deeper").fail("absent", "must be stated");
    BOOST_TEST(errors.text() == "f:1: none.deeper.absent: must be stated\n"
                                "f:2: inner.absent: must be stated\n"
                                "f:3: inner.n: must be a whole number from 0 to 4\n");
}

BOOST_AUTO_TEST_CASE(nearest_names) {
    const std::array<std::string_view, 3> names{"give_up_after", "device", "id"};
    BOOST_TEST(nearest_name("giveupafter", names) == "give_up_after");
    BOOST_TEST(nearest_name("devices", names) == "device");
    BOOST_TEST(nearest_name("di", names).empty());
    BOOST_TEST(nearest_name("i", names) == "id");
    BOOST_TEST(nearest_name("password", names).empty());
    BOOST_TEST(nearest_name(std::string(10'000, 'x'), names).empty());
}

BOOST_AUTO_TEST_SUITE_END()
