// fault_point: a named place where a fault test may kill the process, to prove that nothing is lost
// or doubled there. Compiled in only with -Dfault_points=true (never in a release build).
//
// KKTD_KILL_AT=N   the N-th point that is passed (counted from 1) ends the process with SIGKILL.
// KKTD_KILL_TRACE=FILE   appends the name of every passed point to FILE, one a line.
#pragma once

namespace kktd::base {

#ifdef KKTD_FAULT_POINTS
inline constexpr bool fault_points_enabled = true;
void pass_fault_point(const char* name);
/// A switch of the fault tests, read from the environment once: "KKTD_NO_RECOVERY".
[[nodiscard]] bool fault_switch(const char* name);
#else
inline constexpr bool fault_points_enabled = false;
inline void pass_fault_point(const char*) {}
[[nodiscard]] inline bool fault_switch(const char*) {
    return false;
}
#endif

inline void fault_point(const char* name) {
    if constexpr (fault_points_enabled) {
        pass_fault_point(name);
    }
}

} // namespace kktd::base
