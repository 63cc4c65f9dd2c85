// drawing: a finished fiscal document as the text receipt a customer would get, from its TLV.
#pragma once

#include "fiscal/result.hpp"
#include "fiscal/tlv_codec.hpp"

#include <string>
#include <string_view>

namespace kktd::fiscal {

inline constexpr std::size_t drawing_columns = 42;

/// Lines of at most drawing_columns characters, each ended by '\n', UTF-8. Errors: the bytes are
/// not one document. A document of a simulated KKT is headed «ТЕСТ, не фискальный».
[[nodiscard]] Result<std::string, TlvError> draw(std::string_view tlv);

} // namespace kktd::fiscal
