#include "api/classic.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace {

using namespace kktd::api;
using namespace kktd::fiscal;

ClassicRequest parsed(std::string_view body) {
    auto request = parse_classic(body);
    BOOST_REQUIRE_MESSAGE(request.has_value(), body << ": " << request.error().text());
    return *request;
}

/// A request with one position; `receipt` and `position` are further keys (", \"Kkt\": \"main\"").
std::string receipt_json(std::string_view receipt = "", std::string_view position = "") {
    return R"({"DocNumber": "1", "DocSumm": 10, "Goods": {"Position_1": {"Name": "Товар", )"
           R"("Price": 10, "Quantity": 1, "PositionSumm": 10)" +
           std::string(position) + "}}" + std::string(receipt) + "}";
}

Number number(std::string_view text) {
    return *Number::parse(text);
}

std::size_t count(const Violations& violations, Rule rule, std::string_view path) {
    return static_cast<std::size_t>(
        std::count_if(violations.begin(), violations.end(), [&](const Violation& violation) {
            return violation.rule == rule && violation.path == path && !violation.text.empty();
        }));
}

/// Exactly this violation and no other.
void check_only(const ClassicRequest& request, Rule rule, std::string_view path) {
    BOOST_TEST(count(request.violations, rule, path) == 1U, path);
    for (const Violation& violation : request.violations) {
        BOOST_TEST((violation.rule == rule && violation.path == path),
                   violation.path << ": " << violation.text);
    }
    BOOST_TEST(request.violations.size() == 1U);
}

} // namespace

BOOST_AUTO_TEST_SUITE(classic_request_tests)

BOOST_AUTO_TEST_CASE(the_receipt_of_2017) {
    const ClassicRequest request = parsed(R"({
        "DocNumber": "ТР00-003655", "DocDate": "06.10.2017", "DocSumm": 1950,
        "Goods": {"Position_1": {"Name": "Наименование товара", "Price": 325.12, "Quantity": 6,
                                 "Tax": 18, "PositionSumm": 1950}}})");
    BOOST_TEST(request.violations.empty());
    BOOST_TEST(request.warnings.empty());
    BOOST_TEST(!request.test);

    Draft expected;
    expected.names = &classic_names();
    expected.dialect = "classic";
    expected.number = "ТР00-003655";
    expected.date = Date{2017, 10, 6};
    expected.total = number("1950");
    DraftPosition position;
    position.path = "/Goods/Position_1";
    position.name = "Наименование товара";
    position.price = number("325.12");
    position.quantity = number("6");
    position.sum = number("1950");
    position.vat = VatRate::vat18;
    expected.positions.push_back(position);
    BOOST_TEST((request.draft == expected));
}

BOOST_AUTO_TEST_CASE(every_optional_key) {
    const ClassicRequest request = parsed(receipt_json(
        R"(, "DocDate": "2026-01-31T12:00:00", "CustomerContact": "a@example.org",
            "Operation": "sell_refund", "OriginalNumber": "77", "OriginalDate": "01.12.2025",
            "PaymentType": "cash", "Internet": false, "Cashier": "Иванова И.И.", "Taxation": "patent", "Kkt": "main",
            "Inn": "7701234560", "AllowRepeat": true, "test": true)",
        R"(, "Tax": "none", "PaymentMethod": "advance", "PaymentObject": "service")"));
    BOOST_TEST(request.violations.empty());
    BOOST_TEST(request.warnings.empty());
    const Draft& draft = request.draft;
    BOOST_TEST((draft.date == Date{2026, 1, 31}));
    BOOST_TEST(draft.contact == "a@example.org");
    BOOST_TEST((draft.kind == ReceiptKind::sell_refund));
    BOOST_TEST(draft.original_number == "77");
    BOOST_TEST((draft.original_date == Date{2025, 12, 1}));
    BOOST_REQUIRE(draft.payments.size() == 1U);
    BOOST_TEST((draft.payments[0] == DraftPayment{PaymentKind::cash, std::nullopt}));
    BOOST_TEST((draft.internet == std::optional(false)));
    BOOST_TEST(draft.cashier == "Иванова И.И.");
    BOOST_TEST((draft.taxation == Taxation::patent));
    BOOST_TEST(draft.allow_repeat);
    BOOST_TEST(request.kkt == "main");
    BOOST_TEST(request.inn == "7701234560");
    BOOST_TEST(request.test);
    BOOST_TEST((draft.positions[0].vat == VatRate::none));
    BOOST_TEST((draft.positions[0].method == PaymentMethod::advance));
    BOOST_TEST((draft.positions[0].object == PaymentObject::service));
}

