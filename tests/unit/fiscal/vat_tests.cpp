#include "fiscal/vat.hpp"

#include "fiscal/document.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using namespace kktd::fiscal;

BOOST_AUTO_TEST_SUITE(vat_tests)

BOOST_AUTO_TEST_CASE(amounts_of_the_reference) {
    constexpr std::array rates{VatRate::vat5,  VatRate::vat7,  VatRate::vat10,
                               VatRate::vat18, VatRate::vat20, VatRate::vat22};
    constexpr std::array calculated{VatRate::vat5_105,  VatRate::vat7_107,  VatRate::vat10_110,
                                    VatRate::vat18_118, VatRate::vat20_120, VatRate::vat22_122};
    struct Row {
        std::int64_t sum;
        std::array<std::int64_t, 6> tax;
    };
    const std::array<Row, 7> rows{{{195000, {9286, 12757, 17727, 29746, 32500, 35164}},
                                   {80730, {3844, 5281, 7339, 12315, 13455, 14558}},
                                   {10000, {476, 654, 909, 1525, 1667, 1803}},
                                   {999, {48, 65, 91, 152, 167, 180}},
                                   {100, {5, 7, 9, 15, 17, 18}},
                                   {3, {0, 0, 0, 0, 1, 1}},
                                   {1, {0, 0, 0, 0, 0, 0}}}};
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < rates.size(); ++i) {
            BOOST_TEST(vat_amount(Money(row.sum), rates[i]).kopecks() == row.tax[i]);
            BOOST_TEST(vat_amount(Money(row.sum), calculated[i]).kopecks() == row.tax[i]);
        }
    }
    BOOST_TEST(vat_amount(Money(195000), VatRate::none).kopecks() == 0);
    BOOST_TEST(vat_amount(Money(195000), VatRate::vat0).kopecks() == 0);
    BOOST_TEST(vat_amount(Money(Money::max_kopecks), VatRate::vat22).kopecks() == 774'502'299);
}

BOOST_AUTO_TEST_CASE(totals_are_sums_of_rounded_lines) {
    const auto total = [](VatRate rate) {
        std::vector<Item> items(3);
        const std::int64_t costs[] = {33333, 33333, 33334};
        for (std::size_t i = 0; i < items.size(); ++i) {
            items[i].cost = Money(costs[i]);
            items[i].vat = rate;
            items[i].vat_sum = vat_amount(items[i].cost, rate);
        }
        return vat_totals(items).of(rate).kopecks();
    };
    BOOST_TEST(total(VatRate::vat20) == 16668); // of the sum it would be 16667
    BOOST_TEST(total(VatRate::vat5) == 4761);   // and here 4762
    BOOST_TEST(total(VatRate::none) == 100000); // turnover, not tax
    BOOST_TEST(total(VatRate::vat0) == 100000);
}

BOOST_AUTO_TEST_CASE(a_total_that_is_zero_is_not_absent) {
    VatTotals totals;
    BOOST_TEST(!totals.has(VatRate::vat10));
    totals.add(VatRate::vat10, Money(1), Money(0));
    BOOST_TEST(totals.has(VatRate::vat10));
    BOOST_TEST(totals.of(VatRate::vat10).kopecks() == 0);
    BOOST_TEST(!totals.has(VatRate::vat10_110));
}

BOOST_AUTO_TEST_CASE(rates_by_day) {
    struct Change {
        VatRate rate;
        Date day;
        bool valid;
    };
    const std::vector<Change> changes{
        {VatRate::vat18, {2018, 12, 31}, true},     {VatRate::vat18, {2019, 1, 1}, false},
        {VatRate::vat18_118, {2018, 12, 31}, true}, {VatRate::vat18_118, {2019, 1, 1}, false},
        {VatRate::vat20, {2018, 12, 31}, false},    {VatRate::vat20, {2019, 1, 1}, true},
        {VatRate::vat20, {2025, 12, 31}, true},     {VatRate::vat20, {2026, 1, 1}, false},
        {VatRate::vat20_120, {2025, 12, 31}, true}, {VatRate::vat20_120, {2026, 1, 1}, false},
        {VatRate::vat22, {2025, 12, 31}, false},    {VatRate::vat22, {2026, 1, 1}, true},
        {VatRate::vat22_122, {2026, 1, 1}, true},   {VatRate::vat5, {2024, 12, 31}, false},
        {VatRate::vat5, {2025, 1, 1}, true},        {VatRate::vat7, {2024, 12, 31}, false},
        {VatRate::vat7_107, {2025, 1, 1}, true},    {VatRate::vat10, {2018, 12, 31}, true},
        {VatRate::vat10, {2026, 1, 1}, true},       {VatRate::vat0, {2026, 1, 1}, true},
        {VatRate::none, {2026, 1, 1}, true},
    };
    for (const auto& change : changes) {
        BOOST_TEST(valid_on(change.rate, change.day) == change.valid,
                   info(change.rate).name << " " << change.day.iso());
    }
}

BOOST_AUTO_TEST_CASE(names_and_codes) {
    for (const auto& rate : vat_rates()) {
        BOOST_TEST((vat_by_name(rate.name) == rate.rate), rate.name);
        BOOST_TEST((vat_by_code(rate.code, rate.valid_from) == rate.rate), rate.name);
    }
    BOOST_TEST(!vat_by_name("13").has_value());
    BOOST_TEST(!vat_by_code(0, {2026, 1, 1}).has_value());
    BOOST_TEST(!vat_by_code(13, {2026, 1, 1}).has_value());
    BOOST_TEST((vat_by_code(1, {2018, 12, 31}) == VatRate::vat18));
    BOOST_TEST((vat_by_code(1, {2019, 1, 1}) == VatRate::vat20));
    BOOST_TEST((vat_by_code(1, {2026, 6, 1}) == VatRate::vat20)); // a refund's
    BOOST_TEST((vat_by_code(3, {2018, 12, 31}) == VatRate::vat18_118));
    BOOST_TEST((vat_by_code(11, {2026, 1, 1}) == VatRate::vat22));
    BOOST_TEST(info(VatRate::vat20).code == 1);
    BOOST_TEST(info(VatRate::vat22_122).code == 12);
    BOOST_TEST((info(VatRate::vat20_120).flat_tag == 1106));
    BOOST_TEST(!info(VatRate::vat22).flat_tag.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
