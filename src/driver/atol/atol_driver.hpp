// The `atol` driver: KKT of ATOL's platform 2.x (FFD 1.05 and 1.1) by their own protocol, "Протокол
// ККТ 3.1", over TCP or a serial line.
#pragma once

#include "driver/atol/link.hpp"
#include "driver/atol/status.hpp"
#include "driver/atol/vat_code.hpp"
#include "driver/device_uri.hpp"
#include "driver/registry.hpp"

#include <memory>

namespace kktd::driver::atol {

/// The table entry's `create`: atol+tcp://host:5555, atol+serial:///dev/ttyACM0?baud=115200.
[[nodiscard]] fiscal::Result<std::unique_ptr<Driver>, OpenError>
create(const DeviceUri& uri, const Surroundings& surroundings);

/// The driver over any link. `user_password`: with which modes are entered.
[[nodiscard]] std::unique_ptr<Driver>
make_driver(std::unique_ptr<Link> link, const GivenVatCodes& vat_codes,
            std::uint32_t user_password = factory_user_password);

} // namespace kktd::driver::atol