BOOST_AUTO_TEST_CASE(null_is_absent) {
    const ClassicRequest request = parsed(
        R"({"DocNumber": null, "DocDate": null, "DocSumm": null, "Goods": null, "test": null,
            "Operation": null, "PaymentType": null, "Internet": null, "Kkt": null})");
    BOOST_TEST(request.violations.empty());
    Draft expected;
    expected.names = &classic_names();
    expected.dialect = "classic";
    BOOST_TEST((request.draft == expected));
    BOOST_TEST((parsed("{}").draft == expected));
}

BOOST_AUTO_TEST_CASE(card_and_nothing_are_the_same_receipt) {
    BOOST_TEST(
        (parsed(receipt_json(R"(, "PaymentType": "card")")).draft == parsed(receipt_json()).draft));
    BOOST_TEST((parsed(receipt_json(R"(, "PaymentType": "prepaid")")).draft.payments[0].kind ==
                PaymentKind::prepaid));
    check_only(parsed(receipt_json(R"(, "PaymentType": "Card")")), Rule::bad_value, "/PaymentType");
}

BOOST_AUTO_TEST_CASE(digits_come_as_numbers_where_texts_are_meant) {
    const ClassicRequest request = parsed(
        R"({"DocNumber": 3655, "CustomerContact": 79161234567, "Inn": 7701234560, "Kkt": 1})");
    BOOST_TEST(request.violations.empty());
    BOOST_TEST(request.draft.number == "3655");
    BOOST_TEST(request.draft.contact == "79161234567");
    BOOST_TEST(request.inn == "7701234560");
}

BOOST_AUTO_TEST_CASE(numbers_never_pass_through_floating_point) {
    for (const std::string_view text :
         {"1950.10", "\"1950.10\"", "\"1950,10\"", "1950.1", "1.95010e3", "\"19501e-1\""}) {
        const auto request = parsed("{\"DocSumm\": " + std::string(text) + "}");
        BOOST_REQUIRE(request.draft.total.has_value());
        BOOST_TEST(request.draft.total->text() == "1950.1", text);
    }
    BOOST_TEST(parsed(R"({"DocSumm": 1e2})").draft.total->text() == "100");
    BOOST_TEST(parsed(R"({"DocSumm": 1.005})").draft.total->text() == "1.005");
    BOOST_TEST(parsed(R"({"DocSumm": -5})").draft.total->text() == "-5");
}

BOOST_AUTO_TEST_CASE(what_is_not_a_number_is_told_with_its_path) {
    for (const std::string_view value :
         {"\"\"", "\"NaN\"", "\"1 950\"", "\"1950 руб\"", "1e400", "\"1.2.3\"", "\" 1\"",
          "1111111111111111111111111111111111111111"}) {
        check_only(parsed("{\"DocSumm\": " + std::string(value) + "}"), Rule::bad_number,
                   "/DocSumm");
    }
    for (const std::string_view key : {"Price", "Quantity", "PositionSumm"}) {
        const auto request =
            parsed(R"({"Goods": {"Position_3": {}, "Position_2": {}, "Position_1": {")" +
                   std::string(key) + R"(": "x"}}})");
        check_only(request, Rule::bad_number, "/Goods/Position_1/" + std::string(key));
    }
    const std::string long_digits(200'000, '7');
    const auto request = parsed("{\"DocSumm\": " + long_digits + "}");
    check_only(request, Rule::bad_number, "/DocSumm");
    BOOST_TEST(request.violations[0].text.size() < 300U);
}

