#include "fiscal/compile.hpp"

#include "fiscal/ffd.hpp"
#include "fiscal/text.hpp"
#include "sample.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace kktd::fiscal;

namespace {

/// A receipt and its surroundings, lawful until a test changes something.
struct Shop {
    Draft draft = sample::draft();
    Legal legal = sample::legal();
    Capabilities device = sample::capabilities();
    TaxationSet taxations{static_cast<std::uint8_t>(Taxation::osn)};
    std::optional<std::uint8_t> ffd = ffd_1_2;
    Date today{2026, 11, 21};
    std::optional<Original> original;

    [[nodiscard]] Result<Compiled, NotLawful> result() const {
        return compile(draft, {legal, device, taxations, ffd, today, original});
    }
    [[nodiscard]] Compiled good() const {
        const auto compiled = result();
        if (!compiled.has_value()) {
            for (const auto& violation : compiled.error().violations()) {
                BOOST_TEST_MESSAGE(violation.path << ": " << violation.text);
            }
        }
        BOOST_TEST_REQUIRE(compiled.has_value());
        return *compiled;
    }
    [[nodiscard]] Violations bad() const {
        const auto compiled = result();
        BOOST_TEST_REQUIRE(!compiled.has_value());
        return compiled.error().violations();
    }
    /// Exactly one violation, of this rule, at this place, whose text has all the parts.
    void breaks(Rule rule, std::string_view path,
                const std::vector<std::string>& parts = {}) const {
        const auto violations = bad();
        BOOST_TEST_REQUIRE(violations.size() == 1U);
        const auto& violation = violations.front();
        BOOST_TEST((violation.rule == rule), violation.text);
        BOOST_TEST(violation.path == path);
        for (const auto& part : parts) {
            BOOST_TEST((violation.text.find(part) != std::string::npos),
                       violation.text << " has no " << part);
        }
    }
    /// Lawful with exactly one warning.
    Compiled warns(std::string_view code, std::string_view path,
                   const std::vector<std::string>& parts = {}) const {
        const auto compiled = good();
        BOOST_TEST_REQUIRE(compiled.warnings.size() == 1U);
        const auto& warning = compiled.warnings.front();
        BOOST_TEST(warning.code == code);
        BOOST_TEST(warning.path == path);
        for (const auto& part : parts) {
            BOOST_TEST((warning.text.find(part) != std::string::npos),
                       warning.text << " has no " << part);
        }
        return compiled;
    }
    DraftPosition& position() { return draft.positions.front(); }
    void sell(std::string_view price, std::string_view quantity, std::string_view sum) {
        draft.total = sample::number(sum);
        position() = sample::position(1, price, quantity, sum, VatRate::vat22);
    }
    void internet() {
        legal.sale = Sale::internet;
        legal.site = "https://shop.example";
        legal.sender_email = "shop@shop.example";
        draft.contact = "8 916 123-45-67";
    }
};

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    for (; times > 0; --times) {
        out += text;
    }
    return out;
}

Payments paid(std::int64_t cash, std::int64_t electronic, std::int64_t prepaid, std::int64_t credit,
              std::int64_t provision) {
    return {Money(cash), Money(electronic), Money(prepaid), Money(credit), Money(provision)};
}

Shop plain() {
    Shop shop;
    shop.sell("325", "6", "1950");
    return shop;
}

const std::string first = "/Goods/Position_1";

} // namespace

BOOST_AUTO_TEST_SUITE(compile_tests)

