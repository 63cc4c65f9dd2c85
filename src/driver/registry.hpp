// The table of drivers: one line each.
#pragma once

#include "base/clock.hpp"
#include "driver/device_uri.hpp"
#include "driver/driver.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace kktd::driver {

enum class Maturity { experimental, beta, stable };
[[nodiscard]] std::string_view name(Maturity maturity);

/// What a driver needs from its surroundings. References live as long as the driver.
struct Surroundings {
    const base::Clock& clock;
    std::chrono::seconds utc_offset{10'800}; ///< of the KKT's place
    /// The device's codes of VAT rates that are not publicly known, by VatRate; 0: not given.
    std::array<std::uint8_t, 14> vat_codes = {};
};

/// Not an aggregate: it is the error of Result.
class OpenError {
public:
    OpenError() = default;
    explicit OpenError(std::string text) : text_(std::move(text)) {}
    /// Russian or English is the caller's: this is an English configuration error with what to
    /// change.
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

struct DriverEntry {
    std::string_view name; ///< scheme of the device URI before '+': "test"
    std::string_view title;
    Maturity maturity;
    bool test; ///< registers nothing for the tax office
    /// What create() calls with the passwords in their places.
    fiscal::Result<std::unique_ptr<Driver>, OpenError> (*make)(const DeviceUri&,
                                                               const Surroundings&);
    /// A device URI that create() takes, for `kktctl drivers`; empty: there is none to show.
    std::string_view example = {};
    bool checks = false; ///< has Driver::check()

    /// Checks the URI's parameters (unknown ones are errors) and makes the driver; touches no
    /// device (a `test:` storage file is created on first use). Reads the files of passwords.
    [[nodiscard]] fiscal::Result<std::unique_ptr<Driver>, OpenError>
    create(const DeviceUri& uri, const Surroundings& surroundings) const;
};

[[nodiscard]] std::span<const DriverEntry> drivers();
/// nullptr if no driver has that name.
[[nodiscard]] const DriverEntry* find_driver(std::string_view name);

} // namespace kktd::driver
