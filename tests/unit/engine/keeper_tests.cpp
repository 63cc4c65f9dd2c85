#include "engine/keeper.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kktd;
using engine::shift_due;
using fiscal::LocalTime;

fiscal::DeviceState open_at(std::int64_t seconds) {
    fiscal::DeviceState state;
    state.shift = fiscal::ShiftState::open;
    state.shift_opened = LocalTime{seconds};
    return state;
}

} // namespace

BOOST_AUTO_TEST_SUITE(keeper_tests)

BOOST_AUTO_TEST_CASE(an_old_shift_is_due_at_max_age) {
    const fiscal::ShiftPolicy policy;
    const auto age = policy.max_age.count();
    BOOST_TEST(!shift_due(open_at(1000), LocalTime{1000 + age - 1}, policy));
    BOOST_TEST(shift_due(open_at(1000), LocalTime{1000 + age}, policy));
}

BOOST_AUTO_TEST_CASE(a_closed_shift_is_never_due) {
    BOOST_TEST(!shift_due(fiscal::DeviceState{}, LocalTime{1'000'000'000}, {}));
}

BOOST_AUTO_TEST_CASE(somebody_elses_shift_is_left_alone) {
    fiscal::ShiftPolicy policy;
    policy.mode = fiscal::ShiftPolicy::Mode::shared;
    BOOST_TEST(!shift_due(open_at(0), LocalTime{200'000}, policy));
}

BOOST_AUTO_TEST_CASE(nothing_is_closed_without_paper_or_over_an_open_receipt) {
    auto state = open_at(0);
    state.paper = fiscal::Paper::out;
    BOOST_TEST(!shift_due(state, LocalTime{200'000}, {}));
    state = open_at(0);
    state.receipt_open = true;
    BOOST_TEST(!shift_due(state, LocalTime{200'000}, {}));
    state = open_at(0);
    state.cover_open = true;
    BOOST_TEST(!shift_due(state, LocalTime{200'000}, {}));
}

BOOST_AUTO_TEST_SUITE_END()
