#include "driver/fptr10/library_fault.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd;
using namespace kktd::driver::fptr10;
using fiscal::FaultClass;

BOOST_AUTO_TEST_SUITE(fptr10_library_fault_tests)

BOOST_AUTO_TEST_CASE(classes_follow_the_cure) {
    const std::pair<std::uint32_t, FaultClass> expected[] = {
        {1, FaultClass::link},        {2, FaultClass::link},      {3, FaultClass::busy},
        {4, FaultClass::link},        {8, FaultClass::internal},  {11, FaultClass::unsupported},
        {16, FaultClass::rejected},   {35, FaultClass::clock},    {44, FaultClass::paper},
        {45, FaultClass::cover},      {66, FaultClass::rejected}, {68, FaultClass::shift},
        {73, FaultClass::shift},      {67, FaultClass::busy},     {82, FaultClass::busy},
        {118, FaultClass::fn},        {137, FaultClass::ofd},     {141, FaultClass::shift},
        {144, FaultClass::rejected},  {177, FaultClass::busy},    {190, FaultClass::unsupported},
        {241, FaultClass::link},      {601, FaultClass::busy},    {603, FaultClass::link},
        {4711, FaultClass::rejected},
    };
    for (const auto& [code, cls] : expected) {
        BOOST_TEST((library_fault(code, "слова").cls() == cls), code);
    }
}

BOOST_AUTO_TEST_CASE(texts_say_what_happened_and_what_to_do) {
    const auto paper = library_fault(44, "Нет бумаги");
    BOOST_TEST(paper.text() == "Нет бумаги (код 44). Вставьте чековую ленту: чек будет "
                               "зарегистрирован сам, пробивать его вручную не нужно.");
    BOOST_TEST(paper.native_code() == 44);
    BOOST_TEST(paper.native_text() == "Нет бумаги");
    BOOST_TEST(library_fault(9999, "").text() ==
               "ошибка драйвера АТОЛ (код 9999). Исправьте чек и отправьте его снова.");
    const auto old = fault_of({.status = CallStatus::missing_symbol, .text = "libfptr_beep"});
    BOOST_TEST(old.text().find("libfptr_beep. Установите новую версию") != std::string::npos);
    const auto none = fault_of({.status = CallStatus::not_loaded, .text = "no such file"});
    BOOST_TEST((none.cls() == FaultClass::link));
    BOOST_TEST(none.text().find("(no such file)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_to_cancel_is_no_error) {
    BOOST_TEST(nothing_to_cancel(81));
    BOOST_TEST(nothing_to_cancel(177));
    BOOST_TEST(!nothing_to_cancel(2));
    BOOST_TEST(!nothing_to_cancel(44));
}

BOOST_AUTO_TEST_SUITE_END()
