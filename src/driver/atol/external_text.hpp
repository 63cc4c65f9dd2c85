// The code page of texts on ATOL's wire ("external"): CP866 with a few other places (№ 24h, Ё F0h,
// ё F1h …). Used in names, tags and table fields.
#pragma once

#include <string>
#include <string_view>

namespace kktd::driver::atol {

/// From UTF-8; what has no place becomes a space, as the vendor's driver does.
[[nodiscard]] std::string to_external(std::string_view utf8);
/// To UTF-8; every byte has a character.
[[nodiscard]] std::string from_external(std::string_view bytes);

} // namespace kktd::driver::atol
