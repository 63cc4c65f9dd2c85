// "check": "device": the KKT is asked about a rehearsed receipt, by an executor with a real
// journal and a KKT of the tests' own.
#include "../fiscal/sample_documents.hpp"
#include "../journal/temp_dir.hpp"
#include "engine/executor.hpp"
#include "journal/sqlite_store.hpp"

#include <boost/test/unit_test.hpp>
#include <future>

using namespace kktd;
using namespace std::chrono_literals;
using driver::Checked;
using fiscal::Fault;
using fiscal::FaultClass;

namespace {

const fiscal::LocalTime morning = fiscal::LocalTime::at({2026, 3, 10}, 9);

class FixedClock final : public base::Clock {
public:
    [[nodiscard]] std::int64_t utc_micros() const override {
        return (morning.seconds - 10'800) * 1'000'000;
    }
};

fiscal::DeviceState in_shift() {
    fiscal::DeviceState state;
    state.identity = {"7701234560", "0001234567012345", "00106700000001", "9289000100234567"};
    state.now = morning;
    state.shift = fiscal::ShiftState::open;
    state.shift_number = 8;
    state.shift_opened = fiscal::LocalTime{morning.seconds - 3600};
    state.receipt_number = 5;
    state.last_fd = 1000;
    state.last_document = fiscal::LocalTime{morning.seconds - 60};
    state.fn.valid_until = {2029, 1, 1};
    state.taxations.mask = 1;
    return state;
}

/// What the KKT does, and what it was asked. Of the executor's thread while that runs.
struct Kkt {
    fiscal::DeviceState state = in_shift();
    std::optional<Fault> down;
    std::function<Checked()> check = [] { return Checked{Checked::Verdict::takes, {}, false}; };
    fiscal::Outcome found = fiscal::Refused{Fault(FaultClass::link, "нет")};
    std::optional<Fault> stop; ///< told once
    std::vector<std::string> calls;
    fiscal::Document checked;
    fiscal::Marker marker; ///< with which it was checked
    fiscal::Marker recovered;
};

class KktDriver final : public driver::Driver {
public:
    explicit KktDriver(Kkt& kkt) : kkt_(kkt) {}
    fiscal::Capabilities capabilities() const override { return {}; }
    fiscal::Result<fiscal::DeviceState, Fault> state(driver::Deadline) override {
        if (kkt_.down) {
            return *kkt_.down;
        }
        return kkt_.state;
    }
    fiscal::Result<std::string, Fault> prepare(const fiscal::FiscalTask&,
                                               driver::Deadline) override {
        return std::string("prepared");
    }
    fiscal::Outcome perform(const fiscal::FiscalTask&, const fiscal::Marker&,
                            driver::Deadline) override {
        kkt_.calls.emplace_back("perform");
        return fiscal::Refused{Fault(FaultClass::internal, "не просили")};
    }
    fiscal::Outcome recover(const fiscal::Marker& marker, driver::Deadline) override {
        kkt_.calls.emplace_back("recover");
        kkt_.recovered = marker;
        return kkt_.found;
    }
    fiscal::Result<void, Fault> serve(const fiscal::ServiceTask&, driver::Deadline) override {
        return {};
    }
    std::optional<Fault> take_stop() override { return std::exchange(kkt_.stop, std::nullopt); }
    Checked check(const fiscal::Register& receipt, const fiscal::Marker& marker,
                  driver::Deadline) override {
        kkt_.calls.emplace_back("check");
        kkt_.marker = marker;
        kkt_.checked = receipt.document;
        return kkt_.check();
    }
    void close() override {}

private:
    Kkt& kkt_;
};

constexpr driver::DriverEntry entry{"sample", "sample", driver::Maturity::beta, false, nullptr,
                                    "",       true};

class Stand {
public:
    Stand() : store_(*journal::open_sqlite_store(folder_.path())) {}
    void start(std::list<engine::Job> accepted = {}, bool test_mode = false) {
        engine::KktConfig config;
        config.id = "main";
        config.legal.inn = "7701234560";
        config.test_mode = test_mode;
        config.retry_interval = 2ms;
        config.check = engine::CheckBy::device;
        executor_ = std::make_unique<engine::Executor>(
            config, entry, std::make_unique<KktDriver>(kkt), *store_, clock_, waiting_room_);
        executor_->owe(std::move(accepted), *store_->open_intents("main"), in_shift().identity, {},
                       {});
        executor_->start();
    }
    void stop() { executor_->stop(); }
    Checked check() {
        std::promise<Checked> promise;
        auto answer = promise.get_future();
        executor_->check(fiscal::sample::receipt(),
                         [&](const Checked& checked) { promise.set_value(checked); });
        BOOST_REQUIRE((answer.wait_for(20s) == std::future_status::ready));
        return answer.get();
    }
    [[nodiscard]] std::vector<journal::OpenIntent> open() const {
        return *store_->open_intents("main");
    }
    /// Waits until no intent is open.
    void settle() const {
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (!open().empty() && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(2ms);
        }
    }
    [[nodiscard]] long count(const std::string& call) const {
        return std::count(kkt.calls.begin(), kkt.calls.end(), call);
    }
    /// So that the journal knows the KKT.
    void bind() {
        std::promise<void> bound;
        store_->bind("main", in_shift().identity, clock_.utc_micros(),
                     [&](const auto&) { bound.set_value(); });
        BOOST_REQUIRE((bound.get_future().wait_for(20s) == std::future_status::ready));
    }
    [[nodiscard]] std::optional<Fault> stopped() const { return *store_->stopped("main"); }
    [[nodiscard]] engine::KktSnapshot snapshot() const { return executor_->snapshot(); }

