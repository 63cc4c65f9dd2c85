// The opaque bytes of a marker's `prepared`: the number of the task that an irreversible command
// was given, "v3:D5"; empty over a link that remembers nothing.
#pragma once

#include "driver/atol/link.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

[[nodiscard]] std::string prepared_text(TaskId task);
/// Nothing if the text is no such.
[[nodiscard]] std::optional<TaskId> task_of_prepared(std::string_view prepared);
/// Whether a task's answer is "55 00 …".
[[nodiscard]] bool is_success(std::string_view answer);

} // namespace kktd::driver::atol
