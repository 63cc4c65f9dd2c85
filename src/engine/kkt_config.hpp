// Configuration values of the engine and of one KKT; read from the file by base/config.
#pragma once

#include "fiscal/draft.hpp"
#include "fiscal/legal.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kktd::engine {

/// Who judges a receipt in test mode.
enum class CheckBy : std::uint8_t {
    state,  ///< a KKT in memory that has the state of the real one
    device, ///< it first, then the real one (driver::Driver::check)
};

struct KktConfig {
    std::string id;     ///< "main"
    std::string device; ///< URI
    fiscal::Legal legal;
    fiscal::ShiftPolicy shift;
    bool test_mode = false; ///< rehearse everything
    CheckBy check = CheckBy::state;
    /// Codes of VAT rates, for driver::Surroundings; 0: not given.
    std::array<std::uint8_t, 14> vat_codes = {};
    std::chrono::seconds utc_offset{10'800};       ///< of the place of the KKT
    std::chrono::seconds give_up_after{72 * 3600}; ///< a waiting receipt is refused after it
    std::chrono::seconds idle_release{0}; ///< connection released when idle so long; 0 never
    std::size_t queue_limit = 1000;
    std::chrono::seconds document_deadline{120};    ///< of one perform()
    std::chrono::milliseconds retry_interval{2000}; ///< between looks at a KKT that makes us wait
};

struct EngineConfig {
    std::string version;
    /// The field names of a dialect, for drafts read back from the journal; nullptr if unknown.
    const fiscal::FieldNames* (*names_of)(std::string_view dialect) = nullptr;
    int duplicate_days = 45; ///< equal content under the same number but another date: 409; 0 = off
};

} // namespace kktd::engine
