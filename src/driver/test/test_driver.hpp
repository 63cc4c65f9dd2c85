// The `test:` driver: a VirtualKkt in process and a storage file. Everything it makes is marked as
// test, not fiscal. Its causes to wait and its faults can be flipped from outside by a file
// (docs/configuration.md, "test:").
#pragma once

#include "driver/device_uri.hpp"
#include "driver/registry.hpp"

#include <memory>

namespace kktd::driver::test {

/// The table entry's `create`.
[[nodiscard]] fiscal::Result<std::unique_ptr<Driver>, OpenError>
create(const DeviceUri& uri, const Surroundings& surroundings);

} // namespace kktd::driver::test
