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

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::journal {

class Ledger {
public:
    /// `fresh` is that of this journal.
    Ledger(Connection& connection, FreshKeys& fresh);

    template<class T>
    using Answer = fiscal::Result<T, JournalError>;

    /// An error if the keys are not as Claim says, or the receipt that is in the way cannot be
    /// read. The id of a new receipt is taken for new: 80 of its bits are random.
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
    /// False if the KKT is not bound.
    [[nodiscard]] Answer<bool> stop(const std::string& kkt, const fiscal::Fault& why);
    [[nodiscard]] Answer<bool> note(const std::string& kkt, const std::string& text,
                                    fiscal::UtcMicros at);

    /// To be called after every commit.
    void committed() { fresh_.taken(); }

private:
    /// What became of an intent or a receipt.
    struct Said {
        fiscal::UtcMicros at = 0;
        const fiscal::Registration* registration = nullptr;
        const fiscal::Fault* fault = nullptr;
        std::string warnings = {}; ///< packed
        std::string_view note = {};
    };
    struct Open {
        std::optional<RowId> receipt;
        std::string kkt;
        bool own = false; ///< the intent of the receipt's own document
    };
    using OpenIntents = std::map<RowId, Open>;

    [[nodiscard]] std::optional<Claimed> in_the_way(const Claim& claim,
                                                    std::optional<StoredReceipt>& earlier);
    void index_receipts(RowId newest);
    void index_intents(RowId newest);
    [[nodiscard]] bool idle(RowId receipt) const;
    RowId add(const Intent& intent, std::optional<RowId> receipt);
    void say(RowId intent, std::optional<RowId> receipt, std::string_view word, const Said& said);
    void settle(RowId receipt, fiscal::ReceiptState state, std::optional<RowId> intent,
                const Said& said);
    void last_done(RowId row, const Open& intent);
    void close(OpenIntents::iterator closed);

    Connection& connection_;
    FreshKeys& fresh_;
    Lookups lookups_;

    Statement insert_receipt_;
    Statement supersede_;
    Statement insert_key_;
    Statement insert_ids_;
    Statement insert_waiting_;
    Statement delete_waiting_;
    Statement insert_intent_;
    Statement update_intent_;
    Statement insert_open_intent_;
    Statement delete_open_intent_;
    Statement insert_outcome_;
    Statement upsert_result_;
    Statement add_warnings_;
    Statement upsert_last_done_;
    Statement insert_binding_;
    Statement stop_;
    Statement insert_note_;

    // What is on the disk, in memory, so that it need not be read before each write. If a
    // transaction is lost, so is this ledger.
    RowId newest_receipt_ = 0;
    RowId newest_intent_ = 0;
    std::map<RowId, RowId> endless_; ///< accepted or unknown receipts; their open intents, or 0
    OpenIntents open_;
    std::map<std::string, RowId> last_done_; ///< by fresh intents, for each KKT
};

} // namespace kktd::journal
