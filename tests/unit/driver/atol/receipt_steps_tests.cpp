#include "base/hex.hpp"
#include "driver/atol/receipt_steps.hpp"

#include "../../fiscal/sample_documents.hpp"
#include "driver/atol/byte_reader.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd;
using namespace kktd::driver::atol;
using fiscal::FaultClass;
using fiscal::Money;
using fiscal::Quantity;
using fiscal::VatRate;
using fiscal::sample::item;
using fiscal::sample::paid;

namespace {

constexpr std::uint8_t ffd_1_05 = 2;
constexpr std::uint8_t ffd_1_1 = 3;

fiscal::Document simple() {
    fiscal::Document document;
    document.items = {item("T", Money(123), Quantity::units(1), VatRate::vat20)};
    return paid(std::move(document));
}

ReceiptSteps steps_of(const fiscal::Document& document, std::uint8_t ffd = ffd_1_05) {
    const auto steps = receipt_steps(document, ffd, {});
    BOOST_REQUIRE_MESSAGE(steps.has_value(), steps.error().text());
    return *steps;
}

bool has(const ReceiptSteps& steps, const std::string& payload) {
    const auto any = [&](const std::vector<ReceiptStep>& some) {
        return std::ranges::any_of(some, [&](const auto& step) {
            return base::hex_dump(step.payload).starts_with(payload);
        });
    };
    return any(steps.tags) || std::ranges::any_of(steps.positions, any) || any(steps.payments);
}

FaultClass refused(const fiscal::Document& document) {
    const auto steps = receipt_steps(document, ffd_1_05, {});
    BOOST_REQUIRE(!steps.has_value());
    return steps.error().cls();
}

} // namespace

BOOST_AUTO_TEST_SUITE(atol_receipt_steps_tests)

BOOST_AUTO_TEST_CASE(agents_and_suppliers_as_the_vendor_writes_them) {
    auto document = simple();
    auto& line = document.items.front();
    line.agent.emplace();
    line.agent->kind = 0x40;
    line.supplier = fiscal::Supplier{{"+79990001122"}, "Поставщик", "7701234567"};
    auto steps = steps_of(document);
    BOOST_TEST(has(steps, "E8 01 01 00 C6 04 01 00 40"));
    BOOST_TEST(!has(steps, "E8 01 01 00 C7 04")); // 1223 only where there is something in it
    BOOST_TEST(has(steps, "E8 01 01 00 C8 04 1D 00 93 04 0C 00 2B 37 39 39 39 30 30 30 31 31 32 32 "
                          "C9 04 09 00 8F AE E1 E2 A0 A2 E9 A8 AA"));
    BOOST_TEST(has(steps, "E8 01 01 00 CA 04 0C 00 37 37 30 31 32 33 34 35 36 37 20 20"));
    line.agent->paying_agent_phones = {"+79991112233"};
    line.agent->transfer_operator_name = std::string(60, 'x');
    line.agent->transfer_operator_address = std::string(60, 'y');
    line.agent->transfer_operator_inn = "7712345678";
    steps = steps_of(document);
    BOOST_TEST(has(steps, "E8 01 02 00 C7 04 A0 00"));
    BOOST_TEST(has(steps, "E8 01 02 01"));
}

BOOST_AUTO_TEST_CASE(optional_tags) {
    auto document = simple();
    document.internet = true;
    document.place = "Почта";
    document.address = "Адрес";
    document.sender_email = "a@b.ru";
    document.additional = "x";
    document.buyer = fiscal::Buyer{"Покупатель", "7701234567"};
    document.cashier = "Иванов";
    document.cashier_inn = "123654789507";
    auto& line = document.items.front();
    line.unit = "шт";
    line.country = "643";
    line.customs_declaration = "1/2";
    line.excise = Money(100);
    line.additional = "y";
    const auto steps = steps_of(document);
    BOOST_REQUIRE(steps.before.size() == 2U);
    BOOST_TEST(base::hex_dump(steps.before[0].payload) ==
               "E8 01 01 00 FD 03 06 00 88 A2 A0 AD AE A2");
    BOOST_TEST(base::hex_dump(steps.before[1].payload) ==
               "E8 01 01 00 B3 04 0C 00 31 32 33 36 35 34 37 38 39 35 30 37");
    for (const char* payload :
         {"E8 01 01 00 65 04 01 00 01", "E8 01 01 00 F1 03 05 00 80 A4 E0 A5 E1",
          "E8 01 01 00 A3 04 05 00 8F AE E7 E2 A0", "E8 01 01 00 5D 04 06 00 61 40 62 2E 72 75",
          "E8 01 01 00 CB 04 0A 00 8F AE AA E3 AF A0 E2 A5 AB EC",
          "E8 01 01 00 CC 04 0C 00 37 37 30 31 32 33 34 35 36 37 20 20",
          "E8 01 01 00 A8 04 01 00 78", "E8 01 01 00 AD 04 02 00 E8 E2",
          "E8 01 01 00 A7 04 01 00 79", "E8 01 01 00 CD 04 01 00 64",
          "E8 01 01 00 CE 04 03 00 36 34 33", "E8 01 01 00 CF 04 03 00 31 2F 32"}) {
        BOOST_TEST(has(steps, payload), payload);
    }
    BOOST_TEST(!has(steps, "E8 01 01 00 3C 04")); // no stamp
    BOOST_TEST(!has(steps, "E8 01 01 00 F0 03")); // no contact
}

