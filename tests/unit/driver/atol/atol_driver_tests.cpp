#include "../outcome_word.hpp"
#include "../recovered_later.hpp"
#include "base/hex.hpp"
#include "driver/atol/atol_driver.hpp"

#include "../../fiscal/sample_documents.hpp"
#include "driver/atol/link_v3.hpp"
#include "driver/atol/prepared.hpp"
#include "fake_port.hpp"
#include "fiscal/tlv_codec.hpp"
#include "sim_link.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd;
using namespace kktd::driver::atol;
using namespace kktd::driver::atol::testing;
using namespace std::chrono_literals;
using fiscal::FaultClass;
using fiscal::Money;
using fiscal::Quantity;
using fiscal::VatRate;
using fiscal::sample::item;
using fiscal::sample::paid;

namespace {

driver::Deadline soon() {
    return std::chrono::steady_clock::now() + 20s;
}

/// A receipt that needs no code from the configuration.
fiscal::Document receipt(std::string stamp = "ABCDEFGHIJKLMNOP") {
    fiscal::Document document;
    document.items = {item("Товар 1", Money(32512), Quantity::units(6), VatRate::vat20)};
    document.contact = "a@b.ru";
    document.cashier = "Иванова";
    document.stamp = std::move(stamp);
    return paid(std::move(document));
}

/// The driver over a simulated KKT, used as the engine uses it.
class Till {
public:
    explicit Till(std::uint8_t ffd = 2, GivenVatCodes codes = {},
                  sim::atol::DeviceOptions options = {})
        : world(ffd, std::move(options)), codes_(codes) {
        restart();
    }

    /// As after the death of the process.
    void restart() {
        driver_ = make_driver(std::make_unique<SimLink>(world), codes_, {.leftover = leftover});
    }
    driver::Driver* operator->() { return driver_.get(); }

    fiscal::DeviceState state() {
        const auto state = driver_->state(soon());
        BOOST_REQUIRE_MESSAGE(state.has_value(), state.error().text());
        return *state;
    }
    fiscal::Outcome perform(const fiscal::FiscalTask& task) {
        const auto now = state();
        marker = fiscal::marker_of(task);
        marker.fn = now.identity.fn;
        marker.last_fd = now.last_fd;
        marker.shift = now.shift_number;
        const auto prepared = driver_->prepare(task, soon());
        BOOST_REQUIRE_MESSAGE(prepared.has_value(), prepared.error().text());
        marker.prepared = *prepared;
        world.transcript.clear();
        return driver_->perform(task, marker, std::chrono::steady_clock::now() + bound);
    }
    /// Without a look at the KKT.
    fiscal::Outcome perform_unseen(const fiscal::FiscalTask& task) {
        marker = fiscal::marker_of(task);
        marker.fn = world.till().registration().identity.fn;
        marker.last_fd = world.documents();
        return driver_->perform(task, marker, soon());
    }
    fiscal::Outcome sell(const fiscal::Document& document) {
        return perform(fiscal::Register{document});
    }
    fiscal::Outcome recover() { return driver_->recover(marker, soon()); }
    fiscal::Outcome recover_later() {
        return tests::recovered_later(leftover, [this] { return recover(); });
    }

    static constexpr std::chrono::seconds leftover{1}; ///< the option

    World world;
    fiscal::Marker marker;            ///< of the last document
    std::chrono::seconds bound = 20s; ///< of a document

private:
    GivenVatCodes codes_;
    std::unique_ptr<driver::Driver> driver_;
};

using tests::word;

std::string text_of(const fiscal::Outcome& outcome) {
    if (const auto* refused = std::get_if<fiscal::Refused>(&outcome)) {
        return refused->fault.text();
    }
    const auto* unknown = std::get_if<fiscal::Unknown>(&outcome);
    return unknown != nullptr ? unknown->fault.text() : std::string();
}

bool said(const World& world, std::string_view prefix) {
    return std::ranges::any_of(world.transcript,
                               [&](const auto& line) { return line.starts_with(prefix); });
}

/// A shift is open, so that FD 1 is its report.
void open_shift(Till& till) {
    BOOST_REQUIRE_EQUAL(word(till.perform(fiscal::OpenShift{"Иванова"})), "done 1");
}

GivenVatCodes codes_for(std::initializer_list<VatRate> rates) {
    GivenVatCodes codes{};
    for (const auto rate : rates) {
        codes.at(static_cast<std::size_t>(rate)) = fiscal::info(rate).code;
    }
    return codes;
}

/// With a wrong configuration: 7, given for 22 %, is 5 % to the firmware. A shift is open.
struct MistakenTill : Till {
    MistakenTill() : Till(2, given(), firmware()) { open_shift(*this); }

