// The whole way, bytes and packets included: the driver as the configuration makes it, over TCP to
// a simulated KKT in a thread of its own.
#include "../../base/temp_dir.hpp"
#include "../../fiscal/sample_documents.hpp"
#include "../outcome_word.hpp"
#include "base/event_fd.hpp"
#include "driver/registry.hpp"
#include "sim/simulator.hpp"

#include <boost/test/unit_test.hpp>
#include <thread>

using namespace kktd;
using namespace std::chrono_literals;
using base::testing::TempDir;

namespace {

class FakeClock final : public base::Clock {
public:
    [[nodiscard]] std::int64_t utc_micros() const override { return 1'773'133'200'000'000; }
};

driver::Deadline soon(std::chrono::seconds time = 20s) {
    return std::chrono::steady_clock::now() + time;
}

/// A simulated KKT on a free port until the end of the test.
class Kkt {
public:
    enum class Line : std::uint8_t { network, serial };
    explicit Kkt(bool sync_answers, sim::Protocol protocol = sim::Protocol::atol3,
                 Line line = Line::network) {
        sim::SimulatorConfig config;
        config.sync_answers = sync_answers;
        config.protocol = protocol;
        if (line == Line::serial) {
            config.server.pty = folder / "tty";
        }
        config.till.storage = folder / "kkt.jsonl";
        config.till.sync = false;
        config.till.profile.registration.ffd = 2;
        auto opened = sim::Simulator::open(std::move(config), clock);
        BOOST_REQUIRE_MESSAGE(opened.has_value(), (opened ? "" : opened.error().text()));
        simulator_ = std::move(*opened);
        port = simulator_->port();
    }
    ~Kkt() {
        stop_.raise();
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    /// `faults`: lines of a script, taken before it serves.
    void serve(std::initializer_list<const char*> faults = {}) {
        for (const char* line : faults) {
            static_cast<void>(simulator_->control(line));
        }
        thread_ = std::thread([this] { static_cast<void>(simulator_->run(stop_.fd())); });
    }

    TempDir folder;
    FakeClock clock;
    std::uint16_t port = 0;

private:
    std::unique_ptr<sim::Simulator> simulator_;
    base::EventFd stop_;
    std::thread thread_;
};

/// The driver, used as the engine uses it.
class Till {
public:
    explicit Till(Kkt& kkt, const std::string& options = {}) : kkt_(kkt), options_(options) {
        restart();
    }
    void restart() {
        const auto uri = driver::DeviceUri::parse(
            (kkt_.port != 0 ? "atol+tcp://127.0.0.1:" + std::to_string(kkt_.port)
                            : "atol+serial://" + (kkt_.folder / "tty")) +
            options_);
        BOOST_REQUIRE(uri.has_value());
        driver_.reset();
        auto made = driver::find_driver("atol")->create(*uri, {.clock = kkt_.clock});
        BOOST_REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().text()));
        driver_ = std::move(*made);
    }
    driver::Driver* operator->() { return driver_.get(); }
    void prepare(const fiscal::FiscalTask& task) {
        const auto now = driver_->state(soon());
        BOOST_REQUIRE_MESSAGE(now.has_value(), (now ? "" : now.error().text()));
        marker = fiscal::marker_of(task);
        marker.fn = now->identity.fn;
        marker.last_fd = now->last_fd;
        const auto prepared = driver_->prepare(task, soon());
        BOOST_REQUIRE_MESSAGE(prepared.has_value(), (prepared ? "" : prepared.error().text()));
        marker.prepared = *prepared;
    }
    fiscal::Outcome perform(const fiscal::FiscalTask& task, std::chrono::seconds time = 20s) {
        prepare(task);
        return driver_->perform(task, marker, soon(time));
    }
    /// Asks until the KKT has told.
    fiscal::Outcome recover() {
        fiscal::Outcome outcome;
        for (const auto end = soon(); std::chrono::steady_clock::now() < end;) {
            outcome = driver_->recover(marker, soon(5s));
            const auto* unknown = std::get_if<fiscal::Unknown>(&outcome);
            if (unknown == nullptr || (unknown->fault.cls() != fiscal::FaultClass::link &&
                                       unknown->fault.cls() != fiscal::FaultClass::busy)) {
                break;
            }
        }
        return outcome;
    }
    fiscal::Marker marker;

private:
    Kkt& kkt_;
    std::string options_;
    std::unique_ptr<driver::Driver> driver_;
};

fiscal::Document receipt(std::string stamp, fiscal::ReceiptKind kind = fiscal::ReceiptKind::sell) {
    fiscal::Document document;
    document.kind = kind;
    document.items = {fiscal::sample::item("Товар «№ 1» $", fiscal::Money(32'512),
                                           fiscal::Quantity(1'500'000), fiscal::VatRate::vat20)};
    document.contact = "a@b.ru";
    document.cashier = "Иванова";
    document.stamp = std::move(stamp);
    return fiscal::sample::paid(std::move(document));
}

using tests::word;

/// Of the first receipt of a shift, where recovery may have to tell it.
fiscal::Outcome end_of_a_receipt(std::initializer_list<const char*> faults) {
    Kkt kkt(false);
    kkt.serve(faults);
    Till till(kkt);
    BOOST_TEST(word(till.perform(fiscal::OpenShift{"Иванова"})) == "done 1");
    auto outcome = till.perform(fiscal::Register{receipt("AAAAAAAAAAAAAAAA")}, 5s);
    return std::holds_alternative<fiscal::Unknown>(outcome) ? till.recover() : outcome;
}

} // namespace

BOOST_AUTO_TEST_SUITE(atol_loopback_tests)

BOOST_AUTO_TEST_CASE(a_working_day) {
    for (const bool sync_answers : {false, true}) {
        Kkt kkt(sync_answers);
        kkt.serve();
        Till till(kkt, "?log=" + (kkt.folder / "log"));
        BOOST_TEST(word(till.perform(fiscal::OpenShift{"Иванова"})) == "done 1");
        BOOST_TEST(word(till.perform(fiscal::Register{receipt("AAAAAAAAAAAAAAAA")})) == "done 2");
        BOOST_TEST(word(till.perform(fiscal::Register{receipt(
                       "BBBBBBBBBBBBBBBB", fiscal::ReceiptKind::sell_refund)})) == "done 3");
        BOOST_TEST(word(till.perform(fiscal::Register{
                       receipt("CCCCCCCCCCCCCCCC", fiscal::ReceiptKind::buy)})) == "done 4");
        BOOST_TEST(till->serve(fiscal::XReport{}, soon()).has_value());
        BOOST_TEST(word(till.perform(fiscal::CloseShift{"Иванова"})) == "done 5");
        const auto log = base::testing::contents(kkt.folder / "log");
        BOOST_TEST(log.find(" > FE ") != std::string::npos);
        BOOST_TEST(log.find(" < FE ") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_lost_answer_to_the_close_is_found_again) {
    for (const bool executed : {true, false}) {
        for (const bool restarted : {true, false}) {
            Kkt kkt(false);
            kkt.serve({executed ? "after 4A drop" : "before 4A drop"});
            Till till(kkt);
            BOOST_TEST(word(till.perform(fiscal::OpenShift{"Иванова"})) == "done 1");
            BOOST_TEST(word(till.perform(fiscal::Register{receipt("AAAAAAAAAAAAAAAA")}, 5s)) ==
                       "unknown link");
            if (restarted) {
                till.restart();
            }
            const auto outcome = till.recover();
            BOOST_TEST(word(outcome) == (executed ? "done 2" : "refused link"));
            BOOST_TEST(word(till.perform(fiscal::Register{receipt("BBBBBBBBBBBBBBBB")})) ==
                       (executed ? "done 3" : "done 2"));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_power_cycle_at_the_close) {
    for (const char* fault : {"before 4A power_cycle", "after 4A power_cycle"}) {
        const auto outcome = end_of_a_receipt({fault});
        BOOST_TEST(word(outcome) == (fault[0] == 'a' ? "done 2" : "refused link"), fault);
    }
}

// Half a document, which has no stamp in it yet, is not that of somebody else.
BOOST_AUTO_TEST_CASE(a_reading_that_another_document_breaks_off_is_begun_anew) {
    for (const char* fault : {"after A445 foreign_receipt", "after A446 #3 foreign_receipt"}) {
        const auto outcome = end_of_a_receipt({"after 4A power_cycle", fault});
        BOOST_TEST(word(outcome) == "done 2", fault);
    }
}

// The KKT itself says that it cannot give the document: it may be able to a moment later.
BOOST_AUTO_TEST_CASE(a_refused_reading_is_tried_again_before_an_operator_is_asked) {
    struct Case {
        const char* fault;
        const char* outcome;
    };
    for (const auto& [fault, expected] : {Case{"before A445 error FE", "done 2"},
                                          Case{"before A446 #2 error DA", "done 2"}, // cut off
                                          Case{"before A445 every error FE", "unknown earlier"}}) {
        const auto outcome = end_of_a_receipt({"after 4A power_cycle", fault});
        BOOST_TEST(word(outcome) == expected, fault);
    }
}

BOOST_AUTO_TEST_CASE(a_serial_line_without_a_memory) {
    for (const char* fault : {"before 4A lose_answer", "after 4A lose_answer"}) {
        Kkt kkt(false, sim::Protocol::atol2, Kkt::Line::serial);
        kkt.serve({fault});
        Till till(kkt, "?protocol=2");
        BOOST_TEST(word(till.perform(fiscal::OpenShift{"Иванова"})) == "done 1");
        BOOST_TEST(till.marker.prepared.empty());
        BOOST_TEST(word(till.perform(fiscal::Register{receipt("AAAAAAAAAAAAAAAA")}, 2s)) ==
                   "unknown link");
        BOOST_TEST(word(till.recover()) == (fault[0] == 'a' ? "done 2" : "refused link"));
    }
}

// Each driver finds it out anew: so does the one that recovers.
BOOST_AUTO_TEST_CASE(the_protocol_of_a_serial_line_is_found_out) {
    struct Case {
        sim::Protocol protocol;
        const char* fault;
        const char* outcome;
        const char* recovered;
    };
    for (const auto& one :
         {Case{sim::Protocol::atol3, "before 4A lose_answer", "unknown link", "refused link"},
          Case{sim::Protocol::atol3, "after 4A lose_answer", "done 2", "done 2"},
          Case{sim::Protocol::atol2, "after 4A lose_answer", "unknown link", "done 2"}}) {
        Kkt kkt(false, one.protocol, Kkt::Line::serial);
        kkt.serve({one.fault});
        Till till(kkt);
        BOOST_TEST(word(till.perform(fiscal::OpenShift{"Иванова"})) == "done 1");
        BOOST_TEST(till.marker.prepared.empty() == (one.protocol == sim::Protocol::atol2));
        const auto made = till.perform(fiscal::Register{receipt("AAAAAAAAAAAAAAAA")}, 2s);
        BOOST_TEST(word(made) == one.outcome, one.fault);
        till.restart();
        BOOST_TEST(word(till.recover()) == one.recovered, one.fault);
        BOOST_TEST(!till->state(soon())->receipt_open);
    }
}

// Somebody has set the KKT to the other protocol while kktd was down: its tasks are unknown then,
// and the fiscal storage decides.
BOOST_AUTO_TEST_CASE(a_marker_of_the_other_protocol) {
    for (const auto protocol : {sim::Protocol::atol3, sim::Protocol::atol2}) {
        Kkt kkt(false, protocol, Kkt::Line::serial);
        kkt.serve();
        Till till(kkt);
        BOOST_TEST(word(till.perform(fiscal::OpenShift{"Иванова"})) == "done 1");
        const fiscal::Register task{receipt("AAAAAAAAAAAAAAAA")};
        for (const char* outcome : {"refused link", "done 2"}) {
            till.prepare(task);
            if (outcome == std::string("done 2")) {
                BOOST_TEST(word(till->perform(task, till.marker, soon())) == outcome);
            }
            till.marker.prepared = protocol == sim::Protocol::atol2 ? "v3:D5,D6" : "";
            BOOST_TEST(word(till.recover()) == outcome);
        }
    }
}

BOOST_AUTO_TEST_CASE(nobody_answers_on_a_serial_line) {
    Kkt kkt(false, sim::Protocol::atol3, Kkt::Line::serial); // has a line, and does not serve it
    const auto silent = Till(kkt)->state(soon(1s));
    BOOST_REQUIRE(!silent.has_value());
    BOOST_CHECK(silent.error().cls() == fiscal::FaultClass::link);
    BOOST_TEST(silent.error().text().find("ни по протоколу 3, ни по протоколу 2") !=
                   std::string::npos,
               silent.error().text());
}

// Whoever states a protocol gets that one.
BOOST_AUTO_TEST_CASE(a_stated_protocol_is_kept_to) {
    Kkt older(false, sim::Protocol::atol2, Kkt::Line::serial);
    older.serve();
    BOOST_TEST(!Till(older, "?protocol=3")->state(soon(1s)).has_value());
    BOOST_TEST(Till(older, "?protocol=2")->state(soon()).has_value());
    Kkt newer(false, sim::Protocol::atol3, Kkt::Line::serial);
    newer.serve();
    BOOST_TEST(!Till(newer, "?protocol=2")->state(soon(1s)).has_value());
    BOOST_TEST(Till(newer, "?protocol=3")->state(soon()).has_value());
}

BOOST_AUTO_TEST_CASE(passwords) {
    Kkt kkt(false);
    kkt.serve();
    {
        Till cashier(kkt, "?password=0000&user_password=1");
        BOOST_TEST(word(cashier.perform(fiscal::OpenShift{"Иванова"})) == "done 1");
        cashier->close();
    }
    {
        // No such user: the KKT refuses to enter the mode.
        Till stranger(kkt, "?user_password=31");
        BOOST_TEST(word(stranger.perform(fiscal::CloseShift{"Иванова"})) == "refused fn");
        stranger->close();
    }
    Kkt other(false);
    other.serve();
    Till intruder(other, "?password=1234");
    const auto state = intruder->state(soon());
    BOOST_REQUIRE(!state.has_value());
    BOOST_CHECK(state.error().cls() == fiscal::FaultClass::fn);
    BOOST_TEST(state.error().text().find("user_password") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(addresses_and_options) {
    const FakeClock clock;
    const auto error_of = [&](const std::string& text) {
        const auto uri = driver::DeviceUri::parse(text);
        BOOST_REQUIRE_MESSAGE(uri.has_value(), text);
        const auto made = driver::find_driver("atol")->create(*uri, {.clock = clock});
        return made ? std::string() : made.error().text();
    };
    for (const char* good :
         {"atol+tcp://10.0.0.1:5555", "atol+tcp://kkt.local", "atol+tcp://[::1]:5555?log=/x",
          "atol+serial:///dev/ttyACM0", "atol+tcp://h?password=9999&user_password=99999999",
          "atol+tcp://h?leftover=600", "atol+serial:///dev/ttyS0?baud=57600&protocol=2&log=/x"}) {
        BOOST_TEST(error_of(good) == "", good);
    }
    for (const char* bad : {"atol:",
                            "atol+usb:///x",
                            "atol+tcp://",
                            "atol+tcp://h/x",
                            "atol+serial://h/dev/x",
                            "atol+serial:",
                            "atol+tcp://h?baud=9600",
                            "atol+tcp://h?protocol=3",
                            "atol+tcp://h?log=x",
                            "atol+tcp://h?lgo=/x",
                            "atol+tcp://h?password=10000",
                            "atol+tcp://h?password=x",
                            "atol+tcp://h?password=",
                            "atol+tcp://h?user_password=0",
                            "atol+tcp://h?user_password=100000000",
                            "atol+tcp://h?leftover=0",
                            "atol+serial:///dev/x?baud=1",
                            "atol+serial:///dev/x?baud=x",
                            "atol+serial:///dev/x?protocol=4",
                            "atol+serial:///dev/x?protocol="}) {
        BOOST_TEST(error_of(bad) != "", bad);
    }
    BOOST_TEST(error_of("atol+tcp://h?password=98765").find("98765") == std::string::npos);
    const auto& entry = *driver::find_driver("atol");
    BOOST_TEST(!entry.test);
    BOOST_CHECK(entry.maturity == driver::Maturity::beta);
}

/// kktd dies before the trial receipt is cancelled: what stands open is proven ours by the task of
/// its last opening, though the KKT has forgotten its tasks once, with the refusal of nonsense.
BOOST_AUTO_TEST_CASE(a_trial_receipt_left_open_is_ended_after_a_restart) {
    Kkt kkt(false);
    kkt.serve({"before 59 #2 error 9B"}); // the first is behind the nonsense
    Till till(kkt);
    BOOST_TEST(word(till.perform(fiscal::OpenShift{"Иванова"})) == "done 1");
    const fiscal::Register task{receipt("AAAAAAAAAAAAAAAA")};
    till.prepare(task);
    const auto checked = till->check(task, till.marker, soon(40s));
    BOOST_TEST(checked.in_doubt, checked.fault.text());
    till.restart(); // the KKT has stayed on
    BOOST_TEST(word(till->recover(till.marker, soon())) == "refused link");
    BOOST_TEST(!till->state(soon())->receipt_open);
}

BOOST_AUTO_TEST_SUITE_END()