BOOST_AUTO_TEST_CASE(wrong_types_are_told_and_the_rest_is_read) {
    const auto request = parsed(R"({"DocNumber": true, "DocDate": 20171006, "DocSumm": {},
        "CustomerContact": [], "Operation": 1, "OriginalNumber": {}, "OriginalDate": false,
        "PaymentType": {}, "Internet": 1, "Cashier": 5, "Kkt": [], "Inn": true,
        "AllowRepeat": "yes", "test": "true",
        "Goods": {"Position_1": {"Name": 1, "Price": true, "Quantity": [], "PositionSumm": {},
                                 "Tax": false, "PaymentMethod": {}, "PaymentObject": []},
                  "Position_2": 5,
                  "Position_3": {"Name": "Товар"}}})");
    for (const std::string_view path : {"/DocNumber",
                                        "/DocDate",
                                        "/DocSumm",
                                        "/CustomerContact",
                                        "/Operation",
                                        "/OriginalNumber",
                                        "/OriginalDate",
                                        "/PaymentType",
                                        "/Internet",
                                        "/Cashier",
                                        "/Kkt",
                                        "/Inn",
                                        "/AllowRepeat",
                                        "/test",
                                        "/Goods/Position_1/Name",
                                        "/Goods/Position_1/Price",
                                        "/Goods/Position_1/Quantity",
                                        "/Goods/Position_1/PositionSumm",
                                        "/Goods/Position_1/Tax",
                                        "/Goods/Position_1/PaymentMethod",
                                        "/Goods/Position_1/PaymentObject",
                                        "/Goods/Position_2"}) {
        BOOST_TEST(count(request.violations, Rule::wrong_type, path) == 1U, path);
    }
    BOOST_TEST(request.violations.size() == 22U);
    BOOST_REQUIRE(request.draft.positions.size() == 3U);
    BOOST_TEST(request.draft.positions[2].name == "Товар");
    check_only(parsed(R"({"Goods": "x"})"), Rule::wrong_type, "/Goods");
}

BOOST_AUTO_TEST_CASE(rates_of_vat) {
    const std::pair<std::string_view, VatRate> rates[] = {
        {"22", VatRate::vat22},
        {"20", VatRate::vat20},
        {"18", VatRate::vat18},
        {"10", VatRate::vat10},
        {"7", VatRate::vat7},
        {"5", VatRate::vat5},
        {"0", VatRate::vat0},
        {"122", VatRate::vat22_122},
        {"120", VatRate::vat20_120},
        {"118", VatRate::vat18_118},
        {"110", VatRate::vat10_110},
        {"107", VatRate::vat7_107},
        {"105", VatRate::vat5_105},
        {"18.0", VatRate::vat18},
        {"\"22\"", VatRate::vat22},
        {"\"22%\"", VatRate::vat22},
        {"\"0\"", VatRate::vat0},
        {"\"vat22\"", VatRate::vat22},
        {"\"vat0\"", VatRate::vat0},
        {"\"vat122\"", VatRate::vat22_122},
        {"\"22/122\"", VatRate::vat22_122},
        {"\"105\"", VatRate::vat5_105},
        {"\"none\"", VatRate::none},
    };
    for (const auto& [text, rate] : rates) {
        const auto request = parsed(receipt_json("", ", \"Tax\": " + std::string(text)));
        BOOST_TEST(request.violations.empty(), text);
        BOOST_TEST((request.draft.positions[0].vat == rate), text);
    }
    for (const std::string_view text : {"19", "-18", "100", "101", "222", "18.5", "1e30", "\"\"",
                                        "\"НДС\"", "\"None\"", "\"vat\"", "\"%\"", "\"20/118\""}) {
        const auto request = parsed(receipt_json("", ", \"Tax\": " + std::string(text)));
        check_only(request, Rule::vat_unknown, "/Goods/Position_1/Tax");
        BOOST_TEST(request.violations[0].text.find("22, 20, 18, 10, 7, 5, 0") != std::string::npos);
    }
    BOOST_TEST(!parsed(receipt_json("", R"(, "Tax": null)")).draft.positions[0].vat);
    BOOST_TEST(!parsed(receipt_json()).draft.positions[0].vat);
}

