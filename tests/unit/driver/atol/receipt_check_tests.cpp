#include "../../fiscal/sample_documents.hpp"
#include "sim_link.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace kktd;
using namespace kktd::driver::atol;
using namespace kktd::driver::atol::testing;
using namespace std::chrono_literals;
using driver::Checked;
using fiscal::FaultClass;
using fiscal::Money;
using fiscal::Quantity;
using fiscal::VatRate;
using fiscal::sample::item;
using fiscal::sample::paid;

namespace {

fiscal::Document receipt() {
    fiscal::Document document;
    document.items = {item("Товар 1", Money(32512), Quantity::units(6), VatRate::vat20),
                      item("Товар 2", Money(100), Quantity::units(1), VatRate::vat10)};
    document.items.back().additional = "синий";
    document.contact = "a@b.ru";
    document.cashier = "Иванова";
    document.stamp = "ABCDEFGHIJKLMNOP";
    return paid(std::move(document));
}

GivenVatCodes code_of(VatRate rate) {
    GivenVatCodes codes{};
    codes.at(static_cast<std::size_t>(rate)) = fiscal::info(rate).code;
    return codes;
}

/// A KKT in whose shift one receipt was sold, and its driver.
struct Stand {
    explicit Stand(bool shift = true, GivenVatCodes codes = {}, std::uint8_t ffd = 2)
        : world(ffd), driver(make_driver(std::make_unique<SimLink>(world), codes)) {
        if (shift) {
            make(fiscal::OpenShift{"Иванова"});
            make(fiscal::Register{receipt()});
        }
        documents = world.documents();
        memory = counters();
    }
    void make(const fiscal::FiscalTask& task) {
        mark(task);
        const auto outcome = driver->perform(task, marker, soon());
        BOOST_REQUIRE(std::holds_alternative<fiscal::Done>(outcome));
    }
    /// As the engine does.
    void mark(const fiscal::FiscalTask& task) {
        marker = fiscal::marker_of(task);
        marker.fn = world.till().registration().identity.fn;
        marker.last_fd = world.documents();
        if (auto prepared = driver->prepare(task, soon())) {
            marker.prepared = *std::move(prepared);
        }
    }
    Checked check(const fiscal::Document& document, std::chrono::milliseconds beyond = 5s) {
        const fiscal::Register task{document};
        mark(task);
        world.transcript.clear();
        return driver->check(task, marker, std::chrono::steady_clock::now() + 20s + beyond);
    }
    [[nodiscard]] std::ptrdiff_t count(const std::string& prefix) const {
        return std::count_if(world.transcript.begin(), world.transcript.end(),
                             [&](const std::string& line) { return line.starts_with(prefix); });
    }
    /// What registers tell of the shift, the drawer and the documents.
    std::vector<std::string> counters() {
        std::vector<std::string> told;
        for (const auto& question :
             {bytes({0x91, 1, 1, 0}), bytes({0x91, 3, 1, 1}), bytes({0x91, 3, 1, 2}),
              bytes({0x91, 10, 0, 0}), bytes({0x91, 11, 0, 0}), bytes({0x91, 19, 0, 0}),
              bytes({0x91, 51, 0, 0}), bytes({0x91, 52, 0, 0}), bytes({0x91, 53, 0, 0}),
              bytes({0x91, 65, 1, 0}), bytes({0xA4, 0x10}), bytes({0xA4, 0x20}),
              bytes({0xA4, 0x30})}) {
            told.push_back(base::hex_dump(world.device().execute(question).bytes));
        }
        return told;
    }
    /// No document, no open receipt, no counter moved, nothing that could have been worse.
    [[nodiscard]] bool untouched() {
        return world.documents() == documents && world.till().kkt().open_document() == nullptr &&
               counters() == memory && count("4A") == 0 && count("99") == 0 && count("92 00") == 0;
    }
    static driver::Deadline soon() { return std::chrono::steady_clock::now() + 20s; }

