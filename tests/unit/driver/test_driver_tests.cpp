#include "driver/test/test_driver.hpp"
#include "outcome_word.hpp"

#include "../base/temp_dir.hpp"
#include "../fiscal/sample_documents.hpp"
#include "driver/test/storage.hpp"
#include "fiscal/virtual_kkt.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace kktd;
using namespace kktd::base::testing;
using namespace std::chrono_literals;
using fiscal::FaultClass;
using fiscal::sample::receipt;

namespace {

class FakeClock final : public base::Clock {
public:
    [[nodiscard]] std::int64_t utc_micros() const override { return seconds * 1'000'000; }
    std::int64_t seconds = 1'773'133'200; // 2026-03-10T09:00:00Z
};

driver::Deadline soon() {
    return std::chrono::steady_clock::now() + 10s;
}

/// A `test:` device in a folder of its own, with a file of switches.
class Device {
public:
    explicit Device(const std::string& options = {}) : options_(options) { reopen(); }

    /// As after the death of the process.
    void reopen() {
        driver_.reset();
        const auto uri = driver::DeviceUri::parse("test:?storage=" + (folder / "kkt.jsonl") +
                                                  "&faults=" + (folder / "faults") + options_);
        BOOST_REQUIRE(uri.has_value());
        auto made = driver::test::create(*uri, {.clock = clock});
        BOOST_REQUIRE_MESSAGE(made.has_value(), made.error().text());
        driver_ = std::move(*made);
    }
    driver::Driver* operator->() { return driver_.get(); }
    void faults(const std::string& text) { write_file(folder / "faults", text); }
    [[nodiscard]] std::ptrdiff_t documents() const {
        return std::ranges::count(contents(folder / "kkt.jsonl"), '\n');
    }
    fiscal::DeviceState state() {
        const auto state = driver_->state(soon());
        BOOST_REQUIRE_MESSAGE(state.has_value(), state.error().text());
        return *state;
    }
    fiscal::Outcome perform(const fiscal::FiscalTask& task) {
        fiscal::Marker marker = fiscal::marker_of(task);
        if (const auto now = driver_->state(soon())) {
            marker.fn = now->identity.fn;
            marker.last_fd = now->last_fd;
        }
        return driver_->perform(task, marker, soon());
    }
    fiscal::Outcome sell(const fiscal::Document& document) {
        return perform(fiscal::Register{document});
    }
    /// The marker of what is to be made next.
    fiscal::Marker marker(const fiscal::FiscalTask& task) {
        const fiscal::DeviceState now = state();
        fiscal::Marker marker;
        marker.fn = now.identity.fn;
        marker.last_fd = now.last_fd;
        marker.shift = now.shift_number;
        marker.kind = kind_of(task);
        if (const auto* sale = std::get_if<fiscal::Register>(&task)) {
            marker.receipt = sale->document.kind;
            marker.total = sale->document.total;
            marker.contact = sale->document.contact;
            marker.stamp = sale->document.stamp;
        }
        return marker;
    }

    const TempDir folder;
    FakeClock clock;

private:
    std::string options_;
    std::unique_ptr<driver::Driver> driver_;
};

using tests::word;

} // namespace

BOOST_AUTO_TEST_SUITE(test_driver_tests)