BOOST_AUTO_TEST_CASE(methods_and_objects_by_name_or_code) {
    for (const std::string_view text : {"3", "\"3\"", "\"advance\""}) {
        BOOST_TEST((parsed(receipt_json("", ", \"PaymentMethod\": " + std::string(text)))
                        .draft.positions[0]
                        .method == PaymentMethod::advance));
    }
    for (const std::string_view text : {"4", "\"4\"", "\"service\""}) {
        BOOST_TEST((parsed(receipt_json("", ", \"PaymentObject\": " + std::string(text)))
                        .draft.positions[0]
                        .object == PaymentObject::service));
    }
    for (const std::string_view text : {"0", "8", "-1", "4.5", "\"\"", "\"полный расчёт\""}) {
        check_only(parsed(receipt_json("", ", \"PaymentMethod\": " + std::string(text))),
                   Rule::bad_value, "/Goods/Position_1/PaymentMethod");
    }
    check_only(parsed(receipt_json("", R"(, "PaymentObject": 28)")), Rule::bad_value,
               "/Goods/Position_1/PaymentObject");
    check_only(parsed(receipt_json(R"(, "Operation": "refund")")), Rule::bad_value, "/Operation");
    check_only(parsed(receipt_json(R"(, "Taxation": "ОСН")")), Rule::bad_value, "/Taxation");
}

BOOST_AUTO_TEST_CASE(dates) {
    BOOST_TEST((parsed(R"({"DocDate": "2017-10-06"})").draft.date == Date{2017, 10, 6}));
    for (const std::string_view text :
         {"", "06/10/2017", "31.02.2026", "6.10.2017", "0001-01-01T00:00:00", "сегодня"}) {
        check_only(parsed("{\"DocDate\": \"" + std::string(text) + "\"}"), Rule::bad_date,
                   "/DocDate");
        check_only(parsed("{\"OriginalDate\": \"" + std::string(text) + "\"}"), Rule::bad_date,
                   "/OriginalDate");
    }
}

BOOST_AUTO_TEST_CASE(positions_are_taken_by_number) {
    std::string goods;
    for (const int n : {10, 2, 1, 11, 3, 5, 4, 9, 8, 7, 6}) {
        goods += (goods.empty() ? "" : ", ") + ("\"Position_" + std::to_string(n)) +
                 "\": {\"Name\": \"" + std::to_string(n) + "\"}";
    }
    const auto request = parsed("{\"Goods\": {" + goods + "}}");
    BOOST_TEST(request.violations.empty());
    BOOST_REQUIRE(request.draft.positions.size() == 11U);
    for (std::size_t i = 0; i < 11; ++i) {
        BOOST_TEST(request.draft.positions[i].name == std::to_string(i + 1));
        BOOST_TEST(request.draft.positions[i].path == "/Goods/Position_" + std::to_string(i + 1));
    }
}

BOOST_AUTO_TEST_CASE(an_array_is_taken_as_it_stands) {
    const auto request = parsed(R"({"Goods": [{"Name": "b"}, {"Name": "a", "Price": "x"}]})");
    BOOST_REQUIRE(request.draft.positions.size() == 2U);
    BOOST_TEST(request.draft.positions[0].name == "b");
    BOOST_TEST(request.draft.positions[0].path == "/Goods/0");
    check_only(request, Rule::bad_number, "/Goods/1/Price");
}

BOOST_AUTO_TEST_CASE(positions_out_of_order_are_violations) {
    check_only(parsed(R"({"Goods": {"Position_2": {}}})"), Rule::position_order,
               "/Goods/Position_2");
    const auto gaps = parsed(
        R"({"Goods": {"Position_1": {}, "Position_3": {}, "Position_4": {}, "Position_9": {}}})");
    BOOST_TEST(count(gaps.violations, Rule::position_order, "/Goods/Position_3") == 1U);
    BOOST_TEST(count(gaps.violations, Rule::position_order, "/Goods/Position_9") == 1U);
    BOOST_TEST(gaps.violations.size() == 2U);
    for (const std::string_view key :
         {"Position_0", "Position_01", "position_1", "Position_", "Position_1a", "Position_-1",
          "Position_1234567", "Item", "Position 1"}) {
        check_only(parsed("{\"Goods\": {\"" + std::string(key) + "\": {}}}"), Rule::bad_value,
                   "/Goods/" + std::string(key));
    }
}

