// Driver: the interface between the engine and a KKT. One object per KKT, used by that KKT's
// executor thread only; no method is thread-safe, none blocks past its deadline.
#pragma once

#include "driver/checked.hpp"
#include "driver/vat_probe.hpp"
#include "fiscal/capabilities.hpp"
#include "fiscal/device_state.hpp"
#include "fiscal/outcome.hpp"
#include "fiscal/result.hpp"
#include "fiscal/service_task.hpp"
#include "fiscal/task.hpp"

#include <string>

namespace kktd::driver {

class Driver {
public:
    Driver() = default;
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;
    virtual ~Driver() = default;

    /// What this device can do. Known without asking it (constant for the object's life).
    [[nodiscard]] virtual fiscal::Capabilities capabilities() const = 0;

    /// Connects if needed and asks everything; changes nothing on the KKT.
    [[nodiscard]] virtual fiscal::Result<fiscal::DeviceState, fiscal::Fault> state(Deadline) = 0;

    /// Reserves what perform() will need to be recoverable (ATOL: task ids); changes nothing that
    /// matters. The bytes go into the durable marker. A driver with nothing to reserve answers "".
    /// Perhaps never followed by perform(): what was reserved is then simply given up.
    [[nodiscard]] virtual fiscal::Result<std::string, fiscal::Fault>
    prepare(const fiscal::FiscalTask& task, Deadline) = 0;

    /// Makes one fiscal document. Called once for each durable marker. `refused` means certainly
    /// not registered; all that happens after the first irreversible byte is `unknown` unless
    /// proven.
    [[nodiscard]] virtual fiscal::Outcome perform(const fiscal::FiscalTask& task,
                                                  const std::string& prepared, Deadline) = 0;

    /// What became of the document of `marker`: asks the KKT, reads documents back. `unknown` with
    /// FaultClass::link (or busy) = the KKT could not be asked, ask again later; any other unknown
    /// = asked and inconclusive, an operator decides.
    [[nodiscard]] virtual fiscal::Outcome recover(const fiscal::Marker& marker, Deadline) = 0;

    /// Cancels the open receipt on the KKT; only called when the journal proves it ours.
    [[nodiscard]] virtual fiscal::Result<void, fiscal::Fault> cancel(Deadline) = 0;

    /// What an operator asked for besides fiscal documents. A lost answer is a link fault.
    [[nodiscard]] virtual fiscal::Result<void, fiscal::Fault> serve(const fiscal::ServiceTask& task,
                                                                    Deadline) = 0;

    /// Asks the KKT itself whether it would register this receipt, and makes nothing: no document,
    /// no print, no change of a counter. Only called while the shift is open and no receipt is, and
    /// with a durable marker of `receipt` without `prepared`, by which recover() ends what may have
    /// stayed open (Checked::in_doubt). A driver that has it says so in its line of the table
    /// (DriverEntry::checks).
    [[nodiscard]] virtual Checked check(const fiscal::Register& receipt, Deadline);

    /// For drivers of devices whose codes of VAT rates differ by firmware; nullptr where there is
    /// nothing to find out. Owned by the driver.
    [[nodiscard]] virtual VatProbe* vat_probe() { return nullptr; }

    /// Releases the connection; the next call connects again.
    virtual void close() = 0;
};

inline Checked Driver::check(const fiscal::Register&, Deadline) {
    return {Checked::Verdict::not_asked,
            fiscal::Fault(fiscal::FaultClass::unsupported,
                          "Драйвер этой ККТ не умеет спрашивать её, не пробивая чека.")};
}

} // namespace kktd::driver
