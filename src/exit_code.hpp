// Exit codes of kktd (sysexits.h); the systemd units and docs/operations.md know them.
#pragma once

namespace kktd {

inline constexpr int exit_ok = 0;
inline constexpr int exit_usage = 64;     ///< EX_USAGE
inline constexpr int exit_bug = 70;       ///< EX_SOFTWARE
inline constexpr int exit_try_later = 75; ///< EX_TEMPFAIL: already running, disk full …
inline constexpr int exit_config = 78;    ///< EX_CONFIG

} // namespace kktd
