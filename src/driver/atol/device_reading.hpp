// DeviceReading: asks an ATOL KKT for everything kktd wants to know of it. Changes nothing on it.
#pragma once

#include "driver/atol/fn_reads.hpp"
#include "driver/atol/session.hpp"
#include "driver/atol/status.hpp"
#include "fiscal/device_state.hpp"
#include "fiscal/result.hpp"

#include <optional>
#include <string>

namespace kktd::driver::atol {

/// What a KKT was registered with and cannot change without a fiscal document (a report of
/// registration), a new fiscal storage or being another device.
struct Facts {
    fiscal::Identity identity;
    fiscal::TaxationSet taxations;
    bool internet_only = false;
    std::uint8_t ffd = 0; ///< as tag 1209; 1 is FFD 1.0
    fiscal::Date fn_valid_until;
    std::string model;
    std::string firmware;
    friend bool operator==(const Facts&, const Facts&) = default;
};

/// Facts as last read, for as long as nothing can have changed them. Not thread-safe.
class KnownFacts {
public:
    /// Reads them if need be.
    [[nodiscard]] Session::Result<Facts> get(Session& session, const FnStatus& fn,
                                             const std::string& short_serial, Deadline deadline);
    /// A document of ours was made: it was no report of registration.
    void ours_made(std::uint32_t fd);
    /// The next connection may lead to another KKT.
    void forget() { facts_.reset(); }
    [[nodiscard]] const std::optional<Facts>& known() const { return facts_; }

private:
    std::optional<Facts> facts_;
    std::string fn_, short_serial_;
    std::uint32_t last_fd_ = 0;
};

/// Faults: those of the link; busy, clock or fn when the KKT is blocked by itself; cover for a
/// broken printer (not of a KKT without one); unsupported for FFD 1.0, whose VAT codes mean other
/// rates.
[[nodiscard]] fiscal::Result<fiscal::DeviceState, fiscal::Fault>
read_device(Session& session, KnownFacts& facts, Deadline deadline);

/// Why nothing can be registered with such facts.
[[nodiscard]] std::optional<fiscal::Fault> unsupported_ffd(const Facts& facts);

} // namespace kktd::driver::atol
