// Settings: the whole configuration of kktd as values, read from its file (docs/configuration.md).
// What the file does not say has its default here; what it says wrongly is told all at once.
#pragma once

#include "base/config_file.hpp"
#include "base/log.hpp"
#include "engine/kkt_config.hpp"
#include "fiscal/result.hpp"
#include "front/front_config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kktd::settings {

/// A configuration file is never longer.
inline constexpr std::size_t max_file_bytes = 1 << 20;

struct Settings {
    std::string state_dir; ///< absolute; journal, lock and control socket live there
    std::vector<engine::KktConfig> kkt;
    front::FrontConfig front;
    engine::EngineConfig engine; ///< its version is not a setting and stays empty
    base::LogConfig log;
};

/// $KKTD_CONFIG, else "/etc/kktd/kktd.json".
[[nodiscard]] std::string default_config_file();
/// The first folder of $STATE_DIRECTORY (systemd sets it), else "/var/lib/kktd".
[[nodiscard]] std::string default_state_dir();

/// `file` is the name for the messages, `text` its contents. Pure: nothing is opened, no device is
/// asked. An error means exit code 78.
[[nodiscard]] fiscal::Result<Settings, base::ConfigErrors>
read_settings(std::string_view file, std::string_view text,
              std::string_view state_dir = default_state_dir());

/// The effective configuration as JSON that read_settings() takes, but for the secrets in device
/// URIs, which are masked.
[[nodiscard]] std::string print_settings(const Settings& settings);

/// One key as docs/configuration.md must describe it.
struct Key {
    std::string path;    ///< "kkt[].legal.inn"
    std::string type;    ///< "text", "seconds", "one of" …
    bool stated = false; ///< a real device must state it: there is no default
    std::string initial; ///< default, as JSON; empty: there is none
    std::string bounds;  ///< "1 … 256", "`internet`, `counter`"
};
[[nodiscard]] std::vector<Key> known_keys();

} // namespace kktd::settings
