// conf.py, the settings of the service of 2017: a Python file of plain assignments. It is read, and
// never executed: only `NAME = literal` is understood, everything else is told with its line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kktd::tool {

/// A text, a whole number, True or False, or None (monostate).
using ConfValue = std::variant<std::monostate, std::string, std::int64_t, bool>;

struct ConfSetting {
    std::size_t line = 0; ///< from 1
    std::string name;
    ConfValue value;
    friend bool operator==(const ConfSetting&, const ConfSetting&) = default;
};

/// A line that is no such assignment. Its text is not kept: it may hold a secret.
struct ConfUnread {
    std::size_t line = 0;
    std::string name; ///< of what it assigns to; empty: it is no assignment
    friend bool operator==(const ConfUnread&, const ConfUnread&) = default;
};

struct ConfPy {
    std::vector<ConfSetting> settings; ///< in the order of the file; of equal names the last counts
    std::vector<ConfUnread> unread;
    friend bool operator==(const ConfPy&, const ConfPy&) = default;
};

/// Any bytes: what is not understood is listed, nothing fails. UTF-8 with or without BOM, line ends
/// of any system. Texts: '…' and "…" with the prefix u, backslash escapes \\ \' \" only; a raw
/// string r'…'. Numbers: decimal and 0x, of 64 bits.
[[nodiscard]] ConfPy parse_conf_py(std::string_view text);

} // namespace kktd::tool