    static GivenVatCodes given() {
        GivenVatCodes codes{};
        codes.at(static_cast<std::size_t>(VatRate::vat22)) = 7;
        return codes;
    }
    static sim::atol::DeviceOptions firmware() {
        sim::atol::DeviceOptions options;
        options.vat_codes.set(7);
        return options;
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(atol_driver_tests)

BOOST_AUTO_TEST_CASE(tells_everything_of_the_kkt) {
    Till till;
    const auto state = till.state();
    const auto& registration = till.world.till().registration();
    BOOST_TEST(state.identity.inn == registration.identity.inn);
    BOOST_TEST(state.identity.rnm == registration.identity.rnm);
    BOOST_TEST(state.identity.fn == registration.identity.fn);
    BOOST_TEST(state.identity.serial.size() == 14U);
    BOOST_TEST(state.now.iso() == "2026-03-10T12:00:00");
    BOOST_CHECK(state.shift == fiscal::ShiftState::closed);
    BOOST_TEST(state.ffd == 2);
    BOOST_TEST(state.taxations.mask == registration.taxations.mask);
    BOOST_TEST(state.fn.phase == 3);
    BOOST_TEST(state.fn.valid_until.year == 2029);
    BOOST_TEST(state.model == "АТОЛ 55Ф");
    BOOST_TEST(!state.receipt_open);
    BOOST_CHECK(state.paper == fiscal::Paper::ok);

    open_shift(till);
    till.world.clock.seconds += 60;
    const auto open = till.state();
    BOOST_CHECK(open.shift == fiscal::ShiftState::open);
    BOOST_TEST(open.shift_number == 1U);
    BOOST_TEST(open.last_fd == 1U);
    BOOST_REQUIRE(open.shift_opened.has_value());
    BOOST_TEST(open.shift_opened->iso() == "2026-03-10T12:00:00");
    BOOST_TEST(open.last_document->iso() == "2026-03-10T12:00:00");
}

BOOST_AUTO_TEST_CASE(facts_are_read_once_and_again_after_somebody_elses_document) {
    Till till;
    open_shift(till);
    const auto asks_for_inn = [&] {
        till.world.transcript.clear();
        static_cast<void>(till.state());
        return said(till.world, "E9 FA 03");
    };
    BOOST_TEST(!asks_for_inn());
    BOOST_REQUIRE(till.world.till().foreign_receipt().has_value());
    BOOST_TEST(asks_for_inn());
    BOOST_TEST(!asks_for_inn());
    till->close();
    BOOST_TEST(asks_for_inn());
}

BOOST_AUTO_TEST_CASE(registers_by_the_vendors_sequence) {
    Till till;
    open_shift(till);
    till.world.clock.seconds += 60;
    auto document = receipt();
    document.electronic_only = true;
    const auto outcome = till.sell(document);
    BOOST_REQUIRE_MESSAGE(word(outcome) == "done 2", text_of(outcome));
    const auto& made = std::get<fiscal::Done>(outcome).registration;
    BOOST_TEST(made.number == 1U);
    BOOST_TEST(made.shift == 1U);
    BOOST_CHECK(made.total == document.total);
    BOOST_TEST(made.time.iso() == "2026-03-10T12:01:00");
    BOOST_TEST(made.fn == till.marker.fn);
    BOOST_TEST(made.rnm == "0000000001012345");
    BOOST_TEST(made.fpd == till.world.till().last_receipt()->fpd);
    BOOST_TEST(made.qr ==
               "t=20260310T1201&s=1950.72&fn=9999078900012345&i=2&fp=" + made.fpd + "&n=1");
    BOOST_TEST(!made.not_printed);
    BOOST_TEST(till.world.till().last_receipt()->stamp == document.stamp);

    const std::vector<std::string> expected{
        "3F",
        "A4 30",
        "45",
        "E8 01 01 00 FD 03 07 00 88 A2 A0 AD AE A2 A0",
        "92 04 01 task D1",
        "E8 01 01 00 F0 03 06 00 61 40 62 2E 72 75",
        "E8 01 01 00 1F 04 01 00 01",
        "E8 01 01 00 3C 04 1C 00 3D 04 04 00 6B 6B 74 64 3E 04 10 00 41 42 43 44 45 46 47 48 49 4A "
        "4B 4C 4D 4E 4F 50",
        "EA 00 01 00",
        "EB 0A 00 00 00 00 03 25 12 00 00 00 60 00 00 00 00 00 19 50 72 01 00 00 00 00 00 00 00 00 "
        "01 04 00 00 00 00 00 00 00 00 00 00 92 AE A2 A0 E0 20 31",
        "99 00 02 00 00 19 50 72",
        "91 14 00 00",
        "4A 00 01 00 00 00 00 00 task D0",
        "91 33 00 00",
        "91 35 00 00",
        "91 3B 00 00",
    };
    BOOST_TEST(till.world.transcript == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(all_kinds_and_a_shift_to_its_end) {
    Till till;
    open_shift(till);
    std::uint32_t fd = 1;
    for (const auto kind : {fiscal::ReceiptKind::sell_refund, fiscal::ReceiptKind::buy,
                            fiscal::ReceiptKind::buy_refund}) {
        auto document = receipt("ABCDEFGHIJKLMNO" + std::to_string(fd));
        document.kind = kind;
        const auto outcome = till.sell(document);
        BOOST_TEST_REQUIRE(word(outcome) == "done " + std::to_string(++fd), text_of(outcome));
        const auto& made = std::get<fiscal::Done>(outcome).registration;
        BOOST_TEST(made.qr.ends_with("&n=" + std::to_string(static_cast<int>(kind))));
    }
    auto internet = receipt("QRSTUVWXYZABCDEF");
    internet.internet = true;
    internet.electronic_only = true;
    internet.place = "https://shop.test";
    BOOST_TEST(word(till.sell(internet)) == "done 5");
    auto correction = receipt("CCCCCCCCCCCCCCCC");
    correction.correction =
        fiscal::Correction{fiscal::CorrectionType::by_order, fiscal::Date{2026, 1, 31}, "15"};
    const auto corrected = till.sell(correction);
    BOOST_TEST(word(corrected) == "done 6", text_of(corrected));
    const auto closed = till.perform(fiscal::CloseShift{"Иванова"});
    BOOST_TEST_REQUIRE(word(closed) == "done 7", text_of(closed));
    BOOST_TEST(std::get<fiscal::Done>(closed).registration.shift == 1U);
    BOOST_CHECK(till.state().shift == fiscal::ShiftState::closed);
}

BOOST_AUTO_TEST_CASE(corrections_of_ffd_1_05_are_of_one_position_and_no_refund) {
    Till till;
    open_shift(till);
    auto document = receipt();
    document.correction = fiscal::Correction{};
    document.items.push_back(document.items.front());
    document = paid(document);
    BOOST_TEST(word(till.sell(document)) == "refused unsupported");
    BOOST_TEST(!said(till.world, "92"));
    document = receipt();
    document.correction = fiscal::Correction{};
    document.kind = fiscal::ReceiptKind::sell_refund;
    BOOST_TEST(word(till.sell(document)) == "refused unsupported");
    BOOST_TEST(!said(till.world, "92"));
}

/// Whatever goes wrong before 4Ah: refused, and the receipt is cancelled.
BOOST_AUTO_TEST_CASE(before_the_receipt_is_closed_nothing_is_registered) {
    using Kind = Trouble::Kind;
    for (const char* step : {"E8 01 01 00 F0 03", "E8 01 01 00 3C 04", "EA", "EB", "99", "91 14"}) {
        for (const auto kind :
             {Kind::error, Kind::not_run, Kind::lost_before, Kind::lost_after, Kind::garbled}) {
            Till till;
            open_shift(till);
            till.world.troubles = {{step, kind, 0x80}};
            const auto outcome = till.sell(receipt());
            BOOST_TEST(word(outcome) == (kind == Kind::error ? "refused fn" : "refused link"),
                       step << " " << static_cast<int>(kind));
            BOOST_TEST(said(till.world, "59"));
            BOOST_TEST(!said(till.world, "4A"));
            BOOST_TEST(till.world.documents() == 1U);
            BOOST_TEST(!till.state().receipt_open);
            BOOST_TEST(word(till.sell(receipt())) == "done 2");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_receipt_that_cannot_be_cancelled_is_left_to_be_recovered) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"EB", Trouble::Kind::lost_before}, {"59", Trouble::Kind::lost_before}};
    BOOST_TEST(word(till.sell(receipt())) == "unknown link");
    BOOST_TEST(till.state().receipt_open);
    till.restart();
    BOOST_TEST(word(till.recover()) == "refused link");
    BOOST_TEST(!till.state().receipt_open);
    BOOST_TEST(word(till.recover()) == "refused link"); // nothing to cancel is as good
}

BOOST_AUTO_TEST_CASE(somebody_elses_open_receipt_is_never_cancelled) {
    Till till;
    open_shift(till);
    BOOST_REQUIRE(till.world.till().open_foreign_receipt().has_value());
    BOOST_TEST(word(till.sell(receipt())) == "refused busy");
    BOOST_TEST(!said(till.world, "59"));
    BOOST_TEST(till.state().receipt_open);

    // … nor when it was opened in the last moment: 92h is refused.
    Till other;
    open_shift(other);
    other.world.troubles = {{"92", Trouble::Kind::error, 0x9B}};
    BOOST_TEST(word(other.sell(receipt())) == "refused busy");
    BOOST_TEST(!said(other.world, "59"));
    // Nobody knows whose receipt is open if the answer to 92h is lost.
    for (const auto kind : {Trouble::Kind::lost_before, Trouble::Kind::lost_after}) {
        other.world.troubles = {{"92", kind}};
        BOOST_TEST(word(other.sell(receipt())) == "unknown link");
        BOOST_TEST(other.world.transcript.back().starts_with("92"));
        BOOST_TEST(word(other.recover()) == "refused link");
        BOOST_TEST(!other.state().receipt_open);
    }
}

/// kktd died before its receipt was opened, and a cashier has opened one like it.
BOOST_AUTO_TEST_CASE(a_receipt_that_was_never_opened_cancels_nobodys) {
    for (const auto kind : {Trouble::Kind::lost_before, Trouble::Kind::lost_after}) {
        Till till;
        open_shift(till);
        till.world.troubles = {{"92", kind}};
        BOOST_TEST(word(till.sell(receipt())) == "unknown link");
        if (kind == Trouble::Kind::lost_before) {
            BOOST_REQUIRE(till.world.till().open_foreign_receipt().has_value());
        }
        till.restart();
        till.world.transcript.clear();
        const bool ours = kind == Trouble::Kind::lost_after;
        BOOST_TEST(word(till.recover()) == (ours ? "refused link" : "unknown busy"));
        BOOST_TEST(said(till.world, "59") == ours);
        BOOST_TEST(till.world.till().state().receipt_open == !ours);
    }
}

/// Ours has ended, and a cashier opens one like it.
void leaves_a_cashiers_alone(Till& till) {
    BOOST_REQUIRE(!till.world.till().state().receipt_open);
    BOOST_REQUIRE(till.world.till().open_foreign_receipt().has_value());
    BOOST_TEST(word(till.recover()) == "refused link");
    BOOST_TEST(till.world.till().state().receipt_open);
}

/// Our receipt was cancelled, the question after it is lost, and a cashier opens one like it.
BOOST_AUTO_TEST_CASE(what_is_opened_after_ours_was_cancelled_is_left_alone) {
    for (const bool remembers : {true, false}) {
        Till till;
        till.world.remembers = remembers;
        open_shift(till);
        till.world.troubles = {{"EB", Trouble::Kind::error, 0x33}};
        till.world.tamper = [&](std::string_view command, std::string&) {
            if (command.starts_with("\x59")) {
                till.world.troubles = {{"A4 30", Trouble::Kind::lost_before}};
            }
        };
        BOOST_TEST(word(till.sell(receipt())) == "unknown link");
        BOOST_TEST(said(till.world, "59"));
        leaves_a_cashiers_alone(till);
    }
}

/// The same where recover() has cancelled it.
BOOST_AUTO_TEST_CASE(what_is_opened_after_recover_has_cancelled_is_left_alone) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"EB", Trouble::Kind::lost_before}, {"59", Trouble::Kind::lost_before}};
    BOOST_TEST(word(till.sell(receipt())) == "unknown link");
    till.world.tamper = [&](std::string_view command, std::string&) {
        if (command.starts_with("\x59")) {
            till.world.tamper = nullptr;
            till.world.troubles = {{"A4 30", Trouble::Kind::lost_before}};
        }
    };
    BOOST_TEST(word(till.recover()) == "unknown link");
    leaves_a_cashiers_alone(till);
}

/// A receipt with its position that stands open, and nobody knows whether it was cancelled.
void leave_open(Till& till) {
    open_shift(till);
    till.world.troubles = {{"91 14", Trouble::Kind::lost_before},
                           {"59", Trouble::Kind::lost_before}};
    BOOST_REQUIRE_EQUAL(word(till.sell(receipt())), "unknown link");
    till.world.transcript.clear();
}

/// As a cashier does it.
void cancel_by_hand(Till& till) {
    static_cast<void>(till.world.device().execute(bytes({0x59})));
    BOOST_REQUIRE(!till.world.till().state().receipt_open);
}

/// Another program has been at the KKT since kktd died, or it was switched off; v2 tells nothing,
/// nor does a version that gave 92h no task of its own.
BOOST_AUTO_TEST_CASE(whose_receipt_is_open_only_time_tells_without_the_tasks) {
    enum class Without { tasks, memory, task_of_its_own };
    for (const auto why : {Without::tasks, Without::memory, Without::task_of_its_own}) {
        for (const bool by_hand : {true, false}) {
            Till till;
            till.world.remembers = why != Without::memory;
            leave_open(till);
            till.restart();
            if (why == Without::tasks) {
                till.world.tasks.clear();
            } else if (why == Without::task_of_its_own) {
                till.marker.prepared = "v3:D0";
            }
            const auto outcome = till.recover();
            BOOST_TEST(word(outcome) == "unknown busy");
            BOOST_TEST(text_of(outcome).find("чей он") != std::string::npos);
            BOOST_TEST(!said(till.world, "59"));
            if (by_hand) {
                cancel_by_hand(till);
            }
            BOOST_TEST(word(by_hand ? till.recover() : till.recover_later()) == "refused link");
            BOOST_TEST(said(till.world, "59") == !by_hand);
            BOOST_TEST(!till.world.till().state().receipt_open);
            BOOST_TEST(till.world.documents() == 1U);
        }
    }
}

/// kktd has seen what it has entered; the KKT has forgotten its tasks.
BOOST_AUTO_TEST_CASE(what_holds_just_what_was_entered_is_ours) {
    for (const bool remembers : {true, false}) {
        Till till;
        till.world.remembers = remembers;
        leave_open(till);
        till.world.tasks.clear();
        BOOST_TEST(word(till.recover()) == "refused link");
        BOOST_TEST(said(till.world, "59"));
        BOOST_TEST(!till.world.till().state().receipt_open);
    }
}

/// … and a cashier has cancelled ours and begun one like it.
BOOST_AUTO_TEST_CASE(what_holds_another_sum_than_was_entered_is_waited_for) {
    for (const bool remembers : {true, false}) {
        Till till;
        till.world.remembers = remembers;
        leave_open(till);
        till.world.tasks.clear();
        cancel_by_hand(till);
        BOOST_REQUIRE(till.world.till().open_foreign_receipt().has_value());
        BOOST_TEST(word(till.recover()) == "unknown busy");
        BOOST_TEST(!said(till.world, "59"));
        BOOST_TEST(till.world.till().state().receipt_open);
        cancel_by_hand(till);
        BOOST_TEST(word(till.recover()) == "refused link");
    }
}

/// A position whose answer is lost is in the receipt, or is not.
BOOST_AUTO_TEST_CASE(the_position_on_its_way_is_counted_in_and_out) {
    for (const auto kind : {Trouble::Kind::lost_before, Trouble::Kind::lost_after}) {
        auto two = receipt();
        two.items.push_back(item("Товар 2", Money(100), Quantity::units(1), VatRate::vat20));
        two = paid(std::move(two));
        Till till;
        open_shift(till);
        int positions = 0;
        till.world.tamper = [&](std::string_view command, std::string&) {
            if (command.starts_with("\xEB") && ++positions == 1) {
                till.world.troubles = {{"EB", kind}, {"59", Trouble::Kind::lost_before}};
            }
        };
        BOOST_TEST(word(till.sell(two)) == "unknown link");
        till.world.tasks.clear();
        till.world.transcript.clear();
        BOOST_TEST(word(till.recover()) == "refused link");
        BOOST_TEST(said(till.world, "59"));
    }
}

/// A cashier's that holds neither is not.
BOOST_AUTO_TEST_CASE(what_holds_less_than_the_position_on_its_way_is_waited_for) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"EB", Trouble::Kind::lost_before}, {"59", Trouble::Kind::lost_before}};
    BOOST_TEST(word(till.sell(receipt())) == "unknown link");
    till.world.tasks.clear();
    cancel_by_hand(till);
    BOOST_REQUIRE(till.world.till().open_foreign_receipt().has_value());
    till.world.transcript.clear();
    BOOST_TEST(word(till.recover()) == "unknown busy");
    BOOST_TEST(!said(till.world, "59"));
}