    World world;
    std::unique_ptr<driver::Driver> driver;
    fiscal::Marker marker; ///< of what was asked last
    std::uint32_t documents = 0;
    std::vector<std::string> memory;
};

std::string verdict(const Checked& checked) {
    std::string text = checked.verdict == Checked::Verdict::takes     ? "takes"
                       : checked.verdict == Checked::Verdict::refuses ? "refuses "
                                                                      : "not asked ";
    if (checked.verdict != Checked::Verdict::takes) {
        text += name(checked.fault.cls());
    }
    return text + (checked.in_doubt ? " in doubt" : "");
}

} // namespace

BOOST_AUTO_TEST_SUITE(atol_receipt_check_tests)

BOOST_AUTO_TEST_CASE(a_good_receipt_is_taken_and_nothing_is_registered) {
    for (const auto ffd : {std::uint8_t{2}, std::uint8_t{3}}) {
        Stand stand(true, {}, ffd);
        BOOST_TEST(verdict(stand.check(receipt())) == "takes");
        BOOST_TEST(stand.untouched());
        BOOST_TEST(stand.count("92 04 01") == 2); // once more behind the nonsense
        BOOST_TEST(stand.count("EB") == 3);       // one is nonsense
        BOOST_TEST(stand.count("EB 0B") == 3);    // all of them check only
        BOOST_TEST(stand.count("59") == 2);
        BOOST_TEST(stand.count("E8 01 01 00 FD 03") == 0); // no cashier is told
        // The next receipt of anybody is as it would have been.
        stand.make(fiscal::Register{receipt()});
        BOOST_TEST(stand.world.documents() == stand.documents + 1);
    }
}

