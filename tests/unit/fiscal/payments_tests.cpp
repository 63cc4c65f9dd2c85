#include "fiscal/payments.hpp"

#include "fiscal/tlv_codec.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kktd::fiscal;

constexpr Payments five{Money(1), Money(20), Money(300), Money(4000), Money(50000)};

} // namespace

BOOST_AUTO_TEST_SUITE(payments_tests)

BOOST_AUTO_TEST_CASE(each_kind_has_its_sum) {
    const Payments payments = five;
    BOOST_TEST(payments.of(PaymentKind::cash).kopecks() == 1);
    BOOST_TEST(payments.of(PaymentKind::electronic).kopecks() == 20);
    BOOST_TEST(payments.of(PaymentKind::prepaid).kopecks() == 300);
    BOOST_TEST(payments.of(PaymentKind::credit).kopecks() == 4000);
    BOOST_TEST(payments.of(PaymentKind::provision).kopecks() == 50000);
    Money sum;
    for (const PaymentKind kind : payment_kinds) {
        sum += payments.of(kind);
    }
    BOOST_TEST((sum == payments.sum()));
}

BOOST_AUTO_TEST_CASE(sums_are_added_kind_by_kind) {
    Payments payments = five;
    payments += five;
    payments.of(PaymentKind::credit) += Money(7);
    BOOST_TEST((payments == Payments{Money(2), Money(40), Money(600), Money(8007), Money(100000)}));
}

BOOST_AUTO_TEST_CASE(every_sum_goes_under_its_own_tag) {
    TlvWriter tlv;
    put_payments(tlv, receipt_payment_tags, five);
    const auto sum = [&](std::uint16_t tag) {
        return tlv_money(find_tlv(tlv.bytes(), tag).value()).kopecks();
    };
    BOOST_TEST(sum(1031) == 1);
    BOOST_TEST(sum(1081) == 20);
    BOOST_TEST(sum(1215) == 300);
    BOOST_TEST(sum(1216) == 4000);
    BOOST_TEST(sum(1217) == 50000);
}

BOOST_AUTO_TEST_SUITE_END()
