// VatProbe: finds out which codes of VAT rates a KKT's firmware takes, where the vendor has not
// published them. An optional part of a driver, for an operator at his terminal (`kktctl probe
// --vat`); kktd itself never asks.
#pragma once

#include "fiscal/fault.hpp"
#include "fiscal/result.hpp"
#include "fiscal/vat.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace kktd::driver {

/// Of the monotonic clock: no call blocks past it.
using Deadline = std::chrono::steady_clock::time_point;

/// One code, and what it probably stands for. That a firmware takes a code does not prove what it
/// means: the first receipt of such a rate must be read back from the fiscal storage.
struct VatCode {
    fiscal::VatRate rate = fiscal::VatRate::none;
    std::uint8_t code = 0;
    bool taken = false;     ///< the firmware took it
    bool published = false; ///< by the vendor: needs no line in the configuration
    friend bool operator==(const VatCode&, const VatCode&) = default;
};

class VatProbe {
public:
    VatProbe() = default;
    VatProbe(const VatProbe&) = delete;
    VatProbe& operator=(const VatProbe&) = delete;
    virtual ~VatProbe() = default;

    /// Tries every rate's code on a receipt that is cancelled: no fiscal document is made. The
    /// shift must be open, and no receipt: the caller has looked. Leaves no open receipt, or says
    /// so. Used by the thread that uses the driver.
    [[nodiscard]] virtual fiscal::Result<std::vector<VatCode>, fiscal::Fault>
    probe_vat(Deadline deadline) = 0;
};

} // namespace kktd::driver