BOOST_AUTO_TEST_CASE(duplicate_keys_at_every_depth) {
    check_only(parsed(R"({"DocSumm": 1, "DocSumm": 1})"), Rule::duplicate_key, "/DocSumm");
    check_only(parsed(R"({"test": true, "x1": 1, "test": false})"), Rule::duplicate_key, "/test");
    check_only(parsed(R"({"Goods": {"Position_1": {}, "Position_1": {}}})"), Rule::duplicate_key,
               "/Goods/Position_1");
    check_only(parsed(receipt_json("", R"(, "Price": 11)")), Rule::duplicate_key,
               "/Goods/Position_1/Price");
    check_only(parsed(R"({"Extra": {"deep": [0, {"a/b": 1, "c": 2, "a/b": 3, "a/b": 4}]}})"),
               Rule::duplicate_key, "/Extra/deep/1/a~1b");
    check_only(parsed(R"({"Goods": [{}, {"Name": "a", "\u004eame": "b"}]})"), Rule::duplicate_key,
               "/Goods/1/Name");
}

BOOST_AUTO_TEST_CASE(duplicate_keys_among_many) {
    const auto goods = [](int last, std::initializer_list<int> more) {
        std::string text;
        for (int n = 1; n <= last; ++n) {
            text += (n == 1 ? "\"Position_" : ",\"Position_") + std::to_string(n) + "\":{}";
        }
        for (const int n : more) {
            text += ",\"Position_" + std::to_string(n) + "\":{}";
        }
        return "{\"Goods\":{" + text + "}}";
    };
    for (const int last : {14, 15, 16, 17, 40}) {
        BOOST_TEST(parsed(goods(last, {})).violations.empty());
        check_only(parsed(goods(last, {last})), Rule::duplicate_key,
                   "/Goods/Position_" + std::to_string(last));
        check_only(parsed(goods(last, {1})), Rule::duplicate_key, "/Goods/Position_1");
        // Each once, in the order of the keys.
        const auto several = parsed(goods(last, {9, 9, 12, 2}));
        BOOST_REQUIRE(several.violations.size() == 3U);
        BOOST_TEST(several.violations[0].path == "/Goods/Position_12");
        BOOST_TEST(several.violations[1].path == "/Goods/Position_2");
        BOOST_TEST(several.violations[2].path == "/Goods/Position_9");
        BOOST_TEST(several.draft.positions.size() == static_cast<std::size_t>(last));
    }
}

BOOST_AUTO_TEST_CASE(unknown_keys_warn_and_near_misses_refuse) {
    const auto unknown = parsed(
        receipt_json(R"(, "Shop": 7, "Comment": {"a": 1})", R"(, "Code": "A-1", "Weight": 2)"));
    BOOST_TEST(unknown.violations.empty());
    BOOST_REQUIRE(unknown.warnings.size() == 4U);
    BOOST_TEST(unknown.warnings[0].code == "unknown_key");
    BOOST_TEST(unknown.warnings[0].path == "/Shop");
    BOOST_TEST(unknown.warnings[2].path == "/Goods/Position_1/Code");

    const auto near = parsed(receipt_json(R"(, "CustomerContakt": "a@example.org")"));
    check_only(near, Rule::near_miss_key, "/CustomerContakt");
    BOOST_TEST(near.violations[0].text.find("«CustomerContact»") != std::string::npos);
    check_only(parsed(receipt_json(R"(, "Test": true)")), Rule::near_miss_key, "/Test");
    check_only(parsed(receipt_json(R"(, "INN": "1")")), Rule::near_miss_key, "/INN");
    check_only(parsed(receipt_json("", R"(, "tax": 5)")), Rule::near_miss_key,
               "/Goods/Position_1/tax");
}

