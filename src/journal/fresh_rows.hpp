// newest_rows(): the condition for what is fresh: not in an index yet, and so among the last rows.
#pragma once

#include <cstddef>
#include <string>

namespace kktd::journal {

/// SQL: the last `count` rows of `table`, to be joined to other conditions on it.
[[nodiscard]] inline std::string newest_rows(const std::string& table, std::size_t count) {
    return "row > (SELECT max(row) FROM " + table + ") - " + std::to_string(count);
}

} // namespace kktd::journal
