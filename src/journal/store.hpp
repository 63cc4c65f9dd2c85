// Store: the durable truth about receipts. One implementation writes SQLite (sqlite_store.hpp); no
// SQL and no table is known outside src/journal.
//
// Threads: read functions may be called from any thread at once and never wait for a writer. Write
// functions may wait for the disk, once, when nobody else is writing; otherwise they only queue.
// What has arrived together is made durable in one transaction (group commit). Then the callbacks
// are called, in the order of the calls, on whichever thread has written: the store's own, or that
// of any caller, before its write function returns. A callback must not block, must not call a read
// or wait for a write, and must take no lock that a caller of a write function holds; it may queue
// further writes.
//
// Errors: after a failed write or fsync the store is in trouble for good: that call and every later
// write gets the same JournalError, nothing is retried on the same handle. Reads may go on.
#pragma once

#include "fiscal/device_state.hpp"
#include "fiscal/outcome.hpp"
#include "fiscal/result.hpp"
#include "fiscal/standing.hpp"
#include "fiscal/task.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kktd::journal {

/// Not an aggregate: it is the error of Result.
class JournalError {
public:
    JournalError() = default;
    explicit JournalError(std::string text) : text_(std::move(text)) {}
    /// English, with what failed and what to look at: "disk full", "cannot write journal.db: …".
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

template<class T>
using Read = fiscal::Result<T, JournalError>;
template<class T>
using Callback = std::function<void(fiscal::Result<T, JournalError>)>;

/// Key spaces that never answer for, or occupy keys of, each other.
enum class Space : std::uint8_t { real, test_device, rehearsal };
[[nodiscard]] std::string_view name(Space space);

/// What the key that a receipt has by its document number begins with: receipts are found by their
/// number through it. Ends with a comma, and no two numbers have one that begins with the other's.
[[nodiscard]] std::string key_prefix(std::string_view number);

/// Of one attempt of a receipt, or of one intent. Rows are never used again, so what was meant for
/// an earlier attempt cannot reach a later one.
using RowId = std::int64_t;

/// A receipt as the journal has it: its newest attempt (find_row: that attempt).
struct StoredReceipt {
    RowId row = 0;
    Space space = Space::real;
    fiscal::Standing standing;
    std::string content_digest;         ///< SHA-256 of encode_content(draft), 32 bytes
    std::string draft;                  ///< fiscal::encode() of what was sent
    std::vector<fiscal::VatRate> rates; ///< of the compiled document's lines
    std::string request_id;
    std::string inn; ///< of the seller it was accepted for
};

/// The marker of one fiscal document, durable before the first command.
struct Intent {
    std::optional<RowId> receipt; ///< whose document it is; nothing for an operator's report
    std::string kkt;
    fiscal::Marker marker;
    fiscal::UtcMicros at = 0;
};

/// An attempt to make a receipt that the KKT was asked about and did not have (recovered_note).
struct AbsentAttempt {
    std::string receipt; ///< its id: any attempt under it
    fiscal::Marker marker;
};

/// A receipt to be accepted. Either all keys are free (or lead to one refused or withdrawn receipt
/// of the same number, which then gets a new attempt), or nothing is written.
struct Claim {
    std::string id; ///< for a new receipt: 26 characters, unique
    std::string kkt;
    Space space = Space::real;
    /// At least one; unique within the space. If there is a number, the first key begins with
    /// key_prefix() of it, and no other key with that of any number.
    std::vector<std::string> keys;
    std::string repeat_key; ///< INN + operation + document number: what a repeat under
                            ///< another date has in common; empty if there is no number
    std::string content_digest;
    std::string draft;
    std::string number;
    std::optional<fiscal::Date> date;
    fiscal::ReceiptKind kind = fiscal::ReceiptKind::sell;
    fiscal::Money total;
    std::vector<fiscal::VatRate> rates;
    fiscal::Warnings warnings;
    std::string request; ///< text as received, kept as evidence
    std::string request_id;
    fiscal::UtcMicros at = 0;
    /// Set for rehearsals: the receipt is born in its final state and never queued. Its state,
    /// registration, fault, warnings (in place of `warnings`) and finished_at count.
    std::optional<fiscal::Standing> rehearsed = {};
    std::string inn = {}; ///< of the seller
    /// Set: a receipt with the same repeat_key and content, accepted at or after this moment and
    /// neither refused nor withdrawn, is in the way.
    std::optional<fiscal::UtcMicros> repeat_since = {};
    /// Set: the first intent of this receipt, written with it; its `receipt` is not
    /// looked at. Not for rehearsals. Not written if the receipt has absent attempts.
    std::optional<Intent> intent = {};
};

/// What became of a claim. `existing` is set when another receipt is in the way, and nothing was
/// written: a key leads to one that is neither refused nor withdrawn, or has another number; or it
/// looks like a repeat.
struct Claimed {
    RowId row = 0;
    std::string id; ///< of the receipt: kept over attempts
    int attempt = 1;
    RowId intent = 0; ///< of Claim::intent; 0: not written
    /// What the KKT did not have of earlier attempts, as Store::absent_attempts() tells it.
    std::vector<AbsentAttempt> absent = {};
    std::optional<StoredReceipt> existing;
    bool looks_like_repeat = false; ///< `existing` has another key and the same content
};

/// Work that a KKT still owes.
struct Owing {
    std::string kkt;
    Space space = Space::real;
    friend bool operator==(const Owing&, const Owing&) = default;
};

/// An intent that has no final outcome: to be recovered before anything else on that KKT.
struct OpenIntent {
    RowId row = 0;
    std::optional<RowId> receipt;
    std::string kkt;
    fiscal::Marker marker;
    fiscal::UtcMicros at = 0;
    bool inconclusive = false; ///< the KKT was asked and could not tell: waits for an operator
};

/// Note of an outcome that the KKT was asked for (Driver::recover()).
inline constexpr std::string_view recovered_note = "recovered";

/// What became of one intent. An `Unknown` keeps the intent open and marks it inconclusive. For the
/// receipt's own document (marker kinds receipt and correction):
///   Done → receipt done; Unknown → receipt unknown; Refused → `receipt_goes_on` keeps it accepted
///   (a temporary cause), else refused. Shift reports leave the receipt as it is.
struct IntentOutcome {
    RowId intent = 0;
    fiscal::Outcome outcome;
    bool receipt_goes_on = false;
    fiscal::Warnings warnings; ///< added to the receipt's
    std::string note;          ///< recovered_note, "operator: …"; kept with the intent
    fiscal::UtcMicros at = 0;
};

/// The end of an accepted receipt without a document: refused (given up, made unlawful by waiting)
/// or withdrawn. Fails with `false` if the receipt is not accepted any more or has an open intent.
struct Finish {
    RowId receipt = 0;
    fiscal::ReceiptState state = fiscal::ReceiptState::refused;
    std::optional<fiscal::Fault> fault;
    fiscal::Warnings warnings;
    fiscal::UtcMicros at = 0;
};

/// Whether a write may wait a moment for the next one of the same caller, to share its commit.
enum class Urgency : std::uint8_t { now, with_next };

class Store {
public:
    Store() = default;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    virtual ~Store() = default;

