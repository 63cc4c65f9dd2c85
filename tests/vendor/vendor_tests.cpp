// The fptr10 driver over the vendor's own libfptr10.so 10.8.0.0, against kktsim on TCP. The library
// is not part of kktd: without it the suite says "skipped" and ends with 77.
#include "../unit/base/temp_dir.hpp"
#include "../unit/fiscal/sample_documents.hpp"
#include "driver/fptr10/fptr10_driver.hpp"
#include "simulator_process.hpp"

#define BOOST_TEST_NO_MAIN
#define BOOST_TEST_MODULE vendor
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>

using namespace kktd;
using namespace std::chrono_literals;
using base::testing::TempDir;
using fiscal::Money;
using fiscal::Quantity;
using fiscal::VatRate;

namespace {

constexpr int skipped = 77; // Meson's

std::string library() {
    const char* const path = std::getenv("KKTD_VENDOR_LIBRARY");
    return path != nullptr ? path : VENDOR_LIBRARY;
}

driver::Deadline within(std::chrono::milliseconds span) {
    return std::chrono::steady_clock::now() + span;
}

/// Two lines at 10 % and without VAT: the library of 2020 knows no 22 %.
fiscal::Document sale(const std::string& stamp, Money price = Money(11'000)) {
    fiscal::Document document = fiscal::sample::receipt(stamp);
    document.items = {
        fiscal::sample::item("Хлеб ржаной", price, Quantity::units(2), VatRate::vat10),
        fiscal::sample::item("Сыр", Money(99'990), Quantity(1'234'000), VatRate::none)};
    return fiscal::sample::paid(std::move(document));
}

std::string word(const fiscal::Outcome& outcome) {
    if (const auto* done = std::get_if<fiscal::Done>(&outcome)) {
        return "done " + std::to_string(done->registration.fd);
    }
    const auto* refused = std::get_if<fiscal::Refused>(&outcome);
    const fiscal::Fault& fault =
        refused != nullptr ? refused->fault : std::get<fiscal::Unknown>(outcome).fault;
    BOOST_TEST_MESSAGE(fault.text());
    return std::string(refused != nullptr ? "refused " : "unknown ") + name(fault.cls());
}

class Device {
public:
    Device() : kkt(folder_ / "") {
        const auto uri =
            driver::DeviceUri::parse("fptr10+tcp://" + kkt.address() + "?library=" + library() +
                                     "&child=" KKTD_FPTR10 "&home=" + (folder_ / ""));
        BOOST_REQUIRE_MESSAGE(uri.has_value(), kkt.address());
        auto made = driver::fptr10::create(*uri, {.clock = clock_});
        BOOST_REQUIRE_MESSAGE(made.has_value(), made.error().text());
        driver_ = std::move(*made);
    }
    driver::Driver* operator->() { return driver_.get(); }

    fiscal::DeviceState state() {
        const auto state = driver_->state(within(10s));
        BOOST_REQUIRE_MESSAGE(state.has_value(), state.error().text());
        return *state;
    }
    fiscal::Outcome perform(const fiscal::FiscalTask& task, std::chrono::milliseconds bound = 30s) {
        const fiscal::DeviceState now = state();
        const auto prepared = driver_->prepare(task, within(10s));
        BOOST_REQUIRE_MESSAGE(prepared.has_value(), prepared.error().text());
        marker_ = {};
        marker_.fn = now.identity.fn;
        marker_.last_fd = now.last_fd;
        marker_.kind = kind_of(task);
        if (const auto* receipt = std::get_if<fiscal::Register>(&task)) {
            marker_.receipt = receipt->document.kind;
            marker_.total = receipt->document.total;
            marker_.contact = receipt->document.contact;
            marker_.stamp = receipt->document.stamp;
        }
        marker_.prepared = *prepared;
        return driver_->perform(task, marker_, within(bound));
    }
    fiscal::Outcome sell(const fiscal::Document& document, std::chrono::milliseconds bound = 30s) {
        return perform(fiscal::Register{document}, bound);
    }
    /// As the engine does: asks until it is answered.
    fiscal::Outcome recover() {
        fiscal::Outcome outcome = driver_->recover(marker_, within(10s));
        for (int tries = 0; tries < 5 && word(outcome) == "unknown link"; ++tries) {
            outcome = driver_->recover(marker_, within(10s));
        }
        return outcome;
    }
    void open_shift() { BOOST_REQUIRE(word(perform(fiscal::OpenShift{"Иванова"})) == "done 1"); }

private:
    TempDir folder_;

public:
    vendor_test::SimulatorProcess kkt;

private:
    base::SystemClock clock_;
    fiscal::Marker marker_;
    std::unique_ptr<driver::Driver> driver_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(vendor_tests)

BOOST_AUTO_TEST_CASE(shift_sale_refund_x_and_z) {
    Device device;
    const auto state = device.state();
    BOOST_TEST(state.identity.fn == "9999078900012345");
    BOOST_TEST(state.identity.inn == "7701234560");
    BOOST_TEST((state.shift == fiscal::ShiftState::closed));
    BOOST_TEST((state.paper == fiscal::Paper::ok));
    BOOST_TEST(state.ffd == 2);
    BOOST_TEST(!device->capabilities().has(VatRate::vat22));
    device.open_shift();
    const auto sold = device.sell(sale("ABCDEFGHIJKLMNOP"));
    BOOST_REQUIRE(word(sold) == "done 2");
    const auto& made = std::get<fiscal::Done>(sold).registration;
    BOOST_TEST(made.number == 1U);
    BOOST_TEST(made.shift == 1U);
    BOOST_TEST(made.total.kopecks() == 145'388);
    BOOST_TEST(!made.not_printed);
    fiscal::Document refund = sale("QRSTUVWXYZ234567");
    refund.kind = fiscal::ReceiptKind::sell_refund;
    BOOST_TEST(word(device.sell(refund)) == "done 3");
    BOOST_TEST(device->serve(fiscal::XReport{}, within(10s)).has_value());
    BOOST_TEST(device->serve(fiscal::CashIn{Money(10'000)}, within(10s)).has_value());
    BOOST_TEST(word(device.perform(fiscal::CloseShift{"Иванова"})) == "done 4");
    BOOST_TEST(device.kkt.documents() == 4);
    BOOST_TEST((device.state().shift == fiscal::ShiftState::closed));
}

BOOST_AUTO_TEST_CASE(a_rate_the_library_does_not_know_is_refused_below_it) {
    Device device;
    device.open_shift();
    BOOST_TEST(word(device.sell(fiscal::sample::receipt())) == "refused unsupported");
    BOOST_TEST(device.kkt.documents() == 1);
}

BOOST_AUTO_TEST_CASE(a_shift_longer_than_a_day) {
    Device device;
    device.open_shift();
    device.kkt.script("shift_expired\n");
    BOOST_TEST((device.state().shift == fiscal::ShiftState::expired));
    BOOST_TEST(word(device.sell(sale("ABCDEFGHIJKLMNOP"))) == "refused shift");
    BOOST_TEST(word(device.perform(fiscal::CloseShift{"Иванова"})) == "done 2");
}

/// 5Ah is answered with 67h, the report stands in 3.2, and 1Ah refuses what comes next: the library
/// goes on with EEh by itself.
BOOST_AUTO_TEST_CASE(the_paper_of_a_closing_ends) {
    Device device;
    device.open_shift();
    device.kkt.script("after 5A paper out\n");
    const auto closed = device.perform(fiscal::CloseShift{"Иванова"});
    BOOST_REQUIRE(word(closed) == "done 2");
    BOOST_TEST(std::get<fiscal::Done>(closed).registration.not_printed);
    device.kkt.script("paper ok\n");
    BOOST_TEST((device.state().shift == fiscal::ShiftState::closed));
    BOOST_TEST(word(device.perform(fiscal::OpenShift{"Иванова"})) == "done 3");
    BOOST_TEST(device.kkt.documents() == 3);
}

BOOST_AUTO_TEST_CASE(no_paper_refuses_until_there_is_some) {
    Device device;
    device.open_shift();
    device.kkt.script("paper out\n");
    BOOST_TEST((device.state().paper == fiscal::Paper::out));
    BOOST_TEST(word(device.sell(sale("ABCDEFGHIJKLMNOP"))) == "refused paper");
    BOOST_TEST(device.kkt.documents() == 1);
    device.kkt.script("paper ok\n");
    BOOST_TEST(word(device.sell(sale("QRSTUVWXYZ234567"))) == "done 2");
    BOOST_TEST(device.kkt.documents() == 2);
}

BOOST_AUTO_TEST_CASE(a_receipt_that_a_cashier_has_just_begun_is_left_alone) {
    Device device;
    device.open_shift();
    device.kkt.script("before 92 foreign_open\n");
    BOOST_TEST(word(device.sell(sale("ABCDEFGHIJKLMNOP"))) == "refused busy");
    BOOST_TEST(device.state().receipt_open);
    device.kkt.script("foreign_close\n");
    BOOST_TEST(!device.state().receipt_open);
    BOOST_TEST(device.kkt.documents() == 2); // his
    BOOST_TEST(word(device.sell(sale("QRSTUVWXYZ234567"))) == "done 3");
}

/// The link breaks at the command that closes the receipt, before and after it is executed: one
/// document for each receipt that was registered, and a truth for each.
BOOST_AUTO_TEST_CASE(a_link_lost_at_closing) {
    Device device;
    device.open_shift();
    device.kkt.script("after 4A drop\n");
    auto outcome = device.sell(sale("ABCDEFGHIJKLMNOP"));
    if (std::holds_alternative<fiscal::Unknown>(outcome)) {
        outcome = device.recover();
    }
    BOOST_TEST(word(outcome) == "done 2");
    BOOST_TEST(device.kkt.documents() == 2);
    device.kkt.script("before 4A lose_answer\n");
    outcome = device.sell(sale("QRSTUVWXYZ234567", Money(12'000)), 8s);
    if (std::holds_alternative<fiscal::Unknown>(outcome)) {
        outcome = device.recover();
    }
    const bool done = std::holds_alternative<fiscal::Done>(outcome);
    BOOST_TEST(!std::holds_alternative<fiscal::Unknown>(outcome));
    BOOST_TEST(device.kkt.documents() == (done ? 3 : 2));
}

/// The child is killed while the KKT is slow to close; the document is found by its stamp.
BOOST_AUTO_TEST_CASE(a_deadline_that_passes_at_closing) {
    Device device;
    device.open_shift();
    device.kkt.script("before 4A slow 4s\n");
    BOOST_TEST(word(device.sell(sale("ABCDEFGHIJKLMNOP"), 2s)) == "unknown link");
    const auto outcome = device.recover();
    const bool done = std::holds_alternative<fiscal::Done>(outcome);
    BOOST_TEST(!std::holds_alternative<fiscal::Unknown>(outcome));
    BOOST_TEST(device.kkt.documents() == (done ? 2 : 1));
}

BOOST_AUTO_TEST_SUITE_END()

int main(int argc, char** argv) {
    if (!std::filesystem::exists(library())) {
        std::cout << "skipped: no libfptr10.so at " << library()
                  << " (tests/run vendor takes it from the npm package node-atol-wrapper)\n";
        return skipped;
    }
    return boost::unit_test::unit_test_main(&init_unit_test, argc, argv);
}