/// Ours was cancelled by hand, and a cashier has begun his own.
BOOST_AUTO_TEST_CASE(an_open_receipt_that_cannot_be_ours_is_left_alone) {
    for (const bool other_type : {true, false}) {
        Till till;
        open_shift(till);
        till.world.troubles = {{"EB", Trouble::Kind::lost_before},
                               {"59", Trouble::Kind::lost_before}};
        BOOST_TEST(word(till.sell(receipt())) == "unknown link");
        till.world.power_cycle();
        static_cast<void>(till.world.device().execute(bytes({0x59})));
        BOOST_REQUIRE(!till.world.till().state().receipt_open);
        BOOST_REQUIRE(till.world.till().open_foreign_receipt().has_value());
        if (other_type) {
            till.marker.receipt = fiscal::ReceiptKind::sell_refund;
        } else {
            till.world.tamper = [](std::string_view command, std::string& answer) {
                if (command.starts_with("\x91\x14")) {
                    answer[6] = 0x73; // a kopeck more than ours
                    answer[5] = 0x50;
                    answer[4] = 0x19;
                }
            };
        }
        till.world.transcript.clear();
        BOOST_TEST(word(till.recover()) == "refused link");
        BOOST_TEST(!said(till.world, "59"));
        BOOST_TEST(till.state().receipt_open);
    }
}

BOOST_AUTO_TEST_CASE(a_kkt_that_is_not_as_the_marker_has_it_is_sent_nothing) {
    Till till;
    open_shift(till);
    const fiscal::Register task{receipt()};
    auto marker = fiscal::marker_of(task);
    marker.fn = till.state().identity.fn;
    BOOST_TEST(word(till->perform(task, marker, soon())) == "refused busy"); // FD 1 since
    marker.last_fd = 1;
    marker.fn = "9999078900099999";
    till.world.transcript.clear();
    BOOST_TEST(word(till->perform(task, marker, soon())) == "refused identity");
    BOOST_TEST((till.world.transcript == std::vector<std::string>{"3F", "A4 30"}));
    BOOST_TEST(till.world.documents() == 1U);
}

BOOST_AUTO_TEST_CASE(tags_of_an_attempt_that_came_to_nothing_are_cleared) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"92", Trouble::Kind::error, 0x67}};
    BOOST_TEST(word(till.sell(receipt())) == "refused paper");
    BOOST_TEST(word(till.sell(receipt())) == "done 2"); // 0201h: the cashier is written already
    BOOST_TEST(said(till.world, "59"));

    // … but never a receipt that somebody else has opened meanwhile.
    till.world.troubles = {{"92", Trouble::Kind::error, 0x67}};
    BOOST_TEST(word(till.sell(receipt("QQQQQQQQQQQQQQQQ"))) == "refused paper");
    till.world.tamper = [&](std::string_view command, std::string&) {
        if (command.starts_with("\xE8") && !till.world.till().kkt().open_document()) {
            BOOST_REQUIRE(till.world.till().open_foreign_receipt().has_value());
        }
    };
    BOOST_TEST(word(till.sell(receipt("QQQQQQQQQQQQQQQQ"))) == "refused busy");
    BOOST_TEST(!said(till.world, "59"));
    BOOST_TEST(till.state().receipt_open);
}

/// A line without a memory (v2) may bring a command twice.
BOOST_AUTO_TEST_CASE(a_position_of_sum_0_that_comes_twice_is_one) {
    for (const char* twice : {"\xEA", "\xEB"}) {
        Till till;
        open_shift(till);
        auto document = receipt();
        document.items.push_back(item("Подарок", Money(), Quantity::units(1), VatRate::vat20));
        document = paid(document);
        till.world.tamper = [&](std::string_view command, std::string&) {
            if (command.starts_with(twice)) {
                static_cast<void>(till.world.device().execute(command));
            }
        };
        const auto outcome = till.sell(document);
        BOOST_TEST_REQUIRE(word(outcome) == "done 2", text_of(outcome));
        const auto made = *till.world.till().last_receipt();
        fiscal::TlvCursor form(made.tlv);
        BOOST_REQUIRE(form.next());
        int positions = 0;
        for (fiscal::TlvCursor cursor(form.value()); cursor.next();) {
            positions += cursor.tag() == 1059 ? 1 : 0;
        }
        BOOST_TEST(positions == 2);
    }
}

