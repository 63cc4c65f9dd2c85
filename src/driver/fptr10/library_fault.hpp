// What an error of the library means: LIBFPTR_ERROR_… to a Fault class by its cure and a Russian
// text that says what to do. Numbers: the vendor's header 10.10.8.0.
#pragma once

#include "driver/fptr10/message.hpp"
#include "fiscal/fault.hpp"

#include <cstdint>
#include <string>

namespace kktd::driver::fptr10 {

/// `text`: the library's own words; where it has none the number stands for them.
[[nodiscard]] fiscal::Fault library_fault(std::uint32_t code, const std::string& text);
/// Of an answer that is not `done`.
[[nodiscard]] fiscal::Fault fault_of(const Response& response);

/// Cancelling a receipt answers so where there is none: the vendor's list of errors that are none.
[[nodiscard]] bool nothing_to_cancel(std::int64_t code);
/// The opening of a receipt answers so where a receipt or another document already stands open.
[[nodiscard]] bool already_open(std::int64_t code);

namespace error {
inline constexpr std::uint32_t no_more_data = 30;
inline constexpr std::uint32_t fn_no_more_data = 123;
inline constexpr std::uint32_t fiscal_property_write = 148;
inline constexpr std::uint32_t fn_query_interrupted = 178;
} // namespace error

} // namespace kktd::driver::fptr10
