// Lookups: every question that is asked of the journal, on one connection. The readers' pool has
// them, and the ledger asks them inside its transaction. Throws SqliteError and DamagedRow. One
// thread at a time.
#pragma once

#include "journal/fresh_keys.hpp"
#include "journal/statement.hpp"
#include "journal/store.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kktd::journal {

class Lookups {
public:
    /// `fresh` is that of this journal.
    Lookups(Connection& connection, const FreshKeys& fresh);

    // As Store documents them.
    [[nodiscard]] std::optional<StoredReceipt> find_key(Space space, std::string_view key);
    [[nodiscard]] std::optional<StoredReceipt> find_id(std::string_view id);
    [[nodiscard]] std::optional<StoredReceipt> find_row(RowId row);
    /// The row of the first attempt.
    [[nodiscard]] std::optional<RowId> first_row(std::string_view id);
    /// False if no receipt can be in the way of the claim: its keys and its number are new. That is
    /// so for most, and is found out with one statement for a claim with one key.
    [[nodiscard]] bool may_be_in_the_way(const Claim& claim);
    [[nodiscard]] std::vector<StoredReceipt> find_number(std::string_view number,
                                                         std::optional<fiscal::Date> date,
                                                         std::optional<fiscal::ReceiptKind> kind,
                                                         std::size_t limit);
    /// The newest receipt with this number, repeat key and content accepted at or after `since`
    /// that is neither refused nor withdrawn: what Claim::repeat_since asks for.
    [[nodiscard]] std::optional<StoredReceipt> find_repeat(Space space, std::string_view number,
                                                           std::string_view repeat_key,
                                                           std::string_view content_digest,
                                                           fiscal::UtcMicros since);
    [[nodiscard]] std::vector<StoredReceipt> accepted(std::string_view kkt);
    [[nodiscard]] std::vector<OpenIntent> open_intents(std::string_view kkt);
    /// Those of all KKT.
    [[nodiscard]] std::vector<OpenIntent> open_intents();
    [[nodiscard]] std::vector<AbsentAttempt> absent_attempts(std::string_view kkt);
    /// Those of one receipt, in whatever state it is. Reads as much.
    [[nodiscard]] std::vector<AbsentAttempt> absent_attempts_of(std::string_view id);
    /// The fresh own intents that ended their receipts as done, in their order: KKT and receipt.
    [[nodiscard]] std::vector<std::pair<std::string, RowId>> fresh_done();
    /// The attempts that have no end: accepted or unknown.
    [[nodiscard]] std::vector<RowId> endless();
    /// The newest row of `receipt` and of `intent`; 0 if there is none.
    [[nodiscard]] RowId newest_receipt();
    [[nodiscard]] RowId newest_intent();
    [[nodiscard]] std::vector<StoredReceipt> unknown(std::size_t limit);
    [[nodiscard]] std::optional<fiscal::Identity> bound(std::string_view kkt);
    [[nodiscard]] std::optional<fiscal::Fault> stopped(std::string_view kkt);
    [[nodiscard]] std::optional<StoredReceipt> last_done(std::string_view kkt);
    [[nodiscard]] std::vector<Owing> owing();
    [[nodiscard]] bool has_real_documents();

private:
    [[nodiscard]] std::optional<RowId> first_row(std::int64_t space, std::string_view key);
    [[nodiscard]] std::optional<StoredReceipt> newest_attempt(std::int64_t space,
                                                              std::string_view key);

    const FreshKeys& fresh_;
    Statement first_row_;
    Statement in_the_way_;
    Statement newest_attempt_;
    Statement find_row_;
    Statement find_number_;
    Statement is_repeat_;
    Statement find_repeat_;
    Statement accepted_;
    Statement open_intents_;
    Statement all_open_intents_;
    Statement absent_attempts_;
    Statement absent_attempts_of_;
    Statement fresh_done_;
    Statement endless_;
    Statement newest_receipt_;
    Statement newest_intent_;
    Statement unknown_;
    Statement bound_;
    Statement stopped_;
    Statement last_done_;
    Statement owing_;
    Statement has_real_documents_;
};

} // namespace kktd::journal