BOOST_AUTO_TEST_CASE(a_total_the_kkt_does_not_agree_with_is_not_registered) {
    Till till;
    open_shift(till);
    till.world.tamper = [](std::string_view command, std::string& answer) {
        if (command.starts_with("\x91\x14")) {
            answer[6] = 0x73; // a kopeck more
        }
    };
    const auto outcome = till.sell(receipt());
    BOOST_TEST(word(outcome) == "refused busy");
    BOOST_TEST(text_of(outcome).find("1950.73") != std::string::npos);
    BOOST_TEST(said(till.world, "59"));
    BOOST_TEST(!said(till.world, "4A"));
}

/// A firmware of before 2025-09-01, or one that knows no receipt without paper.
BOOST_AUTO_TEST_CASE(a_firmware_that_takes_no_internet_sale_is_stopped_once) {
    auto internet = receipt();
    internet.internet = true;
    internet.electronic_only = true;
    internet.place = "https://shop.test";
    const std::string tag = "E8 01 01 00 65 04"; // 1125
    for (const std::string& refused : {tag, std::string("92 04")}) {
        Till till;
        open_shift(till);
        till.world.troubles.assign(2, {refused, Trouble::Kind::error, 0x7A});
        const auto first = till.sell(internet);
        BOOST_TEST(word(first) == "refused fn"); // it waits
        BOOST_TEST(!till.world.till().state().receipt_open);
        const auto stop = till->take_stop();
        BOOST_REQUIRE(stop.has_value());
        BOOST_TEST(stop->text() == text_of(first));
        BOOST_TEST(stop->text().find("не приняла чек расчёта в интернете") != std::string::npos);
        BOOST_TEST(stop->text().find("код 0x7A") != std::string::npos, stop->text());
        BOOST_TEST(!till->take_stop().has_value());
        // The operator has decided.
        BOOST_TEST(word(till.sell(internet)) == "refused unsupported");
        BOOST_TEST(!till->take_stop().has_value());
        BOOST_TEST(word(till.sell(internet)) == "done 2");
    }
    // What passes, and what has nothing to do with the internet, stops nothing.
    const std::initializer_list<Trouble> others{{tag, Trouble::Kind::error, 0x67},
                                                {"E8 01 01 00 F0 03", Trouble::Kind::error, 0x7A}};
    for (const Trouble& trouble : others) {
        Till till;
        open_shift(till);
        till.world.troubles = {trouble};
        BOOST_TEST(word(till.sell(internet)) ==
                   (trouble.code == 0x67 ? "refused paper" : "refused unsupported"));
        BOOST_TEST(!till->take_stop().has_value());
    }
    Till till;
    open_shift(till);
    till.world.troubles = {{"92 00", Trouble::Kind::error, 0x7A}};
    BOOST_TEST(word(till.sell(receipt())) == "refused unsupported");
    BOOST_TEST(!till->take_stop().has_value());
}

/// The matrix of the irreversible command: perform(), then recover(), also after the death of the
/// process and after the KKT was switched off and on.
BOOST_AUTO_TEST_CASE(what_became_of_a_receipt_whose_answer_is_lost) {
    using Kind = Trouble::Kind;
    for (const bool v3 : {true, false}) {
        for (const bool restarted : {false, true}) {
            for (const bool power_cycled : {false, true}) {
                for (const auto kind : {Kind::lost_before, Kind::lost_after, Kind::garbled}) {
                    Till till;
                    till.world.remembers = v3;
                    open_shift(till);
                    till.world.troubles = {{"4A", kind}};
                    BOOST_TEST(word(till.sell(receipt())) == "unknown link");
                    BOOST_TEST(!said(till.world, "59"));
                    BOOST_TEST(till.marker.prepared == (v3 ? "v3:D0,D1" : ""));
                    if (restarted) {
                        till.restart();
                    }
                    if (power_cycled) {
                        till.world.power_cycle();
                    }
                    till.world.transcript.clear();
                    const auto outcome = till.recover();
                    BOOST_TEST(till.world.transcript.front() == (v3 ? "ask D0" : "A4 30"));
                    if (!v3 && restarted && !power_cycled && kind == Kind::lost_before) {
                        BOOST_TEST(word(outcome) == "unknown busy"); // ours, or a cashier's
                        BOOST_TEST(word(till.recover_later()) == "refused link");
                        continue;
                    }
                    BOOST_TEST(word(outcome) ==
                               (kind == Kind::lost_before ? "refused link" : "done 2"));
                    BOOST_TEST(till.world.transcript.back() == "clear");
                    if (const auto* done = std::get_if<fiscal::Done>(&outcome)) {
                        BOOST_TEST(done->registration.number == 1U);
                        BOOST_CHECK(done->registration.total == receipt().total);
                        BOOST_TEST(done->registration.fpd == till.world.till().last_receipt()->fpd);
                        BOOST_TEST(done->registration.rnm == "0000000001012345");
                        BOOST_TEST(done->registration.qr.starts_with("t=20260310T1200&s=1950.72"));
                    }
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(close_never_sent_is_refused) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"4A", Trouble::Kind::not_run}};
    BOOST_TEST(word(till.sell(receipt())) == "refused link");
    BOOST_TEST(!till.state().receipt_open);
}

BOOST_AUTO_TEST_CASE(an_error_to_the_close_is_judged_by_the_fiscal_storage) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"4A", Trouble::Kind::error, 0x86}};
    BOOST_TEST(word(till.sell(receipt())) == "refused rejected");
    BOOST_TEST(said(till.world, "59"));
    BOOST_TEST(word(till.sell(receipt("QQQQQQQQQQQQQQQQ"))) == "done 2");

    // The paper ends while it is printed: registered all the same.
    till.world.till().set_paper(3);
    const auto outcome = till.sell(receipt("RRRRRRRRRRRRRRRR"));
    BOOST_TEST_REQUIRE(word(outcome) == "done 3", text_of(outcome));
    BOOST_TEST(std::get<fiscal::Done>(outcome).registration.not_printed);
    BOOST_TEST(!said(till.world, "59"));

    // It is printed to its end before the next one, or the next one waits.
    BOOST_CHECK(till.state().paper == fiscal::Paper::out);
    const auto waits = till->prepare(fiscal::Register{receipt()}, soon());
    BOOST_REQUIRE(!waits.has_value());
    BOOST_CHECK(waits.error().cls() == FaultClass::paper);
    till.world.till().set_paper(std::nullopt);
    till.world.troubles = {{"EE", Trouble::Kind::error, 0xAA}}; // not for lack of paper
    BOOST_TEST(till->prepare(fiscal::Register{receipt()}, soon()).has_value());
    BOOST_TEST(word(till.sell(receipt("SSSSSSSSSSSSSSSS"))) == "done 4");
    BOOST_TEST(!till.world.till().unprinted());
}

BOOST_AUTO_TEST_CASE(a_task_that_still_runs_is_asked_for_again) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"4A", Trouble::Kind::lost_after}};
    BOOST_TEST(word(till.sell(receipt())) == "unknown link");
    const auto finished = till.world.tasks[first_reserved];
    till.world.tasks[first_reserved] = {TaskState::Kind::running, ""};
    till.world.transcript.clear();
    BOOST_TEST(word(till.recover()) == "unknown busy");
    BOOST_TEST(till.world.transcript == std::vector<std::string>{"ask D0"});
    till.world.tasks[first_reserved] = finished;
    till.world.down = true;
    BOOST_TEST(word(till.recover()) == "unknown link");
    till.world.down = false;
    BOOST_TEST(word(till.recover()) == "done 2");
}

BOOST_AUTO_TEST_CASE(somebody_elses_documents_are_never_taken_for_ours) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"4A", Trouble::Kind::lost_before}};
    BOOST_TEST(word(till.sell(receipt())) == "unknown link");
    till.world.power_cycle();
    BOOST_REQUIRE(till.world.till().foreign_receipt().has_value());
    BOOST_TEST(word(till.recover()) == "refused link");

    // … but one that looks like ours and has no stamp is a riddle: the firmware may drop stamps.
    auto marker = till.marker;
    const auto foreign = *till.world.till().last_receipt();
    marker.total = foreign.total;
    marker.contact = "";
    const auto riddle = till->recover(marker, soon());
    BOOST_TEST(word(riddle) == "unknown earlier");
    BOOST_TEST(text_of(riddle).find("kktctl resolve") != std::string::npos);

    // An equal receipt of our own, with another stamp, is no riddle.
    BOOST_TEST(word(till.sell(receipt("QQQQQQQQQQQQQQQQ"))) == "done 3");
    auto equal = till.marker;
    equal.stamp = "RRRRRRRRRRRRRRRR";
    equal.prepared.clear();
    BOOST_TEST(word(till->recover(equal, soon())) == "refused link");
}

BOOST_AUTO_TEST_CASE(without_a_stamp_the_task_proves_the_receipt) {
    for (const bool told : {true, false}) {
        Till till;
        open_shift(till);
        till.world.troubles = {{"4A", Trouble::Kind::lost_after}};
        BOOST_TEST(word(till.sell(receipt(""))) == "unknown link");
        if (!told) {
            till.world.tasks.clear();
        }
        BOOST_TEST(word(till.recover()) == (told ? "done 2" : "unknown earlier"));
    }
}

