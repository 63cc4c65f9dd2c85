// Log: one line an event, to stderr with journald priority prefixes ("<6>text") and, if configured,
// to a file. Library code never logs; a failure is logged once, at the top (engine, front, main).
// Any thread. Must be set up by init_log() before the first thread starts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kktd::base {

enum class LogLevel : std::uint8_t { debug, info, notice, warning, error };

struct LogConfig {
    LogLevel level = LogLevel::info;
    std::string file;                      ///< empty: stderr only
    std::uint64_t rotate_bytes = 10 << 20; ///< the file is renamed and begun anew beyond it
    unsigned keep_files = 10;
};

/// Errors: throws std::runtime_error if the file cannot be opened (a configuration error).
void init_log(const LogConfig& config);
/// SIGUSR1: opens the file anew after logrotate moved it away.
void reopen_log();
/// Flushes and detaches the sinks; the last thing main does.
void stop_log();

/// Whether a line of this level is written at all: for callers to whom its text costs something.
[[nodiscard]] bool logs(LogLevel level);

/// Control characters (line breaks of a request among them) are written as "\xNN".
void log(LogLevel level, std::string_view message);

} // namespace kktd::base
