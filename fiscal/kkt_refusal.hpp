// KktRefusal: why a simulated KKT did not do what it was told: every refusal a real one gives. The
// codes are those of ATOL KKT where ATOL has one, so that a wire simulator can pass them on.
#pragma once

#include "fiscal/fault.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace kktd::fiscal {

enum class KktError : std::uint8_t {
    bad_price,          ///< cost of a line ≠ price × quantity
    bad_quantity,       ///< zero, or more decimals than the KKT takes
    bad_settlement,     ///< a combination of tags 1214, 1212 and lines that cannot be
    bad_vat_rate,       ///< a rate the firmware does not know
    bad_vat_sum,        ///< the tax of a line is not that of its rate
    bad_taxation,       ///< a system the KKT is not registered for
    bad_total,          ///< the stated total is not the sum of the lines
    bad_tag,            ///< a text too long for its tag, or not in CP866
    empty_receipt,      ///< no lines
    underpaid,          ///< payments below the total
    noncash_overpaid,   ///< payments other than cash above the total
    payment_started,    ///< a line after the first payment
    document_too_large, ///< more than 32,768 bytes of TLV
    unsupported_by_ffd, ///< the registered FFD version cannot
    receipt_open,       ///< close or cancel it first
    receipt_closed,     ///< there is no open receipt
    shift_open,         ///< already
    shift_closed,       ///< open it first
    shift_expired,      ///< 24 hours: nothing but closing is possible
    clock_behind,       ///< the KKT's clock is before its last fiscal document
    busy,               ///< printing, or serving somebody else
    paper_out,
    cover_open,
    fn_absent,
    fn_expired,  ///< its term is over
    fn_full,     ///< no room for documents
    fn_critical, ///< broken
    ofd_blocked, ///< a document is unsent for 30 days
    injected,    ///< a code a test asked for
};

/// Not an aggregate: it is the error of Result.
class KktRefusal {
public:
    KktRefusal() = default;
    explicit KktRefusal(KktError error, std::string detail = {})
        : error_(error), detail_(std::move(detail)) {}
    /// KktError::injected with any native code.
    [[nodiscard]] static KktRefusal injected(std::int64_t code);

    [[nodiscard]] KktError error() const { return error_; }
    /// The code a KKT would answer; never 0.
    [[nodiscard]] std::int64_t code() const;
    /// The KKT's own words, Russian: "Смена закрыта - операция невозможна".
    [[nodiscard]] std::string text() const;
    /// As the engine takes it: class by cure, text that says what to do.
    [[nodiscard]] Fault fault() const;

    friend bool operator==(const KktRefusal&, const KktRefusal&) = default;

private:
    KktError error_ = KktError::busy;
    std::int64_t injected_code_ = 0;
    std::string detail_; ///< which tag, which sums
};

} // namespace kktd::fiscal
