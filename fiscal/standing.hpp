// Standing: all that kktd knows of one receipt, the value every answer is made of.
#pragma once

#include "fiscal/outcome.hpp"
#include "fiscal/settlement.hpp"
#include "fiscal/violation.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kktd::fiscal {

enum class ReceiptState : std::uint8_t {
    accepted, ///< durable in the journal, owed to the caller; waiting or working
    done,
    refused,
    unknown,   ///< the KKT was asked and could not tell: an operator decides
    withdrawn, ///< taken back by DELETE or `kktctl withdraw` before any intent
    rehearsed, ///< test mode: says what would happen, nothing registered
};
[[nodiscard]] std::string_view name(ReceiptState state);
/// Ended without a document: a POST with the same key is a new attempt.
[[nodiscard]] bool is_void(ReceiptState state);

/// Microseconds since 1970-01-01 UTC; the journal's times.
using UtcMicros = std::int64_t;

struct Standing {
    std::string id;           ///< ours: 26 characters
    std::string kkt;          ///< config id of the KKT
    std::string number;       ///< the caller's document number
    std::optional<Date> date; ///< the caller's document date
    ReceiptKind kind = ReceiptKind::sell;
    Money total;
    ReceiptState state = ReceiptState::accepted;
    bool working = false;     ///< accepted, and an intent is durable: cannot be withdrawn
    bool test_device = false; ///< made by a test: device, not fiscal
    std::optional<Registration> registration; ///< done
    std::optional<Fault> fault; ///< refused and unknown: why; accepted: what it waits for
    Warnings warnings;
    UtcMicros accepted_at = 0;
    UtcMicros finished_at = 0; ///< 0 while accepted
    int attempt = 1;           ///< of the receipt: a POST after a refusal makes the next

    friend bool operator==(const Standing&, const Standing&) = default;
};

/// Whether a request with this document number is about another receipt, whatever key they share: a
/// key of the caller's own choice may not lead from one number to another. Who has no number has no
/// other one.
[[nodiscard]] bool other_number(const Standing& standing, std::string_view number);

/// Engine's answer to a submission: one value a dialect turns into its own words.
struct Settled { ///< standing is final, or the answer deadline has come (accepted)
    Standing standing;
    bool repeated = false; ///< the key was known: this is its stored answer
};
struct Conflict { ///< same key, other content; or looks like a repeat
    enum class Why : std::uint8_t { other_content, looks_like_repeat } why = Why::other_content;
    Standing existing;
    std::vector<std::string> differences;
};
struct Invalid {
    Violations violations;
    bool test = false; ///< of a test device, or of a rehearsal
};
struct NotAccepting { ///< nothing was journaled
    enum class Why : std::uint8_t {
        queue_full,
        journal,
        journal_doubt, ///< the commit failed: the receipt may be in the journal all the same
        stopping,
    } why = Why::queue_full;
    std::string text;
    int retry_after_seconds = 10;
    bool test = false; ///< as in Invalid
};
using Reply = std::variant<Settled, Conflict, Invalid, NotAccepting>;

} // namespace kktd::fiscal
