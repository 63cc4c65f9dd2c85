#include "journal/store.hpp"

namespace kktd::journal {

std::string_view name(Space space) {
    switch (space) {
    case Space::real:
        return "real";
    case Space::test_device:
        return "test_device";
    case Space::rehearsal:
        return "rehearsal";
    }
    return "";
}

std::string key_prefix(std::string_view number) {
    return std::to_string(number.size()) + ':' + std::string(number) + ',';
}

} // namespace kktd::journal