BOOST_AUTO_TEST_CASE(all_kinds) {
    using fiscal::ReceiptKind;
    for (const auto kind :
         {ReceiptKind::sell, ReceiptKind::sell_refund, ReceiptKind::buy, ReceiptKind::buy_refund}) {
        Stand stand;
        auto document = receipt();
        document.kind = kind;
        BOOST_TEST(verdict(stand.check(document)) == "takes");
        BOOST_TEST(stand.untouched());
        if (!fiscal::is_refund(kind)) { // which FFD 1.05 does not correct
            document.items.resize(1);
            document.correction = fiscal::Correction{fiscal::CorrectionType::by_order,
                                                     fiscal::Date{2026, 3, 1}, "15"};
            BOOST_TEST(verdict(stand.check(paid(document))) == "takes");
            BOOST_TEST(stand.untouched());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_paper_receipt_without_contact_is_checked_without_paper) {
    Stand stand;
    auto document = receipt();
    document.contact.clear();
    document.electronic_only = false;
    BOOST_TEST(verdict(stand.check(document)) == "takes");
    BOOST_TEST(stand.count("92 04 01") == 2);
    BOOST_TEST(stand.untouched());
}

BOOST_AUTO_TEST_CASE(what_the_kkt_refuses_is_told_in_its_words) {
    Stand stand(true, code_of(VatRate::vat22));
    auto document = receipt();
    document.items.back().vat = VatRate::vat22;
    auto checked = stand.check(paid(document));
    BOOST_TEST(verdict(checked) == "refuses unsupported");
    BOOST_TEST(checked.fault.native_code() == 0x0104);
    BOOST_TEST(!checked.fault.native_text().empty());
    BOOST_TEST(checked.fault.text().find("позиция 2") != std::string::npos);
    BOOST_TEST(stand.untouched());
    // A tag of the receipt itself.
    stand.world.troubles = {{"E8 01 01 00 F0 03", Trouble::Kind::error, 0xF2}};
    checked = stand.check(receipt());
    BOOST_TEST(checked.fault.text().find("реквизит 1008") != std::string::npos);
    BOOST_TEST(stand.untouched());
    // What the driver itself would not send.
    document.items.back().vat = VatRate::vat7;
    BOOST_TEST(verdict(stand.check(paid(document))) == "refuses unsupported");
    BOOST_TEST(stand.count("92") == 0);
    // For now.
    stand.world.troubles = {{"92", Trouble::Kind::error, 0x67}};
    BOOST_TEST(verdict(stand.check(receipt())) == "refuses paper");
    BOOST_TEST(stand.untouched());
}

BOOST_AUTO_TEST_CASE(not_while_the_shift_is_closed_or_a_receipt_is_open) {
    Stand closed(false);
    BOOST_TEST(verdict(closed.check(receipt())) == "not asked shift");
    BOOST_TEST(closed.untouched());
    BOOST_TEST(closed.count("92") + closed.count("E8") + closed.count("59") == 0);
    Stand old;
    old.world.clock.seconds += 25 * 3600;
    BOOST_TEST(verdict(old.check(receipt())) == "not asked shift");
    BOOST_TEST(old.count("92") + old.count("E8") + old.count("59") == 0);
    Stand open;
    static_cast<void>(open.world.device().execute(bytes({0x92, 0, 1})));
    BOOST_TEST(verdict(open.check(receipt())) == "not asked busy");
    BOOST_TEST(open.count("92") + open.count("E8") + open.count("59") == 0);
    BOOST_TEST((open.world.till().kkt().open_document() != nullptr));
    Stand down;
    down.world.down = true;
    BOOST_TEST(verdict(down.check(receipt())) == "not asked link");
    BOOST_TEST(down.untouched());
}

BOOST_AUTO_TEST_CASE(a_receipt_that_is_opened_meanwhile_is_not_cancelled) {
    Stand stand;
    stand.world.tamper = [&](std::string_view command, std::string&) {
        if (command == bytes({0xA4, 0x30})) {
            stand.world.tamper = nullptr;
            static_cast<void>(stand.world.device().execute(bytes({0x92, 0, 1})));
        }
    };
    BOOST_TEST(verdict(stand.check(receipt())) == "refuses busy");
    BOOST_TEST(stand.count("59") == 0);
    BOOST_TEST((stand.world.till().kkt().open_document() != nullptr));
}

BOOST_AUTO_TEST_CASE(it_is_cancelled_whatever_goes_wrong) {
    using Kind = Trouble::Kind;
    for (const char* command : {"92", "E8", "EA", "EB", "59"}) {
        for (const Kind kind :
             {Kind::lost_before, Kind::lost_after, Kind::garbled, Kind::not_run}) {
            Stand stand;
            stand.world.troubles = {{command, kind}};
            const auto checked = stand.check(receipt());
            const std::string at = std::string(command) + " " + std::to_string(int(kind));
            BOOST_TEST(verdict(checked) == (command[0] == '5' ? "takes" : "not asked link"), at);
            BOOST_TEST(stand.untouched(), at);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_may_have_stayed_open_is_in_doubt_and_ended_by_recover) {
    Stand stand;
    stand.world.troubles.assign(100, {"59", Trouble::Kind::lost_before});
    BOOST_TEST(verdict(stand.check(receipt(), -18s)) == "not asked busy in doubt");
    BOOST_TEST((stand.world.till().kkt().open_document() != nullptr));
    stand.world.troubles.clear();
    // As after the death of the process, too: marker and KKT are all there is.
    stand.driver = make_driver(std::make_unique<SimLink>(stand.world), {});
    const auto outcome = stand.driver->recover(stand.marker, Stand::soon());
    BOOST_TEST(std::holds_alternative<fiscal::Refused>(outcome));
    BOOST_TEST(stand.untouched());
}

BOOST_AUTO_TEST_CASE(a_document_made_meanwhile_leaves_the_check_in_doubt) {
    Stand stand;
    stand.world.tamper = [&](std::string_view command, std::string& answer) {
        // The number of the last document ends the answer.
        if (command == bytes({0xA4, 0x30}) && stand.count("59") == 2) {
            answer[answer.size() - 4] = static_cast<char>(answer[answer.size() - 4] + 1);
        }
    };
    BOOST_TEST(verdict(stand.check(receipt())) == "not asked busy in doubt");
}

BOOST_AUTO_TEST_CASE(a_firmware_that_checks_nothing_proves_nothing) {
    Stand stand;
    stand.world.tamper = [](std::string_view command, std::string& answer) {
        if (command.front() == '\xEB') {
            answer = bytes({0x55, 0, 0});
        }
    };
    BOOST_TEST(verdict(stand.check(receipt())) == "not asked unsupported");
    BOOST_TEST(stand.untouched());
}

BOOST_AUTO_TEST_CASE(a_firmware_that_ignores_the_flag_registers_nothing) {
    Stand stand;
    stand.world.execute = [](std::string command) {
        if (command.front() == '\xEB') {
            command[1] = static_cast<char>(command[1] & ~1);
        }
        return command;
    };
    BOOST_TEST(verdict(stand.check(receipt())) == "takes");
    BOOST_TEST(stand.untouched());
}

BOOST_AUTO_TEST_CASE(a_checked_position_that_is_in_the_way_of_the_next_is_got_rid_of) {
    Stand stand;
    bool begun = false;
    stand.world.tamper = [&](std::string_view command, std::string& answer) {
        if (command.front() == '\x59' || command.front() == '\x92') {
            begun = false;
        } else if (command.front() == '\xEA') {
            if (std::exchange(begun, true)) {
                answer = bytes({0x55, 0xF4, 0});
            }
        }
    };
    BOOST_TEST(verdict(stand.check(receipt())) == "takes");
    BOOST_TEST(stand.count("92 04 01") == 3);
    BOOST_TEST(stand.count("59") == 3);
    BOOST_TEST(stand.untouched());
}

BOOST_AUTO_TEST_CASE(no_electronic_receipts_no_check_of_a_paper_one) {
    Stand stand;
    stand.world.troubles = {{"92 04", Trouble::Kind::error, 0x7A}}; // this model cannot
    auto document = receipt();
    BOOST_TEST(verdict(stand.check(document)) == "not asked unsupported");
    BOOST_TEST(stand.untouched());
    stand.world.troubles = {{"92 04", Trouble::Kind::error, 0x7A}};
    document.electronic_only = true;
    BOOST_TEST(verdict(stand.check(document)) == "refuses unsupported");
    BOOST_TEST(stand.untouched());
}

BOOST_AUTO_TEST_CASE(a_cashiers_receipt_after_the_check_is_left_alone) {
    for (const int after : {1, 2}) { // the cancelling behind the nonsense, and the last one
        Stand stand;
        int cancelled = 0;
        stand.world.tamper = [&](std::string_view command, std::string&) {
            if (command.front() == '\x59' && ++cancelled == after) {
                static_cast<void>(stand.world.device().execute(bytes({0x92, 0, 1})));
            }
        };
        BOOST_TEST(verdict(stand.check(receipt())) == "not asked busy");
        BOOST_TEST(cancelled == after);
        BOOST_TEST((stand.world.till().kkt().open_document() != nullptr));
        // Should the outcome have been left open all the same.
        static_cast<void>(stand.driver->recover(stand.marker, Stand::soon()));
        BOOST_TEST((stand.world.till().kkt().open_document() != nullptr));
    }
}

/// An error makes the KKT forget them.
BOOST_AUTO_TEST_CASE(its_openings_have_the_number_of_the_intent) {
    Stand stand;
    BOOST_TEST(verdict(stand.check(receipt())) == "takes");
    BOOST_TEST(stand.marker.prepared == "v3:D0,D1");
    BOOST_TEST(stand.count("92 04 01 task D1") == 2);
    BOOST_TEST(stand.count("92 04 01") == 2);
}

BOOST_AUTO_TEST_SUITE_END()
