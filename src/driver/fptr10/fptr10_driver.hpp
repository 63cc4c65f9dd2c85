// The `fptr10` driver: ATOL KKT of every model through the vendor's driver 10 (libfptr10.so), which
// runs in a child process (kktd-fptr10). Here are the order of the calls and what their answers
// mean; the child only makes them.
#pragma once

#include "driver/device_uri.hpp"
#include "driver/registry.hpp"

#include <memory>

namespace kktd::driver::fptr10 {

/// The table entry's `create`. Loads the library once, in a child that ends at once, to learn its
/// version; blocks for at most some seconds.
[[nodiscard]] fiscal::Result<std::unique_ptr<Driver>, OpenError>
create(const DeviceUri& uri, const Surroundings& surroundings);

} // namespace kktd::driver::fptr10