BOOST_AUTO_TEST_CASE(registers_and_tells_everything) {
    Device device;
    BOOST_TEST(!std::filesystem::exists(device.folder / "kkt.jsonl")); // created on first use
    fiscal::DeviceState state = device.state();
    BOOST_TEST(state.now.iso() == "2026-03-10T12:00:00"); // UTC+3
    BOOST_TEST(state.identity.fn == "9999078900012345");
    BOOST_TEST(device->prepare(fiscal::OpenShift{}, soon())->empty());
    BOOST_TEST(word(device.perform(fiscal::OpenShift{"Иванова"})) == "done 1");
    device.clock.seconds += 60;
    const auto outcome = device.sell(receipt());
    BOOST_REQUIRE(word(outcome) == "done 2");
    const fiscal::Registration& made = std::get<fiscal::Done>(outcome).registration;
    BOOST_TEST(made.number == 1U);
    BOOST_TEST(made.shift == 1U);
    BOOST_TEST(made.total.kopecks() == 195'000);
    BOOST_TEST(made.time.iso() == "2026-03-10T12:01:00");
    BOOST_TEST(made.rnm == "0000000001012345");
    BOOST_TEST(made.qr ==
               "t=20260310T1201&s=1950.00&fn=9999078900012345&i=2&fp=" + made.fpd + "&n=1");
    BOOST_TEST(device.documents() == 2);
    device.clock.seconds += 60;
    BOOST_TEST(word(device.perform(fiscal::CloseShift{})) == "done 3");
    device.reopen();
    state = device.state();
    BOOST_TEST(state.last_fd == 3U);
    BOOST_TEST((state.shift == fiscal::ShiftState::closed));
}

BOOST_AUTO_TEST_CASE(goes_on_after_close_and_shares_its_file_with_nobody) {
    Device device;
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    const std::string uri = "test:?storage=" + (device.folder / "kkt.jsonl");
    auto other = driver::test::create(*driver::DeviceUri::parse(uri), {.clock = device.clock});
    BOOST_REQUIRE(other.has_value());
    BOOST_TEST(((*other)->state(soon()).error().cls() == FaultClass::busy));
    device->close();
    BOOST_TEST((*other)->state(soon())->last_fd == 1U);
    (*other)->close();
    BOOST_TEST(word(device.sell(receipt())) == "done 2");
}

BOOST_AUTO_TEST_CASE(capabilities_follow_the_options) {
    Device device("&vat=20,none&digits=0");
    const auto capabilities = device->capabilities();
    BOOST_TEST(capabilities.has(fiscal::VatRate::vat20));
    BOOST_TEST(capabilities.has(fiscal::VatRate::none));
    BOOST_TEST(!capabilities.has(fiscal::VatRate::vat22));
    BOOST_TEST(capabilities.quantity_digits == 0);
    BOOST_TEST(capabilities.electronic_only);
    BOOST_TEST(capabilities.internet_tag);
    BOOST_TEST(capabilities.corrections);
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    BOOST_TEST(word(device.sell(receipt())) == "refused rejected");
}

BOOST_AUTO_TEST_CASE(identity_and_registration_follow_the_options) {
    Device device("&inn=7707083893&rnm=0000000002012345&serial=77&fn=9999078900099999"
                  "&taxation=usn_income,patent&ffd=1.05");
    const auto state = device.state();
    BOOST_TEST((state.identity ==
                fiscal::Identity{"7707083893", "0000000002012345", "77", "9999078900099999"}));
    BOOST_TEST(state.taxations.mask == 34);
    BOOST_TEST(state.ffd == 2);
}

BOOST_AUTO_TEST_CASE(held_it_makes_everybody_wait) {
    Device device("&hold=1");
    const auto state = device->state(soon());
    BOOST_REQUIRE(!state.has_value());
    BOOST_TEST((state.error().cls() == FaultClass::busy));
    BOOST_TEST(state.error().text().find("придержан (hold=1)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(switches_are_flipped_from_outside) {
    Device device;
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    const auto refused = [&](const std::string& faults) {
        device.faults(faults);
        return word(device.sell(receipt()));
    };
    BOOST_TEST(refused("paper=out") == "refused paper");
    BOOST_TEST((device.state().paper == fiscal::Paper::out));
    BOOST_TEST(refused("cover=open") == "refused cover");
    BOOST_TEST(refused("busy=1") == "refused busy");
    BOOST_TEST(refused("receipt_open=1") == "refused busy");
    BOOST_TEST(device.state().receipt_open);
    BOOST_TEST(refused("clock_skew=-3600") == "refused clock");
    BOOST_TEST(device.state().now.iso() == "2026-03-10T11:00:00");
    BOOST_TEST(refused("ofd_days=30") == "refused ofd");
    BOOST_TEST(refused("fn=full") == "refused fn");
    BOOST_TEST(refused("fn=expired") == "refused fn");
    BOOST_TEST(refused("fn=critical") == "refused fn");
    BOOST_TEST(refused("link=down") == "refused link");
    BOOST_TEST((device->state(soon()).error().cls() == FaultClass::link));
    BOOST_TEST(refused("refuse=4711") == "refused rejected");
    BOOST_TEST(std::get<fiscal::Refused>(device.sell(receipt())).fault.native_code() == 4711);
    BOOST_TEST(refused("papr=out") == "refused link");
    BOOST_TEST(device->state(soon()).error().text().find("papr=out") != std::string::npos);
    BOOST_TEST(device.documents() == 1);
    device.faults("");
    BOOST_TEST(word(device.sell(receipt())) == "done 2");
}

BOOST_AUTO_TEST_CASE(a_lost_answer_is_found_again) {
    Device device;
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    for (const bool restart : {false, true}) {
        const fiscal::Marker before = device.marker(fiscal::Register{receipt("BEFORE2222222222")});
        device.faults("lose_answer=before");
        BOOST_TEST(word(device.sell(receipt("BEFORE2222222222"))) == "unknown link");
        if (restart) {
            device.reopen();
        }
        device.faults("");
        BOOST_TEST(word(device->recover(before, soon())) == "refused link");

        const std::string stamp = restart ? "AFTER22222222222" : "AFTER33333333333";
        const fiscal::Marker after = device.marker(fiscal::Register{receipt(stamp)});
        device.faults("lose_answer=after\n");
        BOOST_TEST(word(device.sell(receipt(stamp))) == "unknown link");
        if (restart) {
            device.reopen();
        }
        device.faults("mute=1");
        BOOST_TEST(word(device->recover(after, soon())) == "unknown link");
        device.faults("link=down");
        BOOST_TEST(word(device->recover(after, soon())) == "unknown link");
        device.faults("");
        const auto found = device->recover(after, soon());
        BOOST_REQUIRE(word(found) == (restart ? "done 3" : "done 2"));
        const auto& registration = std::get<fiscal::Done>(found).registration;
        BOOST_TEST(registration.total.kopecks() == 195'000);
        BOOST_TEST(!registration.qr.empty());
        BOOST_TEST(registration.rnm == "0000000001012345");
    }
}

BOOST_AUTO_TEST_CASE(recovery_knows_its_own_among_equal_receipts) {
    Device device;
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    const fiscal::Marker first = device.marker(fiscal::Register{receipt("FIRST22222222222")});
    BOOST_TEST(word(device.sell(receipt("FIRST22222222222"))) == "done 2");
    const fiscal::Marker second = device.marker(fiscal::Register{receipt("SECOND2222222222")});
    BOOST_TEST(word(device.sell(receipt("SECOND2222222222"))) == "done 3");
    BOOST_TEST(word(device->recover(first, soon())) == "done 2");
    BOOST_TEST(word(device->recover(second, soon())) == "done 3");
    // Somebody else's equal receipt came first; ours was never made.
    const fiscal::Marker third = device.marker(fiscal::Register{receipt("THIRD22222222222")});
    BOOST_TEST(word(device.sell(receipt("FOREIGN222222222"))) == "done 4");
    BOOST_TEST(word(device->recover(third, soon())) == "refused link");
    // Ours is behind somebody else's.
    BOOST_TEST(word(device.sell(receipt("THIRD22222222222"))) == "done 5");
    BOOST_TEST(word(device->recover(third, soon())) == "done 5");
    // An older document with the same stamp does not count: attempts have stamps of their own.
    fiscal::Marker later = third;
    later.last_fd = 5;
    BOOST_TEST(word(device->recover(later, soon())) == "refused link");
}

BOOST_AUTO_TEST_CASE(recovery_without_a_stamp_takes_only_what_is_certain) {
    Device device;
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    const fiscal::Document unmarked = receipt("");
    const fiscal::Marker marker = device.marker(fiscal::Register{unmarked});
    BOOST_TEST(word(device->recover(marker, soon())) == "refused link");
    fiscal::Document other = unmarked;
    other.contact = "other@shop.test";
    BOOST_TEST(word(device.sell(other)) == "done 2");
    other = unmarked;
    other.kind = fiscal::ReceiptKind::sell_refund;
    BOOST_TEST(word(device.sell(other)) == "done 3");
    BOOST_TEST(word(device->recover(marker, soon())) == "refused link");
    // An equal one that does not follow the marker: another receipt's.
    BOOST_TEST(word(device.sell(unmarked)) == "done 4");
    const auto found = device->recover(marker, soon());
    BOOST_TEST(word(found) == "unknown earlier");
    BOOST_TEST(std::get<fiscal::Unknown>(found).fault.text().find("ФД 4") != std::string::npos);
    // The next document of a storage that nobody else could write to since the marker is ours.
    const fiscal::Marker next = device.marker(fiscal::Register{unmarked});
    BOOST_TEST(word(device.sell(unmarked)) == "done 5");
    BOOST_TEST(word(device->recover(next, soon())) == "done 5");
}

BOOST_AUTO_TEST_CASE(recovery_without_a_stamp_is_uncertain_once_others_had_the_storage) {
    for (const bool restart : {false, true}) {
        Device device;
        BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
        const fiscal::Marker marker = device.marker(fiscal::Register{receipt("")});
        BOOST_TEST(word(device->recover(marker, soon())) == "refused link");
        // Killed before its own; meanwhile somebody sells the same.
        restart ? device.reopen() : device->close();
        {
            const std::string uri = "test:?storage=" + (device.folder / "kkt.jsonl");
            auto other =
                driver::test::create(*driver::DeviceUri::parse(uri), {.clock = device.clock});
            BOOST_REQUIRE(other.has_value());
            BOOST_TEST(word((*other)->perform(fiscal::Register{receipt("")}, marker, soon())) ==
                       "done 2");
        }
        BOOST_TEST(word(device->recover(marker, soon())) == "unknown earlier");
    }
}

BOOST_AUTO_TEST_CASE(the_queue_to_the_operator_survives_a_restart) {
    Device device;
    device.faults("ofd=stuck");
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    device.clock.seconds += 60;
    BOOST_TEST(word(device.sell(receipt())) == "done 2");
    const fiscal::OfdQueue queue = device.state().ofd;
    BOOST_TEST(queue.unsent == 2U);
    device.reopen();
    BOOST_TEST((device.state().ofd == queue));
    BOOST_TEST(word(device.sell(receipt())) == "done 3");
    BOOST_TEST(device.state().ofd.unsent == 3U);
    BOOST_TEST((device.state().ofd.oldest == queue.oldest));
    device.faults("");
    BOOST_TEST(device.state().ofd.unsent == 0U);
    BOOST_TEST(word(device.sell(receipt())) == "done 4");
    device.reopen();
    BOOST_TEST(device.state().ofd.unsent == 0U);
}

BOOST_AUTO_TEST_CASE(recovery_of_shift_reports) {
    Device device;
    const fiscal::Marker open = device.marker(fiscal::OpenShift{});
    BOOST_TEST(word(device->recover(open, soon())) == "refused link");
    device.faults("lose_answer=after");
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "unknown link");
    device.faults("");
    BOOST_TEST(word(device->recover(open, soon())) == "done 1");
    const fiscal::Marker close = device.marker(fiscal::CloseShift{});
    BOOST_TEST(word(device->recover(close, soon())) == "refused link");
    BOOST_TEST(word(device.sell(receipt())) == "done 2");
    BOOST_TEST(word(device.perform(fiscal::CloseShift{})) == "done 3");
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 4");
    BOOST_TEST(word(device.perform(fiscal::CloseShift{})) == "done 5");
    const auto found = device->recover(close, soon());
    BOOST_TEST(word(found) == "done 3"); // the first one is ours
    BOOST_TEST(std::get<fiscal::Done>(found).registration.qr.empty());
}

BOOST_AUTO_TEST_CASE(recovery_after_the_storage_was_replaced) {
    Device device;
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    fiscal::Marker marker = device.marker(fiscal::Register{receipt()});
    BOOST_TEST(word(device.sell(receipt())) == "done 2");
    marker.fn = "9999078900012346";
    BOOST_TEST(word(device->recover(marker, soon())) == "unknown identity");
}

BOOST_AUTO_TEST_CASE(a_torn_document_was_never_made) {
    Device device;
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    const fiscal::Marker marker = device.marker(fiscal::Register{receipt()});
    BOOST_TEST(word(device.sell(receipt())) == "done 2");
    device->close();
    const std::string path = device.folder / "kkt.jsonl";
    const std::string whole = contents(path);
    write_file(path, whole.substr(0, whole.size() - 1)); // killed before the line break
    device.reopen();
    BOOST_TEST(word(device->recover(marker, soon())) == "refused link");
    BOOST_TEST(word(device.sell(receipt("AGAIN22222222222"))) == "done 2");
    BOOST_TEST(device.documents() == 2);
}

BOOST_AUTO_TEST_CASE(a_kkt_that_is_not_as_the_marker_has_it_makes_nothing) {
    Device device;
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    const fiscal::Register task{receipt("")};
    auto marker = device.marker(task);
    marker.last_fd = 0;
    BOOST_TEST(word(device->perform(task, marker, soon())) == "refused busy");
    marker.last_fd = 1;
    marker.fn = "9999078900099999";
    BOOST_TEST(word(device->perform(task, marker, soon())) == "refused identity");
    BOOST_TEST(device.documents() == 1);
}

BOOST_AUTO_TEST_CASE(works_as_long_as_it_is_told_and_not_beyond_the_deadline) {
    Device device("&latency_ms=30");
    const auto start = std::chrono::steady_clock::now();
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    BOOST_TEST((std::chrono::steady_clock::now() - start >= 30ms));
    Device slow("&latency_ms=60000");
    const fiscal::Marker marker = slow.marker(fiscal::OpenShift{});
    const auto outcome =
        slow->perform(fiscal::OpenShift{}, marker, std::chrono::steady_clock::now() + 20ms);
    BOOST_TEST(word(outcome) == "unknown link"); // made, but nobody heard
    BOOST_TEST(word(slow->recover(marker, soon())) == "done 1");
    BOOST_TEST((std::chrono::steady_clock::now() - start < 10s));
}

BOOST_AUTO_TEST_CASE(a_storage_that_cannot_be_used_is_a_fault) {
    const FakeClock clock;
    auto lost = driver::test::create(*driver::DeviceUri::parse("test:?storage=/nonexistent/x"),
                                     {.clock = clock});
    BOOST_REQUIRE(lost.has_value());
    BOOST_TEST(((*lost)->state(soon()).error().cls() == FaultClass::fn));
    Device device;
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    device->close();
    write_file(device.folder / "kkt.jsonl", "rubbish\n");
    BOOST_TEST(word(device.sell(receipt())) == "refused fn");
    BOOST_TEST(word(device->recover({}, soon())) == "unknown link");
}

BOOST_AUTO_TEST_CASE(sync_keeps_every_document) {
    Device device("&sync=1");
    BOOST_TEST(word(device.perform(fiscal::OpenShift{})) == "done 1");
    BOOST_TEST(word(device.sell(receipt())) == "done 2");
    BOOST_TEST(device.documents() == 2);
}

BOOST_AUTO_TEST_CASE(an_operator_is_served_like_at_a_real_kkt) {
    using fiscal::Money;
    Device device;
    const auto serve = [&](const fiscal::ServiceTask& task) { return device->serve(task, soon()); };
    BOOST_TEST(serve(fiscal::XReport{}).has_value());
    BOOST_TEST(serve(fiscal::ReprintLast{}).has_value());
    BOOST_TEST(device.documents() == 0);

    BOOST_TEST(serve(fiscal::CashIn{Money(10'000)}).has_value());
    BOOST_TEST(serve(fiscal::CashOut{Money(4'000)}).has_value());
    const auto refused = serve(fiscal::CashOut{Money(6'001)});
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST(refused.error().native_code() == 0x98);
    BOOST_TEST(refused.error().text().find("60.00") != std::string::npos);
    BOOST_TEST(serve(fiscal::CashOut{Money(6'000)}).has_value());

    for (const auto& [faults, cls] :
         {std::pair("paper=out", FaultClass::paper), std::pair("cover=open", FaultClass::cover),
          std::pair("busy=1", FaultClass::busy), std::pair("receipt_open=1", FaultClass::busy),
          std::pair("link=down", FaultClass::link)}) {
        device.faults(faults);
        const auto answer = serve(fiscal::XReport{});
        BOOST_REQUIRE_MESSAGE(!answer.has_value(), faults);
        BOOST_TEST((answer.error().cls() == cls), faults);
    }
    device.faults("receipt_open=1");
    BOOST_TEST(serve(fiscal::ContinuePrint{}).has_value());
    BOOST_TEST(device->vat_probe() == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