BOOST_AUTO_TEST_CASE(another_fiscal_storage_is_for_an_operator) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"4A", Trouble::Kind::lost_after}};
    BOOST_TEST(word(till.sell(receipt())) == "unknown link");
    till.marker.fn = "9999078900099999";
    const auto outcome = till.recover();
    BOOST_TEST(word(outcome) == "unknown identity");
    BOOST_TEST(text_of(outcome).find("kktctl resolve") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_document_that_cannot_be_read_back_decides_nothing) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"4A", Trouble::Kind::lost_after}};
    BOOST_TEST(word(till.sell(receipt())) == "unknown link");
    till.world.troubles = {{"A4 40", Trouble::Kind::lost_before}};
    BOOST_TEST(word(till.recover()) == "unknown link");
    till.world.troubles = {{"A4 46", Trouble::Kind::lost_before, 0, 5}};
    BOOST_TEST(word(till.recover()) == "unknown link");
    // What the KKT itself has said thrice is for an operator.
    till.world.troubles = {{"A4 40", Trouble::Kind::error, 0xDA}};
    BOOST_TEST(word(till.recover()) == "unknown link");
    till.world.troubles = {{"A4 46", Trouble::Kind::garbled, 0, 3}};
    BOOST_TEST(word(till.recover()) == "unknown link");
    till.world.troubles = {{"A4 40", Trouble::Kind::error, 0xDA}};
    BOOST_TEST(word(till.recover()) == "unknown earlier");
    BOOST_TEST(word(till.recover()) == "done 2");
}

BOOST_AUTO_TEST_CASE(shift_reports_are_found_again) {
    for (const auto kind : {Trouble::Kind::lost_before, Trouble::Kind::lost_after}) {
        const std::string expected = kind == Trouble::Kind::lost_after ? "done " : "refused link";
        Till till;
        till.world.troubles = {{"9A", kind}};
        BOOST_TEST(word(till.perform(fiscal::OpenShift{"Иванова"})) == "unknown link");
        BOOST_TEST(word(till.recover()).starts_with(expected));
        if (kind == Trouble::Kind::lost_before) {
            open_shift(till);
        }
        till.world.troubles = {{"5A", kind}};
        BOOST_TEST(word(till.perform(fiscal::CloseShift{"Иванова"})) == "unknown link");
        till.world.power_cycle();
        BOOST_TEST(word(till.recover()).starts_with(expected));
    }
    Till till;
    open_shift(till);
    till.world.troubles = {{"9A", Trouble::Kind::error, 0x9C}};
    BOOST_TEST(word(till.perform(fiscal::OpenShift{""})) == "refused shift");
}

/// 5Ah is refused for lack of paper, and goes on when there is some again, by EEh: refused is what
/// certainly makes no document.
BOOST_AUTO_TEST_CASE(a_closing_of_the_shift_without_paper_goes_on_with_it) {
    Till till;
    open_shift(till);
    bool begun = false;
    bool paper = true;
    till.world.troubles = {{"5A", Trouble::Kind::error, 0x67}};
    till.world.tamper = [&](std::string_view command, std::string& answer) {
        if (command.starts_with("\x5A")) {
            begun = true;
            paper = false;
        } else if (command.starts_with("\xEE") && paper && begun) {
            begun = false;
            static_cast<void>(till.world.device().execute(bytes({0x5A})));
        } else if (command.starts_with("\xEE") && begun) {
            answer = bytes({0x55, 0x67, 0});
        } else if (command.starts_with("\x45") && begun) {
            answer = bytes({0x55, 0x23, paper ? 0 : 1});
        } else if (command.starts_with("\x91\x3B") && begun) {
            answer[2] = '\x10';
        }
    };
    const auto outcome = till.perform(fiscal::CloseShift{"Иванова"});
    BOOST_TEST(word(outcome) == "unknown busy", text_of(outcome));
    BOOST_TEST(text_of(outcome).find("Вставьте чековую ленту") != std::string::npos);
    BOOST_TEST(word(till.recover()) == "unknown busy");
    BOOST_TEST(till.world.documents() == 1U);
    paper = true;
    BOOST_TEST(word(till.recover()) == "done 2");
    BOOST_CHECK(till.state().shift == fiscal::ShiftState::closed);
}

/// Its reports take two seconds, and each question 45h takes one. A shift is open.
struct PrintingTill : Till {
    PrintingTill() : Till(2, {}, slow()) {
        open_shift(*this);
        world.tamper = [this](std::string_view command, std::string& answer) {
            if (command == "\x45") {
                states += base::hex_dump(answer.substr(1, 1)) + " ";
                world.clock.seconds += 1;
            }
        };
    }
    static sim::atol::DeviceOptions slow() {
        sim::atol::DeviceOptions options;
        options.report_time = 2s;
        return options;
    }
    std::string states; ///< answers of 45h
};

BOOST_AUTO_TEST_CASE(the_end_of_a_report_is_waited_for) {
    PrintingTill till;
    BOOST_TEST(till->serve(fiscal::XReport{}, soon()).has_value());
    BOOST_TEST(till.states == "01 22 22 02 ");
    till.states.clear();
    BOOST_TEST(word(till.perform(fiscal::CloseShift{"Иванова"})) == "done 2");
    BOOST_TEST(till.states.ends_with("23 17 03 "), till.states);
}

/// A Z report that stands without paper, its document made.
BOOST_AUTO_TEST_CASE(a_report_goes_on_with_new_paper) {
    PrintingTill till;
    till.world.till().set_paper(3);
    BOOST_TEST(word(till.perform(fiscal::CloseShift{"Иванова"})) == "unknown busy");
    BOOST_TEST(till.world.documents() == 2U);
    BOOST_TEST(word(till.recover()) == "unknown busy");
    till.world.till().set_paper(std::nullopt);
    till.states.clear();
    BOOST_TEST(word(till.recover()) == "done 2");
    BOOST_TEST(till.states == "23 23 17 03 "); // EEh after the first
    BOOST_TEST(!till.world.till().unprinted());
}

/// Somebody at the KKT has begun it.
BOOST_AUTO_TEST_CASE(while_a_report_is_printed_the_kkt_is_busy) {
    PrintingTill till;
    static_cast<void>(till.state());
    const auto begin = [&] {
        till.world.device().machine().begin_report(sim::atol::ReportPrint::Kind::x);
    };
    till.world.tamper = nullptr;
    begin();
    const auto busy = till->state(soon());
    BOOST_REQUIRE(!busy.has_value());
    BOOST_CHECK(busy.error().cls() == FaultClass::busy);
    till.world.clock.seconds += 2;
    static_cast<void>(till.state());
    till.world.tamper = [&](std::string_view command, std::string& answer) {
        till.world.clock.seconds += answer == bytes({0x55, 0x76, 0}) ? 1 : 0;
        if (command.starts_with("\xA4\x30")) {
            begin();
        }
    };
    BOOST_TEST(word(till.sell(receipt())) == "done 2");
}

/// A success the KKT has told counts until another document is asked for.
BOOST_AUTO_TEST_CASE(what_the_kkt_told_of_a_document_counts_for_that_one_alone) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"4A", Trouble::Kind::lost_after}};
    BOOST_TEST(word(till.sell(receipt(""))) == "unknown link");
    till.world.troubles = {{"A4 40", Trouble::Kind::lost_before}};
    BOOST_TEST(word(till.recover()) == "unknown link");
    till.world.power_cycle();
    BOOST_TEST(word(till.recover()) == "done 2"); // told before the power was cut

    till.world.troubles = {{"4A", Trouble::Kind::lost_after}};
    BOOST_TEST(word(till.sell(receipt(""))) == "unknown link");
    till.world.troubles = {{"A4 40", Trouble::Kind::lost_before}};
    BOOST_TEST(word(till.recover()) == "unknown link");
    till.world.power_cycle();
    auto other = till.marker;
    other.prepared.clear();
    BOOST_TEST(word(till->recover(other, soon())) == "unknown earlier");
}

BOOST_AUTO_TEST_CASE(rates_without_a_code_are_not_sold) {
    const auto plain = make_driver(nullptr, {})->capabilities();
    BOOST_TEST(plain.has(VatRate::vat20));
    BOOST_TEST(plain.has(VatRate::none));
    BOOST_TEST(plain.has(VatRate::vat10_110));
    for (const auto rate : {VatRate::vat22, VatRate::vat22_122, VatRate::vat5, VatRate::vat5_105,
                            VatRate::vat7, VatRate::vat7_107}) {
        BOOST_TEST(!plain.has(rate));
    }
    const auto given = make_driver(nullptr, codes_for({VatRate::vat22}))->capabilities();
    BOOST_TEST(given.has(VatRate::vat22));
    BOOST_TEST(!given.has(VatRate::vat22_122));
    BOOST_TEST(given.internet_tag);
    BOOST_TEST(given.electronic_only);

    Till till; // should one come all the same
    open_shift(till);
    BOOST_TEST(word(till.sell(fiscal::sample::receipt())) == "refused unsupported");
    BOOST_TEST(!said(till.world, "92"));
}

