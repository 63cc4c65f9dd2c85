#include "fiscal/vat_policy.hpp"

#include "sample.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

namespace {

/// A question to choose_vat, changed field by field.
struct Case {
    ReceiptKind kind = ReceiptKind::sell;
    LegacyVat legacy = LegacyVat::strict;
    Date today{2026, 11, 21};
    std::optional<Original> original;
    std::optional<Date> original_date;
    std::optional<Correction> correction;
    PaymentMethod method = PaymentMethod::full_payment;

    [[nodiscard]] Result<VatChoice, VatRefusal> ask(VatRate sent) const {
        auto draft = sample::draft();
        draft.kind = kind;
        draft.original_date = original_date;
        draft.correction = correction;
        auto legal = sample::legal();
        legal.legacy_vat = legacy;
        const auto device = sample::capabilities();
        return choose_vat(sent, method, draft, {legal, device, {}, {}, today, original});
    }
    [[nodiscard]] bool keeps(VatRate sent) const {
        const auto choice = ask(sent);
        return choice.has_value() && choice->rate == sent && choice->warning.empty();
    }
    [[nodiscard]] bool maps(VatRate sent, VatRate to) const {
        const auto choice = ask(sent);
        return choice.has_value() && choice->rate == to && !choice->warning.empty();
    }
    [[nodiscard]] bool refuses(VatRate sent, Rule rule) const {
        const auto choice = ask(sent);
        return !choice.has_value() && choice.error().rule() == rule;
    }
};

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(vat_policy_tests)

BOOST_AUTO_TEST_CASE(general_rates) {
    BOOST_TEST((general_rate({2018, 12, 31}, false) == VatRate::vat18));
    BOOST_TEST((general_rate({2019, 1, 1}, false) == VatRate::vat20));
    BOOST_TEST((general_rate({2025, 12, 31}, true) == VatRate::vat20_120));
    BOOST_TEST((general_rate({2026, 1, 1}, true) == VatRate::vat22_122));
}

BOOST_AUTO_TEST_CASE(sales_around_each_change) {
    struct Row {
        Date day;
        VatRate valid, ended;
        std::optional<VatRate> early;
    };
    const Row rows[] = {
        {{2018, 12, 31}, VatRate::vat18, VatRate::vat18, VatRate::vat20},
        {{2019, 1, 1}, VatRate::vat20, VatRate::vat18, VatRate::vat22},
        {{2024, 12, 31}, VatRate::vat20, VatRate::vat18, VatRate::vat5},
        {{2025, 1, 1}, VatRate::vat5, VatRate::vat18, VatRate::vat22},
        {{2025, 12, 31}, VatRate::vat20_120, VatRate::vat18_118, VatRate::vat22_122},
        {{2026, 1, 1}, VatRate::vat22, VatRate::vat20, {}},
    };
    for (const auto& row : rows) {
        Case sale;
        sale.today = row.day;
        BOOST_TEST(sale.keeps(row.valid), row.day.iso());
        if (row.ended != row.valid) {
            BOOST_TEST(sale.refuses(row.ended, Rule::vat_expired), row.day.iso());
        }
        for (const auto legacy : {LegacyVat::strict, LegacyVat::map}) {
            sale.legacy = legacy; // a rate of the future is never mapped
            if (row.early) {
                BOOST_TEST(sale.refuses(*row.early, Rule::vat_expired), row.day.iso());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_old_rate_in_a_sale) {
    Case sale;
    for (const auto rate :
         {VatRate::vat18, VatRate::vat20, VatRate::vat18_118, VatRate::vat20_120}) {
        sale.legacy = LegacyVat::strict;
        BOOST_TEST(sale.refuses(rate, Rule::vat_expired));
        sale.legacy = LegacyVat::map;
        BOOST_TEST(sale.maps(rate, info(rate).calculated ? VatRate::vat22_122 : VatRate::vat22));
    }
    sale.today = {2025, 6, 1};
    BOOST_TEST(sale.maps(VatRate::vat18, VatRate::vat20));
    sale.legacy = LegacyVat::strict;
    sale.today = {2026, 11, 21};
    sale.kind = ReceiptKind::buy;
    BOOST_TEST(sale.refuses(VatRate::vat20, Rule::vat_expired));
    const auto refusal = sale.ask(VatRate::vat18).error();
    const auto& text = refusal.text();
    BOOST_TEST(contains(text, "18 %"));
    BOOST_TEST(contains(text, "31.12.2018"));
    BOOST_TEST(contains(text, "21.11.2026"));
    BOOST_TEST(contains(text, "22 %"));
    BOOST_TEST(contains(text, "legal.legacy_vat"));
}

BOOST_AUTO_TEST_CASE(a_refund_follows_its_original) {
    Case refund;
    refund.kind = ReceiptKind::sell_refund;
    refund.original = Original{{2025, 12, 30}, {VatRate::vat20, VatRate::vat10}};
    for (const auto legacy : {LegacyVat::strict, LegacyVat::map}) {
        refund.legacy = legacy;
        BOOST_TEST(refund.keeps(VatRate::vat20));
        BOOST_TEST(refund.keeps(VatRate::vat10));
        BOOST_TEST(refund.refuses(VatRate::vat22, Rule::vat_original));
        BOOST_TEST(refund.refuses(VatRate::none, Rule::vat_original));
    }
    BOOST_TEST(contains(refund.ask(VatRate::vat22).error().text(), "«20 %», «10 %»"));
    // The date of a known original is not asked of the caller.
    refund.original_date = Date{2026, 5, 1};
    BOOST_TEST(refund.keeps(VatRate::vat20));
}

BOOST_AUTO_TEST_CASE(a_refund_of_a_mapped_sale) {
    Case refund;
    refund.kind = ReceiptKind::sell_refund;
    refund.original = Original{{2026, 3, 1}, {VatRate::vat22}};
    BOOST_TEST(refund.maps(VatRate::vat18, VatRate::vat22)); // strict today: it is history
    BOOST_TEST(refund.maps(VatRate::vat20, VatRate::vat22));
    BOOST_TEST(refund.refuses(VatRate::vat18_118, Rule::vat_original));
    BOOST_TEST(refund.refuses(VatRate::vat10, Rule::vat_original));
    refund.original = Original{{2026, 3, 1}, {VatRate::vat10}};
    BOOST_TEST(refund.refuses(VatRate::vat18, Rule::vat_original));
    // 20 % was in force: nothing was mapped then.
    refund.original = Original{{2025, 3, 1}, {VatRate::vat5}};
    BOOST_TEST(refund.refuses(VatRate::vat20, Rule::vat_original));
}

BOOST_AUTO_TEST_CASE(a_refund_with_a_date_only) {
    Case refund;
    refund.kind = ReceiptKind::buy_refund;
    refund.original_date = Date{2025, 12, 31};
    BOOST_TEST(refund.keeps(VatRate::vat20));
    BOOST_TEST(refund.refuses(VatRate::vat22, Rule::vat_expired));
    refund.original_date = Date{2026, 1, 1};
    BOOST_TEST(refund.keeps(VatRate::vat22));
    BOOST_TEST(refund.refuses(VatRate::vat20, Rule::vat_expired));
    BOOST_TEST(refund.refuses(VatRate::vat18, Rule::vat_expired));
    refund.legacy = LegacyVat::map;
    BOOST_TEST(refund.maps(VatRate::vat18, VatRate::vat22));
    refund.original_date = Date{2018, 12, 31};
    BOOST_TEST(refund.keeps(VatRate::vat18));
}

BOOST_AUTO_TEST_CASE(a_refund_of_nothing_known) {
    Case refund;
    refund.kind = ReceiptKind::sell_refund;
    for (const auto legacy : {LegacyVat::strict, LegacyVat::map}) {
        refund.legacy = legacy;
        for (const auto rate :
             {VatRate::vat18, VatRate::vat20, VatRate::vat18_118, VatRate::vat20_120}) {
            BOOST_TEST(refund.refuses(rate, Rule::vat_original));
        }
        for (const auto rate : {VatRate::vat22, VatRate::vat10, VatRate::none, VatRate::vat5}) {
            BOOST_TEST(refund.keeps(rate));
        }
    }
    refund.today = {2025, 12, 31};
    BOOST_TEST(refund.keeps(VatRate::vat20));
    BOOST_TEST(refund.refuses(VatRate::vat22, Rule::vat_expired));
}

BOOST_AUTO_TEST_CASE(corrections_and_credit) {
    Case correction;
    correction.correction = Correction{CorrectionType::self, {2025, 12, 1}, ""};
    correction.legacy = LegacyVat::map;
    BOOST_TEST(correction.keeps(VatRate::vat20));
    BOOST_TEST(correction.refuses(VatRate::vat18, Rule::vat_expired));
    BOOST_TEST(correction.refuses(VatRate::vat22, Rule::vat_expired));

    Case paid;
    paid.method = PaymentMethod::credit_payment;
    BOOST_TEST(paid.refuses(VatRate::vat20, Rule::vat_expired));
    paid.original_date = Date{2025, 12, 1};
    BOOST_TEST(paid.keeps(VatRate::vat20));
    paid.method = PaymentMethod::full_payment; // the date of an original means nothing to a sale
    BOOST_TEST(paid.refuses(VatRate::vat20, Rule::vat_expired));
}

BOOST_AUTO_TEST_SUITE_END()
