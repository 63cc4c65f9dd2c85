// Passwords of a KKT that stand in a file of their own: "password=@/etc/kktd/kkt.password" in the
// device URI, in place of the password itself.
#pragma once

#include "driver/device_uri.hpp"
#include "driver/registry.hpp"

namespace kktd::driver {

/// The same URI with the first line of the file in place of "@FILE", for every option whose name
/// ends in "password". Errors: a file that is not absolute, cannot be read, says nothing, or may be
/// read by everybody. Reads files, and blocks as they do; texts never hold what they say.
[[nodiscard]] fiscal::Result<DeviceUri, OpenError> with_passwords(DeviceUri uri);

} // namespace kktd::driver