BOOST_AUTO_TEST_CASE(a_given_rate_is_read_back_once) {
    sim::atol::DeviceOptions knows;
    knows.vat_codes.set(11);
    Till till(2, codes_for({VatRate::vat22}), knows);
    open_shift(till);
    BOOST_TEST(word(till.sell(fiscal::sample::receipt("QQQQQQQQQQQQQQQQ"))) == "done 2");
    BOOST_TEST(said(till.world, "A4 45 02"));
    BOOST_TEST(word(till.sell(fiscal::sample::receipt("RRRRRRRRRRRRRRRR"))) == "done 3");
    BOOST_TEST(!said(till.world, "A4 45"));

    Till unknowing(2, codes_for({VatRate::vat22}));
    open_shift(unknowing);
    const auto refused = unknowing.sell(fiscal::sample::receipt());
    BOOST_TEST(word(refused) == "refused unsupported");
    BOOST_TEST(text_of(refused).find("kktctl probe --vat") != std::string::npos);
    BOOST_TEST(text_of(refused).find("fptr10") != std::string::npos);
    BOOST_TEST(std::get<fiscal::Refused>(refused).fault.native_code() == 0x0104);
}

BOOST_AUTO_TEST_CASE(a_code_understood_otherwise_stops_the_kkt) {
    MistakenTill till;
    BOOST_TEST(word(till.sell(fiscal::sample::receipt("QQQQQQQQQQQQQQQQ"))) == "done 2");
    const auto stop = till->take_stop();
    BOOST_REQUIRE(stop.has_value());
    BOOST_CHECK(stop->cls() == FaultClass::fn);
    for (const char* part : {"ФД 2", "fptr10", "kktctl accept-kkt"}) {
        BOOST_TEST(stop->text().find(part) != std::string::npos, part);
    }
    BOOST_TEST(!till->take_stop().has_value());
    // The operator has decided: it is not told of the same rate again.
    BOOST_TEST(word(till.sell(fiscal::sample::receipt("RRRRRRRRRRRRRRRR"))) == "done 3");
    BOOST_TEST(!till->take_stop().has_value());
    till.restart();
    BOOST_TEST(word(till.sell(fiscal::sample::receipt("SSSSSSSSSSSSSSSS"))) == "done 4");
    BOOST_TEST(till->take_stop().has_value());
}

/// In the direct way and where only the fiscal storage tells.
BOOST_AUTO_TEST_CASE(a_code_understood_otherwise_is_seen_by_recovery_too) {
    MistakenTill till;
    till.world.troubles = {{"4A", Trouble::Kind::lost_after}};
    BOOST_TEST(word(till.sell(fiscal::sample::receipt("QQQQQQQQQQQQQQQQ"))) == "unknown link");
    BOOST_TEST(!till->take_stop().has_value());
    BOOST_TEST(word(till.recover()) == "done 2");
    const auto stop = till->take_stop();
    BOOST_REQUIRE(stop.has_value());
    BOOST_TEST(stop->text().find("ФД 2") != std::string::npos, stop->text());
    BOOST_TEST(!till->take_stop().has_value());
}

BOOST_AUTO_TEST_CASE(a_rate_that_could_not_be_read_back_is_read_with_the_next_receipt) {
    sim::atol::DeviceOptions knows;
    knows.vat_codes.set(11);
    Till till(2, codes_for({VatRate::vat22}), knows);
    open_shift(till);
    till.world.troubles = {{"A4 45", Trouble::Kind::lost_before}};
    BOOST_TEST(word(till.sell(fiscal::sample::receipt("QQQQQQQQQQQQQQQQ"))) == "done 2");
    BOOST_TEST(word(till.sell(fiscal::sample::receipt("RRRRRRRRRRRRRRRR"))) == "done 3");
    BOOST_TEST(said(till.world, "A4 45 03"));
}

/// Two readings that say nothing are no reason to stop; the third is, and so is the first that
/// tells of another rate.
BOOST_AUTO_TEST_CASE(a_rate_that_is_not_told_is_asked_for_again) {
    using Kind = Trouble::Kind;
    const std::vector<Trouble> failures{{"A4 40", Kind::error, 0xDA},
                                        {"A4 45", Kind::garbled},
                                        {"A4 46", Kind::error, 0xDA}}; // cut off
    for (std::size_t count = 0; count <= failures.size(); ++count) {
        for (const bool mistaken : {false, true}) {
            auto firmware = MistakenTill::firmware();
            firmware.vat_codes.set(11);
            Till till(2, mistaken ? MistakenTill::given() : codes_for({VatRate::vat22}), firmware);
            open_shift(till);
            till.world.troubles.assign(failures.begin(),
                                       failures.begin() + static_cast<std::ptrdiff_t>(count));
            BOOST_TEST(word(till.sell(fiscal::sample::receipt("QQQQQQQQQQQQQQQQ"))) == "done 2");
            BOOST_TEST(till.world.troubles.empty());
            const auto stop = till->take_stop();
            BOOST_TEST_REQUIRE(stop.has_value() == (mistaken || count == failures.size()), count);
            if (stop) {
                const bool told = stop->text().find("(тег 1199) 7") != std::string::npos;
                BOOST_TEST(told == (count < failures.size()), stop->text());
            }
        }
    }
}

/// … but neither beyond the time of the receipt, nor while the KKT has no paper: then the next one
/// is read, and what was in vain counts.
BOOST_AUTO_TEST_CASE(a_rate_that_cannot_be_told_for_now_is_asked_for_with_the_next_receipt) {
    for (const auto& [refusal, bound] :
         {std::pair(Trouble{"A4 40", Trouble::Kind::error, 0xDA}, 0s),
          std::pair(Trouble{"A4 40", Trouble::Kind::error, 0x67}, 30s)}) {
        sim::atol::DeviceOptions knows;
        knows.vat_codes.set(11);
        Till till(2, codes_for({VatRate::vat22}), knows);
        open_shift(till);
        till.bound = bound; // the link of this test knows no time
        const std::vector<std::string> stamps{"QQQQQQQQQQQQQQQQ", "RRRRRRRRRRRRRRRR",
                                              "SSSSSSSSSSSSSSSS"};
        for (std::size_t i = 0; i < stamps.size(); ++i) {
            BOOST_TEST(!till->take_stop().has_value());
            till.world.troubles = {refusal};
            BOOST_TEST(word(till.sell(fiscal::sample::receipt(stamps[i]))) ==
                       "done " + std::to_string(i + 2));
            BOOST_TEST(till.world.troubles.empty());
            BOOST_TEST(!said(till.world, "A4 45")); // not asked for twice
        }
        BOOST_TEST(till->take_stop().has_value());
    }
}

BOOST_AUTO_TEST_CASE(ffd_1_0_is_not_served) {
    Till till;
    till.world.tamper = [](std::string_view command, std::string& answer) {
        if (command.starts_with("\x91\x36")) {
            answer[4] = 1;
        }
    };
    const auto state = till->state(soon());
    BOOST_REQUIRE(!state.has_value());
    BOOST_CHECK(state.error().cls() == FaultClass::unsupported);
    BOOST_TEST(word(till.perform_unseen(fiscal::OpenShift{})) == "refused unsupported");
}

BOOST_AUTO_TEST_CASE(no_link_and_rubbish_are_link_faults) {
    Till till;
    till.world.down = true;
    const auto down = till->state(soon());
    BOOST_REQUIRE(!down.has_value());
    BOOST_CHECK(down.error().cls() == FaultClass::link);
    BOOST_TEST(down.error().native_text() == "sim: connection refused");
    BOOST_TEST(word(till->perform(fiscal::OpenShift{}, {}, soon())) == "refused link");
    BOOST_TEST(!till->prepare(fiscal::OpenShift{}, soon()).has_value());
    till.world.down = false;
    // Every answer of state(), spoiled in turn.
    for (const char* command : {"3F", "45", "A4 30", "E9 FA 03", "E9 0D 04", "E9 26 04", "E9 54 04",
                                "91 16", "91 36", "A4 32", "A5", "A4 20", "91 12", "91 35"}) {
        till.restart();
        till.world.troubles = {{command, Trouble::Kind::garbled}};
        const auto state = till->state(soon());
        BOOST_TEST(!state.has_value(), command);
        BOOST_CHECK(state.has_value() || state.error().cls() == FaultClass::link);
        BOOST_TEST(till.world.troubles.empty(), command);
    }
}

