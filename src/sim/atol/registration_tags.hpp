// The tags a KKT keeps from its registration, as E9h gives them.
#pragma once

#include "fiscal/virtual_kkt.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace kktd::sim::atol {

/// The value of the element, texts in the device's code page; nothing if the registration has no
/// such tag.
[[nodiscard]] std::optional<std::string> registration_tag(std::uint16_t tag,
                                                          const fiscal::KktProfile& profile);

} // namespace kktd::sim::atol
