// Snapshot: what /kkt/status and kktctl show. Made by the executors, read without waiting for them.
#pragma once

#include "fiscal/device_state.hpp"
#include "fiscal/fault.hpp"
#include "fiscal/outcome.hpp"
#include "fiscal/standing.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kktd::engine {

struct KktSnapshot {
    std::string id;
    std::string device; ///< URI with secrets masked
    std::string driver; ///< name of the driver table entry
    std::string maturity;
    bool test_device = false;
    bool test_mode = false;
    bool can_sell = false; ///< would a receipt posted now be registered without waiting?
    std::optional<fiscal::Fault> fault;       ///< why not
    std::optional<fiscal::DeviceState> state; ///< as last seen; nothing before the first contact
    fiscal::UtcMicros state_at = 0;
    std::int64_t clock_skew_seconds = 0; ///< KKT minus host
    std::size_t queued = 0; ///< accepted receipts not finished, the one at work included
    std::size_t queue_limit = 0;
    std::size_t unknown = 0;            ///< documents that wait for an operator
    std::optional<std::string> working; ///< receipt id at work
    std::optional<fiscal::Registration> last_receipt;
    std::optional<fiscal::Identity> bound; ///< identity it is bound to, if another was seen

    friend bool operator==(const KktSnapshot&, const KktSnapshot&) = default;
};

struct Snapshot {
    std::string version;
    std::optional<std::string> journal_trouble;
    bool stopping = false;
    fiscal::UtcMicros started_at = 0;
    std::vector<KktSnapshot> kkt;
    [[nodiscard]] bool can_sell() const; ///< journal sound, not stopping, and any KKT can sell

    friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

} // namespace kktd::engine
