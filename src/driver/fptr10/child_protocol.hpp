// What kktd and kktd-fptr10 agree on besides their messages.
#pragma once

namespace kktd::driver::fptr10 {

inline constexpr const char* child_name = "kktd-fptr10";
/// The child's end of the socketpair.
inline constexpr int child_socket = 3;

} // namespace kktd::driver::fptr10
