// `kktctl drivers`: the drivers of this build and what their devices can do. Asks no device and no
// kktd.
#pragma once

#include "fiscal/capabilities.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <utility>
#include <vector>

namespace kktd::tool {

[[nodiscard]] std::string drivers_text();
[[nodiscard]] std::string drivers_json();

/// Pairs of a Russian name and a value: "Ставки НДС", "22 %, 10 %, …".
[[nodiscard]] std::vector<std::pair<std::string, std::string>>
capability_lines(const fiscal::Capabilities& capabilities);
[[nodiscard]] boost::json::object capability_json(const fiscal::Capabilities& capabilities);

} // namespace kktd::tool