BOOST_AUTO_TEST_CASE(the_classic_receipt) {
    const Shop shop;
    const auto compiled =
        shop.warns("price_adjusted", first + "/Price", {"1950.00", "6 × 325.00", "6 × 325.12"});
    const auto& document = compiled.document;
    BOOST_TEST_REQUIRE(document.items.size() == 1U);
    const auto& item = document.items.front();
    BOOST_TEST(item.name == "Наименование товара");
    BOOST_TEST(item.price.kopecks() == 32500);
    BOOST_TEST((item.quantity == Quantity::units(6)));
    BOOST_TEST(item.cost.kopecks() == 195000);
    BOOST_TEST(item.vat_sum.kopecks() == 35164);
    BOOST_TEST((item.method == PaymentMethod::full_payment));
    BOOST_TEST((item.object == PaymentObject::commodity));
    BOOST_TEST(document.total.kopecks() == 195000);
    BOOST_TEST((document.payments == paid(0, 195000, 0, 0, 0)));
    BOOST_TEST(document.vat.of(VatRate::vat22).kopecks() == 35164);
    BOOST_TEST((document.kind == ReceiptKind::sell));
    BOOST_TEST((document.taxation == Taxation::osn));
    BOOST_TEST(!document.internet);
    BOOST_TEST(!document.electronic_only);
    BOOST_TEST(document.stamp.empty());
    BOOST_TEST(plain().good().warnings.empty());
}

BOOST_AUTO_TEST_CASE(everything_at_once_in_order) {
    Shop shop;
    shop.legal.taxation.reset();
    shop.taxations = {3};
    shop.draft.total = sample::number("1.234");
    shop.draft.positions = {{}, sample::position(2, "-1", "0", "1.001", VatRate::vat18)};
    shop.draft.positions[0].path = first;
    shop.draft.contact = "123";
    shop.draft.payments = {{PaymentKind::cash, sample::number("-5")}};
    const std::pair<Rule, std::string> expected[] = {
        {Rule::bad_number, "/DocSumm"},
        {Rule::missing, first + "/Name"},
        {Rule::missing, first + "/Quantity"},
        {Rule::missing, first + "/PositionSumm"},
        {Rule::vat_missing, first + "/Tax"},
        {Rule::bad_number, "/Goods/Position_2/Price"},
        {Rule::bad_number, "/Goods/Position_2/Quantity"},
        {Rule::bad_number, "/Goods/Position_2/PositionSumm"},
        {Rule::vat_expired, "/Goods/Position_2/Tax"},
        {Rule::bad_contact, "/CustomerContact"},
        {Rule::taxation, "/Taxation"},
    };
    const auto violations = shop.bad();
    BOOST_TEST_REQUIRE(violations.size() == std::size(expected));
    for (std::size_t i = 0; i < std::size(expected); ++i) {
        BOOST_TEST((violations[i].rule == expected[i].first), violations[i].text);
        BOOST_TEST(violations[i].path == expected[i].second);
        BOOST_TEST(!violations[i].text.empty());
    }
}

BOOST_AUTO_TEST_CASE(names_of_goods) {
    auto shop = plain();
    const auto path = first + "/Name";
    shop.position().name = "Сок «Мечта» №1";
    const auto compiled = shop.warns("text_replaced", path, {"«»"});
    BOOST_TEST(compiled.document.items.front().name == "Сок \"Мечта\" №1");
    shop.position().name = "";
    shop.breaks(Rule::missing, path);
    shop.position().name = " \u00A0\u200B";
    shop.breaks(Rule::bad_text, path);
    shop.position().name = "a\nb";
    shop.breaks(Rule::bad_text, path, {"управляющие"});
    shop.position().name = "\xFF";
    shop.breaks(Rule::bad_text, path, {"UTF-8"});
    shop.position().name = repeated("ю", 128);
    BOOST_TEST(shop.good().document.items.front().name == repeated("ю", 128));
    shop.position().name = repeated("ю", 129);
    shop.breaks(Rule::too_long, path, {"129", "128"});
    shop.position().name = repeated("…", 43); // three characters each in the receipt
    shop.breaks(Rule::too_long, path, {"129", "128"});
    shop.device.name_length = 200;
    shop.warns("text_replaced", path);
}

BOOST_AUTO_TEST_CASE(prices) {
    auto shop = plain();
    shop.sell("278.571428571428571428571428571", "7", "1949.99");
    shop.warns("price_rounded", first + "/Price", {"278.571428571428571428571428571", "278.57"});
    shop.sell("278.571428571428571428571428571", "7", "1950");
    const auto compiled = shop.good();
    BOOST_TEST_REQUIRE(compiled.warnings.size() == 2U);
    BOOST_TEST(compiled.warnings[0].code == "price_rounded");
    BOOST_TEST(compiled.warnings[1].code == "line_split");
    shop.sell("42949672.96", "1", "1");
    shop.breaks(Rule::bad_number, first + "/Price", {"42949672.96", "42949672.95"});
    shop.position().price.reset();
    const auto derived = shop.good();
    BOOST_TEST(derived.warnings.empty());
    BOOST_TEST(derived.document.items.front().price.kopecks() == 100);
}

