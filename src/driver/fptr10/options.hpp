// Options of the device URI "fptr10+tcp://HOST:PORT", "fptr10+serial:///dev/ttyACM0?baud=115200",
// "fptr10+usb:".
#pragma once

#include "driver/device_uri.hpp"
#include "driver/fptr10/remote_library.hpp"
#include "driver/open_receipt.hpp"
#include "driver/registry.hpp"

#include <chrono>

namespace kktd::driver::fptr10 {

struct Options {
    LibraryPlace place; ///< what kktd-fptr10 is started with
    /// So long a KKT may take over one command of a receipt or over opening a shift. Then the
    /// answer is taken for lost, the child is killed and another one asks the KKT. The library
    /// itself waits up to 50 s for an answer and has no setting for it (measured with 10.8.0.0). A
    /// KKT that only prints for longer loses nothing by it but what is known of its paper.
    std::chrono::seconds answer_wait{4};
    /// So long an open receipt that may be a cashier's has to stand as it is.
    std::chrono::seconds leftover = OpenReceipt::usual_leftover;
};

/// Unknown options and values are errors.
[[nodiscard]] fiscal::Result<Options, OpenError> parse_options(const DeviceUri& uri);

} // namespace kktd::driver::fptr10
