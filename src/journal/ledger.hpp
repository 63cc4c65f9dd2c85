// Ledger: what each write means: which rows it makes, and when it must not happen. Runs inside the
// writer's transaction, on the one connection that writes, on the thread of whoever is committing.
//
// A write that must not happen (a rule below, not an accident) writes nothing at all and says so in
// its result; the transaction goes on with the next write. Throws SqliteError and DamagedRow:
// then the transaction is lost.
#pragma once

#include "journal/lookups.hpp"
#include "journal/statement.hpp"
#include "journal/store.hpp"

#include <unordered_set>

namespace kktd::journal {

class Ledger {
public:
    /// `fresh` is that of this journal.
    Ledger(Connection& connection, FreshKeys& fresh);

    template<class T>
    using Answer = fiscal::Result<T, JournalError>;

    /// An error if there are no keys, the id of a new receipt is known already, or the receipt that
    /// is in the way cannot be read.
    [[nodiscard]] Answer<Claimed> claim(const Claim& claim);
    /// An error if the receipt is not accepted (any more) or has an open intent.
    [[nodiscard]] Answer<RowId> intent(const Intent& intent);
    /// False if the intent is not open.
    [[nodiscard]] Answer<bool> outcome(const IntentOutcome& outcome);
    /// False if the receipt is not accepted or has an open intent; an error if `finish.state` is
    /// not an end without a document.
    [[nodiscard]] Answer<bool> finish(const Finish& finish);
    [[nodiscard]] Answer<bool> bind(const std::string& kkt, const fiscal::Identity& identity,
                                    fiscal::UtcMicros at);
    [[nodiscard]] Answer<bool> note(const std::string& kkt, const std::string& text,
                                    fiscal::UtcMicros at);

    /// To be called after every commit.
    void committed() { fresh_.taken(); }

private:
    /// What a new row of `outcome` says besides whose it is.
    struct Said {
        fiscal::UtcMicros at = 0;
        std::string_view word;
        const fiscal::Registration* registration = nullptr;
        const fiscal::Fault* fault = nullptr;
        std::string warnings; ///< packed
        std::string_view note;
    };

    void index();
    [[nodiscard]] bool idle(RowId receipt);
    [[nodiscard]] RowId say(std::optional<RowId> receipt, std::optional<RowId> intent,
                            const Said& said);
    void settle(RowId receipt, fiscal::ReceiptState state, RowId outcome,
                const std::string& warnings);

    Connection& connection_;
    FreshKeys& fresh_;
    Lookups lookups_;
    std::size_t intents_ = Lookups::fresh_intents - 1; ///< since index_intents_ ran, at most
    std::unordered_set<RowId> open_; ///< receipts with an open intent: one each, see intent()
    Statement insert_receipt_;
    Statement supersede_;
    Statement insert_key_;
    Statement index_receipts_;
    Statement index_intents_;
    Statement select_accepted_;
    Statement insert_intent_;
    Statement select_intent_;
    Statement update_intent_;
    Statement insert_outcome_;
    Statement update_state_;
    Statement upsert_result_;
    Statement add_warnings_;
    Statement upsert_last_done_;
    Statement insert_binding_;
    Statement insert_note_;
};

} // namespace kktd::journal