BOOST_AUTO_TEST_CASE(quantities) {
    auto shop = plain();
    const auto path = first + "/Quantity";
    shop.sell("10", "1.234", "12.34");
    BOOST_TEST(shop.good().warnings.empty());
    shop.sell("10", "1.2345", "12.35");
    shop.breaks(Rule::quantity_digits, path, {"1.2345", "3"});
    shop.device.quantity_digits = 4;
    BOOST_TEST(shop.good().document.items.front().quantity.micro() == 1'234'500);
    shop.sell("10", "1.2345678", "12.35");
    shop.breaks(Rule::quantity_digits, path);
    shop.sell("10", "0", "10");
    shop.breaks(Rule::bad_number, path);
    shop.sell("10", "-1", "10");
    shop.breaks(Rule::bad_number, path);
    shop.sell("0", "100000", "0");
    shop.breaks(Rule::bad_number, path, {"100000", "99999.999"});
    shop.position().quantity.reset();
    shop.breaks(Rule::missing, path);
}

BOOST_AUTO_TEST_CASE(sums_of_lines) {
    auto shop = plain();
    const auto path = first + "/PositionSumm";
    shop.position().sum.reset();
    BOOST_TEST(shop.good().document.items.front().cost.kopecks() == 195000);
    shop.position().price.reset();
    shop.breaks(Rule::missing, path);
    shop.position().price = sample::number("42949672.95");
    shop.breaks(Rule::bad_number, path);
    shop.sell("325", "6", "1950");
    shop.position().sum = sample::number("1950.001");
    shop.breaks(Rule::bad_number, path, {"1950.001"});
    shop.sell("325", "6", "1951");
    shop.breaks(Rule::line_sum, path, {"1951.00", "1950.00", "6 × 325.00"});
    shop.sell("325", "6", "1000");
    shop.warns("line_split", first, {"1000.00", "2 × 166.66", "4 × 166.67"});
}

BOOST_AUTO_TEST_CASE(split_lines) {
    auto shop = plain();
    shop.sell("278.58", "7", "1950");
    const auto compiled =
        shop.warns("line_split", first, {"1950.00", "6 × 278.57", "1 × 278.58", "7 × 278.58"});
    const auto& items = compiled.document.items;
    BOOST_TEST_REQUIRE(items.size() == 2U);
    BOOST_TEST(items[0].cost.kopecks() == 167142);
    BOOST_TEST(items[1].cost.kopecks() == 27858);
    BOOST_TEST(items[0].name == items[1].name);
    BOOST_TEST(items[0].vat_sum.kopecks() == 30140);
    BOOST_TEST(items[1].vat_sum.kopecks() == 5024);
    BOOST_TEST(compiled.document.vat.of(VatRate::vat22).kopecks() == 35164);
}

BOOST_AUTO_TEST_CASE(discount_limit) {
    auto shop = plain();
    shop.legal.max_discount_percent = 10;
    shop.sell("100", "2", "180");
    shop.warns("price_adjusted", first + "/Price");
    shop.sell("100", "2", "179.99");
    shop.breaks(Rule::line_sum, first + "/PositionSumm", {"179.99", "200.00", "10 %"});
}

BOOST_AUTO_TEST_CASE(fractional_quantities) {
    auto shop = plain();
    shop.sell("10.01", "1.5", "15.00");
    shop.warns("price_adjusted", first + "/Price", {"1.5 × 10.00"});
    shop.sell("10.02", "2.5", "25.04"); // 2.5 × 10.01 = 25.03, × 10.02 = 25.05
    auto compiled = shop.warns("quantity_in_name", first + "/Quantity", {"25.04", "2.5"});
    const auto& item = compiled.document.items.front();
    BOOST_TEST(item.name == "Наименование товара, кол-во 2.5");
    BOOST_TEST((item.quantity == Quantity::units(1)));
    BOOST_TEST(item.price.kopecks() == 2504);
    shop.position().name = repeated("ю", 116);
    BOOST_TEST(text_length(shop.good().document.items.front().name) == 128U);
    shop.position().name = repeated("ю", 117);
    shop.breaks(Rule::too_long, first + "/Name", {"129", "128", "2.5"});
    shop.legal.fraction = FractionPolicy::refuse;
    shop.breaks(Rule::line_sum, first + "/PositionSumm", {"25.04", "2.5"});
}

