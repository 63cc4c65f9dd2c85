#include "fiscal/virtual_kkt.hpp"

#include "fiscal/tlv_codec.hpp"
#include "sample_documents.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace kktd::fiscal;
using namespace std::chrono_literals;

namespace {

const LocalTime morning = LocalTime::at({2026, 3, 10}, 9);

LocalTime later(std::chrono::seconds time, LocalTime since = morning) {
    return {since.seconds + time.count()};
}

/// A KKT with an open shift.
VirtualKkt selling(KktProfile profile = {}) {
    VirtualKkt kkt(std::move(profile));
    BOOST_REQUIRE(kkt.open_shift("Иванова", morning).has_value());
    return kkt;
}

template<class T>
void check_refused(const Result<T, KktRefusal>& answer, KktError error) {
    BOOST_REQUIRE(!answer.has_value());
    BOOST_TEST(static_cast<int>(answer.error().error()) == static_cast<int>(error));
}

/// register_document() refuses with this error, leaves no open receipt and moves no counter.
void check_refuses(VirtualKkt& kkt, const Document& document, KktError error,
                   LocalTime at = later(1h)) {
    const KktMemory before = kkt.memory();
    check_refused(kkt.register_document(document, at), error);
    BOOST_TEST(!kkt.state(at).receipt_open);
    BOOST_TEST((kkt.memory() == before));
}

/// A correction as FFD 1.05 has it: sums, no lines.
Document correction_by_sums() {
    Document document;
    document.kind = ReceiptKind::sell;
    document.correction = Correction{CorrectionType::self, {2026, 1, 31}, ""};
    document.total = Money(250'000);
    document.payments.cash = Money(100'000);
    document.payments.electronic = Money(150'000);
    document.vat.add(VatRate::vat10, {}, Money(10'000));
    document.vat.add(VatRate::none, Money(140'000), {});
    return document;
}

} // namespace

BOOST_AUTO_TEST_SUITE(virtual_kkt_tests)

BOOST_AUTO_TEST_CASE(is_new_at_first) {
    const VirtualKkt kkt{KktProfile()};
    const DeviceState state = kkt.state(morning);
    BOOST_TEST((state.shift == ShiftState::closed));
    BOOST_TEST(state.last_fd == 0U);
    BOOST_TEST(state.shift_number == 0U);
    BOOST_TEST(!state.last_document.has_value());
    BOOST_TEST((state.now == morning));
    BOOST_TEST(state.identity.fn == "9999078900012345");
    BOOST_TEST((state.taxations.only() == Taxation::osn));
    BOOST_TEST(state.fn.phase == 3);
    BOOST_TEST(!state.fn.resource_ends);
}

BOOST_AUTO_TEST_CASE(counts_documents_receipts_and_shifts) {
    VirtualKkt kkt{KktProfile()};
    const auto opened = kkt.open_shift("Иванова", morning);
    BOOST_REQUIRE(opened.has_value());
    BOOST_TEST(opened->fd == 1U);
    BOOST_TEST(opened->shift == 1U);
    BOOST_TEST(opened->number == 0U);
    BOOST_TEST((opened->kind == TaskKind::shift_open));
    BOOST_TEST(opened->stamp.empty());
    const auto first = kkt.register_document(sample::receipt("AAAAAAAAAAAAAAAA"), later(1min));
    const auto second = kkt.register_document(sample::receipt("BBBBBBBBBBBBBBBB"), later(2min));
    BOOST_REQUIRE((first.has_value() && second.has_value()));
    BOOST_TEST(first->fd == 2U);
    BOOST_TEST(first->number == 1U);
    BOOST_TEST(second->fd == 3U);
    BOOST_TEST(second->number == 2U);
    BOOST_TEST(second->shift == 1U);
    BOOST_TEST(second->stamp == "BBBBBBBBBBBBBBBB");
    BOOST_TEST((second->time == later(2min)));
    BOOST_TEST(second->total.kopecks() == 195000);
    BOOST_TEST(first->fpd != second->fpd);
    DeviceState state = kkt.state(later(3min));
    BOOST_TEST(state.last_fd == 3U);
    BOOST_TEST(state.receipt_number == 2U);
    BOOST_TEST((state.shift == ShiftState::open));
    BOOST_TEST((*state.shift_opened == morning));
    BOOST_TEST((*state.last_document == later(2min)));

    const auto closed = kkt.close_shift("Иванова", later(1h));
    BOOST_REQUIRE(closed.has_value());
    BOOST_TEST(closed->fd == 4U);
    BOOST_TEST(closed->shift == 1U);
    TlvCursor form(closed->tlv);
    BOOST_REQUIRE(form.next());
    BOOST_TEST(tlv_number(*find_tlv(form.value(), 1118)) == 2U); // receipts
    BOOST_TEST(tlv_number(*find_tlv(form.value(), 1111)) == 4U); // all documents
    BOOST_REQUIRE(kkt.open_shift("", later(2h)).has_value());
    const auto third = kkt.register_document(sample::receipt(), later(3h));
    BOOST_TEST(third->shift == 2U);
    BOOST_TEST(third->number == 1U); // numbers restart with each shift
    BOOST_TEST(third->fd == 6U);
}

BOOST_AUTO_TEST_CASE(the_registration_tells_all_a_caller_needs) {
    VirtualKkt kkt = selling();
    const auto document = kkt.register_document(sample::receipt(), later(1h));
    const Registration registration = registration_of(*document);
    BOOST_TEST(registration.rnm == "0000000001012345");
    BOOST_TEST(registration.fn == "9999078900012345");
    BOOST_TEST(registration.qr ==
               "t=20260310T1000&s=1950.00&fn=9999078900012345&i=2&fp=" + document->fpd + "&n=1");
    BOOST_TEST(std::stoull(document->fpd) <= 4'294'967'295U);
    const auto report = kkt.close_shift("", later(2h));
    BOOST_TEST(registration_of(*report).qr.empty());
    BOOST_TEST(registration_of(*report).rnm == "0000000001012345");
}

BOOST_AUTO_TEST_CASE(everything_is_marked_as_test) {
    KktProfile profile;
    profile.registration.user = "ООО Ромашка";
    const VirtualKkt kkt(profile);
    BOOST_TEST(kkt.profile().registration.user == std::string(test_mark) + ". ООО Ромашка");
}

BOOST_AUTO_TEST_CASE(the_same_receipt_in_single_commands) {
    VirtualKkt whole = selling();
    VirtualKkt steps = selling();
    const Document document = sample::receipt();
    const auto expected = whole.register_document(document, later(1h));
    BOOST_TEST(steps.open_receipt(ReceiptKind::sell, {}, later(1h)).has_value());
    BOOST_TEST(steps.state(later(1h)).receipt_open);
    BOOST_TEST(steps.set_attributes(document).has_value());
    BOOST_TEST(steps.add_item(document.items[0]).has_value());
    BOOST_TEST(steps.pay(PaymentKind::electronic, Money(100000)).has_value());
    BOOST_TEST(steps.pay(PaymentKind::electronic, Money(95000)).has_value());
    const auto made = steps.close_receipt(later(1h));
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST((*made == *expected));
    BOOST_TEST((steps.memory() == whole.memory()));
}

BOOST_AUTO_TEST_CASE(twenty_four_hours) {
    VirtualKkt kkt = selling();
    BOOST_TEST(kkt.register_document(sample::receipt(), later(24h - 1s)).has_value());
    BOOST_TEST((kkt.state(later(24h)).shift == ShiftState::expired));
    check_refuses(kkt, sample::receipt(), KktError::shift_expired, later(24h));
    check_refused(kkt.open_shift("", later(24h)), KktError::shift_open);
    BOOST_TEST(kkt.close_shift("", later(30h)).has_value());
    check_refuses(kkt, sample::receipt(), KktError::shift_closed, later(30h));
    BOOST_TEST(kkt.open_shift("", later(30h)).has_value());
    BOOST_TEST(kkt.register_document(sample::receipt(), later(30h)).has_value());
}

BOOST_AUTO_TEST_CASE(a_shift_that_expires_under_an_open_receipt) {
    VirtualKkt kkt = selling();
    BOOST_TEST(kkt.open_receipt(ReceiptKind::sell, {}, later(23h)).has_value());
    BOOST_TEST(kkt.set_attributes(sample::receipt()).has_value());
    BOOST_TEST(kkt.add_item(sample::receipt().items[0]).has_value());
    BOOST_TEST(kkt.pay(PaymentKind::cash, Money(195000)).has_value());
    check_refused(kkt.close_receipt(later(24h)), KktError::shift_expired);
    check_refused(kkt.close_shift("", later(24h)), KktError::receipt_open);
    BOOST_TEST(kkt.cancel_receipt().has_value());
    BOOST_TEST(kkt.close_shift("", later(24h)).has_value());
}

BOOST_AUTO_TEST_CASE(refuses_commands_out_of_order) {
    VirtualKkt kkt{KktProfile()};
    check_refused(kkt.close_shift("", morning), KktError::shift_closed);
    check_refused(kkt.open_receipt(ReceiptKind::sell, {}, morning), KktError::shift_closed);
    check_refused(kkt.set_attributes({}), KktError::receipt_closed);
    check_refused(kkt.add_item({}), KktError::receipt_closed);
    check_refused(kkt.pay(PaymentKind::cash, Money(1)), KktError::receipt_closed);
    check_refused(kkt.close_receipt(morning), KktError::receipt_closed);
    check_refused(kkt.cancel_receipt(), KktError::receipt_closed);
    BOOST_TEST(kkt.open_shift("", morning).has_value());
    check_refused(kkt.open_shift("", morning), KktError::shift_open);
    BOOST_TEST(kkt.open_receipt(ReceiptKind::sell, {}, morning).has_value());
    check_refused(kkt.open_receipt(ReceiptKind::sell, {}, morning), KktError::receipt_open);
    check_refused(kkt.register_document(sample::receipt(), morning), KktError::receipt_open);
    BOOST_TEST(kkt.state(morning).receipt_open); // somebody else's receipt is left as it was
    check_refused(kkt.close_receipt(morning), KktError::empty_receipt);
    BOOST_TEST(kkt.add_item(sample::receipt().items[0]).has_value());
    BOOST_TEST(kkt.pay(PaymentKind::cash, Money(1)).has_value());
    check_refused(kkt.add_item(sample::receipt().items[0]), KktError::payment_started);
    check_refused(kkt.pay(PaymentKind::cash, Money(-1)), KktError::bad_total);
}

BOOST_AUTO_TEST_CASE(refuses_bad_lines) {
    VirtualKkt kkt = selling();
    const auto with = [](auto change) {
        Document document = sample::receipt();
        change(document.items[0]);
        return document;
    };
    check_refuses(kkt, with([](Item& i) { i.cost += Money(1); }), KktError::bad_price);
    check_refuses(kkt, with([](Item& i) { i.price = Money(-1); }), KktError::bad_price);
    check_refuses(kkt, with([](Item& i) { i.quantity = Quantity(); }), KktError::bad_quantity);
    check_refuses(kkt, with([](Item& i) { i.quantity = Quantity(1'234'500); }),
                  KktError::bad_quantity);
    check_refuses(kkt, with([](Item& i) { i.vat_sum += Money(2); }), KktError::bad_vat_sum);
    check_refuses(kkt, with([](Item& i) { i.vat_sum = i.vat_sum - Money(2); }),
                  KktError::bad_vat_sum);
    check_refuses(kkt, with([](Item& i) { i.object = PaymentObject::marked; }),
                  KktError::bad_settlement); // without its code
    check_refuses(kkt, with([](Item& i) {
                      i.object = PaymentObject::marked_no_code;
                      i.mark = Mark{"0104600439931256211234", 1};
                  }),
                  KktError::bad_settlement);
    check_refuses(kkt, with([](Item& i) { i.excise = Money(100); }), KktError::bad_settlement);
    check_refuses(kkt, with([](Item& i) { i.name = std::string(129, 'a'); }), KktError::bad_tag);
    check_refuses(kkt, with([](Item& i) { i.name = "€"; }), KktError::bad_tag);
    Document credit = sample::receipt();
    credit.items.push_back(credit.items[0]);
    credit.items[1].method = PaymentMethod::credit_payment;
    check_refuses(kkt, sample::paid(credit), KktError::bad_settlement);
    BOOST_TEST(kkt.register_document(with([](Item& i) { i.vat_sum += Money(1); }), later(1h))
                   .has_value()); // one kopeck of another rounding is taken
}

BOOST_AUTO_TEST_CASE(refuses_rates_and_taxations_it_does_not_have) {
    KktProfile profile;
    profile.vat_rates.reset(static_cast<std::size_t>(VatRate::vat22));
    VirtualKkt old = selling(profile);
    check_refuses(old, sample::receipt(), KktError::bad_vat_rate);
    VirtualKkt kkt = selling();
    Document document = sample::receipt();
    document.taxation = Taxation::patent;
    check_refuses(kkt, document, KktError::bad_taxation);
}

BOOST_AUTO_TEST_CASE(refuses_sums_that_do_not_add_up) {
    VirtualKkt kkt = selling();
    Document document = sample::receipt();
    document.total += Money(1);
    check_refuses(kkt, document, KktError::bad_total);
    document = sample::receipt();
    document.payments.electronic = Money(194'999);
    check_refuses(kkt, document, KktError::underpaid);
    document.payments.electronic = Money(195'001);
    check_refuses(kkt, document, KktError::noncash_overpaid);
    document.payments.electronic = Money(100'000);
    document.payments.cash = Money(100'000); // change is given from cash
    const auto made = kkt.register_document(document, later(1h));
    BOOST_REQUIRE(made.has_value());
    TlvCursor form(made->tlv);
    BOOST_REQUIRE(form.next());
    BOOST_TEST(tlv_money(*find_tlv(form.value(), 1031)).kopecks() == 95'000);
}

BOOST_AUTO_TEST_CASE(refuses_what_is_too_large) {
    VirtualKkt kkt = selling();
    Document document = sample::receipt();
    const Item item = document.items[0];
    document.items.assign(500, item);
    check_refuses(kkt, sample::paid(document), KktError::document_too_large);
}

BOOST_AUTO_TEST_CASE(refuses_what_its_format_cannot_say) {
    KktProfile profile;
    profile.registration.ffd = 2;
    VirtualKkt kkt = selling(profile);
    Document document = sample::receipt();
    document.correction = Correction{CorrectionType::self, {2026, 1, 31}, ""};
    document.kind = ReceiptKind::sell_refund;
    check_refuses(kkt, document, KktError::unsupported_by_ffd);
    document.kind = ReceiptKind::sell;
    document.items[0].object = PaymentObject::marked_no_code;
    check_refuses(kkt, document, KktError::unsupported_by_ffd);
    document.items[0].object = PaymentObject::funds_issuance;
    check_refuses(kkt, document, KktError::unsupported_by_ffd);
    document.items[0].object = PaymentObject::commodity;
    document.correction->type = CorrectionType::by_order;
    check_refuses(kkt, document, KktError::bad_settlement); // without the order's number
    document.correction->number = "12-34";
    const auto made = kkt.register_document(document, later(1h));
    BOOST_REQUIRE(made.has_value());
    BOOST_TEST((made->kind == TaskKind::correction));
}

BOOST_AUTO_TEST_CASE(names_that_must_be_numbers_of_the_order) {
    VirtualKkt kkt = selling();
    Document document = sample::receipt();
    document.items[0].object = PaymentObject::non_operating_gain;
    check_refuses(kkt, document, KktError::bad_settlement);
    document.items[0].name = "26";
    check_refuses(kkt, document, KktError::bad_settlement);
    document.items[0].object = PaymentObject::insurance_premium;
    BOOST_TEST(kkt.register_document(document, later(1h)).has_value());
}

BOOST_AUTO_TEST_CASE(a_correction_by_sums_alone) {
    KktProfile profile;
    profile.registration.ffd = 2;
    VirtualKkt kkt = selling(profile);
    const Document document = correction_by_sums();
    const auto made = kkt.register_document(document, later(1h));
    BOOST_REQUIRE_MESSAGE(made.has_value(), made.error().text());
    BOOST_TEST((made->kind == TaskKind::correction));
    BOOST_TEST(made->total.kopecks() == 250'000);
    const auto nodes = decode_tlv(made->tlv);
    BOOST_REQUIRE(nodes.has_value());
    const TlvNode& form = nodes->front();
    BOOST_TEST((form.find(1059) == nullptr));
    BOOST_TEST(tlv_money(form.find(1020)->value).kopecks() == 250'000);
    BOOST_TEST(tlv_money(form.find(1031)->value).kopecks() == 100'000);
    BOOST_TEST(tlv_money(form.find(1103)->value).kopecks() == 10'000);
    BOOST_TEST(tlv_money(form.find(1105)->value).kopecks() == 140'000);
    const KindTotals& totals = kkt.memory().totals.corrections(ReceiptKind::sell);
    BOOST_TEST(totals.count == 1U);
    BOOST_TEST(totals.vat[1].kopecks() == 10'000);

    for (const std::uint8_t ffd : std::initializer_list<std::uint8_t>{3, 4}) {
        profile.registration.ffd = ffd;
        VirtualKkt newer = selling(profile);
        check_refuses(newer, document, KktError::empty_receipt);
    }
}

BOOST_AUTO_TEST_CASE(refuses_corrections_by_sums_that_cannot_be) {
    KktProfile profile;
    profile.registration.ffd = 2;
    profile.vat_rates.reset(static_cast<std::size_t>(VatRate::vat22));
    VirtualKkt kkt = selling(profile);
    const auto with = [](auto change) {
        Document document = correction_by_sums();
        change(document);
        return document;
    };
    check_refuses(kkt, with([](Document& d) { d.correction.reset(); }), KktError::bad_total);
    check_refuses(kkt, with([](Document& d) { d.total = Money(); }), KktError::bad_total);
    check_refuses(kkt, with([](Document& d) { d.total = Money(250'001); }), KktError::underpaid);
    check_refuses(kkt, with([](Document& d) { d.vat.add(VatRate::vat22, {}, Money(1)); }),
                  KktError::bad_vat_rate);
    check_refuses(kkt, with([](Document& d) { d.vat.add(VatRate::vat0, Money(100'001), {}); }),
                  KktError::bad_vat_sum);
    check_refuses(kkt, with([](Document& d) { d.vat.add(VatRate::vat20, {}, Money(-1)); }),
                  KktError::bad_vat_sum);
    check_refused(kkt.set_sums(Money(1), {}), KktError::receipt_closed);
    const Document document = correction_by_sums();
    const Item line = sample::receipt().items[0];
    const auto open = [&] {
        BOOST_TEST(kkt.open_receipt(document.kind, document.correction, later(1h)).has_value());
    };
    open();
    BOOST_TEST(kkt.set_sums(document.total, document.vat).has_value());
    check_refused(kkt.add_item(sample::item("Товар", Money(1), Quantity::units(1), VatRate::none)),
                  KktError::bad_settlement);
    BOOST_TEST(kkt.pay(PaymentKind::cash, document.total).has_value());
    check_refused(kkt.set_sums(document.total, document.vat), KktError::payment_started);
    BOOST_TEST(kkt.cancel_receipt().has_value());
    open();
    BOOST_TEST(kkt.add_item(sample::item("Товар", Money(1), Quantity::units(1), VatRate::none))
                   .has_value());
    check_refused(kkt.set_sums(document.total, document.vat), KktError::bad_settlement);
}

BOOST_AUTO_TEST_CASE(refuses_while_something_is_wrong_with_it) {
    const auto check = [](auto change, KktError error) {
        VirtualKkt kkt = selling();
        KktSwitches switches;
        change(switches);
        kkt.set_switches(switches);
        check_refuses(kkt, sample::receipt(), error);
        kkt.set_switches({});
        BOOST_TEST(kkt.register_document(sample::receipt(), later(1h)).has_value());
    };
    check([](KktSwitches& s) { s.paper = Paper::out; }, KktError::paper_out);
    check([](KktSwitches& s) { s.cover_open = true; }, KktError::cover_open);
    check([](KktSwitches& s) { s.busy = true; }, KktError::busy);
    check([](KktSwitches& s) { s.fn = FnFault::absent; }, KktError::fn_absent);
    check([](KktSwitches& s) { s.fn = FnFault::expired; }, KktError::fn_expired);
    check([](KktSwitches& s) { s.fn = FnFault::full; }, KktError::fn_full);
    check([](KktSwitches& s) { s.fn = FnFault::critical; }, KktError::fn_critical);
    check([](KktSwitches& s) { s.ofd_days = 30; }, KktError::ofd_blocked);
    check([](KktSwitches& s) { s.clock_skew = -2h; }, KktError::clock_behind);

    VirtualKkt kkt = selling();
    KktSwitches switches;
    switches.receipt_open = true;
    kkt.set_switches(switches);
    check_refused(kkt.register_document(sample::receipt(), later(1h)), KktError::receipt_open);
    check_refused(kkt.close_shift("", later(1h)), KktError::receipt_open);
    BOOST_TEST(kkt.state(later(1h)).receipt_open);
}

BOOST_AUTO_TEST_CASE(a_storage_at_its_end_lets_the_shift_be_closed) {
    VirtualKkt kkt = selling();
    KktSwitches switches;
    switches.fn = FnFault::full;
    kkt.set_switches(switches);
    BOOST_TEST(kkt.state(later(1h)).fn.critical);
    BOOST_TEST(kkt.close_shift("", later(1h)).has_value());
    check_refused(kkt.open_shift("", later(1h)), KktError::fn_full);
    switches.fn = FnFault::expired;
    kkt.set_switches(switches);
    check_refused(kkt.open_shift("", later(1h)), KktError::fn_expired);
}

BOOST_AUTO_TEST_CASE(the_storage_fills_and_ages) {
    KktProfile profile;
    profile.fn_capacity = 4;
    profile.fn_days = 100;
    VirtualKkt kkt = selling(profile);
    BOOST_TEST(kkt.state(morning).fn.valid_until.iso() == "2026-06-18");
    BOOST_TEST(!kkt.state(later(69 * 24h)).fn.resource_ends);
    BOOST_TEST(kkt.state(later(70 * 24h)).fn.resource_ends);
    BOOST_TEST(!kkt.state(later(96 * 24h)).fn.replace_urgently);
    BOOST_TEST(kkt.state(later(97 * 24h)).fn.replace_urgently);
    check_refused(kkt.open_shift("", later(101 * 24h)), KktError::fn_expired);
    BOOST_TEST(kkt.register_document(sample::receipt(), later(1h)).has_value());
    BOOST_TEST(!kkt.state(later(1h)).fn.memory_99);
    BOOST_TEST(kkt.register_document(sample::receipt(), later(1h)).has_value());
    BOOST_TEST(kkt.state(later(1h)).fn.memory_99);
    BOOST_TEST(kkt.register_document(sample::receipt(), later(1h)).has_value());
    check_refuses(kkt, sample::receipt(), KktError::fn_full);
    BOOST_TEST(kkt.close_shift("", later(1h)).has_value());
}

BOOST_AUTO_TEST_CASE(unsent_documents_block_after_thirty_days) {
    VirtualKkt kkt = selling();
    BOOST_TEST(kkt.state(morning).ofd.unsent == 0U);
    KktSwitches switches;
    switches.ofd_stuck = true;
    kkt.set_switches(switches);
    BOOST_TEST(kkt.register_document(sample::receipt(), later(1h)).has_value());
    BOOST_TEST(kkt.register_document(sample::receipt(), later(2h)).has_value());
    const DeviceState state = kkt.state(later(2h));
    BOOST_TEST(state.ofd.unsent == 2U);
    BOOST_TEST(state.ofd.first_fd == 2U);
    BOOST_TEST((*state.ofd.oldest == later(1h)));
    BOOST_TEST(kkt.state(later(5 * 24h + 1h)).fn.ofd_timeout);
    BOOST_TEST(kkt.close_shift("", later(30 * 24h)).has_value());
    check_refused(kkt.open_shift("", later(30 * 24h + 1h)), KktError::ofd_blocked);
    kkt.set_switches({}); // the link to the operator is back: all is sent
    BOOST_TEST(kkt.state(morning).ofd.unsent == 0U);
    BOOST_TEST(kkt.open_shift("", later(31 * 24h)).has_value());
}

BOOST_AUTO_TEST_CASE(its_clock_is_its_own) {
    VirtualKkt kkt{KktProfile()};
    KktSwitches switches;
    switches.clock_skew = 10min;
    kkt.set_switches(switches);
    BOOST_TEST((kkt.state(morning).now == later(10min)));
    BOOST_TEST((kkt.open_shift("", morning)->time == later(10min)));
    kkt.set_switches({});
    check_refuses(kkt, sample::receipt(), KktError::clock_behind, later(10min - 1s));
    BOOST_TEST(kkt.register_document(sample::receipt(), later(10min)).has_value());
}

BOOST_AUTO_TEST_CASE(totals_per_kind_in_the_shift_and_for_ever) {
    VirtualKkt kkt = selling();
    Document document = sample::receipt();
    document.payments.electronic = Money(150'000);
    document.payments.prepaid = Money(45'000);
    BOOST_TEST(kkt.register_document(document, later(1h)).has_value());
    document.kind = ReceiptKind::sell_refund;
    BOOST_TEST(kkt.register_document(document, later(1h)).has_value());
    document.kind = ReceiptKind::sell;
    document.correction = Correction{CorrectionType::self, {2026, 1, 31}, ""};
    BOOST_TEST(kkt.register_document(document, later(1h)).has_value());
    const auto check = [](const Totals& totals, std::uint32_t sells) {
        BOOST_TEST(totals.receipts(ReceiptKind::sell).count == sells);
        BOOST_TEST(totals.receipts(ReceiptKind::sell).payments.prepaid.kopecks() ==
                   45'000 * static_cast<std::int64_t>(sells));
        BOOST_TEST(totals.receipts(ReceiptKind::sell_refund).total.kopecks() == 195'000);
        BOOST_TEST(totals.receipts(ReceiptKind::buy).count == 0U);
        BOOST_TEST(totals.corrections(ReceiptKind::sell).count == 1U);
    };
    check(kkt.memory().shift_totals, 1);
    BOOST_TEST(kkt.close_shift("", later(2h)).has_value());
    BOOST_TEST(kkt.open_shift("", later(2h)).has_value());
    document.correction.reset();
    BOOST_TEST(kkt.register_document(document, later(2h)).has_value());
    BOOST_TEST(kkt.memory().shift_totals.receipts(ReceiptKind::sell).count == 1U);
    BOOST_TEST(kkt.memory().shift_totals.receipts(ReceiptKind::sell_refund).count == 0U);
    check(kkt.memory().totals, 2);
}

BOOST_AUTO_TEST_CASE(a_closed_shift_tells_its_counters_and_those_of_the_storage) {
    KktProfile profile;
    profile.fn_days = 100;
    VirtualKkt kkt = selling(profile);
    Document document = sample::receipt();
    document.items[0].vat = VatRate::vat20;
    document.items[0].vat_sum = Money(32'500);
    document.payments.electronic = Money(150'000);
    document.payments.prepaid = Money(45'000);
    const auto sell = [&] {
        BOOST_REQUIRE(kkt.register_document(document, later(1h)).has_value());
    };
    const auto close = [&](std::chrono::seconds at) {
        const auto closed = kkt.close_shift("", later(at));
        BOOST_REQUIRE(closed.has_value());
        const auto nodes = decode_tlv(closed->tlv);
        BOOST_REQUIRE(nodes.has_value());
        return nodes->front();
    };
    const auto of_sales = [](const TlvNode& counters, std::uint16_t tag) {
        return tlv_number(counters.find(1129)->find(tag)->value);
    };
    sell();
    sell();
    document.kind = ReceiptKind::sell_refund;
    sell();
    document.kind = ReceiptKind::sell;
    document.correction = Correction{CorrectionType::self, {2026, 1, 31}, ""};
    sell();
    document.correction.reset();
    const TlvNode first = close(2h);
    for (const std::uint16_t counters : std::initializer_list<std::uint16_t>{1194, 1157}) {
        const TlvNode* found = first.find(counters);
        BOOST_REQUIRE_MESSAGE(found != nullptr, counters);
        BOOST_TEST(tlv_number(found->find(1134)->value) == 4U);
        BOOST_TEST(of_sales(*found, 1135) == 2U);
        BOOST_TEST(of_sales(*found, 1201) == 390'000U);
        BOOST_TEST(of_sales(*found, 1136) == 0U);
        BOOST_TEST(of_sales(*found, 1138) == 300'000U);
        BOOST_TEST(of_sales(*found, 1218) == 90'000U);
        BOOST_TEST(of_sales(*found, 1139) == 65'000U);
        BOOST_TEST(tlv_number(found->find(1130)->find(1135)->value) == 1U);
        BOOST_TEST(tlv_number(found->find(1133)->find(1144)->value) == 1U);
    }
    BOOST_TEST(tlv_number(first.find(1213)->value) == 100U);
    BOOST_REQUIRE(kkt.open_shift("", later(25h)).has_value());
    BOOST_REQUIRE(kkt.register_document(document, later(25h)).has_value());
    const TlvNode second = close(26h);
    BOOST_TEST(of_sales(*second.find(1194), 1201) == 195'000U);
    BOOST_TEST(of_sales(*second.find(1157), 1201) == 585'000U);
    BOOST_TEST(tlv_number(second.find(1213)->value) == 99U);
    BOOST_REQUIRE(kkt.open_shift("", later(48h)).has_value());
    BOOST_TEST(tlv_number(close(200 * 24h).find(1213)->value) == 0U); // expired, not below zero
}

BOOST_AUTO_TEST_CASE(the_oldest_format_has_no_counters) {
    KktProfile profile;
    profile.registration.ffd = 2;
    VirtualKkt kkt = selling(profile);
    const auto closed = kkt.close_shift("", later(1h));
    const auto nodes = decode_tlv(closed->tlv);
    BOOST_REQUIRE(nodes.has_value());
    for (const std::uint16_t newer : std::initializer_list<std::uint16_t>{1194, 1157, 1213}) {
        BOOST_TEST((nodes->front().find(newer) == nullptr), newer);
    }
}

BOOST_AUTO_TEST_CASE(power_loss_takes_the_open_receipt_only) {
    VirtualKkt kkt = selling();
    BOOST_TEST(kkt.open_receipt(ReceiptKind::sell, {}, later(1h)).has_value());
    const KktMemory before = kkt.memory();
    kkt.power_cycle();
    BOOST_TEST(!kkt.state(later(1h)).receipt_open);
    BOOST_TEST((kkt.memory() == before));
    BOOST_TEST(kkt.register_document(sample::receipt(), later(1h)).has_value());
    kkt.restore(before); // the document could not be kept: it never happened
    BOOST_TEST(kkt.state(later(1h)).last_fd == 1U);
    BOOST_TEST(kkt.register_document(sample::receipt(), later(1h))->fd == 2U);
}

BOOST_AUTO_TEST_CASE(a_new_fiscal_storage_begins_anew) {
    VirtualKkt old = selling();
    KktProfile profile;
    profile.registration.identity.fn = "9999078900012346";
    const VirtualKkt kkt(profile, old.memory());
    BOOST_TEST(kkt.state(morning).last_fd == 0U);
    BOOST_TEST((kkt.state(morning).shift == ShiftState::closed));
    BOOST_TEST(kkt.state(morning).identity.fn == "9999078900012346");
}

BOOST_AUTO_TEST_CASE(a_total_is_rounded_by_less_than_a_rouble) {
    VirtualKkt kkt = selling();
    check_refused(kkt.round_down(Money(50)), KktError::receipt_closed);
    BOOST_REQUIRE(kkt.open_receipt(ReceiptKind::sell, {}, later(1h)).has_value());
    const Item item = sample::receipt().items.front();
    BOOST_REQUIRE(kkt.add_item(item).has_value());
    check_refused(kkt.round_down(Money(100)), KktError::bad_total);
    check_refused(kkt.round_down(Money(-1)), KktError::bad_total);
    BOOST_REQUIRE(kkt.round_down(Money(99)).has_value());
    BOOST_TEST((kkt.open_document()->total == item.cost - Money(99)));
    check_refused(kkt.add_item(item), KktError::payment_started);
    check_refused(kkt.round_down(Money(1)), KktError::payment_started);
}

BOOST_AUTO_TEST_CASE(a_stated_cost_need_not_be_price_by_quantity) {
    VirtualKkt kkt = selling();
    BOOST_REQUIRE(kkt.open_receipt(ReceiptKind::sell, {}, later(1h)).has_value());
    Item item = sample::receipt().items.front();
    item.vat = VatRate::none;
    item.vat_sum = Money();
    item.cost = item.cost + Money(1);
    check_refused(kkt.add_item(item), KktError::bad_price);
    BOOST_TEST(kkt.add_item(item, VirtualKkt::Cost::stated).has_value());
    BOOST_TEST((kkt.open_document()->total == item.cost));
    item.cost = Money(-1);
    check_refused(kkt.add_item(item, VirtualKkt::Cost::stated), KktError::bad_price);
}

BOOST_AUTO_TEST_CASE(the_basis_of_a_correction_may_come_later) {
    KktProfile profile;
    profile.registration.ffd = 2;
    VirtualKkt kkt = selling(profile);
    BOOST_TEST(kkt.open_document() == nullptr);
    check_refused(kkt.set_correction({}), KktError::receipt_closed);
    BOOST_REQUIRE(kkt.open_receipt(ReceiptKind::sell, {}, later(1h)).has_value());
    check_refused(kkt.set_correction({}), KktError::bad_settlement);
    BOOST_REQUIRE(kkt.cancel_receipt().has_value());
    BOOST_REQUIRE(kkt.open_receipt(ReceiptKind::sell, Correction(), later(1h)).has_value());
    check_refused(kkt.set_correction({CorrectionType::by_order, {2026, 1, 31}, ""}),
                  KktError::bad_settlement);
    const Correction basis{CorrectionType::by_order, {2026, 1, 31}, "15"};
    BOOST_TEST(kkt.set_correction(basis).has_value());
    BOOST_TEST((kkt.open_document()->correction == basis));
}

BOOST_AUTO_TEST_CASE(elements_without_a_field_follow_the_others) {
    VirtualKkt kkt = selling();
    check_refused(kkt.add_elements(""), KktError::receipt_closed);
    BOOST_REQUIRE(kkt.open_receipt(ReceiptKind::sell, {}, later(1h)).has_value());
    Document attributes;
    BOOST_REQUIRE(kkt.set_attributes(attributes).has_value());
    const Item item = sample::receipt().items.front();
    BOOST_REQUIRE(kkt.add_item(item).has_value());
    TlvWriter tlv;
    tlv.nested(1084, [&] { tlv.text(1085, "shop"); });
    BOOST_REQUIRE(kkt.add_elements(tlv.bytes()).has_value());
    BOOST_REQUIRE(kkt.pay(PaymentKind::cash, item.cost).has_value());
    const auto made = kkt.close_receipt(later(1h));
    BOOST_REQUIRE(made.has_value());
    TlvCursor form(made->tlv);
    BOOST_REQUIRE(form.next());
    const auto found = find_tlv(form.value(), 1084);
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(tlv_text(find_tlv(*found, 1085).value_or("")) == "shop");
}

BOOST_AUTO_TEST_CASE(a_shift_can_be_said_to_have_expired) {
    VirtualKkt kkt = selling();
    KktSwitches switches;
    switches.shift_expired = true;
    kkt.set_switches(switches);
    BOOST_TEST((kkt.state(later(1h)).shift == ShiftState::expired));
    check_refuses(kkt, sample::receipt(), KktError::shift_expired);
    BOOST_REQUIRE(kkt.close_shift("Иванова", later(1h)).has_value());
    BOOST_TEST((kkt.state(later(1h)).shift == ShiftState::closed));
}

BOOST_AUTO_TEST_CASE(random_receipts_are_registered_and_replayed) {
    std::mt19937_64 random(7);
    KktProfile profile;
    VirtualKkt kkt = selling(profile);
    KktMemory replayed;
    replayed.fn = profile.registration.identity.fn;
    VirtualKkt probe{profile};
    replayed.apply(*probe.open_shift("Иванова", morning));
    std::set<std::string> signs;
    for (int i = 0; i < 300; ++i) {
        KktSwitches switches;
        switches.ofd_stuck = i / 20 % 2 == 0;
        kkt.set_switches(switches);
        const Document document = sample::random_receipt(random);
        const auto made = kkt.register_document(document, later(1h + std::chrono::seconds(i)));
        BOOST_REQUIRE_MESSAGE(made.has_value(), made.error().text());
        BOOST_TEST(made->total.kopecks() == document.total.kopecks());
        BOOST_TEST(made->fd == static_cast<std::uint32_t>(i) + 2);
        signs.insert(made->fpd);
        replayed.apply(*made);
        BOOST_TEST((replayed == kkt.memory()));
    }
    BOOST_TEST(signs.size() > 298U);
    BOOST_TEST(replayed.ofd.unsent == 20U);
}

BOOST_AUTO_TEST_SUITE_END()
