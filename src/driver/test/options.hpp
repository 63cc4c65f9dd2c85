// Options of a `test:` device URI.
#pragma once

#include "driver/device_uri.hpp"
#include "driver/registry.hpp"
#include "fiscal/virtual_kkt.hpp"

#include <chrono>
#include <string>

namespace kktd::driver::test {

struct Options {
    std::string storage;                  ///< path of the storage file; required
    std::string faults;                   ///< path of the file of switches; empty: none
    bool sync = false;                    ///< fdatasync after each document
    bool hold = false;                    ///< the KKT never becomes free: receipts wait
    std::chrono::milliseconds latency{0}; ///< of one perform()
    fiscal::KktProfile profile;
};

/// Errors name the option and what it may be.
[[nodiscard]] fiscal::Result<Options, OpenError> parse_options(const DeviceUri& uri);

} // namespace kktd::driver::test
