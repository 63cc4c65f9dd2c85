#include "fiscal/rehearse.hpp"

#include "fiscal/virtual_kkt.hpp"
#include "sample_documents.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;
using namespace std::chrono_literals;

namespace {

const LocalTime morning = LocalTime::at({2026, 3, 10}, 9);

/// A state as a driver would report it: five receipts in shift 8.
DeviceState real() {
    DeviceState state;
    state.identity = {"7701234560", "0001234567012345", "00106700000001", "9289000100234567"};
    state.now = morning;
    state.shift = ShiftState::open;
    state.shift_number = 8;
    state.shift_opened = LocalTime{morning.seconds - 3600};
    state.receipt_number = 5;
    state.last_fd = 1000;
    state.last_document = LocalTime{morning.seconds - 60};
    state.taxations.mask = 1;
    return state;
}

} // namespace

BOOST_AUTO_TEST_SUITE(rehearse_tests)

BOOST_AUTO_TEST_CASE(would_register_in_the_open_shift) {
    const auto rehearsal = rehearse(sample::receipt(), real(), morning, {});
    BOOST_REQUIRE(std::holds_alternative<WouldRegister>(rehearsal));
    const auto& would = std::get<WouldRegister>(rehearsal);
    BOOST_TEST((would.steps == std::vector{TaskKind::receipt}));
    BOOST_TEST(would.shift == 8U);
    BOOST_TEST(would.number == 6U);
    BOOST_TEST(would.tlv_bytes > 300U);
}

BOOST_AUTO_TEST_CASE(would_close_and_open_an_old_shift) {
    DeviceState state = real();
    state.shift = ShiftState::expired;
    state.shift_opened = LocalTime{morning.seconds - 25 * 3600};
    const auto rehearsal = rehearse(sample::receipt(), state, morning, {});
    const auto& would = std::get<WouldRegister>(rehearsal);
    BOOST_TEST((would.steps ==
                std::vector{TaskKind::shift_close, TaskKind::shift_open, TaskKind::receipt}));
    BOOST_TEST(would.shift == 9U);
    BOOST_TEST(would.number == 1U);
    // Also if the KKT does not say when the shift was opened.
    state.shift_opened.reset();
    BOOST_TEST(
        std::holds_alternative<WouldRegister>(rehearse(sample::receipt(), state, morning, {})));
}

BOOST_AUTO_TEST_CASE(would_wait_for_what_time_cures) {
    DeviceState state = real();
    state.paper = Paper::out;
    const auto rehearsal = rehearse(sample::receipt(), state, morning, {});
    BOOST_TEST((std::get<Wait>(rehearsal).fault.cls() == FaultClass::paper));
}

BOOST_AUTO_TEST_CASE(would_refuse_what_nothing_cures) {
    Document document = sample::receipt();
    document.taxation = Taxation::patent;
    auto rehearsal = rehearse(document, real(), morning, {});
    BOOST_TEST((std::get<Refuse>(rehearsal).fault.cls() == FaultClass::rejected));
    document = sample::receipt();
    document.items[0].name = std::string(129, 'a');
    rehearsal = rehearse(document, real(), morning, {});
    BOOST_TEST(std::get<Refuse>(rehearsal).fault.text().find("тег 1030") != std::string::npos);
    DeviceState state = real();
    state.ffd = 2;
    document = sample::receipt();
    document.items[0].object = PaymentObject::marked_no_code;
    rehearsal = rehearse(document, state, morning, {});
    BOOST_TEST((std::get<Refuse>(rehearsal).fault.cls() == FaultClass::unsupported));
}

BOOST_AUTO_TEST_CASE(a_device_that_does_not_tell_its_taxations) {
    DeviceState state = real();
    state.taxations.mask = 0;
    BOOST_TEST(
        std::holds_alternative<WouldRegister>(rehearse(sample::receipt(), state, morning, {})));
}

BOOST_AUTO_TEST_CASE(says_what_the_kkt_then_does) {
    std::mt19937_64 random(3);
    VirtualKkt kkt{KktProfile()};
    LocalTime now = morning;
    for (int i = 0; i < 200; ++i) {
        now.seconds += static_cast<std::int64_t>(random() % 7200);
        const Document document = sample::random_receipt(random);
        const auto rehearsal = rehearse(document, kkt.state(now), now, {});
        const auto made_plan = plan(document, kkt.state(now), now, {});
        BOOST_REQUIRE(std::holds_alternative<WouldRegister>(rehearsal));
        const auto& would = std::get<WouldRegister>(rehearsal);
        std::vector<TaskKind> made;
        for (const FiscalTask& task : std::get<Steps>(made_plan).tasks) {
            const auto answer = std::holds_alternative<OpenShift>(task) ? kkt.open_shift("", now)
                                : std::holds_alternative<CloseShift>(task)
                                    ? kkt.close_shift("", now)
                                    : kkt.register_document(document, now);
            BOOST_REQUIRE(answer.has_value());
            made.push_back(answer->kind);
            if (made.size() == would.steps.size()) {
                BOOST_TEST(answer->number == would.number);
                BOOST_TEST(answer->shift == would.shift);
            }
        }
        BOOST_TEST((made == would.steps));
    }
}

BOOST_AUTO_TEST_SUITE_END()