BOOST_AUTO_TEST_CASE(totals) {
    auto shop = plain();
    shop.draft.positions.push_back(sample::position(2, "1", "1", "1", VatRate::vat10));
    shop.breaks(Rule::total_sum, "/DocSumm", {"1950.00", "1951.00"});
    shop.draft.total = sample::number("1951");
    const auto document = shop.good().document;
    BOOST_TEST(document.total.kopecks() == 195100);
    BOOST_TEST(document.vat.of(VatRate::vat10).kopecks() == 9);
    shop.draft.total.reset();
    shop.breaks(Rule::missing, "/DocSumm");
    shop.draft.total = sample::number("42949672.96");
    shop.breaks(Rule::bad_number, "/DocSumm", {"42949672.95"});
    // 500 largest lines overflow nothing and are only too much.
    shop.sell("42949672.95", "1", "42949672.95");
    shop.draft.positions.assign(500, shop.position());
    shop.breaks(Rule::total_sum, "/DocSumm", {"21474836475.00", "42949672.95"});
    // The sum of a line that is not known is not compared.
    shop = plain();
    shop.position().sum = sample::number("-1");
    shop.breaks(Rule::bad_number, first + "/PositionSumm");
}

BOOST_AUTO_TEST_CASE(a_gift) {
    auto shop = plain();
    shop.draft.positions.push_back(sample::position(2, "0", "1", "0", VatRate::vat22));
    BOOST_TEST(shop.good().warnings.empty());
    shop.sell("0", "1", "0");
    shop.draft.positions.resize(1);
    shop.warns("zero_total", "/DocSumm");
}

BOOST_AUTO_TEST_CASE(numbers_of_positions) {
    auto shop = plain();
    shop.draft.positions.clear();
    shop.breaks(Rule::no_positions, "/Goods");
    shop.draft.positions.assign(2000, DraftPosition());
    shop.breaks(Rule::too_many_positions, "/Goods", {"2000", "500"});
    shop = plain();
    shop.draft.positions.assign(2, shop.position());
    shop.draft.total = sample::number("3900");
    shop.legal.max_positions = 2;
    BOOST_TEST(shop.good().document.items.size() == 2U);
    shop.legal.max_positions = 1;
    shop.breaks(Rule::too_many_positions, "/Goods", {"2", "1"});
}

BOOST_AUTO_TEST_CASE(payments) {
    auto shop = plain();
    const auto pay = [&](std::vector<DraftPayment> sent) { shop.draft.payments = std::move(sent); };
    const auto sum = [](std::string_view text) { return std::optional(sample::number(text)); };
    pay({{PaymentKind::cash, {}}});
    BOOST_TEST((shop.good().document.payments == paid(195000, 0, 0, 0, 0)));
    pay({{PaymentKind::prepaid, sum("1000")}, {PaymentKind::electronic, {}}});
    BOOST_TEST((shop.good().document.payments == paid(0, 95000, 100000, 0, 0)));
    pay({{PaymentKind::credit, sum("1000")},
         {PaymentKind::provision, sum("900")},
         {PaymentKind::credit, sum("50")}});
    BOOST_TEST((shop.good().document.payments == paid(0, 0, 0, 105000, 90000)));
    pay({{PaymentKind::cash, sum("1949.99")}});
    shop.breaks(Rule::payment_sum, "/PaymentType", {"1949.99", "1950.00"});
    pay({{PaymentKind::cash, sum("2000")}});
    shop.breaks(Rule::payment_sum, "/PaymentType", {"оплачено 2000.00", "1950.00"});
    pay({{PaymentKind::electronic, sum("2000")}, {PaymentKind::cash, {}}});
    shop.breaks(Rule::payment_sum, "/PaymentType", {"безналичными оплачено 2000.00", "1950.00"});
    pay({{PaymentKind::cash, {}}, {PaymentKind::credit, {}}});
    shop.breaks(Rule::payment_sum, "/PaymentType");
    pay({{PaymentKind::cash, sum("-1")}});
    shop.breaks(Rule::bad_number, "/PaymentType");
}

