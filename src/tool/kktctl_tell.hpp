// kktd's answers in words for the person at the terminal.
#pragma once

#include <boost/json/object.hpp>

#include <string>

namespace kktd::tool {

/// Texts with line end. A field that is absent leaves its line out, so that kktctl and kktd of
/// neighbouring versions understand each other.
[[nodiscard]] std::string tell_status(const boost::json::object& status);
/// One receipt with all it has; several as a table.
[[nodiscard]] std::string tell_receipts(const boost::json::array& receipts);
/// The table, and what to do about it.
[[nodiscard]] std::string tell_unknown(const boost::json::array& receipts);

} // namespace kktd::tool
