// `kktctl import-conf`: a kktd.json from the conf.py of the service of 2017
// (docs/migrating-from-dto9.md). What kktd cannot know from it is marked to be filled in; what has
// no equivalent is told. Passwords stay in conf.py: none is written or shown.
#pragma once

#include "conf_py.hpp"
#include "kktctl_options.hpp"

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace kktd::tool {

/// Stands in kktd.json wherever the shop must say what it is: `kktd --check-config` names each
/// such line until it has been replaced.
inline constexpr std::string_view fill_in = "ЗАПОЛНИТЕ";

struct Imported {
    std::string config;             ///< a kktd.json with comments
    std::vector<std::string> notes; ///< Russian, a line each, for the terminal; no secrets
};

/// Pure; `file` is the name for comments.
[[nodiscard]] Imported import_conf(const ConfPy& conf, std::string_view file);

/// Reads the file and writes the result to `import.output`, which must not exist yet, or to `out`.
/// Returns kktctl's exit code.
[[nodiscard]] int run_import_conf(const ImportConf& import, std::ostream& out, std::ostream& err);

} // namespace kktd::tool