BOOST_AUTO_TEST_CASE(vat) {
    auto shop = plain();
    const auto path = first + "/Tax";
    shop.position().vat.reset();
    shop.breaks(Rule::vat_missing, path);
    shop.legal.default_vat = VatRate::none;
    BOOST_TEST((shop.good().document.items.front().vat == VatRate::none));
    BOOST_TEST(shop.good().document.vat.of(VatRate::none).kopecks() == 195000);
    shop.position().vat = VatRate::vat18;
    shop.breaks(Rule::vat_expired, path, {"31.12.2018", "22 %"});
    shop.legal.legacy_vat = LegacyVat::map;
    const auto compiled = shop.warns("vat_mapped", path, {"18 %", "22 %"});
    BOOST_TEST((compiled.document.items.front().vat == VatRate::vat22));
    BOOST_TEST(compiled.document.items.front().vat_sum.kopecks() == 35164);
    // The capability is asked of what will be in the receipt.
    shop.device.vat_rates.reset(static_cast<std::size_t>(VatRate::vat22));
    shop.breaks(Rule::vat_unsupported, path, {"22 %", "обновите её прошивку"});
    shop.device.vat_rates_note = "драйвер ещё не загружен";
    shop.breaks(Rule::vat_unsupported, path, {"22 %", "драйвер ещё не загружен"});
}

// A shop whose settings still say 18 % sends it in every line.
BOOST_AUTO_TEST_CASE(what_is_said_of_a_rate_is_said_once) {
    auto shop = plain();
    shop.legal.legacy_vat = LegacyVat::map;
    shop.position().vat = VatRate::vat18;
    auto other = shop.position();
    other.path = "/Goods/Position_2";
    other.vat = VatRate::vat18_118;
    other.method = PaymentMethod::full_prepayment;
    for (int i = 0; i < 3; ++i) {
        shop.draft.positions.push_back(shop.position());
    }
    shop.draft.positions.push_back(other);
    shop.draft.total = sample::number("9750");
    const auto compiled = shop.good();
    BOOST_REQUIRE_EQUAL(compiled.warnings.size(), 2U);
    BOOST_TEST(compiled.warnings[0].path == first + "/Tax");
    BOOST_TEST(compiled.warnings[0].text.ends_with("; то же ещё в позициях: 3"));
    BOOST_TEST(compiled.warnings[1].path == "/Goods/Position_2/Tax");
    BOOST_TEST(compiled.warnings[1].text.find("то же") == std::string::npos);
    for (const auto& item : compiled.document.items) {
        BOOST_TEST((item.vat == VatRate::vat22 || item.vat == VatRate::vat22_122));
    }
}

BOOST_AUTO_TEST_CASE(vat_form) {
    auto shop = plain();
    const auto path = first + "/Tax";
    shop.position().vat = VatRate::vat22_122;
    shop.warns("vat_form", path, {"22/122", "full_payment"});
    shop.position().method = PaymentMethod::full_prepayment;
    BOOST_TEST(shop.good().warnings.empty());
    shop.position().vat = VatRate::vat22;
    shop.warns("vat_form", path, {"22 %", "full_prepayment"});
    for (const auto rate : {VatRate::none, VatRate::vat0}) {
        shop.position().vat = rate;
        BOOST_TEST(shop.good().warnings.empty());
    }
}

BOOST_AUTO_TEST_CASE(rates_of_usn) {
    auto shop = plain();
    shop.position().vat = VatRate::vat5;
    shop.warns("vat_usn", first + "/Tax", {"5 %", "ОСН"});
    shop.taxations = {2};
    shop.legal.taxation = Taxation::usn_income;
    BOOST_TEST(shop.good().warnings.empty());
}

