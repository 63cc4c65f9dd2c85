#include "fiscal/drawing.hpp"

#include "fiscal/text.hpp"
#include "fiscal/virtual_kkt.hpp"
#include "sample_documents.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace kktd::fiscal;

namespace {

const LocalTime noon = LocalTime::at({2026, 3, 10}, 12, 30);

FinishedDocument made(const Document& document) {
    VirtualKkt kkt{KktProfile()};
    BOOST_REQUIRE(kkt.open_shift("Иванова", noon).has_value());
    const auto answer = kkt.register_document(document, noon);
    BOOST_REQUIRE(answer.has_value());
    return *answer;
}

std::string pair(const std::string& left, const std::string& right) {
    return left + std::string(drawing_columns - text_length(left) - text_length(right), ' ') +
           right;
}

void check_lines(const std::string& drawing) {
    BOOST_TEST(drawing.ends_with('\n'));
    std::string_view rest = drawing;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        BOOST_TEST(text_length(line) <= drawing_columns, line);
        rest.remove_prefix(line.size() + 1);
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(drawing_tests)

BOOST_AUTO_TEST_CASE(the_classic_receipt) {
    Document document = sample::receipt();
    document.internet = true;
    const FinishedDocument finished = made(document);
    const auto drawing = draw(finished.tlv);
    BOOST_REQUIRE(drawing.has_value());
    const std::string sign = finished.fpd;
    const std::string expected = "******************************************\n"
                                 "           ТЕСТ, не фискальный\n"
                                 "******************************************\n"
                                 "              ИНН 7701234560\n"
                                 "                г. Москва\n"
                                 "            https://shop.test\n"
                                 "------------------------------------------\n"
                                 "               КАССОВЫЙ ЧЕК\n"
                                 "                  ПРИХОД\n"
                                 "Чек 1, смена 1            10.03.2026 12:30\n"
                                 "Кассир                             Иванова\n"
                                 "------------------------------------------\n"
                                 "Наименование товара\n"
                                 "6 x 325.00                        =1950.00\n"
                                 " НДС 22 %                          =351.64\n"
                                 " ПОЛНЫЙ РАСЧЕТ\n"
                                 "------------------------------------------\n"
                                 "ИТОГ                              =1950.00\n"
                                 "БЕЗНАЛИЧНЫМИ                      =1950.00\n"
                                 "СУММА НДС 22 %                     =351.64\n"
                                 "СНО                                    ОСН\n"
                                 "РАСЧЕТ В ИНТЕРНЕТ\n"
                                 "Эл. адр. покупателя        buyer@shop.test\n"
                                 "Эл. адр. отправителя       check@shop.test\n"
                                 "Сайт ФНС                  www.nalog.gov.ru\n"
                                 "kktd                      ABCDEFGHIJKLMNOP\n"
                                 "------------------------------------------\n"
                                 "РН ККТ                    0000000001012345\n"
                                 "ФН                        9999078900012345\n"
                                 "ФД 2" +
                                 std::string(42 - 4 - 3 - sign.size(), ' ') + "ФП " + sign + "\n";
    BOOST_TEST(drawing->substr(0, expected.size()) == expected);
    std::string qr = drawing->substr(expected.size());
    std::erase(qr, '\n');
    BOOST_TEST(qr == "QR-код:" + registration_of(finished).qr);
    check_lines(*drawing);
}

BOOST_AUTO_TEST_CASE(rates_by_the_day_of_the_document) {
    Document document = sample::receipt();
    document.items[0] = sample::item("Возврат", Money(12000), Quantity(500'000), VatRate::vat20);
    document.items.push_back(
        sample::item("Без налога", Money(100), Quantity::units(1), VatRate::none));
    document.items.push_back(sample::item("Ноль", Money(100), Quantity::units(1), VatRate::vat0));
    document.kind = ReceiptKind::sell_refund;
    const auto drawing = draw(made(sample::paid(document)).tlv);
    BOOST_REQUIRE(drawing.has_value());
    for (const std::string& line :
         {std::string("             ВОЗВРАТ ПРИХОДА"), pair("0.5 x 120.00", "=60.00"),
          pair(" НДС 20 %", "=10.00"), std::string(" Без НДС"), std::string(" НДС 0 %"),
          pair("СУММА НДС 20 %", "=10.00"), pair("СУММА 0 %", "=1.00"),
          pair("СУММА без НДС", "=1.00")}) {
        BOOST_TEST(drawing->find('\n' + line + '\n') != std::string::npos, line);
    }
}

BOOST_AUTO_TEST_CASE(random_receipts_fit_the_tape) {
    std::mt19937_64 random(5);
    for (int i = 0; i < 100; ++i) {
        const auto drawing = draw(made(sample::random_receipt(random)).tlv);
        BOOST_REQUIRE(drawing.has_value());
        check_lines(*drawing);
    }
}

BOOST_AUTO_TEST_CASE(shift_reports) {
    VirtualKkt kkt{KktProfile()};
    const auto opened = draw(kkt.open_shift("Иванова", noon)->tlv);
    BOOST_REQUIRE(opened.has_value());
    BOOST_TEST(opened->find("ОТЧЕТ ОБ ОТКРЫТИИ СМЕНЫ") != std::string::npos);
    const auto closed = draw(kkt.close_shift("Иванова", noon)->tlv);
    BOOST_REQUIRE(closed.has_value());
    BOOST_TEST(closed->find("Документов за смену                      2\n") != std::string::npos);
    check_lines(*opened);
    check_lines(*closed);
}

BOOST_AUTO_TEST_CASE(anything_else_is_an_error_not_a_crash) {
    const FinishedDocument finished = made(sample::receipt());
    for (std::size_t size = 0; size < finished.tlv.size(); ++size) {
        BOOST_TEST(!draw(finished.tlv.substr(0, size)).has_value());
    }
    BOOST_TEST(!draw(finished.tlv + finished.tlv).has_value());
    std::mt19937_64 random(1);
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes = finished.tlv;
        for (auto changes = 1 + random() % 3; changes > 0; --changes) {
            bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        if (const auto drawing = draw(bytes)) {
            BOOST_REQUIRE(std::none_of(drawing->begin(), drawing->end(), [](const char c) {
                return c != '\n' && static_cast<unsigned char>(c) < ' ';
            }));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
