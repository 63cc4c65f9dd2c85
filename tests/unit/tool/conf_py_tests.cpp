#include "conf_py.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::tool;

namespace {

/// The value of a file with one line `X = literal`, or that it was not read.
struct Read {
    ConfValue value;
    bool unread = false;
};
Read read(const std::string& literal) {
    const ConfPy conf = parse_conf_py("X = " + literal + "\n");
    BOOST_REQUIRE_MESSAGE(conf.settings.size() + conf.unread.size() == 1U, literal);
    if (conf.settings.empty()) {
        BOOST_TEST(conf.unread[0].name == "X");
        return {.value = {}, .unread = true};
    }
    return {.value = conf.settings[0].value};
}

} // namespace

BOOST_AUTO_TEST_SUITE(conf_py_tests)

BOOST_AUTO_TEST_CASE(literals_are_read) {
    using std::string;
    const std::vector<std::pair<string, ConfValue>> good{
        {"'TCPIP'", string("TCPIP")},
        {R"("TCPIP")", string("TCPIP")},
        {"u'журнал'", string("журнал")},
        {R"('it\'s \\ \"')", string("it's \\ \"")},
        {R"(r'C:\log')", string(R"(C:\log)")},
        {"''", string()},
        {"'a # b'  # comment", string("a # b")},
        {"5555", std::int64_t{5555}},
        {"-1", std::int64_t{-1}},
        {"0", std::int64_t{0}},
        {"0x2912", std::int64_t{0x2912}},
        {"True", true},
        {"False # off", false},
        {"None", std::monostate{}},
    };
    for (const auto& [literal, value] : good) {
        const Read got = read(literal);
        BOOST_TEST(!got.unread, literal);
        BOOST_CHECK_MESSAGE(got.value == value, literal);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_literal_is_not_guessed) {
    for (const char* literal : {"os.getenv('X')",
                                "'a' + 'b'",
                                "'a' 'b'",
                                "'open",
                                R"('new\nline')",
                                "'''a'''",
                                "1.5",
                                "1 + 1",
                                "017",
                                "--1",
                                "0x",
                                "99999999999999999999",
                                "[1]",
                                "(1)",
                                "{'a': 1}",
                                "true",
                                "Truex",
                                "b'x'",
                                "1 2",
                                "",
                                "u",
                                "True()",
                                R"(r'a\'')"}) {
        BOOST_TEST(read(literal).unread, literal);
    }
}

BOOST_AUTO_TEST_CASE(lines_are_counted_whatever_they_end_with) {
    const ConfPy conf =
        parse_conf_py("\xef\xbb\xbf# -*- coding: utf-8 -*-\r\n\r\nPort='TTY'\rX =1\n"
                      "import os\nif True:\n    Y = 2\nA = B = 3\nC == 4\nD += 1\n"
                      "E: int = 5");
    BOOST_REQUIRE(conf.settings.size() == 2U);
    BOOST_CHECK((conf.settings[0] == ConfSetting{3, "Port", std::string("TTY")}));
    BOOST_CHECK((conf.settings[1] == ConfSetting{4, "X", std::int64_t{1}}));
    const std::vector<ConfUnread> unread{{5, ""}, {6, ""},  {7, ""}, {8, "A"},
                                         {9, ""}, {10, ""}, {11, ""}};
    BOOST_CHECK(conf.unread == unread);
}

BOOST_AUTO_TEST_CASE(nothing_is_no_setting) {
    BOOST_CHECK(parse_conf_py("") == ConfPy{});
    BOOST_CHECK(parse_conf_py("\n# x\n   # y\n\t\n") == ConfPy{});
}

BOOST_AUTO_TEST_SUITE_END()
