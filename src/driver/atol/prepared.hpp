// The opaque bytes of a marker's `prepared`: the numbers of the tasks that its decisive commands
// were given, "v3:D5,D6" (the closing, then the opening of a receipt) or "v3:D5"; empty over a link
// that remembers nothing.
#pragma once

#include "driver/atol/link.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

struct PreparedTasks {
    TaskId last = 0;            ///< of the irreversible command
    std::optional<TaskId> open; ///< of 92h: whether the open receipt is ours
    friend bool operator==(const PreparedTasks&, const PreparedTasks&) = default;
};

[[nodiscard]] std::string prepared_text(const PreparedTasks& tasks);
/// Nothing if the text is no such.
[[nodiscard]] std::optional<PreparedTasks> tasks_of_prepared(std::string_view prepared);
/// Whether a task's answer is "55 00 …".
[[nodiscard]] bool is_success(std::string_view answer);

} // namespace kktd::driver::atol
