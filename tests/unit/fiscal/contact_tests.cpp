#include "fiscal/contact.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

namespace {

ContactFault fault_of(std::string_view text) {
    const auto contact = normalise_contact(text);
    return contact.has_value() ? ContactFault::none : contact.error().fault();
}

} // namespace

BOOST_AUTO_TEST_SUITE(contact_tests)

BOOST_AUTO_TEST_CASE(forms_of_one_phone) {
    for (const auto* text :
         {"+79161234567", "89161234567", "79161234567", "9161234567", "8 (916) 123-45-67",
          " +7 916 123 45 67 ", "+7\u00A0916\u00A0123–45–67", "8.916.123.45.67"}) {
        const auto contact = normalise_contact(text);
        BOOST_TEST_REQUIRE(contact.has_value(), text);
        BOOST_TEST(*contact == "+79161234567");
    }
    BOOST_TEST(*normalise_contact("8 495 123-45-67") == "+74951234567");
    BOOST_TEST(*normalise_contact("+375 29 123-45-67") == "+375291234567");
}

BOOST_AUTO_TEST_CASE(what_is_no_phone) {
    for (const auto* text : {"123", "4951234567", "375291234567", "+123456789", "+1234567890123456",
                             "89161234567 доб. 5", "телефон", "8916123456", "++79161234567",
                             "7916+1234567", "8916123456７", "none", "+", "8\n9161234567"}) {
        BOOST_TEST((fault_of(text) == ContactFault::bad_phone), text);
    }
    BOOST_TEST((fault_of("") == ContactFault::empty));
    BOOST_TEST((fault_of("  ") == ContactFault::empty));
}

BOOST_AUTO_TEST_CASE(addresses) {
    BOOST_TEST(*normalise_contact(" ivan.petrov+1@Example.com ") == "ivan.petrov+1@Example.com");
    BOOST_TEST(*normalise_contact("a@b.co") == "a@b.co");
    BOOST_TEST(*normalise_contact("ivan@Почта.РФ") == "ivan@xn--80a1acny.xn--p1ai");
    for (const auto* text : {"@",         "a@",       "@b.ru",    "a@b",       "a@@b.ru",
                             "a@b@c.ru",  "a b@c.ru", "a@b .ru",  "a@.ru",     "a@b.ru.",
                             "a@b..ru",   ".a@b.ru",  "a.@b.ru",  "a..b@c.ru", "иван@почта.рф",
                             "a@-b.ru",   "a@b-.ru",  "a,b@c.ru", "<a@b.ru>",  "a@b.ru, c@d.ru",
                             "a@日本.jp", "a@b_c.ru", "a\t@b.ru"}) {
        BOOST_TEST((fault_of(text) == ContactFault::bad_email), text);
    }
    const std::string host = "@" + std::string(55, 'h') + ".ru"; // 59 characters
    BOOST_TEST(normalise_contact(std::string(5, 'a') + host).has_value());
    BOOST_TEST((fault_of(std::string(6, 'a') + host) == ContactFault::too_long));
    BOOST_TEST((fault_of("a@" + std::string(64, 'h') + ".ru") == ContactFault::bad_email));
}

BOOST_AUTO_TEST_CASE(masks) {
    BOOST_TEST(mask_contact("+79161234567") == "+7916***67");
    BOOST_TEST(mask_contact("ivan@example.com") == "i***@example.com");
    BOOST_TEST(mask_contact("i@example.com") == "***@example.com");
    BOOST_TEST(mask_contact("иван@почта.рф") == "***@почта.рф");
    BOOST_TEST(mask_contact("12345") == "***");
    BOOST_TEST(mask_contact("какой-то текст") == "***");
    BOOST_TEST(mask_contact("") == "");
}

BOOST_AUTO_TEST_SUITE_END()
