#include "api/json_writer.hpp"

#include "api/utf8.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <random>

namespace {

using kktd::api::JsonWriter;
namespace json = boost::json;

std::string written(std::string_view text, std::size_t expected = 16) {
    JsonWriter writer(expected);
    writer.text(text);
    return std::move(writer).take();
}

/// The same as Boost.JSON writes it, after every byte that is not UTF-8 has been replaced.
std::string expected(std::string_view text) {
    std::string valid;
    while (!text.empty()) {
        const std::size_t prefix = kktd::api::valid_utf8_prefix(text);
        valid += text.substr(0, prefix);
        text.remove_prefix(prefix);
        if (!text.empty()) {
            valid += "\xEF\xBF\xBD";
            text.remove_prefix(1);
        }
    }
    return json::serialize(json::string(valid));
}

} // namespace

BOOST_AUTO_TEST_SUITE(json_writer_tests)

BOOST_AUTO_TEST_CASE(every_kind_of_member) {
    JsonWriter writer(0); // grows
    writer.begin_object();
    writer.text("text", "чек");
    writer.integer("least", std::numeric_limits<std::int64_t>::min());
    writer.integer("most", std::numeric_limits<std::uint64_t>::max());
    writer.integer("small", static_cast<std::uint8_t>(65));
    writer.boolean("yes", true);
    writer.boolean("no", false);
    writer.null("nothing");
    writer.begin_array("list");
    writer.text("[");
    writer.text("{,");
    writer.begin_object();
    writer.end_object();
    writer.begin_array();
    writer.end_array();
    writer.json("7");
    writer.end_array();
    writer.begin_object("object");
    writer.json("written", R"({"a":[1]})");
    writer.text("empty", "");
    writer.end_object();
    writer.begin_text("parts");
    BOOST_TEST(writer.last() == '"');
    writer.append("a\n");
    writer.append("");
    writer.append("\"b.");
    BOOST_TEST(writer.last() == '.');
    writer.end_text();
    writer.end_object();
    const std::string text = std::move(writer).take();
    BOOST_TEST(text ==
               R"({"text":"чек","least":-9223372036854775808,"most":18446744073709551615,)"
               R"("small":65,"yes":true,"no":false,"nothing":null,"list":["[","{,",{},[],7],)"
               R"("object":{"written":{"a":[1]},"empty":""},"parts":"a\n\"b."})");
    BOOST_TEST(json::serialize(json::parse(text)) == text);
}

BOOST_AUTO_TEST_CASE(an_object_that_was_begun_elsewhere_goes_on) {
    for (const std::string_view begun : {"{", R"({"a":"[")", R"({"a":[])"}) {
        JsonWriter writer(1);
        writer.json(begun);
        writer.text("b", "1");
        writer.end_object();
        const std::string text = std::move(writer).take();
        BOOST_TEST(json::serialize(json::parse(text)) == text);
        BOOST_TEST(text == std::string(begun) + (begun.size() > 1 ? "," : "") + R"("b":"1"})");
    }
}

BOOST_AUTO_TEST_CASE(every_byte_at_every_place_of_a_word) {
    for (int byte = 0; byte < 256; ++byte) {
        for (std::size_t at = 0; at < 20; ++at) {
            std::string text = "twenty letters here!";
            text[at] = static_cast<char>(byte);
            BOOST_TEST_REQUIRE(written(text) == expected(text));
            BOOST_TEST_REQUIRE(written(text.substr(at)) == expected(text.substr(at)));
        }
    }
}

BOOST_AUTO_TEST_CASE(nasty_texts) {
    for (const std::string_view text : {"",
                                        "\"",
                                        "\\",
                                        "\\\"",
                                        "/",
                                        "\x7F",
                                        "\b\f\n\r\t",
                                        "\x01\x1F",
                                        "чек \"№ 1\"",
                                        "\xE2\x80\xA8\xE2\x80\xA9",
                                        "\xF0\x9F\x98\x80",
                                        "\xEF\xBB\xBF",
                                        "\xEF\xBF\xBF",
                                        "\xC0\x80",
                                        "\xED\xA0\x80",
                                        "\xF4\x90\x80\x80",
                                        "a\xD7\xE5z",
                                        "\xD1",
                                        "\xE2\x82",
                                        "\xF0\x9F\x98",
                                        "\xD0\"",
                                        "\xE2\x82\"\n",
                                        "ч\xFFч",
                                        "\x80\x81\x82",
                                        "</script>"}) {
        BOOST_TEST(written(text) == expected(text));
        const std::string among = "ascii и не ascii" + std::string(text) + "ascii и не ascii";
        BOOST_TEST(written(among) == expected(among));
    }
    BOOST_TEST(written(std::string_view("a\0b", 3)) == R"("a\u0000b")");
    BOOST_TEST(written("\xD1.") == "\"\xEF\xBF\xBD.\"");
}

BOOST_AUTO_TEST_CASE(random_bytes) {
    std::mt19937 random(20171006);
    const auto below = [&](std::size_t bound) {
        return static_cast<std::size_t>(random()) % bound;
    };
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (std::size_t size = below(40); size > 0; --size) {
            switch (below(4)) {
            case 0:
                text += static_cast<char>(below(256));
                break;
            case 1:
                text += "чек";
                break;
            case 2:
                text += "\"\\\n\x1B/"[below(5)];
                break;
            default:
                text += "ascii";
                break;
            }
        }
        BOOST_TEST_REQUIRE(written(text, below(200)) == expected(text));
    }
}

BOOST_AUTO_TEST_SUITE_END()
