// Checked: what a KKT answered when it was asked whether it would register a receipt, without
// making it.
#pragma once

#include "fiscal/fault.hpp"

#include <cstdint>
#include <string>

namespace kktd::driver {

struct Checked {
    enum class Verdict : std::uint8_t {
        takes,     ///< it found nothing to refuse
        refuses,   ///< it said why it would not register it: now, or ever
        not_asked, ///< it could not be asked, or its answer proves nothing
    };
    Verdict verdict = Verdict::not_asked;
    fiscal::Fault fault; ///< why; nothing of what is taken
    /// What was opened for the question may stand open on the KKT: recover() ends it.
    bool in_doubt = false;
    friend bool operator==(const Checked&, const Checked&) = default;
};

} // namespace kktd::driver
