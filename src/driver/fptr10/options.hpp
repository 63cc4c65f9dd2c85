// Options of the device URI "fptr10+tcp://HOST:PORT", "fptr10+serial:///dev/ttyACM0?baud=115200",
// "fptr10+usb:".
#pragma once

#include "driver/device_uri.hpp"
#include "driver/fptr10/remote_library.hpp"
#include "driver/registry.hpp"

namespace kktd::driver::fptr10 {

/// What kktd-fptr10 is started with. Unknown options and values are errors.
[[nodiscard]] fiscal::Result<LibraryPlace, OpenError> parse_options(const DeviceUri& uri);

} // namespace kktd::driver::fptr10
