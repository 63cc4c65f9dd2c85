#include "fiscal/kkt_refusal.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

BOOST_AUTO_TEST_SUITE(kkt_refusal_tests)

BOOST_AUTO_TEST_CASE(every_refusal_has_a_code_a_text_and_an_advice) {
    for (int i = 0; i <= static_cast<int>(KktError::injected); ++i) {
        const KktRefusal refusal(static_cast<KktError>(i));
        BOOST_TEST(refusal.code() != 0);
        BOOST_TEST(!refusal.text().empty());
        const Fault fault = refusal.fault();
        BOOST_TEST(fault.native_code() == refusal.code());
        BOOST_TEST(fault.native_text() == refusal.text());
        BOOST_TEST(fault.text().starts_with("ККТ отказала: " + refusal.text() + ". "));
    }
}

BOOST_AUTO_TEST_CASE(says_what_atol_says) {
    const KktRefusal closed(KktError::shift_closed);
    BOOST_TEST(closed.code() == 143);
    BOOST_TEST(closed.text() == "Смена закрыта - операция невозможна");
    BOOST_TEST(KktRefusal(KktError::bad_tag, "тег 1030").text() ==
               "Превышение размеров TLV данных ФН (тег 1030)");
    BOOST_TEST(KktRefusal::injected(4711).code() == 4711);
    BOOST_TEST((KktRefusal::injected(4711).fault().cls() == FaultClass::rejected));
}

BOOST_AUTO_TEST_CASE(what_time_or_a_person_cures_is_temporary) {
    for (const KktError error :
         {KktError::paper_out, KktError::cover_open, KktError::busy, KktError::receipt_open,
          KktError::shift_open, KktError::shift_closed, KktError::shift_expired,
          KktError::clock_behind, KktError::fn_absent, KktError::fn_expired, KktError::fn_full,
          KktError::fn_critical, KktError::ofd_blocked}) {
        BOOST_TEST(is_temporary(KktRefusal(error).fault().cls()));
    }
    for (const KktError error :
         {KktError::bad_price, KktError::bad_vat_rate, KktError::underpaid, KktError::bad_taxation,
          KktError::document_too_large, KktError::unsupported_by_ffd, KktError::receipt_closed,
          KktError::injected}) {
        BOOST_TEST(!is_temporary(KktRefusal(error).fault().cls()));
    }
}

BOOST_AUTO_TEST_SUITE_END()
