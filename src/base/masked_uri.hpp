// masked_uri: a device URI as status, logs and --print-config may show it.
#pragma once

#include <string>
#include <string_view>

namespace kktd::base {

/// "atol+tcp://***@host:5555?password=***": the user part and the values of options whose name
/// speaks of a password, pin, token, secret or key are hidden. Everything else stays byte by byte.
[[nodiscard]] std::string masked_uri(std::string_view uri);

} // namespace kktd::base