BOOST_AUTO_TEST_CASE(the_mode_is_set_anew_when_somebody_has_changed_it) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"92", Trouble::Kind::error, 0x66}};
    BOOST_TEST(word(till.sell(receipt())) == "done 2");
    till.world.device().machine().mode = sim::atol::Mode::programming;
    BOOST_TEST(word(till.sell(receipt("QQQQQQQQQQQQQQQQ"))) == "done 3");
}

BOOST_AUTO_TEST_CASE(serves_the_operator) {
    Till till;
    open_shift(till);
    BOOST_TEST(till->serve(fiscal::CashIn{Money(10'050)}, soon()).has_value());
    BOOST_TEST(till.world.till().cash().kopecks() == 10'050);
    BOOST_TEST(till->serve(fiscal::CashOut{Money(5'025)}, soon()).has_value());
    BOOST_TEST(till.world.till().cash().kopecks() == 5'025);
    BOOST_TEST(said(till.world, "4F 00 00 00 00 50 25"));
    BOOST_TEST(!till->serve(fiscal::CashOut{Money(-1)}, soon()).has_value());
    BOOST_TEST(till->serve(fiscal::XReport{}, soon()).has_value());
    BOOST_TEST(said(till.world, "67 01"));
    BOOST_TEST(till->serve(fiscal::ReprintLast{}, soon()).has_value());
    BOOST_TEST(till->serve(fiscal::ContinuePrint{}, soon()).has_value());
    till.world.troubles = {{"67", Trouble::Kind::lost_before}};
    const auto lost = till->serve(fiscal::XReport{}, soon());
    BOOST_REQUIRE(!lost.has_value());
    BOOST_CHECK(lost.error().cls() == FaultClass::link);
}

BOOST_AUTO_TEST_CASE(prepared_bytes) {
    const PreparedTasks one{.last = 0xD5, .open = {}};
    const PreparedTasks two{.last = 0xD5, .open = 0xD6};
    BOOST_TEST(prepared_text(one) == "v3:D5");
    BOOST_TEST(prepared_text(two) == "v3:D5,D6");
    BOOST_CHECK(tasks_of_prepared("v3:D5").value() == one);
    BOOST_CHECK(tasks_of_prepared("v3:D5,D6").value() == two);
    for (const char* bad : {"", "v3:", "v3:D", "v3:D55", "v2:D5", "v3:XY", "v3:-1", "v3:D5,",
                            "v3:D5,D", "v3:D5,D66", "v3:D5;D6", "v3:D5,D6,"}) {
        BOOST_TEST(!tasks_of_prepared(bad).has_value(), bad);
    }
    BOOST_TEST(is_success(std::string_view("\x55\0", 2)));
    BOOST_TEST(!is_success(std::string_view("\x55\x67\0", 3)));
    BOOST_TEST(!is_success("\x55"));
}

/// Half of our receipt is closed by somebody: it carries our stamp, but is not our receipt.
BOOST_AUTO_TEST_CASE(half_a_receipt_closed_by_somebody_is_for_an_operator) {
    Till till;
    open_shift(till);
    auto document = receipt();
    document.items.push_back(item("Товар 2", Money(100), Quantity::units(1), VatRate::vat20));
    document = paid(document);
    till.world.troubles = {{"EA", Trouble::Kind::lost_before, 0, 1},
                           {"59", Trouble::Kind::lost_before}};
    BOOST_TEST(word(till.sell(document)) == "unknown link");
    static_cast<void>(till.world.device().execute(bytes({0x4A, 0, 1, 0, 0, 0, 0, 0})));
    const auto outcome = till.recover();
    BOOST_TEST(word(outcome) == "unknown earlier");
    BOOST_TEST(text_of(outcome).find("ФД 2 несёт метку чека, но сумма ") == 0U);
}

/// A firmware that writes neither 1084 nor 1008 into a document.
BOOST_AUTO_TEST_CASE(without_stamp_and_contact_an_equal_receipt_is_a_riddle) {
    Till till;
    till.world.remembers = false;
    open_shift(till);
    till.world.troubles = {{"4A", Trouble::Kind::lost_after}};
    BOOST_TEST(word(till.sell(receipt())) == "unknown link");
    till.world.tamper = [&](std::string_view command, std::string& answer) {
        if (command.starts_with("\xA4\x46") && answer.size() > 4 &&
            (answer.substr(2, 2) == "\x3C\x04" || answer.substr(2, 2) == "\xF0\x03")) {
            answer[2] = '\x99'; // some other tag
        }
    };
    BOOST_TEST(word(till.recover()) == "unknown earlier");
}

/// Somebody closes the receipt on the KKT while it is being entered.
BOOST_AUTO_TEST_CASE(a_receipt_closed_by_somebody_before_us_is_never_refused) {
    for (const auto* at : {"\xEB", "\x99", "\x91\x14"}) {
        for (const bool asked : {true, false}) {
            Till till;
            open_shift(till);
            bool closed = false;
            till.world.tamper = [&](std::string_view command, std::string& answer) {
                if (!command.starts_with(at) || closed) {
                    return;
                }
                closed = true;
                static_cast<void>(till.world.device().execute(bytes({0x4A, 0, 1, 0, 0, 0, 0, 0})));
                if (command.starts_with("\x91")) { // asked after it
                    answer = till.world.device().execute(command).bytes;
                }
                if (!asked) {
                    till.world.troubles = {{"A4 30", Trouble::Kind::lost_before}};
                }
            };
            const auto outcome = till.sell(receipt());
            if (till.world.documents() == 1) {
                BOOST_TEST(!word(outcome).starts_with("done"));
            } else {
                BOOST_TEST(word(outcome) == (asked ? "done 2" : "unknown link"),
                           base::hex_dump(at));
            }
            till.world.troubles.clear();
            if (word(outcome) == "unknown link" && till.world.documents() == 2) {
                BOOST_TEST(word(till.recover()) == "done 2");
            }
        }
    }
}

/// As long as it stands open, a command that comes late can still close it.
BOOST_AUTO_TEST_CASE(an_absent_receipt_is_cancelled_before_it_is_refused) {
    for (const auto* trouble : {"", "3F", "59", "A4 30"}) {
        Till till;
        open_shift(till);
        till.world.troubles = {{"4A", Trouble::Kind::lost_before}};
        BOOST_TEST(word(till.sell(receipt("AAAAAAAAAAAAAAAA"))) == "unknown link");
        if (*trouble != '\0') {
            const bool after_search = std::string_view(trouble) == "A4 30";
            till.world.troubles = {{trouble, Trouble::Kind::lost_before, 0, after_search ? 2 : 0}};
            BOOST_TEST(word(till.recover()) == "unknown link", trouble);
            BOOST_TEST(till.world.troubles.empty(), trouble);
        }
        BOOST_TEST(word(till.recover()) == "refused link");
        BOOST_TEST(!till.state().receipt_open);
        static_cast<void>(till.world.device().execute(bytes({0x4A, 0, 1, 0, 0, 0, 0, 0})));
        BOOST_TEST(word(till.sell(receipt("BBBBBBBBBBBBBBBB"))) == "done 2");
        BOOST_TEST(till.world.documents() == 2U);
    }
}

/// … but not one that was opened after somebody else's document.
BOOST_AUTO_TEST_CASE(a_receipt_open_after_a_later_document_is_not_ours) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"4A", Trouble::Kind::lost_before}};
    BOOST_TEST(word(till.sell(receipt())) == "unknown link");
    till.world.power_cycle();
    BOOST_REQUIRE(till.world.till().foreign_receipt().has_value());
    BOOST_REQUIRE(till.world.till().open_foreign_receipt().has_value());
    till.world.transcript.clear();
    BOOST_TEST(word(till.recover()) == "refused link");
    BOOST_TEST(!said(till.world, "59"));
    BOOST_TEST(till.state().receipt_open);
}

BOOST_AUTO_TEST_CASE(a_correction_of_ffd_1_05_has_no_rates_to_be_read_back) {
    sim::atol::DeviceOptions knows;
    knows.vat_codes.set(11);
    Till till(2, codes_for({VatRate::vat22}), knows);
    open_shift(till);
    auto document = receipt();
    document.items = {item("Товар 1", Money(32512), Quantity::units(6), VatRate::vat22)};
    document.correction = fiscal::Correction{};
    BOOST_TEST(word(till.sell(paid(document))) == "done 2");
    BOOST_TEST(!said(till.world, "A4 45"));
    BOOST_TEST(!till->take_stop().has_value());
}

/// No reason, no verdict on the receipt.
BOOST_AUTO_TEST_CASE(an_error_whose_reason_is_lost_is_temporary) {
    for (const auto* at : {"92", "EB", "4A"}) {
        Till till;
        open_shift(till);
        till.world.troubles = {{at, Trouble::Kind::error, 0xEE},
                               {"91 37", Trouble::Kind::lost_before}};
        const auto outcome = till.sell(receipt());
        BOOST_TEST(word(outcome) == "refused busy", at << ": " << text_of(outcome));
        BOOST_TEST(word(till.sell(receipt())) == "done 2", at);
    }
    // The cashier's tag is there already, and the answer to "why" is lost.
    Till till;
    open_shift(till);
    till.world.troubles = {{"92", Trouble::Kind::error, 0x67}};
    BOOST_TEST(word(till.sell(receipt())) == "refused paper");
    till.world.troubles = {{"91 37", Trouble::Kind::lost_before}};
    BOOST_TEST(word(till.sell(receipt())) == "refused busy");
    BOOST_TEST(word(till.sell(receipt())) == "done 2");
}

/// What earlier runs and clients have left must not fill the KKT's buffer for ever.
BOOST_AUTO_TEST_CASE(tasks_of_earlier_runs_are_forgotten_by_state) {
    auto port = std::make_unique<FakePort>();
    auto* raw = port.get();
    FrameV3Reader reader;
    int clears = 0;
    bool full = true;
    raw->on_bytes = [&](std::string_view sent) {
        reader.add(sent);
        while (const auto packet = reader.next()) {
            const auto verb = static_cast<std::uint8_t>(packet->data[0]);
            if (verb == 0xC4) {
                ++clears;
                full = false;
            }
            const bool taken = verb == 0xC4 || (verb == 0xC1 && !full);
            raw->put(encode({packet->id, taken ? "\xA3" : verb == 0xC1 ? "\xB1" : "\xB3"}));
        }
    };
    TimingV3 timing;
    timing.overflow_pause = 20ms;
    auto driver = make_driver(std::make_unique<LinkV3>(std::move(port), 0, timing), {});
    const auto ask = [&] {
        static_cast<void>(driver->state(std::chrono::steady_clock::now() + 200ms));
        return clears;
    };
    BOOST_TEST(ask() == 1);
    full = true;
    BOOST_TEST(ask() == 2); // the first state() has failed
    BOOST_TEST(!full);

    Till till;
    static_cast<void>(till.state());
    BOOST_TEST(till.world.transcript.front() == "clear");
    till.world.transcript.clear();
    static_cast<void>(till.state());
    BOOST_TEST(!said(till.world, "clear"));
    till.world.troubles = {{"3F", Trouble::Kind::lost_before}};
    BOOST_TEST(!till->state(soon()).has_value());
    static_cast<void>(till.state());
    BOOST_TEST(said(till.world, "clear"));
}

BOOST_AUTO_TEST_CASE(the_search_ends_with_the_proven_document) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"4A", Trouble::Kind::lost_after}};
    BOOST_TEST(word(till.sell(receipt())) == "unknown link");
    BOOST_REQUIRE(till.world.till().foreign_receipt().has_value());
    till.world.transcript.clear();
    BOOST_TEST(word(till.recover()) == "done 2");
    BOOST_TEST(said(till.world, "A4 45 02"));
    BOOST_TEST(!said(till.world, "A4 40 03"));
}

BOOST_AUTO_TEST_CASE(a_reading_cut_by_the_deadline_is_no_lost_link) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"4A", Trouble::Kind::lost_after}};
    BOOST_TEST(word(till.sell(receipt())) == "unknown link");
    till.world.troubles = {{"A4 46", Trouble::Kind::lost_before, 0, 3}};
    const auto outcome = till->recover(till.marker, std::chrono::steady_clock::now());
    BOOST_TEST(word(outcome) == "unknown busy");
    BOOST_TEST(text_of(outcome).find("Документ читается из ФН (ФД 2)") == 0U, text_of(outcome));
    BOOST_TEST(word(till.recover()) == "done 2");
}

/// Ours was cancelled with the keys of the KKT, which remembers its opening, and a cashier has
/// begun one of another sum.
BOOST_AUTO_TEST_CASE(what_is_known_to_be_opened_but_holds_another_sum_is_waited_for) {
    Till till;
    leave_open(till); // tasks are kept
    cancel_by_hand(till);
    BOOST_REQUIRE(till.world.till().open_foreign_receipt().has_value());
    BOOST_TEST(word(till.recover()) == "unknown busy");
    BOOST_TEST(!said(till.world, "59"));
    BOOST_TEST(till.world.till().state().receipt_open);
}

/// Ours has stood for `leftover` and is cancelled, the answer is lost; a cashier begins one of the
/// same sum.
BOOST_AUTO_TEST_CASE(the_time_of_the_next_receipt_begins_anew) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"91 14", Trouble::Kind::lost_before},
                           {"59", Trouble::Kind::lost_before}};
    fiscal::Document document = receipt();
    document.items = {item("Товар 1", Money(100), Quantity::units(1), VatRate::vat20)};
    document = paid(std::move(document));
    till.world.tasks.clear();
    BOOST_REQUIRE_EQUAL(word(till.sell(document)), "unknown link");
    till.world.tasks.clear();
    till.restart();
    till.world.troubles.assign(1, {"59", Trouble::Kind::lost_after});
    BOOST_TEST(word(till.recover_later()) == "unknown link");
    BOOST_REQUIRE(!till.world.till().state().receipt_open);
    BOOST_REQUIRE(till.world.till().open_foreign_receipt().has_value());
    till.world.transcript.clear();
    const auto outcome = till.recover();
    BOOST_TEST(word(outcome) == "unknown busy");
    BOOST_TEST(!said(till.world, "59"));
    BOOST_TEST(till.world.till().state().receipt_open);
}

