// Fault: why a device did not do, or may not have done, what it was asked.
#pragma once

#include <cstdint>
#include <string>

namespace kktd::fiscal {

/// Decides what kktd does next, so the classes follow the cure, not the vendor's lists.
enum class FaultClass : std::uint8_t {
    link,        ///< no connection, timeout, garbage on the wire
    busy,        ///< the KKT is printing, or serves somebody else (an open receipt not ours)
    paper,       ///< out of paper
    cover,       ///< cover open, printer mechanics
    clock,       ///< KKT and host clocks differ, or time went backwards
    shift,       ///< shift open/closed/expired when the other was needed: plan again
    ofd,         ///< FN is blocked: documents unsent to the OFD for 30 days
    fn,          ///< FN full, expired, absent or broken: a person must act
    identity,    ///< not the KKT it was yesterday
    earlier,     ///< an earlier document of this KKT is unknown
    rejected,    ///< the KKT refuses this document for good
    unsupported, ///< this device or firmware cannot
    internal,    ///< a bug of ours
};

/// Whether time or a person at the KKT can cure it without changing the receipt: such a fault
/// before the first irreversible byte keeps the receipt accepted (docs/architecture.md).
[[nodiscard]] constexpr bool is_temporary(FaultClass c) {
    switch (c) {
    case FaultClass::link:
    case FaultClass::busy:
    case FaultClass::paper:
    case FaultClass::cover:
    case FaultClass::clock:
    case FaultClass::shift:
    case FaultClass::ofd:
    case FaultClass::fn:
    case FaultClass::identity:
    case FaultClass::earlier:
        return true;
    case FaultClass::rejected:
    case FaultClass::unsupported:
    case FaultClass::internal:
        return false;
    }
    return false;
}

[[nodiscard]] constexpr const char* name(FaultClass c) {
    switch (c) {
    case FaultClass::link:
        return "link";
    case FaultClass::busy:
        return "busy";
    case FaultClass::paper:
        return "paper";
    case FaultClass::cover:
        return "cover";
    case FaultClass::clock:
        return "clock";
    case FaultClass::shift:
        return "shift";
    case FaultClass::ofd:
        return "ofd";
    case FaultClass::fn:
        return "fn";
    case FaultClass::identity:
        return "identity";
    case FaultClass::earlier:
        return "earlier";
    case FaultClass::rejected:
        return "rejected";
    case FaultClass::unsupported:
        return "unsupported";
    case FaultClass::internal:
        return "internal";
    }
    return "internal";
}

/// Not an aggregate: it is the error of Result.
class Fault {
public:
    Fault() = default;
    Fault(FaultClass cls, std::string text) : cls_(cls), text_(std::move(text)) {}
    Fault(FaultClass cls, std::string text, std::int64_t native_code, std::string native_text)
        : cls_(cls), text_(std::move(text)), native_code_(native_code),
          native_text_(std::move(native_text)) {}

    [[nodiscard]] FaultClass cls() const { return cls_; }
    /// Russian, for the person who reads it; says what to do.
    [[nodiscard]] const std::string& text() const { return text_; }
    /// The device's own code, 0 if it had none.
    [[nodiscard]] std::int64_t native_code() const { return native_code_; }
    [[nodiscard]] const std::string& native_text() const { return native_text_; }

    friend bool operator==(const Fault&, const Fault&) = default;

private:
    FaultClass cls_ = FaultClass::internal;
    std::string text_;
    std::int64_t native_code_ = 0;
    std::string native_text_;
};

} // namespace kktd::fiscal
