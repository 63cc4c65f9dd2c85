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

#include <optional>
#include <string>

namespace kktd::driver {

class Driver {
public:
    Driver() = default;
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;
    virtual ~Driver() = default;

    /// What this device can do. Known without asking it; state() may find out more.
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
    /// proven. A KKT that is not as the marker has it (another fiscal storage, a document since) is
    /// sent nothing: `refused`, for a cause that makes the engine look again.
    [[nodiscard]] virtual fiscal::Outcome perform(const fiscal::FiscalTask& task,
                                                  const fiscal::Marker& marker, Deadline) = 0;

    /// What became of the document of `marker`: asks the KKT, reads documents back. `refused` = it
    /// is not there, and if it stood open on the KKT it has been cancelled: called while the marker
    /// is open in the journal, which proves such a receipt ours. `unknown` with FaultClass::link
    /// (or busy) = the KKT could not be asked, ask again later (busy at the deadline: with more
    /// time); any other unknown = asked and inconclusive, an operator decides. May be asked again,
    /// later, about a marker that was `refused`: its `prepared` is empty then.
    [[nodiscard]] virtual fiscal::Outcome recover(const fiscal::Marker& marker, Deadline) = 0;

    /// What an operator asked for besides fiscal documents. A lost answer is a link fault.
    [[nodiscard]] virtual fiscal::Result<void, fiscal::Fault> serve(const fiscal::ServiceTask& task,
                                                                    Deadline) = 0;

    /// After perform() and recover(): why nothing more may be registered on this KKT until an
    /// operator has looked at it, although the KKT itself would; told once. The engine keeps it,
    /// over restarts too.
    [[nodiscard]] virtual std::optional<fiscal::Fault> take_stop() { return std::nullopt; }

    /// Asks the KKT itself whether it would register this receipt, and makes nothing: no document,
    /// no print, no change of a counter. Only called while the shift is open and no receipt is, and
    /// with a durable marker as for perform(), by which recover() ends what may have stayed open
    /// (Checked::in_doubt). A driver that has it says so in its line of the table
    /// (DriverEntry::checks).
    [[nodiscard]] virtual Checked check(const fiscal::Register& receipt,
                                        const fiscal::Marker& marker, Deadline);

    /// For drivers of devices whose codes of VAT rates differ by firmware; nullptr where there is
    /// nothing to find out. Owned by the driver.
    [[nodiscard]] virtual VatProbe* vat_probe() { return nullptr; }

    /// Releases the connection; the next call connects again.
    virtual void close() = 0;
};

inline Checked Driver::check(const fiscal::Register&, const fiscal::Marker&, Deadline) {
    return {Checked::Verdict::not_asked,
            fiscal::Fault(fiscal::FaultClass::unsupported,
                          "Драйвер этой ККТ не умеет спрашивать её, не пробивая чека.")};
}

} // namespace kktd::driver
