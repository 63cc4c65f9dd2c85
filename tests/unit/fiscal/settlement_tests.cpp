#include "fiscal/settlement.hpp"

#include "fiscal/ffd.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

BOOST_AUTO_TEST_SUITE(settlement_tests)

BOOST_AUTO_TEST_CASE(names_go_there_and_back) {
    for (int code = 1; code <= 4; ++code) {
        const auto kind = static_cast<ReceiptKind>(code);
        BOOST_TEST((receipt_kind_by_name(name(kind)) == kind));
    }
    for (int code = 1; code <= 7; ++code) {
        const auto method = payment_method_by_code(code);
        BOOST_TEST_REQUIRE(method.has_value());
        BOOST_TEST((payment_method_by_name(name(*method)) == method));
    }
    int objects = 0;
    for (int code = -1; code <= 256; ++code) {
        const auto object = payment_object_by_code(code);
        const bool known = (code >= 1 && code <= 27) || (code >= 30 && code <= 33);
        BOOST_TEST(object.has_value() == known, code);
        if (object) {
            ++objects;
            BOOST_TEST((payment_object_by_name(*name(*object)) == object), code);
        }
    }
    BOOST_TEST(objects == 31);
}

BOOST_AUTO_TEST_CASE(words_of_other_peers) {
    BOOST_TEST(name(ReceiptKind::sell_refund) == "sell_refund");
    BOOST_TEST(name(PaymentMethod::full_prepayment) == "full_prepayment");
    BOOST_TEST(name(PaymentKind::provision) == "provision");
    BOOST_TEST((payment_object_by_name("commodity") == PaymentObject::commodity));
    BOOST_TEST((payment_object_by_name("gambling_bet") == payment_object_by_code(5)));
    BOOST_TEST((payment_object_by_name("another") == PaymentObject::another));
    BOOST_TEST((payment_object_by_name("commodity_with_marking") == PaymentObject::marked));
    BOOST_TEST(title(ReceiptKind::sell_refund) == "ВОЗВРАТ ПРИХОДА");
    BOOST_TEST(title(PaymentMethod::full_payment) == "ПОЛНЫЙ РАСЧЕТ");
}

BOOST_AUTO_TEST_CASE(objects_that_are_named_by_numbers) {
    for (int code = 1; code <= 33; ++code) {
        const auto codes = name_codes(static_cast<PaymentObject>(code));
        BOOST_TEST(codes.has_value() == (code == 15 || code == 16), code);
    }
    const auto gain = *name_codes(PaymentObject::non_operating_gain);
    const auto premium = *name_codes(PaymentObject::insurance_premium);
    for (const char* name : {"1", "9", "10", "25"}) {
        BOOST_TEST(gain.has(name), name);
        BOOST_TEST(!premium.has(name), name);
    }
    for (const char* name : {"26", "31"}) {
        BOOST_TEST(premium.has(name), name);
        BOOST_TEST(!gain.has(name), name);
    }
    for (const char* name : {"", "0", "01", "32", " 1", "1 ", "-1", "1.0", "Доход"}) {
        BOOST_TEST(!gain.has(name), name);
        BOOST_TEST(!premium.has(name), name);
    }
}

BOOST_AUTO_TEST_CASE(objects_come_with_formats) {
    for (int code = 1; code <= 33; ++code) {
        const int ffd = code >= 30 ? ffd_1_2 : code == 27 ? ffd_1_1 : ffd_1_05;
        BOOST_TEST(first_ffd(static_cast<PaymentObject>(code)) == ffd, code);
    }
}

BOOST_AUTO_TEST_CASE(unknown_words_and_codes) {
    BOOST_TEST(!receipt_kind_by_name("SELL").has_value());
    BOOST_TEST(!payment_method_by_code(0).has_value());
    BOOST_TEST(!payment_method_by_code(8).has_value());
    BOOST_TEST(!payment_object_by_code(28).has_value());
    BOOST_TEST(!payment_object_by_code(4294967297).has_value());
    BOOST_TEST(!payment_object_by_name("").has_value());
    BOOST_TEST(!name(static_cast<PaymentObject>(29)).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