BOOST_AUTO_TEST_CASE(refunds) {
    auto shop = plain();
    shop.draft.kind = ReceiptKind::sell_refund;
    shop.position().vat = VatRate::vat20;
    shop.breaks(Rule::vat_original, first + "/Tax");
    shop.original = Original{{2025, 12, 1}, {VatRate::vat20}};
    BOOST_TEST((shop.good().document.items.front().vat == VatRate::vat20));
    shop.original.reset();
    shop.draft.original_date = Date{2025, 12, 1};
    BOOST_TEST((shop.good().document.kind == ReceiptKind::sell_refund));
    shop.position().vat = VatRate::vat22;
    shop.draft.original_date = Date{2026, 11, 22};
    shop.breaks(Rule::bad_date, "/OriginalDate", {"22.11.2026", "21.11.2026"});
}

BOOST_AUTO_TEST_CASE(an_internet_sale) {
    auto shop = plain();
    shop.internet();
    const auto document = shop.good().document;
    BOOST_TEST(document.internet);
    BOOST_TEST(document.electronic_only);
    BOOST_TEST(document.place == "https://shop.example");
    BOOST_TEST(document.contact == "+79161234567");
    BOOST_TEST(document.sender_email == "shop@shop.example");

    shop.draft.payments = {{PaymentKind::cash, {}}};
    shop.warns("internet_cash", "/Internet");
    shop.draft.internet = false;
    BOOST_TEST(!shop.good().document.internet);
    BOOST_TEST(shop.good().document.place.empty());
}

BOOST_AUTO_TEST_CASE(contacts) {
    auto shop = plain();
    shop.internet();
    shop.draft.contact = "";
    shop.breaks(Rule::contact_missing, "/CustomerContact");
    shop.legal.contact_missing = ContactMissing::register_anyway;
    const auto compiled = shop.warns("contact_missing", "/CustomerContact");
    BOOST_TEST(compiled.document.internet);
    BOOST_TEST(!compiled.document.electronic_only);
    BOOST_TEST(compiled.document.sender_email.empty());
    shop.draft.contact = "ivan@";
    shop.breaks(Rule::bad_contact, "/CustomerContact", {"i***@"});
    shop.draft.contact = "89161234";
    shop.breaks(Rule::bad_contact, "/CustomerContact", {"+79161234567"});
    shop.draft.contact = repeated("a", 60) + "@b.ru";
    shop.breaks(Rule::bad_contact, "/CustomerContact", {"64"});
    // At the counter it is optional, but must be right.
    shop.draft.internet = false;
    shop.breaks(Rule::bad_contact, "/CustomerContact");
    shop.draft.contact = "";
    BOOST_TEST(shop.good().warnings.empty());
    shop.draft.contact = "a@b.ru";
    BOOST_TEST(shop.good().document.contact == "a@b.ru");
    BOOST_TEST(!shop.good().document.electronic_only);
}

BOOST_AUTO_TEST_CASE(what_an_internet_sale_needs) {
    auto shop = plain();
    shop.draft.internet = true;
    shop.draft.contact = "a@b.ru";
    shop.breaks(Rule::unsupported, "/Internet", {"legal.site"});
    shop.legal.site = "https://shop.example";
    BOOST_TEST(shop.good().document.internet);
    shop.device.electronic_only = false;
    shop.breaks(Rule::unsupported, "/Internet");
    shop.device.electronic_only = true;
    shop.device.internet_tag = false;
    shop.breaks(Rule::unsupported, "/Internet", {"1125"});
    shop.draft.internet = false;
    BOOST_TEST(!shop.good().document.internet);
}