/// Absent is only what the KKT says is not open.
BOOST_AUTO_TEST_CASE(what_59h_answers_decides_nothing) {
    for (const int answer : {0x00, 0x9A}) {
        Till till;
        leave_open(till);
        till.world.troubles.assign(1, {"59", Trouble::Kind::error, answer});
        const auto outcome = till.recover();
        BOOST_TEST(word(outcome).starts_with("unknown"), word(outcome));
        BOOST_TEST(till.world.till().state().receipt_open);
        till.world.transcript.clear(); // it may be a cashier's now
        BOOST_TEST(word(till.recover()) == "unknown busy");
        BOOST_TEST(!said(till.world, "59"));
        Till other;
        open_shift(other);
        other.world.troubles = {{"91 14", Trouble::Kind::lost_before},
                                {"59", Trouble::Kind::error, answer}};
        const auto sold = other.sell(receipt());
        BOOST_TEST(word(sold).starts_with("unknown"), word(sold));
        BOOST_TEST(other.world.till().state().receipt_open);
    }
}

/// Closed with a key between the look at the fiscal storage and that at the receipt.
BOOST_AUTO_TEST_CASE(a_receipt_closed_between_the_two_looks_is_found) {
    Till till;
    open_shift(till);
    till.world.troubles = {{"4A", Trouble::Kind::lost_before}};
    BOOST_REQUIRE_EQUAL(word(till.sell(receipt())), "unknown link");
    bool once = true;
    till.world.tamper = [&](std::string_view command, std::string&) {
        if (once && command == bytes({0xA4, 0x30})) {
            once = false;
            static_cast<void>(till.world.device().execute(bytes({0x4A, 0, 1, 0, 0, 0, 0, 0})));
        }
    };
    BOOST_TEST(word(till.recover()) == "done 2");
    BOOST_TEST(till.world.documents() == 2U);
}

/// It is no corrections that its firmware does not know.
BOOST_AUTO_TEST_CASE(a_correction_that_is_not_opened_stops_nothing) {
    auto correction = receipt();
    correction.internet = true;
    correction.electronic_only = true;
    correction.place = "https://shop.test";
    correction.correction = fiscal::Correction{};
    for (const int code : {0x6A, 0x7A}) {
        Till till;
        open_shift(till);
        till.world.troubles = {{"92 04 07", Trouble::Kind::error, code}};
        const auto outcome = till.sell(correction);
        BOOST_TEST(word(outcome) != "refused fn", text_of(outcome));
        BOOST_TEST(!till->take_stop().has_value());
    }
}

/// The trial receipt of the second check stays open; the first one has ended.
BOOST_AUTO_TEST_CASE(what_ended_before_the_check_is_not_what_is_open_now) {
    for (const bool twice : {false, true}) {
        Till till;
        till.world.remembers = false; // v2; stamp: none
        open_shift(till);
        const fiscal::Register task{receipt("")};
        till.marker = fiscal::marker_of(task);
        till.marker.fn = till.state().identity.fn;
        till.marker.last_fd = 1;
        if (twice) {
            const auto first =
                till->check(task, till.marker, std::chrono::steady_clock::now() + 25s);
            BOOST_TEST(!first.in_doubt);
        }
        till.world.troubles.assign(100, {"59", Trouble::Kind::lost_before});
        const auto second =
            till->check(task, till.marker, std::chrono::steady_clock::now() + 21s - 19s);
        BOOST_TEST(second.in_doubt);
        till.world.troubles.clear();
        BOOST_TEST(word(till.recover_later()) == "refused link");
        BOOST_TEST(!till.world.till().state().receipt_open);
    }
}

BOOST_AUTO_TEST_SUITE_END()
