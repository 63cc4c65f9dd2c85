// SessionVatProbe: the VatProbe of an ATOL KKT. Tries the codes 1 … 12 (tag 1199) with the
// "check only" flag on positions of an electronic receipt that is cancelled.
#pragma once

#include "driver/atol/session.hpp"
#include "driver/vat_probe.hpp"

namespace kktd::driver::atol {

/// Not thread-safe; uses the driver's session.
class SessionVatProbe final : public VatProbe {
public:
    explicit SessionVatProbe(Session& session) : session_(session) {}

    /// Faults: shift (closed or older than 24 hours), busy (a receipt is open; or that of the probe
    /// could not be cancelled, or a document was made meanwhile), unsupported (FFD 1.0; a firmware
    /// that refuses a code everybody knows, or takes one that nobody can), those of the link and
    /// the KKT. Codes in their order.
    [[nodiscard]] fiscal::Result<std::vector<VatCode>, fiscal::Fault>
    probe_vat(Deadline deadline) override;

private:
    Session& session_;
};

} // namespace kktd::driver::atol
