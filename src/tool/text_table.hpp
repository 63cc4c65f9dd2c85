// TextTable: columns aligned for a terminal, counted in characters and not in bytes: Russian
// letters take two bytes each.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kktd::tool {

class TextTable {
public:
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    /// Two spaces between columns, no spaces at the end of a line, `indent` spaces before it.
    [[nodiscard]] std::string text(std::size_t indent = 0) const;

private:
    std::vector<std::vector<std::string>> rows_;
};

/// Characters of a UTF-8 text.
[[nodiscard]] std::size_t character_count(std::string_view utf8);

} // namespace kktd::tool
