// ИНН: the taxpayer number of tags 1018, 1203, 1226, 1228 and its check digits.
#pragma once

#include <string_view>

namespace kktd::fiscal {

/// 10 digits (a company) or 12 (a person) with right check digits; the first two are not 00.
[[nodiscard]] bool valid_inn(std::string_view text);

} // namespace kktd::fiscal
