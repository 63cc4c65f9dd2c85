// The log of this test program.
#pragma once

#include <string>

namespace kktd::test {

/// All that has been logged since the program started.
[[nodiscard]] std::string log_text();

} // namespace kktd::test
