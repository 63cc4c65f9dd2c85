// KktRegistration: what a KKT was told when it was registered with the tax office (отчёт о
// регистрации); it stands in the head of every fiscal document.
#pragma once

#include "fiscal/device_state.hpp"

#include <cstdint>
#include <string>

namespace kktd::fiscal {

/// Begins the user name (tag 1048) of every simulated KKT, so that no document of one can be taken
/// for a fiscal document.
inline constexpr std::string_view test_mark = "ТЕСТ, не фискальный";

/// The defaults are those of a test KKT.
struct KktRegistration {
    Identity identity{.inn = "7701234560",
                      .rnm = "0000000001012345",
                      .serial = "00000000000000000001",
                      .fn = "9999078900012345"};
    TaxationSet taxations{static_cast<std::uint8_t>(Taxation::osn)}; ///< 1062
    std::uint8_t ffd = 4;                         ///< 2 = 1.05, 3 = 1.1, 4 = 1.2 (tag 1209)
    std::string user{test_mark};                  ///< 1048
    std::string address = "г. Москва";            ///< 1009
    std::string place = "https://shop.test";      ///< 1187
    std::string sender_email = "check@shop.test"; ///< 1117
    bool internet_only = false;                   ///< 1108: without a printer
    std::string firmware = "1.0";                 ///< 1188
    std::string model = "kktd test KKT";          ///< for people

    friend bool operator==(const KktRegistration&, const KktRegistration&) = default;
};

} // namespace kktd::fiscal