BOOST_AUTO_TEST_CASE(taxation_systems) {
    auto shop = plain();
    shop.taxations = {1 | 32};
    shop.draft.taxation = Taxation::patent;
    BOOST_TEST((shop.good().document.taxation == Taxation::patent));
    shop.draft.taxation = Taxation::esn;
    shop.breaks(Rule::taxation, "/Taxation", {"ЕСХН"});
    shop.taxations = {}; // the KKT was not asked yet
    BOOST_TEST((shop.good().document.taxation == Taxation::esn));
    shop.draft.taxation.reset();
    BOOST_TEST((shop.good().document.taxation == Taxation::osn));
    shop.legal.taxation.reset();
    shop.breaks(Rule::taxation, "/Taxation", {"legal.taxation"});
    shop.taxations = {1 | 32};
    shop.breaks(Rule::taxation, "/Taxation", {"несколько"});
    shop.taxations = {2};
    BOOST_TEST((shop.good().document.taxation == Taxation::usn_income));
    shop.taxations = {8};
    shop.breaks(Rule::taxation, "/Taxation", {"01.01.2021"});
    shop.draft.kind = ReceiptKind::sell_refund;
    BOOST_TEST((shop.good().document.taxation == Taxation::envd));
}

BOOST_AUTO_TEST_CASE(cashiers) {
    auto shop = plain();
    shop.legal.cashier = "Петрова";
    shop.legal.cashier_inn = "500100732259";
    BOOST_TEST(shop.good().document.cashier == "Петрова");
    BOOST_TEST(shop.good().document.cashier_inn == "500100732259");
    shop.draft.cashier = "Иванова — старшая";
    const auto compiled = shop.warns("text_replaced", "/Cashier", {"—"});
    BOOST_TEST(compiled.document.cashier == "Иванова - старшая");
    BOOST_TEST(compiled.document.cashier_inn.empty()); // it is somebody else's
    shop.draft.cashier = repeated("и", 65);
    shop.breaks(Rule::too_long, "/Cashier", {"65", "64"});
}

BOOST_AUTO_TEST_CASE(settlements) {
    auto shop = plain();
    shop.position().method = PaymentMethod::credit_payment;
    BOOST_TEST(shop.good().warnings.empty());
    shop.draft.positions.push_back(sample::position(2, "0", "1", "0", VatRate::vat22));
    shop.breaks(Rule::settlement, first + "/PaymentMethod", {"2"});

    shop = plain();
    shop.position().object = payment_object_by_code(15);
    shop.breaks(Rule::settlement, first + "/Name", {"15", "1", "25"});
    shop.position().name = "25";
    BOOST_TEST(shop.good().warnings.empty());
    shop.position().object = payment_object_by_code(16);
    shop.breaks(Rule::settlement, first + "/Name", {"26", "31"});
    shop.position().name = "26";
    BOOST_TEST(shop.good().warnings.empty());
}

BOOST_AUTO_TEST_CASE(marked_goods) {
    auto shop = plain();
    const auto path = first + "/PaymentObject";
    shop.position().object = PaymentObject::marked;
    shop.breaks(Rule::unsupported, path);
    shop.device.marking = true;
    shop.breaks(Rule::settlement, path, {"commodity_with_marking"});
    shop.position().mark = Mark{"01…", 1};
    BOOST_TEST(shop.good().document.items.front().mark.has_value());
    shop.position().price.reset();
    shop.position().quantity = sample::number("7");
    shop.breaks(Rule::line_sum, first + "/PositionSumm", {"1950.00", "7"});
}

BOOST_AUTO_TEST_CASE(objects_of_other_formats) {
    auto shop = plain();
    const auto path = first + "/PaymentObject";
    shop.device.marking = true;
    shop.position().object = PaymentObject::marked_no_code;
    BOOST_TEST(shop.good().warnings.empty());
    shop.ffd = ffd_1_1;
    shop.breaks(Rule::unsupported, path, {"commodity_without_marking (32)", "1.2", "1.1"});
    shop.ffd = ffd_1_05;
    shop.breaks(Rule::unsupported, path, {"1.2", "1.05", "укажите другой предмет расчёта"});
    shop.position().object = PaymentObject::funds_issuance;
    shop.breaks(Rule::unsupported, path, {"funds_issuance (27)", "1.1", "1.05"});
    shop.ffd = ffd_1_1;
    BOOST_TEST(shop.good().warnings.empty());
    shop.ffd.reset(); // the KKT was not asked yet
    shop.position().object = PaymentObject::marked_no_code;
    BOOST_TEST(shop.good().warnings.empty());
}

