#include "journal/columns.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kktd;
using namespace kktd::journal;
using fiscal::ReceiptState;

fiscal::Warnings some_warnings() {
    return {{.code = "vat_mapped", .path = "/Goods/Position_1/Tax", .text = "18 → 22"},
            {.code = "", .path = ",5:x,", .text = std::string("\0\n:,", 4)}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(columns_tests)

BOOST_AUTO_TEST_CASE(states_have_codes_of_one_byte_and_come_back) {
    for (const auto state :
         {ReceiptState::accepted, ReceiptState::done, ReceiptState::refused, ReceiptState::unknown,
          ReceiptState::withdrawn, ReceiptState::rehearsed}) {
        const auto code = state_code(state);
        BOOST_TEST((code >= 2 && code <= 127));
        BOOST_TEST((state_of(code) == state));
    }
    // These two stand in the schema's indexes.
    BOOST_TEST(state_code(ReceiptState::accepted) == 2);
    BOOST_TEST(state_code(ReceiptState::unknown) == 5);
    BOOST_CHECK_THROW(static_cast<void>(state_of(0)), DamagedRow);
    BOOST_CHECK_THROW(static_cast<void>(state_of(8)), DamagedRow);
}

BOOST_AUTO_TEST_CASE(keys_come_back_whatever_stands_in_them) {
    const std::vector<std::string> keys{"classic\x1f"
                                        "7707083893",
                                        "3:a,b", "", "ТР00-1"};
    BOOST_TEST((keys_of(pack(keys)) == keys));
    BOOST_TEST(keys_of("").empty());
    BOOST_CHECK_THROW(static_cast<void>(keys_of("5:abc,")), DamagedRow);
}

BOOST_AUTO_TEST_CASE(spaces_come_back_and_none_is_that_of_ids) {
    for (const auto space : {Space::real, Space::test_device, Space::rehearsal}) {
        BOOST_TEST((space_of(space_code(space)) == space));
        BOOST_TEST(space_code(space) != id_space_code);
        BOOST_TEST(!name(space).empty());
    }
    BOOST_CHECK_THROW(static_cast<void>(space_of(id_space_code)), DamagedRow);
}

BOOST_AUTO_TEST_CASE(receipt_kinds_are_the_codes_of_tag_1054) {
    using fiscal::ReceiptKind;
    for (const auto kind :
         {ReceiptKind::sell, ReceiptKind::sell_refund, ReceiptKind::buy, ReceiptKind::buy_refund}) {
        BOOST_TEST((kind_of(kind_code(kind)) == kind));
    }
    BOOST_TEST(kind_code(ReceiptKind::sell_refund) == 2);
    BOOST_CHECK_THROW(static_cast<void>(kind_of(5)), DamagedRow);
}

BOOST_AUTO_TEST_CASE(warnings_come_back_whatever_is_in_them) {
    BOOST_TEST((warnings_of(pack(some_warnings())) == some_warnings()));
    BOOST_TEST(pack(fiscal::Warnings{}).empty());
    BOOST_TEST(warnings_of("").empty());
}

BOOST_AUTO_TEST_CASE(packed_warnings_can_be_joined) {
    const std::string packed = pack(some_warnings());
    BOOST_TEST(warnings_of(packed + packed).size() == 4U);
}

BOOST_AUTO_TEST_CASE(damaged_lists_are_told) {
    for (const char* bad : {"5", "5:abc,", "3:abc;", "x:abc,", "-1:,", "3:abc,3:abc,", "3:abc",
                            "99999999999999999999:a,"}) {
        BOOST_CHECK_THROW(static_cast<void>(warnings_of(bad)), DamagedRow);
    }
}

BOOST_AUTO_TEST_CASE(faults_of_every_class_come_back) {
    using fiscal::FaultClass;
    for (int i = 0; i <= static_cast<int>(FaultClass::internal); ++i) {
        const fiscal::Fault fault(static_cast<FaultClass>(i), "нет бумаги", -3, "native");
        BOOST_TEST((fault_of(pack(fault)) == fault));
    }
    BOOST_CHECK_THROW(static_cast<void>(fault_of("4:oops,0:,1:0,0:,")), DamagedRow);
    BOOST_CHECK_THROW(static_cast<void>(fault_of("4:link,0:,1:x,0:,")), DamagedRow);
    BOOST_CHECK_THROW(static_cast<void>(fault_of("4:link,0:,1:0,0:,0:,")), DamagedRow);
}

BOOST_AUTO_TEST_CASE(registrations_come_back) {
    fiscal::Registration registration{.fn = "9999078900006341",
                                      .fd = 4'294'967'295,
                                      .fpd = "0000000001",
                                      .shift = 65'535,
                                      .number = 1,
                                      .time = fiscal::LocalTime{1'772'366'400},
                                      .total = fiscal::Money(fiscal::Money::max_kopecks),
                                      .rnm = "0000000001012345",
                                      .qr = "t=1&s=2",
                                      .not_printed = true};
    BOOST_TEST((registration_of(pack(registration)) == registration));
    registration.not_printed = false;
    BOOST_TEST((registration_of(pack(registration)) == registration));
    BOOST_CHECK_THROW(static_cast<void>(registration_of("")), DamagedRow);
}

BOOST_AUTO_TEST_CASE(rates_come_back_by_name) {
    std::vector<fiscal::VatRate> rates;
    for (const auto& info : fiscal::vat_rates()) {
        rates.push_back(info.rate);
    }
    BOOST_TEST((rates_of(pack(rates)) == rates));
    BOOST_TEST(pack(std::vector{fiscal::VatRate::vat22, fiscal::VatRate::vat22_122}) ==
               "22 22/122");
    BOOST_TEST(rates_of("").empty());
    BOOST_CHECK_THROW(static_cast<void>(rates_of("22 21")), DamagedRow);
}

BOOST_AUTO_TEST_CASE(dates_come_back) {
    const fiscal::Date date{2026, 2, 28};
    BOOST_TEST((date_of(pack(std::optional(date)).value()) == date));
    BOOST_TEST(!pack(std::optional<fiscal::Date>()).has_value());
    BOOST_CHECK_THROW(static_cast<void>(date_of("2026-02-30")), DamagedRow);
}

BOOST_AUTO_TEST_SUITE_END()
