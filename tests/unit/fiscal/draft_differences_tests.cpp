#include "sample.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

BOOST_AUTO_TEST_SUITE(draft_differences_tests)

BOOST_AUTO_TEST_CASE(equal_drafts_have_none) {
    auto sent = sample::draft();
    sent.allow_repeat = true;
    sent.positions.front().path = "/Goods/0";
    BOOST_TEST(differences(sample::draft(), sent).empty());
}

BOOST_AUTO_TEST_CASE(both_values_are_shown) {
    const auto stored = sample::draft();
    auto sent = stored;
    sent.date = Date{2017, 10, 7};
    sent.total = sample::number("2000");
    sent.positions.front().name = "Другой";
    sent.positions.front().quantity = sample::number("0.5");
    sent.positions.front().vat.reset();
    sent.positions.push_back(sent.positions.front());
    sent.payments = {{PaymentKind::cash, {}}};
    sent.internet = true;
    const std::vector<std::string> expected{
        "Дата: было 06.10.2017, пришло 07.10.2017",
        "Сумма: было 1950.00, пришло 2000.00",
        "Позиций: было 1, пришло 2",
        "Позиция 1, наименование: было «Наименование товара», пришло «Другой»",
        "Позиция 1, количество: было 6, пришло 0.5",
        "Позиция 1, ставка НДС: было 22 %, пришло не указано",
        "Оплата: было не указано, пришло cash",
        "Расчёт в интернете: было не указано, пришло да"};
    const auto lines = differences(stored, sent);
    BOOST_TEST(lines == expected, boost::test_tools::per_element());
    BOOST_TEST(differences(stored, sent, 3).size() == 3U);
    BOOST_TEST(differences(stored, sent, 0).empty());
}

BOOST_AUTO_TEST_CASE(persons_are_not_shown) {
    auto stored = sample::draft();
    stored.contact = "+79161234567";
    auto sent = stored;
    sent.contact = "ivan@example.com";
    sent.buyer = Buyer{"Иванов Иван", "500100732259"};
    const std::vector<std::string> expected{
        "Контакт покупателя: было +7916***67, пришло i***@example.com",
        "Покупатель: другие данные"};
    const auto lines = differences(stored, sent);
    BOOST_TEST(lines == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
