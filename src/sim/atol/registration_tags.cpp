#include "sim/atol/registration_tags.hpp"

#include "driver/atol/external_text.hpp"
#include "sim/atol/fields.hpp"

#include <string_view>

namespace kktd::sim::atol {

namespace {

constexpr std::string_view ofd_inn = "0000000000";
constexpr std::string_view ofd_name = "ТЕСТ ОФД kktsim";
constexpr std::string_view fns_site = "www.nalog.gov.ru";

std::string text(std::string_view utf8) {
    return driver::atol::to_external(utf8);
}
std::string padded(std::string_view utf8, std::size_t size) {
    return Fields().text(text(utf8), size).take();
}
std::string flag(bool value) {
    return {value ? '\1' : '\0'};
}

} // namespace

std::optional<std::string> registration_tag(std::uint16_t tag, const fiscal::KktProfile& profile) {
    const fiscal::KktRegistration& kkt = profile.registration;
    switch (tag) {
    case 1001: // automatic device
    case 1002: // without OFD
    case 1056: // encryption
    case 1057: // agents
    case 1109: // services
    case 1110: // strict forms
    case 1126: // lottery
    case 1193: // gambling
    case 1207: // excise goods
    case 1221: // printer in an automatic device
        return flag(false);
    case 1108: // internet only
        return flag(kkt.internet_only);
    case 1009:
        return text(kkt.address);
    case 1013:
        return padded(kkt.identity.serial, kkt.identity.serial.size());
    case 1017:
        return padded(ofd_inn, 12);
    case 1018:
        return padded(kkt.identity.inn, 12);
    case 1037:
        return padded(kkt.identity.rnm, 20);
    case 1041:
        return kkt.identity.fn;
    case 1046:
        return text(ofd_name);
    case 1048:
        return text(kkt.user);
    case 1060:
        return text(fns_site);
    case 1062:
        return std::string{static_cast<char>(kkt.taxations.mask)};
    case 1117:
        return text(kkt.sender_email);
    case 1187:
        return text(kkt.place);
    case 1188:
        return text(kkt.firmware);
    case 1189: // of the KKT
    case 1209:
        return std::string{static_cast<char>(kkt.ffd)};
    default:
        return std::nullopt;
    }
}

} // namespace kktd::sim::atol