BOOST_AUTO_TEST_CASE(a_stamp_in_1192_is_not_written_twice) {
    auto document = simple();
    document.stamp = document.additional = "ABCDEFGHIJKLMNOP";
    const auto steps = steps_of(document);
    BOOST_TEST(has(steps, "E8 01 01 00 A8 04 10 00 41"));
    BOOST_TEST(!has(steps, "E8 01 01 00 3C 04"));
}

BOOST_AUTO_TEST_CASE(what_is_not_cash_is_paid_first) {
    auto document = simple();
    document.payments = {.cash = Money(23),
                         .electronic = Money(50),
                         .prepaid = Money(20),
                         .credit = Money(20),
                         .provision = Money(10)};
    const auto steps = steps_of(document);
    const auto n = steps.payments.size();
    BOOST_TEST(base::hex_dump(steps.payments[n - 5].payload) == "99 00 02 00 00 00 00 50");
    BOOST_TEST(base::hex_dump(steps.payments[n - 2].payload) == "99 00 05 00 00 00 00 10");
    BOOST_TEST(base::hex_dump(steps.payments[n - 1].payload) == "99 00 01 00 00 00 00 23");
    document.payments = {};
    document.items.front().price = document.items.front().cost = document.total = Money();
    BOOST_TEST(!has(steps_of(document), "99"));
}

BOOST_AUTO_TEST_CASE(corrections) {
    auto document = simple();
    document.correction =
        fiscal::Correction{fiscal::CorrectionType::by_order, fiscal::Date{2026, 7, 27}, "15"};
    auto steps = steps_of(document);
    BOOST_TEST(base::hex_dump(steps.open.payload) == "92 00 07");
    BOOST_TEST(base::hex_dump(steps.tags[0].payload) == "E8 01 01 00 95 04 01 00 01");
    BOOST_TEST(base::hex_dump(steps.tags[1].payload) ==
               "E8 01 01 00 96 04 0E 00 9A 04 04 00 80 9F 66 6A 9B 04 02 00 31 35");
    document.kind = fiscal::ReceiptKind::buy;
    BOOST_TEST(base::hex_dump(steps_of(document).open.payload) == "92 00 09");
    document.kind = fiscal::ReceiptKind::sell_refund;
    BOOST_CHECK(refused(document) == FaultClass::unsupported);
    BOOST_TEST(base::hex_dump(steps_of(document, ffd_1_1).open.payload) == "92 00 08");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused_before_anything_is_sent) {
    auto document = simple();
    document.sender_email = std::string(65, 'x');
    BOOST_CHECK(refused(document) == FaultClass::rejected);
    document = simple();
    document.items.front().quantity = Quantity(1'234'567);
    BOOST_CHECK(refused(document) == FaultClass::rejected);
    document = simple();
    document.items.front().mark = fiscal::Mark{"0104", 1};
    BOOST_CHECK(refused(document) == FaultClass::unsupported);
    document = simple();
    document.items.front().vat = VatRate::vat7_107;
    BOOST_CHECK(refused(document) == FaultClass::unsupported);
}

BOOST_AUTO_TEST_CASE(any_lawful_receipt_can_be_taken_apart) {
    std::mt19937_64 random(20'260'310);
    GivenVatCodes all{};
    all.fill(1);
    for (int i = 0; i < 200; ++i) {
        auto document = fiscal::sample::random_receipt(random);
        const auto steps = receipt_steps(document, ffd_1_1, all);
        BOOST_TEST(steps.has_value());
    }
}

BOOST_AUTO_TEST_SUITE_END()
