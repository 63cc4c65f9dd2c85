// told(): what was received, or why not, as one text to compare.
#pragma once

#include "port/port.hpp"

#include <string>

namespace kktd::port::testing {

inline std::string told(const Result<std::string>& received) {
    return received ? *received : "error: " + received.error().text();
}

} // namespace kktd::port::testing
