#include "fiscal/plan.hpp"

#include "sample_documents.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;
using namespace std::chrono_literals;

namespace {

const LocalTime noon = LocalTime::at({2026, 3, 10}, 12);

LocalTime ago(std::chrono::seconds age) {
    return {noon.seconds - age.count()};
}

DeviceState ready() {
    DeviceState state;
    state.now = noon;
    state.shift = ShiftState::open;
    state.shift_number = 3;
    state.shift_opened = ago(1h);
    state.fn.valid_until = {2028, 1, 1};
    state.taxations.mask = static_cast<std::uint8_t>(Taxation::osn);
    return state;
}

/// "close open receipt", or the class of the fault.
std::string planned(const DeviceState& state, const ShiftPolicy& policy = {},
                    const Document& document = sample::receipt()) {
    const Plan made = plan(document, state, noon, policy);
    if (const auto* wait = std::get_if<Wait>(&made)) {
        BOOST_TEST(!wait->fault.text().empty());
        BOOST_TEST(is_temporary(wait->fault.cls()));
        return std::string("wait ") + name(wait->fault.cls());
    }
    if (const auto* refuse = std::get_if<Refuse>(&made)) {
        return std::string("refuse ") + name(refuse->fault.cls());
    }
    std::string text;
    for (const FiscalTask& task : std::get<Steps>(made).tasks) {
        text += (text.empty() ? "" : " ") + std::string(name(kind_of(task)));
    }
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(plan_tests)

BOOST_AUTO_TEST_CASE(an_open_shift_takes_the_receipt) {
    BOOST_TEST(planned(ready()) == "receipt");
    const Plan made = plan(sample::receipt(), ready(), noon, {});
    BOOST_TEST((std::get<Register>(std::get<Steps>(made).tasks[0]).document == sample::receipt()));
}

BOOST_AUTO_TEST_CASE(a_closed_shift_is_opened_first) {
    DeviceState state = ready();
    state.shift = ShiftState::closed;
    state.shift_opened.reset();
    BOOST_TEST(planned(state) == "shift_open receipt");
    ShiftPolicy policy;
    policy.cashier = "Петров";
    const Plan made = plan(sample::receipt(), state, noon, policy);
    BOOST_TEST(std::get<OpenShift>(std::get<Steps>(made).tasks[0]).cashier == "Петров");
}

BOOST_AUTO_TEST_CASE(an_old_shift_is_closed_and_opened) {
    DeviceState state = ready();
    ShiftPolicy policy; // 23 h 50 min
    state.shift_opened = ago(23h + 50min - 1s);
    BOOST_TEST(planned(state, policy) == "receipt");
    state.shift_opened = ago(23h + 50min);
    BOOST_TEST(planned(state, policy) == "shift_close shift_open receipt");
    state.shift_opened = ago(24h);
    state.shift = ShiftState::expired;
    BOOST_TEST(planned(state, policy) == "shift_close shift_open receipt");
    // The KKT says so itself, whatever its opening time is.
    state.shift_opened.reset();
    BOOST_TEST(planned(state, policy) == "shift_close shift_open receipt");
    state.shift = ShiftState::open;
    BOOST_TEST(planned(state, policy) == "receipt");
}

BOOST_AUTO_TEST_CASE(own_mode_closes_at_the_configured_age) {
    DeviceState state = ready();
    ShiftPolicy policy;
    policy.max_age = 8h;
    state.shift_opened = ago(8h - 1s);
    BOOST_TEST(planned(state, policy) == "receipt");
    state.shift_opened = ago(8h);
    BOOST_TEST(planned(state, policy) == "shift_close shift_open receipt");
    // An age beyond the law does not keep a shift over 24 hours.
    policy.max_age = 100h;
    state.shift_opened = ago(24h - 1s);
    BOOST_TEST(planned(state, policy) == "receipt");
    state.shift_opened = ago(24h);
    BOOST_TEST(planned(state, policy) == "shift_close shift_open receipt");
}

BOOST_AUTO_TEST_CASE(shared_mode_leaves_young_shifts_alone) {
    DeviceState state = ready();
    ShiftPolicy policy;
    policy.mode = ShiftPolicy::Mode::shared;
    policy.max_age = 8h;
    state.shift_opened = ago(23h + 50min - 1s);
    BOOST_TEST(planned(state, policy) == "receipt");
    state.shift_opened = ago(23h + 50min);
    BOOST_TEST(planned(state, policy) == "shift_close shift_open receipt");
}

BOOST_AUTO_TEST_CASE(temporary_causes_make_the_receipt_wait) {
    const auto with = [](auto change) {
        DeviceState state = ready();
        change(state);
        BOOST_TEST(why_not_selling(state, noon).has_value() ==
                   (planned(state).starts_with("wait")));
        return planned(state);
    };
    BOOST_TEST(with([](DeviceState& s) { s.paper = Paper::low; }) == "receipt");
    BOOST_TEST(with([](DeviceState& s) { s.paper = Paper::out; }) == "wait paper");
    BOOST_TEST(with([](DeviceState& s) { s.cover_open = true; }) == "wait cover");
    BOOST_TEST(with([](DeviceState& s) { s.receipt_open = true; }) == "wait busy");
    BOOST_TEST(with([](DeviceState& s) { s.fn.critical = true; }) == "wait fn");
    BOOST_TEST(with([](DeviceState& s) { s.fn.phase = 1; }) == "wait fn");
    BOOST_TEST(with([](DeviceState& s) { s.fn.phase = 7; }) == "wait fn");
    BOOST_TEST(with([](DeviceState& s) { s.fn.valid_until = {2026, 3, 9}; }) == "wait fn");
    BOOST_TEST(with([](DeviceState& s) { s.fn.valid_until = {2026, 3, 10}; }) == "receipt");
    BOOST_TEST(with([](DeviceState& s) { s.fn.valid_until = Date(); }) == "receipt");
    BOOST_TEST(with([](DeviceState& s) { s.fn.replace_urgently = true; }) == "receipt");
    BOOST_TEST(with([](DeviceState& s) { s.ofd.oldest = ago(30 * 24h); }) == "wait ofd");
    BOOST_TEST(with([](DeviceState& s) { s.ofd.oldest = ago(30 * 24h - 1s); }) == "receipt");
    // A KKT without a printer has neither paper nor cover.
    BOOST_TEST(with([](DeviceState& s) {
                   s.internet_only = true;
                   s.paper = Paper::out;
                   s.cover_open = true;
               }) == "receipt");
}

BOOST_AUTO_TEST_CASE(clocks_may_differ_by_less_than_five_minutes) {
    const auto skewed = [](std::chrono::seconds ahead) {
        DeviceState state = ready();
        state.now = {noon.seconds + ahead.count()};
        return planned(state);
    };
    BOOST_TEST(skewed(299s) == "receipt");
    BOOST_TEST(skewed(300s) == "wait clock");
    BOOST_TEST(skewed(-299s) == "receipt");
    BOOST_TEST(skewed(-300s) == "wait clock");
    DeviceState state = ready();
    state.last_document = {noon.seconds + 1};
    BOOST_TEST(planned(state) == "wait clock");
    state.last_document = noon;
    BOOST_TEST(planned(state) == "receipt");
    state = ready();
    state.now = {noon.seconds - 3'905};
    BOOST_TEST(why_not_selling(state, noon)
                   ->text()
                   .find("отстают от часов сервера на 1 ч 5 мин "
                         "5 с") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_unregistered_taxation_is_refused) {
    Document document = sample::receipt();
    document.taxation = Taxation::patent;
    BOOST_TEST(planned(ready(), {}, document) == "refuse rejected");
    // Also while the KKT would have to wait: no waiting cures it.
    DeviceState state = ready();
    state.paper = Paper::out;
    BOOST_TEST(planned(state, {}, document) == "refuse rejected");
    state = ready();
    state.taxations.mask = 0; // the device does not tell
    BOOST_TEST(planned(state, {}, document) == "receipt");
}

BOOST_AUTO_TEST_SUITE_END()
