// Fuzz target: any bytes as a conf.py. Every line is read or named, and what is made of it is a
// configuration file in form: only what must be filled in is wrong with it.
#include "conf_py.hpp"
#include "kktctl_import.hpp"
#include "settings/settings.hpp"

#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kktd;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto imported = tool::import_conf(tool::parse_conf_py(text), "conf.py");
    const auto settings = settings::read_settings("fuzz", imported.config, "/var/lib/kktd");
    if (settings.has_value()) {
        std::abort(); // the shop has said nothing yet
    }
    std::istringstream errors(settings.error().text());
    for (std::string line; std::getline(errors, line);) {
        if (line.find("kkt[0].legal.") == std::string::npos &&
            line.find("kkt[0].device") == std::string::npos) {
            std::abort();
        }
    }
    return 0;
}
