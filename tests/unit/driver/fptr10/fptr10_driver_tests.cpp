// The driver over the real child and the fake library.
#include "driver/fptr10/fptr10_driver.hpp"

#include "../../fiscal/sample_documents.hpp"
#include "../recovered_later.hpp"
#include "fake_device.hpp"
#include "hostile_heard.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <thread>

using namespace kktd;
using namespace kktd::driver::fptr10::testing;
using namespace std::chrono_literals;
using fiscal::FaultClass;
using fiscal::sample::receipt;

namespace {

const fiscal::Registration& registration(const fiscal::Outcome& outcome) {
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<fiscal::Done>(outcome), word(outcome));
    return std::get<fiscal::Done>(outcome).registration;
}

/// With an open shift (FD 1).
struct OpenDevice : FakeDevice {
    explicit OpenDevice(const std::string& library = FAKE_LIBRARY) : FakeDevice("", library) {
        BOOST_REQUIRE(word(perform(fiscal::OpenShift{"Иванова"})) == "done 1");
    }
    /// Whether the library was told to cancel a receipt since the trace was of this size.
    [[nodiscard]] bool was_cancelled(std::size_t traced = 0) const {
        return file("trace").find("\ncancel_receipt", traced) != std::string::npos;
    }
};

/// … and a receipt that nobody knows the end of: it stands open, all positions in it.
struct LostAtPayment : OpenDevice {
    LostAtPayment() {
        script("crash=payment\n");
        BOOST_REQUIRE(word(sell(receipt())) == "unknown link");
    }
};

/// … and kktd restarted after a receipt that nobody knows the end of; it was cancelled by hand.
struct CancelledByHand : OpenDevice {
    CancelledByHand() {
        script("error.registration=241\nerror.cancel_receipt=241\n");
        BOOST_REQUIRE(word(sell(receipt())) == "unknown link");
        reopen();
        std::filesystem::remove(*this / "open");
        traced = file("trace").size();
    }
    std::size_t traced = 0;
};

fiscal::Outcome recovered_later(FakeDevice& device) {
    return tests::recovered_later(FakeDevice::leftover, [&] { return device.recover(); });
}

/// The KKT does as it is told to, and a receipt stands open all the same: perhaps a cashier's.
void is_cancelled_once(OpenDevice& device) {
    device.script("keeps_open=0\n");
    BOOST_TEST(word(device.recover()) == "unknown busy");
    const auto traced = device.file("trace").size();
    BOOST_TEST(word(device.recover()) == "unknown busy");
    BOOST_TEST(!device.was_cancelled(traced));
}

} // namespace

BOOST_AUTO_TEST_SUITE(fptr10_driver_tests)

BOOST_AUTO_TEST_CASE(tells_everything_of_the_device) {
    FakeDevice device;
    const auto state = device.state();
    BOOST_TEST((state.identity == fiscal::Identity{"7701234560", "0000000001012345",
                                                   "00106900000001", "9999078900012345"}));
    BOOST_TEST(state.now.iso() == "2026-03-10T12:00:00");
    BOOST_TEST((state.shift == fiscal::ShiftState::closed));
    BOOST_TEST(state.last_fd == 0U);
    BOOST_TEST(state.ffd == 2);
    BOOST_TEST(state.taxations.mask == 1);
    BOOST_TEST(!state.internet_only);
    BOOST_TEST(state.model == "АТОЛ 55Ф");
    BOOST_TEST((state.paper == fiscal::Paper::ok));
    BOOST_TEST(state.fn.valid_until.iso() == "2029-03-10");
    device.script("shift=expired\npaper=0\nffd=120\n");
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    BOOST_TEST((device.state().shift == fiscal::ShiftState::expired));
    BOOST_TEST((device.state().paper == fiscal::Paper::out));
    BOOST_TEST(device.state().shift_opened->iso() == "2026-03-10T09:00:00");
    BOOST_TEST(device.state().ffd == 2); // asked once a connection
    device->close();
    BOOST_TEST(device.state().ffd == 4);
}

