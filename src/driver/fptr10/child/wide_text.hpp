// UTF-8 to the wchar_t of the library (UTF-32 on Linux) and back.
#pragma once

#include <string>
#include <string_view>

namespace kktd::driver::fptr10::child {

/// Bytes that are no UTF-8 and zero bytes, which would end the text, become U+FFFD.
[[nodiscard]] std::wstring widened(std::string_view utf8);
/// What is no Unicode character becomes U+FFFD.
[[nodiscard]] std::string narrowed(std::wstring_view wide);

} // namespace kktd::driver::fptr10::child