    Kkt kkt;

private:
    tests::TempDir folder_;
    FixedClock clock_;
    std::unique_ptr<journal::Store> store_;
    engine::WaitingRoom waiting_room_;
    std::unique_ptr<engine::Executor> executor_;
};

std::string verdict(const Checked& checked) {
    switch (checked.verdict) {
    case Checked::Verdict::takes:
        return "takes";
    case Checked::Verdict::refuses:
        return std::string("refuses ") + name(checked.fault.cls());
    case Checked::Verdict::not_asked:
        return std::string("not asked ") + name(checked.fault.cls());
    }
    return "";
}

engine::Job waiting_job() {
    engine::Job job;
    job.row = 1;
    job.inn = "7701234560";
    job.standing.accepted_at = FixedClock().utc_micros(); // not so old that it is given up
    job.not_before = std::chrono::steady_clock::now() + 1h;
    job.last_fault = Fault(FaultClass::busy, "подождите");
    return job;
}

} // namespace

BOOST_AUTO_TEST_SUITE(check_tests)

BOOST_AUTO_TEST_CASE(the_kkt_is_asked_behind_a_durable_marker) {
    Stand stand;
    std::vector<journal::OpenIntent> open;
    stand.kkt.check = [&] {
        open = stand.open();
        return Checked{Checked::Verdict::takes, {}, false};
    };
    stand.start();
    BOOST_TEST(verdict(stand.check()) == "takes");
    BOOST_REQUIRE(open.size() == 1U);
    BOOST_TEST(!open[0].receipt.has_value());
    BOOST_TEST(open[0].marker.last_fd == 1000U);
    BOOST_TEST(open[0].marker.fn == "9289000100234567");
    BOOST_TEST(open[0].marker.prepared == "prepared");
    BOOST_TEST(open[0].marker.stamp.size() == 16U);
    BOOST_TEST(open[0].marker.stamp == stand.kkt.checked.stamp);
    BOOST_TEST((stand.kkt.marker == open[0].marker));
    BOOST_TEST(stand.open().empty());
    stand.stop();
    BOOST_TEST((stand.kkt.calls == std::vector<std::string>{"check"}));
}

BOOST_AUTO_TEST_CASE(what_it_says_is_told) {
    Stand stand;
    stand.kkt.check = [] {
        return Checked{Checked::Verdict::refuses, Fault(FaultClass::rejected, "нет", 260, "ставка"),
                       false};
    };
    stand.start({}, true); // a KKT in test mode, too
    const auto checked = stand.check();
    BOOST_TEST(verdict(checked) == "refuses rejected");
    BOOST_TEST(checked.fault.native_code() == 260);
    BOOST_TEST(stand.open().empty());
    stand.stop();
    BOOST_TEST(stand.count("recover") == 0);
}

BOOST_AUTO_TEST_CASE(what_may_stand_open_is_asked_for_before_anything_else) {
    Stand stand;
    stand.kkt.check = [] {
        return Checked{Checked::Verdict::not_asked, Fault(FaultClass::link, "нет связи"), true};
    };
    stand.start();
    BOOST_TEST(verdict(stand.check()) == "not asked link");
    stand.settle();
    BOOST_TEST(stand.open().empty());
    stand.stop();
    BOOST_TEST((stand.kkt.calls == std::vector<std::string>{"check", "recover"}));
    BOOST_TEST(stand.kkt.recovered.stamp == stand.kkt.checked.stamp);
}

/// What the driver has seen in a document that only recovery has found.
BOOST_AUTO_TEST_CASE(a_stop_by_recovery_is_kept) {
    Stand stand;
    stand.kkt.check = [&] {
        stand.kkt.stop = Fault(FaultClass::fn, "ККТ остановлена: ставка");
        return Checked{Checked::Verdict::not_asked, Fault(FaultClass::link, "нет связи"), true};
    };
    stand.bind();
    stand.start();
    BOOST_TEST(verdict(stand.check()) == "not asked link");
    stand.settle();
    stand.stop();
    BOOST_TEST(stand.count("recover") == 1);
    BOOST_REQUIRE(stand.stopped().has_value());
    BOOST_TEST(stand.stopped()->text() == "ККТ остановлена: ставка");
}

BOOST_AUTO_TEST_CASE(a_death_in_the_middle_is_recovered) {
    fiscal::Registration made;
    made.fn = "9289000100234567";
    made.fd = 1001;
    made.shift = 8;
    made.number = 6;
    const std::vector<fiscal::Outcome> ends{
        fiscal::Refused{Fault(FaultClass::link, "нет")}, fiscal::Done{made},
        fiscal::Unknown{Fault(FaultClass::earlier, "не понять")}};
    for (const auto& end : ends) {
        Stand stand;
        stand.kkt.check = [] {
            return Checked{Checked::Verdict::not_asked, Fault(FaultClass::link, "нет связи"), true};
        };
        stand.kkt.found = fiscal::Unknown{Fault(FaultClass::link, "нет связи")};
        stand.start();
        BOOST_TEST(verdict(stand.check()) == "not asked link");
        BOOST_TEST(stand.open().size() == 1U);
        // In front of an open intent nothing is checked.
        BOOST_TEST(verdict(stand.check()) == "refuses link");
        stand.stop();
        BOOST_TEST(stand.count("check") == 1);
        stand.kkt.calls.clear();
        stand.kkt.found = end;
        stand.start();
        stand.settle();
        BOOST_TEST(stand.open().empty());
        BOOST_TEST(stand.snapshot().unknown == 0U); // it is of nobody's receipt
        BOOST_TEST(verdict(stand.check()) != "refuses earlier");
        stand.stop();
        BOOST_TEST(stand.kkt.calls.front() == "recover");
        BOOST_TEST(stand.count("perform") == 0);
    }
}

BOOST_AUTO_TEST_CASE(not_while_a_real_receipt_would_not_be_made_at_once) {
    const auto refused = [](auto change) {
        Stand stand;
        change(stand.kkt);
        stand.start();
        const auto said = verdict(stand.check());
        BOOST_TEST(stand.open().empty());
        stand.stop();
        BOOST_TEST(stand.kkt.calls.empty());
        return said;
    };
    BOOST_TEST(refused([](Kkt& kkt) { kkt.state.shift = fiscal::ShiftState::closed; }) ==
               "not asked shift");
    BOOST_TEST(refused([](Kkt& kkt) { kkt.state.receipt_open = true; }) == "refuses busy");
    BOOST_TEST(refused([](Kkt& kkt) { kkt.state.paper = fiscal::Paper::out; }) == "refuses paper");
    BOOST_TEST(refused([](Kkt& kkt) { kkt.state.identity.fn = "9289000100999999"; }) ==
               "refuses identity");
    BOOST_TEST(refused([](Kkt& kkt) { kkt.down = Fault(FaultClass::link, "нет связи"); }) ==
               "refuses link");
    BOOST_TEST(refused([](Kkt& kkt) { kkt.state.taxations.mask = 2; }) == "refuses rejected");
}

BOOST_AUTO_TEST_CASE(real_receipts_come_first) {
    Stand stand;
    std::list<engine::Job> accepted;
    accepted.push_back(waiting_job());
    stand.start(std::move(accepted));
    BOOST_TEST(verdict(stand.check()) == "not asked busy");
    stand.stop();
    BOOST_TEST(stand.count("check") == 0);
    // Those that wait for the end of test mode are not kept waiting by it.
    Stand testing;
    accepted.push_back(waiting_job());
    testing.start(std::move(accepted), true);
    BOOST_TEST(verdict(testing.check()) == "takes");
    testing.stop();
}

BOOST_AUTO_TEST_CASE(a_stopped_executor_answers) {
    Stand stand;
    stand.start();
    stand.stop();
    BOOST_TEST(verdict(stand.check()) == "not asked busy");
    BOOST_TEST(stand.count("check") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