BOOST_AUTO_TEST_CASE(shift_sale_refund_and_closing) {
    OpenDevice device;
    const auto sold = device.sell(receipt());
    const auto& made = registration(sold);
    BOOST_TEST(made.fd == 2U);
    BOOST_TEST(made.number == 1U);
    BOOST_TEST(made.shift == 1U);
    BOOST_TEST(made.total.kopecks() == 195'000);
    BOOST_TEST(made.fpd == "1234567890");
    BOOST_TEST(made.fn == "9999078900012345");
    BOOST_TEST(made.rnm == "0000000001012345");
    BOOST_TEST(!made.not_printed);
    BOOST_TEST(made.qr == "t=20260310T1200&s=1950.00&fn=9999078900012345&i=2&fp=1234567890&n=1");
    device.script("sign=0234567890\n");
    fiscal::Document refund = receipt("QRSTUVWXYZ234567");
    refund.kind = fiscal::ReceiptKind::sell_refund;
    const auto refunded = device.sell(refund);
    BOOST_TEST(registration(refunded).fpd == "234567890");
    BOOST_TEST(registration(refunded).qr.ends_with("&fp=234567890&n=2"));
    const auto closed = device.perform(fiscal::CloseShift{"Иванова"});
    BOOST_TEST(registration(closed).fd == 4U);
    BOOST_TEST(registration(closed).number == 0U);
    BOOST_TEST(device.documents() == 4);
}

BOOST_AUTO_TEST_CASE(calls_are_those_of_the_vendor_in_its_order) {
    OpenDevice device;
    BOOST_TEST(word(device.sell(receipt())) == "done 2");
    const std::string trace = device.file("trace");
    std::size_t at = trace.rfind("operator_login");
    for (const char* call :
         {"operator_login 1021=Иванова\n", "open_receipt 1008=buyer@shop.test ",
          "registration 1212=1 1214=4 ", "receipt_total 65613=1950\n",
          "payment 65564=1 65565=1950\n", "close_receipt\n", "check_document_closed\n"}) {
        const std::size_t found = trace.find(call, at);
        BOOST_REQUIRE_MESSAGE(found != std::string::npos, call << " in\n" << trace.substr(at));
        at = found;
    }
    BOOST_TEST(trace.find("cancel_receipt") == std::string::npos); // never somebody else's
}

BOOST_AUTO_TEST_CASE(capabilities_follow_the_library) {
    FakeDevice newest;
    BOOST_TEST(newest->capabilities().vat_rates.all());
    BOOST_TEST(newest->capabilities().corrections);
    BOOST_TEST(newest->capabilities().internet_tag);
    BOOST_TEST(!newest->capabilities().marking);
    FakeDevice old("version=10.10.5.0\n");
    BOOST_TEST(!old->capabilities().has(fiscal::VatRate::vat22));
    BOOST_TEST(!old->capabilities().has(fiscal::VatRate::vat5));
    BOOST_TEST(old->capabilities().has(fiscal::VatRate::vat20));
}

BOOST_AUTO_TEST_CASE(a_rate_the_library_does_not_know_never_reaches_it) {
    FakeDevice device("version=10.10.7.0\n");
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    const auto outcome = device.sell(receipt());
    BOOST_TEST(word(outcome) == "refused unsupported");
    BOOST_TEST(text(outcome).find("не старее 10.10.8.0") != std::string::npos);
    BOOST_TEST(device.file("trace").find("open_receipt") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_missing_library_makes_receipts_wait) {
    FakeDevice device("", "/nonexistent/libfptr10.so");
    const auto state = device->state(soon());
    BOOST_REQUIRE(!state.has_value());
    BOOST_TEST((state.error().cls() == FaultClass::link));
    BOOST_TEST(state.error().text().find("/nonexistent/libfptr10.so") != std::string::npos);
    BOOST_TEST(state.error().text().find("Установите драйвер АТОЛ 10") != std::string::npos);
    BOOST_TEST(word(device->perform(fiscal::OpenShift{}, {}, soon())) == "refused link");
    BOOST_TEST(word(device->recover({}, soon())) == "unknown link");
}

/// Until the library is there only the rates are sold that each version of it knows.
BOOST_AUTO_TEST_CASE(rates_of_a_library_that_comes_later) {
    const FakeFolder folder;
    FakeDevice device("", folder / "libfptr10.so");
    const auto before = device->capabilities();
    BOOST_TEST(before.vat_rates.count() == 8U);
    BOOST_TEST(before.has(fiscal::VatRate::vat20));
    BOOST_TEST(!before.has(fiscal::VatRate::vat22));
    BOOST_TEST(before.vat_rates_note.find("Установите драйвер АТОЛ 10") != std::string::npos);
    BOOST_TEST(!device->state(soon()).has_value());
    BOOST_TEST((device->capabilities() == before));
    std::filesystem::copy_file(FAKE_LIBRARY, folder / "libfptr10.so");
    BOOST_TEST(device.state().last_fd == 0U);
    BOOST_TEST(device->capabilities().vat_rates.all());
    BOOST_TEST(device->capabilities().vat_rates_note.empty());
}

BOOST_AUTO_TEST_CASE(what_fails_before_closing_is_refused_and_cancelled) {
    OpenDevice device;
    const auto refused = [&](const std::string& script) {
        device.script(script);
        const std::string outcome = word(device.sell(receipt()));
        BOOST_TEST(device.documents() == 1);
        const std::string trace = device.file("trace");
        const std::size_t cancelled = trace.rfind("\ncancel_receipt");
        BOOST_TEST((cancelled != std::string::npos && cancelled > trace.rfind("\nopen_receipt")),
                   script);
        return outcome;
    };
    BOOST_TEST(refused("error.registration=144\n") == "refused rejected");
    BOOST_TEST(refused("error.receipt_total=227\n") == "refused rejected");
    BOOST_TEST(refused("error.payment=9999\n") == "refused rejected");
    BOOST_TEST(refused("error.close_receipt=44\n") == "refused paper");
    BOOST_TEST(refused("error.close_receipt=35\n") == "refused clock");
    BOOST_TEST(refused("half_open=195\n") == "refused rejected"); // a tag of the receipt
    device.script("");
    BOOST_TEST(word(device.sell(receipt())) == "done 2");
}

BOOST_AUTO_TEST_CASE(what_was_never_opened_is_refused_and_nothing_is_cancelled) {
    for (const auto& [script, refused] :
         {std::pair("error.operator_login=196", "refused rejected"),
          std::pair("error.open_receipt=44", "refused paper"),
          std::pair("error.open_receipt=45", "refused cover"),
          std::pair("error.open_receipt=137", "refused ofd"),
          std::pair("error.open_receipt=121", "refused fn"),
          std::pair("error.open_receipt=161", "refused rejected")}) {
        OpenDevice device;
        device.script(std::string(script) + "\n");
        BOOST_TEST(word(device.sell(receipt())) == refused, script);
        BOOST_TEST(!device.was_cancelled(), script);
        BOOST_TEST(device.documents() == 1);
        device.script("");
        BOOST_TEST(word(device.sell(receipt())) == "done 2");
    }
}

/// He begins it after the KKT was looked at.
BOOST_AUTO_TEST_CASE(a_receipt_that_a_cashier_has_just_begun_is_left_alone) {
    const std::string cashiers = "foreign_receipt=at_opening\nforeign_sum=";
    for (const std::string& script :
         {cashiers + "0\nerror.open_receipt=64\n", cashiers + "0\nerror.open_receipt=67\n",
          cashiers + "0\nerror.open_receipt=69\n", cashiers + "0\nerror.open_receipt=82\n",
          cashiers + "0\nerror.open_receipt=200\n", cashiers + "0\nerror.open_receipt=203\n",
          cashiers + "0.01\nerror.open_receipt=9999\n",
          cashiers + "0\nforeign_type=2\nerror.open_receipt=44\n"}) {
        OpenDevice device;
        device.script(script);
        const auto outcome = device.sell(receipt());
        BOOST_TEST(word(outcome) == "refused busy", script);
        BOOST_TEST(text(outcome).find("открыт чужой чек") != std::string::npos, text(outcome));
        BOOST_TEST(!device.was_cancelled(), script);
    }
}

BOOST_AUTO_TEST_CASE(an_opening_that_was_not_answered_is_unknown) {
    for (const char* script : {"error.open_receipt=241\n", "half_open=2\n"}) {
        OpenDevice device;
        device.script(script);
        BOOST_TEST(word(device.sell(receipt())) == "unknown link", script);
        device.script("");
        BOOST_TEST(word(device.recover()) == "refused link", script);
        BOOST_TEST(!device.state().receipt_open, script);
    }
}

/// Ours has nothing in it if its opening was not answered.
BOOST_AUTO_TEST_CASE(a_cashiers_receipt_is_not_taken_for_an_unanswered_opening) {
    OpenDevice device;
    device.script("error.open_receipt=241\n");
    BOOST_TEST(word(device.sell(receipt())) == "unknown link");
    device.script("foreign_receipt=1\nforeign_sum=0.01\n");
    BOOST_TEST(word(recovered_later(device)) == "refused link");
    BOOST_TEST(device.state().receipt_open);
    BOOST_TEST(!device.was_cancelled());
}

/// Nobody knows whose it is: a cashier goes on with his, and one that kktd has left stays as it is.
BOOST_AUTO_TEST_CASE(after_a_restart_a_cashiers_receipt_is_waited_for) {
    CancelledByHand device;
    for (const char* sum : {"0", "100", "200"}) {
        device.script(std::string("foreign_receipt=1\nforeign_sum=") + sum + "\n");
        const auto outcome = device.recover();
        BOOST_TEST(word(outcome) == "unknown busy", sum);
        BOOST_TEST(text(outcome).find("не видно, чей он") != std::string::npos, text(outcome));
        std::this_thread::sleep_for(600ms);
    }
    device.script(""); // he has ended it
    BOOST_TEST(word(device.recover()) == "refused link");
    device.script("foreign_receipt=1\n"); // his next one
    BOOST_TEST(word(recovered_later(device)) == "refused link");
    BOOST_TEST(!device.was_cancelled(device.traced));
}

BOOST_AUTO_TEST_CASE(after_a_restart_a_receipt_of_ours_is_not_waited_for_for_ever) {
    LostAtPayment device;
    device.script("");
    device.reopen();
    BOOST_TEST(word(device.recover()) == "unknown busy");
    BOOST_TEST(device.state().receipt_open);
    BOOST_TEST(word(recovered_later(device)) == "refused link");
    BOOST_TEST(!device.state().receipt_open);
    BOOST_TEST(word(device.sell(receipt("QRSTUVWXYZ234567"))) == "done 2");
}

/// After a power cut ours is gone, and the first receipt on the KKT may be a cashier's.
BOOST_AUTO_TEST_CASE(what_holds_another_sum_than_was_entered_is_waited_for) {
    LostAtPayment device;
    std::filesystem::remove(device / "open");
    for (const char* sum : {"0", "100", "1949.99"}) {
        device.script(std::string("foreign_receipt=1\nforeign_sum=") + sum + "\n");
        BOOST_TEST(word(device.recover()) == "unknown busy", sum);
    }
    BOOST_TEST(!device.was_cancelled());
    device.script("foreign_receipt=1\nforeign_sum=1950\n"); // exactly ours: nothing tells it apart
    BOOST_TEST(word(device.recover()) == "refused link");
    BOOST_TEST(device.was_cancelled());
}

/// In a time in which nobody looked it may have become another.
BOOST_AUTO_TEST_CASE(a_receipt_that_was_not_looked_at_has_not_stood_unchanged) {
    CancelledByHand device;
    device.script("foreign_receipt=1\n");
    BOOST_TEST(word(device.recover()) == "unknown busy");
    std::this_thread::sleep_for(FakeDevice::leftover + 100ms);
    BOOST_TEST(word(device.recover()) == "unknown busy");
    BOOST_TEST(!device.was_cancelled(device.traced));
    BOOST_TEST(word(recovered_later(device)) == "refused link");
}

/// Ours was cancelled, and a cashier has begun his at once.
BOOST_AUTO_TEST_CASE(what_is_open_right_after_the_cancelling_is_waited_for) {
    LostAtPayment device;
    is_cancelled_once(device);
}

/// … also where nobody knew whether ours had been opened.
BOOST_AUTO_TEST_CASE(what_is_open_after_an_unanswered_one_was_cancelled_is_waited_for) {
    OpenDevice device;
    device.script("half_open=2\n");
    BOOST_TEST(word(device.sell(receipt())) == "unknown link");
    is_cancelled_once(device);
}

/// Without a stamp two attempts have equal markers: what was seen of the first says nothing of the
/// second.
BOOST_AUTO_TEST_CASE(another_attempt_with_an_equal_marker_is_another_receipt) {
    OpenDevice device;
    device.script("error.registration=16\n");
    BOOST_TEST(word(device.sell(receipt())) == "refused rejected");
    device.script("crash=payment\n");
    BOOST_TEST(word(device.sell(receipt())) == "unknown link");
    device.script("");
    BOOST_TEST(word(device.recover()) == "refused link");
    BOOST_TEST(!device.state().receipt_open);
}

/// What cancelling answers decides nothing: only the KKT tells that no receipt is open.
BOOST_AUTO_TEST_CASE(a_receipt_that_stays_open_is_never_absent) {
    for (const char* answer : {"0", "81", "68"}) {
        LostAtPayment device;
        device.script(std::string("keeps_open=") + answer + "\n");
        for (int look = 0; look < 3; ++look) {
            const auto outcome = device.recover();
            BOOST_TEST(word(outcome) == "unknown busy", answer);
            BOOST_TEST(!text(outcome).empty());
            BOOST_TEST(device.was_cancelled());
        }
        BOOST_TEST(word(recovered_later(device)) == "unknown busy", answer);
        device.script("");
        BOOST_TEST(word(recovered_later(device)) == "refused link", answer);
        BOOST_TEST(!device.state().receipt_open, answer);
    }
}

/// Neither is a failed receipt whose cancelling was answered well.
BOOST_AUTO_TEST_CASE(a_failed_receipt_that_stays_open_is_unknown) {
    OpenDevice device;
    device.script("error.payment=9999\nkeeps_open=0\n");
    BOOST_TEST(word(device.sell(receipt())) == "unknown link");
    device.script("");
    BOOST_TEST(word(recovered_later(device)) == "refused link");
    BOOST_TEST(device.documents() == 1);
}

/// Nothing that could be cancelled proves nothing: somebody may have closed ours at the KKT.
BOOST_AUTO_TEST_CASE(a_receipt_closed_by_a_key_is_never_refused) {
    for (const auto& [method, found] :
         {std::pair("receipt_total", "done 2"), std::pair("registration", "unknown earlier"),
          std::pair("open_receipt", "refused link")}) {
        OpenDevice device;
        device.script(std::string("key=") + method + "\n");
        BOOST_TEST(word(device.sell(receipt())) == "unknown link", method);
        BOOST_TEST(device.documents() == 2);
        device.script("");
        BOOST_TEST(word(device.recover()) == found, method);
    }
}

BOOST_AUTO_TEST_CASE(a_receipt_that_cannot_be_cancelled_is_unknown) {
    OpenDevice device;
    device.script("error.registration=16\nerror.cancel_receipt=2\n");
    BOOST_TEST(word(device.sell(receipt())) == "unknown link");
    BOOST_TEST(device.state().receipt_open);
    device.script("error.cancel_receipt=2\n");
    BOOST_TEST(word(recovered_later(device)) == "unknown link");
    device.script("");
    BOOST_TEST(word(recovered_later(device)) == "refused link"); // it may have been cancelled
    BOOST_TEST(!device.state().receipt_open);
}

/// Ours was cancelled by hand, and a cashier has begun his own.
BOOST_AUTO_TEST_CASE(an_open_receipt_that_cannot_be_ours_is_left_alone) {
    for (const auto& cashiers :
         {std::string("foreign_type=2\n"), std::string("foreign_sum=1950.01\n")}) {
        OpenDevice device;
        device.script("crash=close_receipt\n");
        BOOST_TEST(word(device.sell(receipt())) == "unknown link");
        device.script("foreign_receipt=1\n" + cashiers);
        const auto before = device.file("trace").size();
        BOOST_TEST(word(device.recover()) == "refused link");
        BOOST_TEST(device.file("trace").find("cancel_receipt", before) == std::string::npos);
    }
}

/// What is opened after ours has ended is a cashier's, like ours though it may be.
BOOST_AUTO_TEST_CASE(an_open_receipt_after_ours_has_ended_is_left_alone) {
    OpenDevice device;
    device.script("error.payment=9999\n");
    BOOST_TEST(word(device.sell(receipt())) == "refused rejected");
    const auto traced = device.file("trace").size();
    device.script("foreign_receipt=1\nforeign_sum=1950\n");
    BOOST_TEST(word(recovered_later(device)) == "refused link"); // asked once more
    BOOST_TEST(device.state().receipt_open);
    BOOST_TEST(!device.was_cancelled(traced));
}

BOOST_AUTO_TEST_CASE(somebody_elses_receipt_is_left_alone) {
    OpenDevice device;
    device.script("foreign_receipt=1\n");
    BOOST_TEST(device.state().receipt_open);
    BOOST_TEST(word(device.sell(receipt())) == "refused busy");
    BOOST_TEST(device.file("trace").find("cancel_receipt") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_shift_is_opened_by_a_receipt) {
    FakeDevice device;
    BOOST_TEST(word(device.sell(receipt())) == "refused shift");
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "refused shift");
    device.script("shift=expired\n");
    BOOST_TEST(word(device.sell(receipt())) == "refused shift");
    device.script("");
    BOOST_TEST(word(device.perform(fiscal::CloseShift{})) == "done 2");
    BOOST_TEST(word(device.perform(fiscal::CloseShift{})) == "refused shift");
    BOOST_TEST(device.documents() == 2);
}

BOOST_AUTO_TEST_CASE(what_closing_answers_decides_nothing) {
    OpenDevice device;
    device.script("close=lost_after\ncheck_fails=3\n");
    BOOST_TEST(word(device.sell(receipt())) == "done 2");
    device.script("close=lost_before\n");
    const auto outcome = device.sell(receipt("QRSTUVWXYZ234567"));
    BOOST_TEST(word(outcome) == "refused link");
    BOOST_TEST(std::get<fiscal::Refused>(outcome).fault.native_code() == 241);
    BOOST_TEST(device.documents() == 2);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_asked_before_the_deadline_is_unknown) {
    OpenDevice device;
    device.script("close=lost_after\ncheck_fails=100000\n");
    BOOST_TEST(word(device.sell(receipt(), within(1s))) == "unknown link");
    device.script("");
    BOOST_TEST(word(device.recover()) == "done 2");
}

BOOST_AUTO_TEST_CASE(the_fiscal_storage_is_believed_rather_than_the_library) {
    OpenDevice device;
    device.script("unsure=1\n"); // registered, but said not to be
    BOOST_TEST(word(device.sell(receipt())) == "unknown link");
    BOOST_TEST(word(device.recover()) == "done 2");
    device.script("unsure=1\nclose=lost_before\n"); // and the other way round
    BOOST_TEST(word(device.sell(receipt("QRSTUVWXYZ234567"))) == "unknown link");
    device.script("");
    BOOST_TEST(word(device.recover()) == "refused link");
    BOOST_TEST(device.documents() == 2);
}

BOOST_AUTO_TEST_CASE(a_document_made_since_the_marker_lets_none_be_begun) {
    OpenDevice device;
    BOOST_TEST(word(device.sell(receipt())) == "done 2");
    const auto outcome = device->perform(fiscal::Register{receipt()}, device.marker, soon());
    BOOST_TEST(std::holds_alternative<fiscal::Refused>(outcome));
    BOOST_TEST(device.documents() == 2);
}

BOOST_AUTO_TEST_CASE(a_document_of_somebody_else_right_after_ours_is_told_apart) {
    OpenDevice device;
    device.script("foreign_document=1\n");
    BOOST_TEST(word(device.sell(receipt())) == "unknown link");
    device.script("");
    BOOST_TEST(word(device.recover()) == "done 2");
}

BOOST_AUTO_TEST_CASE(a_hang_past_the_deadline_is_unknown_and_recovered) {
    OpenDevice device;
    device.script("hang=close_receipt\n"); // before the fiscal storage
    BOOST_TEST(word(device.sell(receipt(), within(1500ms))) == "unknown link");
    BOOST_TEST(word(device.recover()) == "refused link");
    device.script("hang_after=close_receipt\n"); // and after it
    BOOST_TEST(word(device.sell(receipt(), within(1500ms))) == "unknown link");
    const auto found = device.recover();
    BOOST_TEST(registration(found).fd == 2U);
    BOOST_TEST(registration(found).number == 1U);
    BOOST_TEST(registration(found).shift == 1U);
    BOOST_TEST(registration(found).total.kopecks() == 195'000);
    BOOST_TEST(registration(found).qr ==
               "t=20260310T1200&s=1950.00&fn=9999078900012345&i=2&fp=1234567890&n=1");
    device.script("");
    BOOST_TEST(word(device.sell(receipt("QRSTUVWXYZ234567"))) == "done 3");
}

/// The answer to a closing is not waited for until the deadline.
BOOST_AUTO_TEST_CASE(a_closing_without_an_answer_is_given_up_soon) {
    OpenDevice device;
    device.script("hang_after=close_receipt\n");
    const auto began = std::chrono::steady_clock::now();
    BOOST_TEST(word(device.sell(receipt(), within(60s))) == "unknown link");
    BOOST_TEST(word(device.recover()) == "done 2");
    BOOST_TEST((std::chrono::steady_clock::now() - began < 10s)); // 4 and a little
    device.script("close=lost_after\ncheck_fails=100000\n");
    BOOST_TEST(word(device.sell(receipt("QRSTUVWXYZ234567"), within(60s))) == "unknown link");
    device.script("");
    BOOST_TEST(word(device.recover()) == "done 3");
    BOOST_TEST((std::chrono::steady_clock::now() - began < 20s));
}

/// The child is killed, and the KKT is still closing the receipt: not in the fiscal storage yet is
/// not never.
BOOST_AUTO_TEST_CASE(an_absence_is_final_only_when_no_receipt_is_open) {
    OpenDevice device;
    device.script("late=1\nhang_after=close_receipt\n");
    BOOST_TEST(word(device.sell(receipt(), within(1500ms))) == "unknown link");
    device.script("foreign_sum=1950\n"); // as long as it is being closed
    BOOST_TEST(device.documents() == 1);
    BOOST_TEST(word(device.recover()) == "done 2");
    device.script("hang=close_receipt\n");
    BOOST_TEST(word(device.sell(receipt("QRSTUVWXYZ234567"), within(1500ms))) == "unknown link");
    const std::string ours = "foreign_receipt=1\nforeign_sum=1950\n"; // still open
    device.script(ours + "error.cancel_receipt=2\n");
    BOOST_TEST(word(device.recover()) == "unknown link");
    device.script(ours);
    BOOST_TEST(word(device.recover()) == "refused link");
    BOOST_TEST(device.documents() == 2);
}

/// The KKT says that the closing failed, and still registers the receipt while it is asked.
BOOST_AUTO_TEST_CASE(a_failed_closing_is_final_only_if_a_receipt_was_cancelled) {
    for (const char* when : {"1", "2"}) { // while it is cancelled; later
        OpenDevice device;
        device.script(std::string("close=lost_after\nlate=") + when + "\n");
        BOOST_TEST(word(device.sell(receipt())) == "unknown link", when);
        device.script("foreign_sum=1950\n");
        BOOST_TEST(word(device.recover()) == "done 2", when);
        BOOST_TEST(device.documents() == 2, when);
    }
}

/// A receipt closed by somebody before it was complete carries the stamp too: it does not end the
/// search for the whole one.
BOOST_AUTO_TEST_CASE(a_stamp_alone_does_not_end_the_search) {
    OpenDevice device;
    fiscal::Document cut = receipt();
    cut.items = {fiscal::sample::item("Наименование товара", fiscal::Money(32500),
                                      fiscal::Quantity::units(1), fiscal::VatRate::vat22)};
    cut = fiscal::sample::paid(std::move(cut));
    BOOST_TEST(word(device.sell(cut)) == "done 2");
    const fiscal::Marker of_cut = device.marker;
    BOOST_TEST(word(device.sell(receipt())) == "done 3");
    device.marker.last_fd = of_cut.last_fd;
    BOOST_TEST(word(device.recover()) == "done 3");
    device.marker.total = fiscal::Money(1); // none has it: an operator corrects what was closed
    const auto outcome = device.recover();
    BOOST_TEST(word(outcome) == "unknown earlier");
    BOOST_TEST(text(outcome).find("несёт метку чека, но сумма") != std::string::npos);
    device.marker.total = receipt().total;
    device.marker.receipt = fiscal::ReceiptKind::sell_refund;
    BOOST_TEST(word(device.recover()) == "unknown earlier");
}

BOOST_AUTO_TEST_CASE(a_crash_of_the_library_is_unknown_and_recovered) {
    OpenDevice device;
    for (const char* call :
         {"open_receipt", "registration", "receipt_total", "payment", "close_receipt"}) {
        device.script(std::string("crash=") + call + "\n");
        BOOST_TEST(word(device.sell(receipt())) == "unknown link", call);
        BOOST_TEST(word(device.recover()) == "refused link", call);
    }
    device.script("crash=operator_login\n"); // nothing has been begun
    BOOST_TEST(word(device.sell(receipt())) == "refused link");
    BOOST_TEST(device.documents() == 1);
    device.script("crash_after=close_receipt\n");
    BOOST_TEST(word(device.sell(receipt())) == "unknown link");
    device.reopen(); // kktd died too
    BOOST_TEST(word(device.recover()) == "done 2");
    device.script("crash_after=report\n");
    BOOST_TEST(word(device.perform(fiscal::CloseShift{})) == "unknown link");
    BOOST_TEST(word(device.recover()) == "done 3");
    BOOST_TEST(device.documents() == 3);
}

BOOST_AUTO_TEST_CASE(without_a_stamp_an_equal_receipt_needs_an_operator) {
    OpenDevice device;
    device.script("crash_after=close_receipt\n");
    BOOST_TEST(word(device.sell(receipt(""))) == "unknown link");
    BOOST_TEST(word(device.recover()) == "unknown earlier");
    device.marker.total = fiscal::Money(1); // no equal one
    BOOST_TEST(word(device.recover()) == "refused link");
}

/// A firmware may drop tag 1084: such a receipt may be ours, and is never made again.
BOOST_AUTO_TEST_CASE(a_stamp_that_the_kkt_has_dropped_needs_an_operator) {
    OpenDevice device;
    device.script("crash_after=close_receipt\ndrops=1084\n");
    BOOST_TEST(word(device.sell(receipt())) == "unknown link");
    device.script("drops=1084\n");
    const auto outcome = device.recover();
    BOOST_TEST(word(outcome) == "unknown earlier");
    BOOST_TEST(text(outcome).find("без метки kktd") != std::string::npos, text(outcome));
    device.marker.total = fiscal::Money(1); // no equal one
    BOOST_TEST(word(device.recover()) == "refused link");
}

BOOST_AUTO_TEST_CASE(an_archive_that_cannot_be_read_needs_an_operator) {
    OpenDevice device;
    device.script("crash_after=close_receipt\n");
    BOOST_TEST(word(device.sell(receipt())) == "unknown link");
    device.script("records=broken\n");
    const auto outcome = device.recover();
    BOOST_TEST(word(outcome) == "unknown earlier");
    BOOST_TEST(text(outcome).find("kktctl resolve") != std::string::npos);
}

/// libfptr10 10.8.0.0 answers 6 for documents whose elements it reads well.
BOOST_AUTO_TEST_CASE(a_document_is_known_by_its_elements_alone) {
    OpenDevice device;
    device.script("crash_after=close_receipt\n");
    BOOST_TEST(word(device.sell(receipt())) == "unknown link");
    device.script("header=broken\n");
    const auto found = device.recover();
    BOOST_TEST(registration(found).fpd == "1234567890");
    BOOST_TEST(registration(found).time.iso() == "2026-03-10T12:00:00");
    BOOST_TEST(registration(found).shift == 1U);
    device.script("crash_after=report\n");
    BOOST_TEST(word(device.perform(fiscal::CloseShift{})) == "unknown link");
    device.script("header=broken\n");
    BOOST_TEST(word(device.recover()) == "done 3");
}

/// A receipt that was refused when it was to be opened leaves its cashier on the KKT.
BOOST_AUTO_TEST_CASE(tags_of_a_refused_receipt_do_not_refuse_the_next) {
    OpenDevice device;
    for (const char* after : {"", "keeps_tags=1\n"}) {
        device.script(std::string("error.open_receipt=44\nerror.cancel_receipt=81\n") + after);
        BOOST_TEST(word(device.sell(receipt())) == "refused paper");
        device.script(after);
        BOOST_TEST(word(device.sell(receipt())).starts_with("done"));
    }
}

BOOST_AUTO_TEST_CASE(another_fiscal_storage_decides_nothing) {
    OpenDevice device;
    device.script("crash_after=close_receipt\n");
    BOOST_TEST(word(device.sell(receipt())) == "unknown link");
    device.script("fn=9999078900099999\n");
    BOOST_TEST(word(device.recover()) == "unknown identity");
}

BOOST_AUTO_TEST_CASE(nonsense_of_the_library_is_never_a_done) {
    OpenDevice device;
    device.script("sign=12<b>\n");
    BOOST_TEST(word(device.sell(receipt())) == "unknown link");
    // The fiscal storage's own elements tell the sign.
    const auto made = registration(device.recover());
    BOOST_TEST(!made.fpd.empty());
    BOOST_TEST((made.fpd.find_first_not_of("0123456789") == std::string::npos));
}

/// Whatever a broken child says instead of the library: never that a document was made, and always
/// before the deadline.
BOOST_AUTO_TEST_CASE(a_broken_child_never_makes_a_document) {
    constexpr int seeds = 15;
    fiscal::Marker marker;
    marker.fn = "9999078900012345";
    marker.stamp = receipt().stamp;
    marker.total = receipt().total;
    FakeClock clock;
    std::vector<std::string> modes{"exit", "garbage", "cut", "plain", "endless", "fewer"};
    for (int seed = 0; seed < seeds; ++seed) {
        modes.push_back("spoilt " + std::to_string(seed));
        modes.push_back("random_later " + std::to_string(seed));
    }
    for (const std::string& mode : modes) {
        const HostileHeard heard(mode);
        const auto ask_everything = [&](std::chrono::milliseconds bound) {
            const auto device = driver::fptr10::create(
                *driver::DeviceUri::parse("fptr10+usb:?child=" HOSTILE_CHILD), {.clock = clock});
            BOOST_REQUIRE(device.has_value());
            const auto began = std::chrono::steady_clock::now();
            for (const fiscal::FiscalTask& task : {fiscal::FiscalTask(fiscal::Register{receipt()}),
                                                   fiscal::FiscalTask(fiscal::OpenShift{}),
                                                   fiscal::FiscalTask(fiscal::CloseShift{})}) {
                const auto outcome = (*device)->perform(task, marker, within(bound));
                BOOST_TEST(!std::holds_alternative<fiscal::Done>(outcome), mode);
                BOOST_TEST(!text(outcome).empty(), mode);
            }
            BOOST_TEST(!(*device)->state(within(bound)).has_value(), mode);
            BOOST_TEST(word((*device)->recover(marker, within(bound))).starts_with("unknown"),
                       mode);
            constexpr int calls = 5;
            BOOST_TEST((std::chrono::steady_clock::now() - began < calls * bound + 3500ms), mode);
        };
        BOOST_TEST(heard.within(300ms, ask_everything), mode << ": never got so far");
    }
}

BOOST_AUTO_TEST_CASE(unfinished_paper_is_a_warning) {
    OpenDevice device;
    device.script("printed=0\n");
    BOOST_TEST(registration(device.sell(receipt())).not_printed);
    fiscal::Document electronic = receipt("QRSTUVWXYZ234567");
    electronic.electronic_only = true;
    BOOST_TEST(!registration(device.sell(electronic)).not_printed);
    const auto printed = device->serve(fiscal::ContinuePrint{}, soon());
    BOOST_REQUIRE(!printed.has_value());
    BOOST_TEST((printed.error().cls() == FaultClass::paper));
    device.script("");
    BOOST_TEST(device->serve(fiscal::ContinuePrint{}, soon()).has_value());
}

BOOST_AUTO_TEST_CASE(serves_an_operator) {
    FakeDevice device;
    const auto in_closed_shift =
        device->serve(fiscal::CashIn{fiscal::Money(10'050)}, soon()); // the library would open one
    BOOST_REQUIRE(!in_closed_shift.has_value());
    BOOST_TEST((in_closed_shift.error().cls() == FaultClass::shift));
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    BOOST_TEST(device->serve(fiscal::XReport{}, soon()).has_value());
    BOOST_TEST(device->serve(fiscal::ReprintLast{}, soon()).has_value());
    BOOST_TEST(device->serve(fiscal::CashIn{fiscal::Money(10'050)}, soon()).has_value());
    BOOST_TEST(!device->serve(fiscal::CashOut{fiscal::Money(10'050)}, soon()).has_value());
    const std::string trace = device.file("trace");
    BOOST_TEST(trace.find("report 65546=1\n") != std::string::npos);
    BOOST_TEST(trace.find("report 65546=2\n") != std::string::npos);
    BOOST_TEST(trace.find("cash_income 65613=100.5\n") != std::string::npos);
    BOOST_TEST(device.documents() == 1);
}

BOOST_AUTO_TEST_CASE(a_broken_link_is_opened_anew) {
    OpenDevice device;
    device.script("error.query_data=241\n");
    BOOST_TEST((device->state(soon()).error().cls() == FaultClass::link));
    device.script("");
    BOOST_TEST(device.state().last_fd == 1U);
    const std::string trace = device.file("trace");
    BOOST_TEST(trace.rfind("\nclose\n") < trace.rfind("\nopen\n"));
    device.script("error.open=3\n");
    device->close();
    BOOST_TEST((device->state(soon()).error().cls() == FaultClass::busy));
    device.script("error.open=11\n"); // the vendor's service does not run
    BOOST_TEST((device->state(soon()).error().cls() == FaultClass::link));
    BOOST_TEST(word(device->perform(fiscal::CloseShift{}, {}, soon())) == "refused link");
}

BOOST_AUTO_TEST_SUITE_END()
