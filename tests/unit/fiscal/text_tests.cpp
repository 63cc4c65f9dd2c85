#include "fiscal/text.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

BOOST_AUTO_TEST_SUITE(text_tests)

BOOST_AUTO_TEST_CASE(every_byte_of_cp866_goes_there_and_back) {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) {
        bytes += static_cast<char>(byte);
    }
    const auto utf8 = from_cp866(bytes);
    BOOST_TEST((to_cp866(utf8) == bytes));
    BOOST_TEST(text_length(utf8) == 256U);
    BOOST_TEST((to_cp866("Ёж №5 — тире") == std::nullopt));
    BOOST_TEST((to_cp866("Ая") == "\x80\xEF"));
    BOOST_TEST((to_cp866("Ёё№°") == "\xF0\xF1\xFC\xF8"));
    BOOST_TEST(from_cp866("\xFF") == "\u00A0");
}

BOOST_AUTO_TEST_CASE(broken_utf8) {
    for (const auto* text : {"\xD0", "\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80",
                             "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "a\xE2\x82", "\xFF"}) {
        BOOST_TEST(clean_text(text).broken);
        BOOST_TEST(clean_text(text).text.empty());
        BOOST_TEST(!to_cp866(text).has_value());
    }
}

BOOST_AUTO_TEST_CASE(table_of_the_reference) {
    const std::pair<std::string_view, std::string_view> table[] = {
        {"Сок «Мечта»", "Сок \"Мечта\""},
        {"“a” „b‟", "\"a\" \"b\""},
        {"‘a’ ‚b′", "'a' 'b'"},
        {"а – б — в ‑ г − д", "а - б - в - г - д"},
        {"и…", "и..."},
        {"2×3", "2x3"},
        {"м² м³ ½", "м2 м3 1/2"},
        {"5 € 7 ₽", "5 EUR 7 руб."},
        {"A™ B® C©", "A(TM) B(R) C(C)"},
        {"• ≤ ≥ ±", "* <= >= +/-"},
        {"І і Ґ ґ", "I i Г г"},
        {"Café Zürich Łódź", "Cafe Zurich Lodz"},
        {"日本", "??"},
        {"\xF0\x9F\x98\x80", "?"},
    };
    for (const auto& [sent, expected] : table) {
        const auto clean = clean_text(sent);
        BOOST_TEST(clean.text == expected);
        BOOST_TEST(!clean.replaced.empty());
        BOOST_TEST(to_cp866(clean.text).has_value());
        BOOST_TEST(!clean.control);
    }
}

BOOST_AUTO_TEST_CASE(what_stays) {
    for (const auto* text : {"№ 5, 20 °C", "Ёлка Ўзбек Їжак Єва", "a\"b'c", "│─┐", "¤·√"}) {
        BOOST_TEST(clean_text(text).text == text);
        BOOST_TEST(clean_text(text).replaced == "");
    }
}

BOOST_AUTO_TEST_CASE(each_replaced_character_is_told_once) {
    BOOST_TEST(clean_text("«a» «b» …").replaced == "«»…");
    // What takes no room is told by its number, or nobody could see it.
    const auto invisible = clean_text("a\u200Bb\u00ADc\uFEFF");
    BOOST_TEST(invisible.text == "abc");
    BOOST_TEST(invisible.replaced == "[U+200B][U+00AD][U+FEFF]");
}

BOOST_AUTO_TEST_CASE(letters_sent_in_two_parts) {
    const auto clean = clean_text("И\u0306од, е\u0308лка, у\u0306, И\u0308");
    BOOST_TEST(clean.text == "Йод, ёлка, ў, И");
    BOOST_TEST(clean.replaced == "[U+0308]");
    BOOST_TEST(clean_text("и\u0306").replaced == "");
    BOOST_TEST(clean_text("e\u0301").text == "e");
}

BOOST_AUTO_TEST_CASE(white_space_is_folded) {
    BOOST_TEST(clean_text("  a \u00A0 \u2009b\u3000 ").text == "a b");
    BOOST_TEST(clean_text("  \u00A0 ").text == "");
    BOOST_TEST(clean_text("").text == "");
}

BOOST_AUTO_TEST_CASE(control_characters) {
    for (const auto* text : {"a\nb", "a\tb", "a\rb", "\x01", "a\x7F", "\xC2\x85", "a\x1D"}) {
        BOOST_TEST(clean_text(text).control);
    }
    BOOST_TEST(clean_text(std::string_view("a\0b", 3)).control);
    BOOST_TEST(clean_text("a\nb").text == "ab");
    BOOST_TEST(!clean_text("ab").control);
}

BOOST_AUTO_TEST_SUITE_END()