BOOST_AUTO_TEST_CASE(agents) {
    auto shop = plain();
    shop.position().supplier = Supplier{{"+74951234567"}, "ООО «Ромашка»", "7707083893"};
    shop.breaks(Rule::unsupported, first + "/supplier");
    shop.device.agents = true;
    const auto compiled = shop.warns("text_replaced", first + "/supplier");
    BOOST_TEST(compiled.document.items.front().supplier->name == "ООО \"Ромашка\"");
    shop.position().supplier.reset();
    shop.position().agent = Agent{64, {}, repeated("о", 25), {}, {}, "", "", "7707083894"};
    const auto violations = shop.bad();
    BOOST_TEST_REQUIRE(violations.size() == 2U);
    BOOST_TEST((violations[0].rule == Rule::too_long));
    BOOST_TEST((violations[1].rule == Rule::bad_inn));
}

BOOST_AUTO_TEST_CASE(corrections) {
    auto shop = plain();
    shop.draft.correction = Correction{CorrectionType::by_order, {2026, 11, 20}, "7/1"};
    BOOST_TEST((shop.good().document.correction == shop.draft.correction));
    shop.draft.correction->number = "";
    shop.breaks(Rule::missing, "/correction");
    shop.draft.correction->type = CorrectionType::self;
    BOOST_TEST(shop.good().warnings.empty());
    shop.draft.correction->date = {2026, 11, 22};
    shop.breaks(Rule::bad_date, "/correction");
    shop.draft.correction->date = {2026, 11, 20};
    shop.device.corrections = false;
    shop.breaks(Rule::unsupported, "/correction");
}

BOOST_AUTO_TEST_CASE(corrections_of_refunds_need_a_newer_format) {
    auto shop = plain();
    shop.draft.correction = Correction{CorrectionType::self, {2026, 11, 20}, ""};
    shop.ffd = ffd_1_05;
    for (const auto kind : {ReceiptKind::sell, ReceiptKind::buy}) {
        shop.draft.kind = kind;
        BOOST_TEST(shop.good().warnings.empty());
    }
    for (const auto kind : {ReceiptKind::sell_refund, ReceiptKind::buy_refund}) {
        shop.draft.kind = kind;
        shop.ffd = ffd_1_05;
        shop.breaks(Rule::unsupported, "/correction", {"1.05", "обычным чеком возврата"});
        shop.ffd = ffd_1_1;
        BOOST_TEST(shop.good().warnings.empty());
        shop.ffd.reset();
        BOOST_TEST(shop.good().warnings.empty());
    }
    shop.draft.correction.reset(); // a plain refund
    shop.ffd = ffd_1_05;
    BOOST_TEST(shop.good().warnings.empty());
}

BOOST_AUTO_TEST_CASE(buyers) {
    auto shop = plain();
    shop.draft.buyer = Buyer{"ООО", "7707083893"};
    BOOST_TEST((shop.good().document.buyer == shop.draft.buyer));
    shop.draft.buyer->inn = "1234567890";
    shop.breaks(Rule::bad_inn, "/buyer", {"1234567890"});
}

BOOST_AUTO_TEST_CASE(documents_hold_what_they_promise) {
    auto shop = plain();
    shop.draft.positions.clear();
    std::int64_t total = 0;
    for (int i = 1; i <= 100; ++i) {
        const auto sum = Money(1000 + 37 * i);
        const auto quantity = i % 3 == 0 ? "1.375" : std::to_string(i);
        shop.draft.positions.push_back(sample::position(i, "10000", quantity, sum.text(),
                                                        i % 2 ? VatRate::vat22 : VatRate::vat10));
        total += sum.kopecks();
    }
    shop.draft.total = sample::number(Money(total).text());
    const auto document = shop.good().document;
    Money cost, tax22;
    for (const auto& item : document.items) {
        BOOST_TEST((item.cost == line_cost(item.price, item.quantity)));
        BOOST_TEST((item.vat_sum == vat_amount(item.cost, item.vat)));
        cost += item.cost;
        tax22 += item.vat == VatRate::vat22 ? item.vat_sum : Money();
    }
    BOOST_TEST((cost == document.total));
    BOOST_TEST((document.payments.sum() == document.total));
    BOOST_TEST((document.vat.of(VatRate::vat22) == tax22));
}

BOOST_AUTO_TEST_SUITE_END()
