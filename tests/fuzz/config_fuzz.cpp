// Fuzz target: any bytes as a configuration file. What is read must print, and what was printed
// must read back to the same.
#include "settings/settings.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kktd::settings;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto settings = read_settings("fuzz", text, "/var/lib/kktd");
    if (!settings.has_value()) {
        if (settings.error().empty() || settings.error().text().empty()) {
            std::abort(); // refused without a reason
        }
        return 0;
    }
    const std::string printed = print_settings(*settings);
    if (printed.find("***") != std::string::npos) {
        return 0; // secrets are masked: two devices may look alike now
    }
    const auto again = read_settings("printed", printed, "/var/lib/kktd");
    if (!again.has_value() || print_settings(*again) != printed) {
        std::abort();
    }
    return 0;
}
