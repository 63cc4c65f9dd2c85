// The `atol` driver: KKT of ATOL's platform 2.x (FFD 1.05 and 1.1) by their own protocol, "Протокол
// ККТ 3.1", over TCP or a serial line.
#pragma once

#include "driver/atol/link.hpp"
#include "driver/atol/status.hpp"
#include "driver/atol/vat_code.hpp"
#include "driver/device_uri.hpp"
#include "driver/open_receipt.hpp"
#include "driver/registry.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace kktd::driver::atol {

/// The table entry's `create`: atol+tcp://host:5555, atol+serial:///dev/ttyACM0?baud=115200.
[[nodiscard]] fiscal::Result<std::unique_ptr<Driver>, OpenError>
create(const DeviceUri& uri, const Surroundings& surroundings);

struct DriverOptions {
    std::uint32_t user_password = factory_user_password; ///< with which modes are entered
    /// So long an open receipt that may be a cashier's has to stand as it is.
    std::chrono::seconds leftover = OpenReceipt::usual_leftover;
};

/// The driver over any link.
[[nodiscard]] std::unique_ptr<Driver> make_driver(std::unique_ptr<Link> link,
                                                  const GivenVatCodes& vat_codes,
                                                  const DriverOptions& options = {});

} // namespace kktd::driver::atol