BOOST_AUTO_TEST_CASE(texts_are_kept_as_they_are) {
    const auto request =
        parsed(R"({"CustomerContact": " a@b ", "Goods": [{"Name": "a\u0000\tб «»"}]})");
    BOOST_TEST(request.violations.empty());
    BOOST_TEST(request.draft.contact == " a@b ");
    BOOST_TEST(request.draft.positions[0].name == std::string("a\0\tб «»", 10));
}

BOOST_AUTO_TEST_CASE(document_numbers_have_bounds) {
    BOOST_TEST(parsed("{\"DocNumber\": \"" + std::string(128, '1') + "\"}").violations.empty());
    check_only(parsed("{\"DocNumber\": \"" + std::string(129, '1') + "\"}"), Rule::too_long,
               "/DocNumber");
    check_only(parsed(R"({"OriginalNumber": "1\n2"})"), Rule::bad_text, "/OriginalNumber");
    BOOST_TEST(parsed(R"({"DocNumber": ""})").violations.empty());
}

BOOST_AUTO_TEST_CASE(ten_thousand_positions_cost_a_violation) {
    std::string goods = "{";
    for (int i = 1; i <= 10'000; ++i) {
        goods += (i == 1 ? "" : ",") + ("\"Position_" + std::to_string(i)) + "\":{}";
    }
    const auto object = parsed("{\"Goods\":" + goods + "}}");
    check_only(object, Rule::too_many_positions, "/Goods");
    BOOST_TEST(object.violations[0].text.find("10000") != std::string::npos);
    BOOST_TEST(object.draft.positions.size() == max_positions_read);

    std::string list = "[0";
    for (int i = 1; i < 10'000; ++i) {
        list += ",{\"Name\":[[]]}";
    }
    const auto array = parsed("{\"Goods\":" + list + "]}");
    BOOST_TEST(count(array.violations, Rule::too_many_positions, "/Goods") == 1U);
    BOOST_TEST(array.violations.size() == 1000U);
}

BOOST_AUTO_TEST_CASE(findings_have_bounds) {
    std::string keys;
    for (int i = 0; i < 1900; ++i) {
        keys += ", \"unknown" + std::to_string(i) + "\": 1";
    }
    const auto request = parsed(receipt_json(keys));
    BOOST_TEST(request.violations.empty());
    BOOST_TEST(request.warnings.size() == 51U);
    BOOST_TEST(request.warnings.back().text.find("1850") != std::string::npos);
    std::string many;
    for (int i = 0; i < 3000; ++i) {
        many += ", \"u" + std::to_string(i) + "\": 1";
    }
    // Known keys may be among the dropped ones: such a request cannot be trusted.
    const auto dropped = parsed(receipt_json(many));
    BOOST_TEST(count(dropped.violations, Rule::bad_value, "") == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_no_receipt_at_all) {
    for (const std::string_view body :
         {"", "   ", "null", "[]", "5", "\"{}\"", "{", "{\"DocNumber\": \"1", "{} {}",
          "DocNumber=1", "{\"a\": \"\xD7\"}", "{\"a\":[[[[[[[[1]]]]]]]]}"}) {
        const auto request = parse_classic(body);
        BOOST_TEST(!request.has_value(), body);
        BOOST_TEST(!request.error().text().empty(), body);
    }
    BOOST_TEST(parse_classic("\xEF\xBB\xBF{}").has_value());
}

// Cut at every byte: never a receipt, never a crash.
BOOST_AUTO_TEST_CASE(a_cut_body_is_no_receipt) {
    const std::string whole = receipt_json(R"(, "CustomerContact": "я@\u043f.рф", "test": false)",
                                           R"(, "Tax": "22/122")");
    BOOST_TEST(parse_classic(whole).has_value());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST(!parse_classic(std::string_view(whole).substr(0, size)).has_value(), size);
    }
}

BOOST_AUTO_TEST_SUITE_END()