    // ---- reading -------------------------------------------------------------------------------
    [[nodiscard]] virtual Read<std::optional<StoredReceipt>>
    find_key(Space space, std::string_view key) const = 0;
    [[nodiscard]] virtual Read<std::optional<StoredReceipt>> find_id(std::string_view id) const = 0;
    [[nodiscard]] virtual Read<std::optional<StoredReceipt>> find_row(RowId row) const = 0;
    /// Newest first, at most `limit`; rehearsals left out. `date` and `kind` narrow when set.
    [[nodiscard]] virtual Read<std::vector<StoredReceipt>>
    find_number(std::string_view number, std::optional<fiscal::Date> date,
                std::optional<fiscal::ReceiptKind> kind, std::size_t limit) const = 0;
    /// Accepted receipts of a KKT in the order they were accepted.
    [[nodiscard]] virtual Read<std::vector<StoredReceipt>> accepted(std::string_view kkt) const = 0;
    [[nodiscard]] virtual Read<std::vector<OpenIntent>>
    open_intents(std::string_view kkt) const = 0;
    /// Of the accepted receipts of a KKT, and maybe of some that have ended lately: every attempt
    /// that was absent, whichever claim and KKT it was of, oldest first; but for those before an
    /// operator's decision about that receipt. Reads all attempts that came to nothing, and the
    /// shift reports: for the start.
    [[nodiscard]] virtual Read<std::vector<AbsentAttempt>>
    absent_attempts(std::string_view kkt) const = 0;
    /// Receipts that wait for an operator, oldest first, at most `limit`.
    [[nodiscard]] virtual Read<std::vector<StoredReceipt>> unknown(std::size_t limit) const = 0;
    /// The identity a KKT is bound to; nothing before its first sight.
    [[nodiscard]] virtual Read<std::optional<fiscal::Identity>>
    bound(std::string_view kkt) const = 0;
    /// Why a KKT sells no more: what stop() has said since the last bind().
    [[nodiscard]] virtual Read<std::optional<fiscal::Fault>>
    stopped(std::string_view kkt) const = 0;
    /// The last done receipt of a KKT.
    [[nodiscard]] virtual Read<std::optional<StoredReceipt>>
    last_done(std::string_view kkt) const = 0;
    /// Every KKT with accepted or unknown receipts, each once.
    [[nodiscard]] virtual Read<std::vector<Owing>> owing() const = 0;
    /// Whether any document of a real KKT (Space::real) is in the journal.
    [[nodiscard]] virtual Read<bool> has_real_documents() const = 0;

    // ---- writing -------------------------------------------------------------------------------
    /// An error while trouble() stays empty: nothing was written, because what is in the way cannot
    /// be read.
    virtual void claim(Claim claim, Callback<Claimed> done) = 0;
    /// A write that must not happen is an error too, and writes nothing; trouble() stays empty: a
    /// receipt that is not accepted any more (withdrawn meanwhile) or has an open intent.
    virtual void intent(Intent intent, Callback<RowId> done) = 0;
    /// False if the intent is not open.
    virtual void outcome(IntentOutcome outcome, Urgency urgency, Callback<bool> done) = 0;
    virtual void finish(Finish finish, Callback<bool> done) = 0;
    virtual void bind(std::string kkt, fiscal::Identity identity, fiscal::UtcMicros at,
                      Callback<bool> done) = 0;
    /// False if the KKT is not bound.
    virtual void stop(std::string kkt, fiscal::Fault why, Callback<bool> done) = 0;
    /// An operator's decision, kept as evidence: "resolve 01J… registered fd 1234".
    virtual void note(std::string kkt, std::string text, fiscal::UtcMicros at,
                      Callback<bool> done) = 0;

    /// Why nothing can be written any more; nothing while all is well. Any thread.
    [[nodiscard]] virtual std::optional<JournalError> trouble() const = 0;
    /// The disk has been keeping a write waiting for longer than it should: who only wants to know
    /// asks the readers, who need not wait. Any thread.
    [[nodiscard]] virtual bool stalled() const = 0;
};

} // namespace kktd::journal
