// kktsim dump: the documents of a storage file for people and for programs.
#pragma once

#include "kktsim_options.hpp"

namespace kktd::tool::kktsim {

/// Prints to stdout; returns the exit code. Each document as a customer sees it, with the text of
/// its QR code; with `json` a line of JSON each.
[[nodiscard]] int run_dump(const Dump& dump);

} // namespace kktd::tool::kktsim
