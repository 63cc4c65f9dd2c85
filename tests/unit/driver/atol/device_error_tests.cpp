#include "driver/atol/device_error.hpp"

#include <array>
#include <boost/test/unit_test.hpp>

using namespace kktd;
using driver::atol::DeviceError;
using fiscal::FaultClass;

namespace {

/// Every code for which the vendor's driver 10.8.0.0 has words.
constexpr std::array vendor_codes{
    0x08, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x18, 0x19,
    0x1A, 0x1B, 0x1E, 0x1F, 0x20, 0x21, 0x3D, 0x3E, 0x3F, 0x40, 0x41, 0x42, 0x43, 0x46, 0x66, 0x67,
    0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70, 0x71, 0x72, 0x73, 0x75, 0x77, 0x7A, 0x7B,
    0x7C, 0x7D, 0x7E, 0x7F, 0x80, 0x81, 0x82, 0x84, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x8E, 0x8F,
    0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x9A, 0x9B, 0x9C, 0x9E, 0x9F, 0xA2, 0xA3, 0xA4,
    0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF, 0xB0, 0xB1, 0xB2, 0xB3, 0xB4,
    0xB5, 0xB6, 0xB7, 0xB8, 0xBA, 0xBE, 0xBF, 0xC8, 0xC9, 0xCA, 0xCB, 0xCC, 0xCD, 0xD0, 0xD1, 0xD2,
    0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF, 0xE0, 0xE1, 0xE4,
    0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xEB, 0xEC, 0xED, 0xEF, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6};

FaultClass class_of(int code) {
    return DeviceError(0x4A, static_cast<std::uint8_t>(code)).fault().cls();
}

} // namespace

BOOST_AUTO_TEST_SUITE(atol_device_error_tests)

BOOST_AUTO_TEST_CASE(every_code_of_the_vendor_has_words_and_advice) {
    BOOST_TEST(vendor_codes.size() == 144U);
    for (const int code : vendor_codes) {
        const DeviceError error(0x92, static_cast<std::uint8_t>(code));
        BOOST_TEST(error.text().find("код ошибки") == std::string::npos, code);
        const auto fault = error.fault("открытие чека");
        BOOST_TEST(fault.native_code() == code);
        BOOST_TEST(
            fault.text().starts_with("ККТ отказала (открытие чека): " + error.text() + ". "));
        // … and says what to do.
        BOOST_TEST(fault.text().size() > 40 + error.text().size());
        BOOST_TEST(fault.text().ends_with("."));
        BOOST_TEST(fault.native_text().find("0x92") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(unknown_codes_stay_readable) {
    const DeviceError error(0x4A, 0x2F);
    BOOST_TEST(error.text() == "код ошибки 0x2F");
    BOOST_TEST(error.fault().native_code() == 0x2F);
    BOOST_CHECK(error.fault().cls() == FaultClass::rejected);
    DeviceError extended(0xE8, 0xEE);
    BOOST_TEST(extended.text() == "Причину отказа прочитать не удалось");
    BOOST_CHECK(extended.fault().cls() == FaultClass::busy); // no reason, no verdict
    extended.set_extended(0x0999);
    BOOST_TEST(extended.text() == "код ошибки 0x0999");
}

BOOST_AUTO_TEST_CASE(classes_follow_the_cure) {
    BOOST_CHECK(class_of(0x67) == FaultClass::paper);
    BOOST_CHECK(class_of(0x68) == FaultClass::cover);
    BOOST_CHECK(class_of(0xD1) == FaultClass::cover);
    BOOST_CHECK(class_of(0x76) == FaultClass::busy);
    BOOST_CHECK(class_of(0x9B) == FaultClass::busy);
    BOOST_CHECK(class_of(0x9A) == FaultClass::busy); // the KKT was switched off in mid-receipt
    BOOST_CHECK(class_of(0x88) == FaultClass::shift);
    BOOST_CHECK(class_of(0xF0) == FaultClass::shift);
    BOOST_CHECK(class_of(0x8F) == FaultClass::shift);
    BOOST_CHECK(class_of(0x9C) == FaultClass::shift);
    BOOST_CHECK(class_of(0x20) == FaultClass::clock);
    BOOST_CHECK(class_of(0xEB) == FaultClass::ofd);
    BOOST_CHECK(class_of(0xD7) == FaultClass::fn);
    BOOST_CHECK(class_of(0xE9) == FaultClass::fn);
    BOOST_CHECK(class_of(0x08) == FaultClass::rejected);
    BOOST_CHECK(class_of(0x71) == FaultClass::rejected);
    BOOST_CHECK(class_of(0x7A) == FaultClass::unsupported);
    BOOST_CHECK(class_of(0xF2) == FaultClass::internal);
    BOOST_CHECK(class_of(0x46) == FaultClass::link);
}

BOOST_AUTO_TEST_CASE(extended_codes_tell_more) {
    DeviceError error(0xEB, 0xEE);
    error.set_extended(0x0104);
    BOOST_TEST(error.native_code() == 0x0104);
    const auto fault = error.fault("позиция 1");
    BOOST_CHECK(fault.cls() == FaultClass::unsupported);
    BOOST_TEST(fault.text().find("vat_codes") != std::string::npos);
    for (const int code : {0x0101, 0x0102, 0x0103, 0x0104, 0x0105, 0x0106, 0x0107, 0x0108,
                           0x0109, 0x010A, 0x0201, 0x0202, 0x0204, 0x0205, 0x0206, 0x0207,
                           0x0208, 0x0209, 0x020A, 0x020B, 0x0301, 0x0302, 0x0303}) {
        error.set_extended(static_cast<std::uint16_t>(code));
        BOOST_TEST(error.text().find("код ошибки") == std::string::npos, code);
    }
    for (const int code : {0x0201, 0x0207, 0x0208}) { // the state of the KKT, not of the receipt
        error.set_extended(static_cast<std::uint16_t>(code));
        BOOST_CHECK(error.fault().cls() == FaultClass::busy);
    }
    // The byte after F6h; without a known one, F6h has words of its own.
    BOOST_CHECK(DeviceError(0xEB, 0xF6, 1).fault().cls() == FaultClass::unsupported);
    BOOST_TEST(DeviceError(0xEB, 0xF6, 8).text().find("1212") != std::string::npos);
    BOOST_TEST(DeviceError(0xEB, 0xF6, 99).text() == "Недопустимое кол-во позиций в чеке");
}

BOOST_AUTO_TEST_SUITE_END()
