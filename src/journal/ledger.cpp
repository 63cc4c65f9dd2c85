#include "journal/ledger.hpp"

#include "journal/columns.hpp"
#include "journal/newest_rows.hpp"

#include <type_traits>
#include <variant>

namespace kktd::journal {

namespace {

using fiscal::ReceiptState;

Claimed lost_to(StoredReceipt known, bool looks_like_repeat) {
    Claimed lost;
    lost.row = known.row;
    lost.id = known.standing.id;
    lost.attempt = known.standing.attempt;
    lost.existing = std::move(known);
    lost.looks_like_repeat = looks_like_repeat;
    return lost;
}

} // namespace

Ledger::Ledger(Connection& connection, FreshKeys& fresh)
    : connection_(connection), fresh_(fresh), lookups_(connection, fresh),
      insert_receipt_(
          connection,
          "INSERT INTO receipt (indexed, state, id, attempt, space, kkt, accepted_at, number,"
          " date, kind, total, rates, content, keys, repeat_key, request_id, warnings, draft,"
          " request, inn) VALUES (0, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
          " ?15, ?16, ?17, ?18, ?19)"),
      supersede_(connection, "UPDATE receipt SET superseded_by = ?3 WHERE row IN (?1, ?2)"),
      insert_key_(connection, "INSERT INTO receipt_key (space, key, receipt) VALUES (?1, ?2, ?3)"
                              " ON CONFLICT DO UPDATE SET receipt = excluded.receipt"),
      index_receipts_(connection, "UPDATE receipt SET indexed = 1 WHERE indexed = 0 AND " +
                                      newest_rows("receipt", FreshKeys::max_receipts)),
      index_intents_(connection, "UPDATE intent SET indexed = 1 WHERE indexed = 0 AND is_open = 1"
                                 " AND " +
                                     newest_rows("intent", Lookups::fresh_intents)),
      select_accepted_(connection, "SELECT 1 FROM receipt WHERE row = ?1 AND state = 2"),
      insert_intent_(connection,
                     "INSERT INTO intent (is_open, indexed, inconclusive, receipt, kkt, at, fn,"
                     " last_fd, shift, kind, receipt_kind, total, contact, stamp, prepared)"
                     " VALUES (1, 0, 0, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"),
      select_intent_(connection, "SELECT receipt, kkt, kind FROM intent"
                                 " WHERE row = ?1 AND is_open = 1"),
      update_intent_(connection,
                     "UPDATE intent SET is_open = ?2, inconclusive = ?3 WHERE row = ?1"),
      insert_outcome_(connection,
                      "INSERT INTO outcome (receipt, intent, at, word, registration, fault,"
                      " warnings, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
      update_state_(connection, "UPDATE receipt SET state = ?2 WHERE row = ?1"),
      upsert_result_(connection,
                     "INSERT INTO result (receipt, outcome, warnings) VALUES (?1, ?2, ?3)"
                     " ON CONFLICT DO UPDATE SET outcome = excluded.outcome,"
                     " warnings = warnings || excluded.warnings"),
      add_warnings_(connection,
                    "INSERT INTO result (receipt, outcome, warnings) VALUES (?1, NULL, ?2)"
                    " ON CONFLICT DO UPDATE SET warnings = warnings || excluded.warnings"),
      upsert_last_done_(connection, "INSERT INTO last_done (kkt, receipt) VALUES (?1, ?2)"
                                    " ON CONFLICT DO UPDATE SET receipt = excluded.receipt"),
      insert_binding_(connection, "INSERT INTO binding (kkt, at, inn, rnm, serial, fn)"
                                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
      insert_note_(connection, "INSERT INTO note (kkt, at, text) VALUES (?1, ?2, ?3)") {
    const auto open = lookups_.open_receipts();
    open_.insert(open.begin(), open.end());
}

Ledger::Answer<Claimed> Ledger::claim(const Claim& claim) {
    if (claim.keys.empty()) {
        return JournalError("a receipt without keys cannot be accepted");
    }
    std::optional<StoredReceipt> earlier;
    try {
        for (const std::string& key : claim.keys) {
            auto known = lookups_.find_key(claim.space, key);
            if (known && (!fiscal::is_void(known->standing.state) ||
                          fiscal::other_number(known->standing, claim.number))) {
                return lost_to(std::move(*known), false);
            }
            if (known && !earlier) {
                earlier = std::move(known);
            }
        }
        if (claim.repeat_since && !claim.repeat_key.empty()) {
            if (auto repeat = lookups_.find_repeat(claim.space, claim.number, claim.repeat_key,
                                                   claim.content_digest, *claim.repeat_since)) {
                return lost_to(std::move(*repeat), true);
            }
        }
    } catch (const DamagedRow& damaged) {
        // Nothing is written yet: one row that cannot be read stops one receipt, not all selling.
        return JournalError("the receipt in the way cannot be read: " +
                            std::string(damaged.what()));
    }

    const auto first = lookups_.first_row(earlier ? earlier->standing.id : claim.id);
    if (first && !earlier) {
        return JournalError("receipt id " + claim.id + " was used before");
    }
    Claimed claimed;
    claimed.id = earlier ? earlier->standing.id : claim.id;
    claimed.attempt = earlier ? earlier->standing.attempt + 1 : 1;
    const ReceiptState state = claim.rehearsed ? claim.rehearsed->state : ReceiptState::accepted;
    const fiscal::Warnings& warnings = claim.rehearsed ? claim.rehearsed->warnings : claim.warnings;
    insert_receipt_.run(state_code(state), claimed.id, claimed.attempt, space_code(claim.space),
                        claim.kkt, claim.at, claim.number, pack(claim.date), kind_code(claim.kind),
                        claim.total.kopecks(), pack(claim.rates), Blob{claim.content_digest},
                        pack(claim.keys), claim.repeat_key, claim.request_id, pack(warnings),
                        Blob{claim.draft}, Blob{claim.request}, claim.inn);
    claimed.row = connection_.last_row();
    if (earlier) {
        supersede_.run(*first, earlier->row, claimed.row);
    }
    fresh_.add(claimed.row, first.value_or(claimed.row), earlier ? "" : claimed.id,
               space_code(claim.space), claim.keys, claim.repeat_key);
    if (claim.rehearsed) {
        const fiscal::Standing& end = *claim.rehearsed;
        const RowId outcome = say(claimed.row, std::nullopt,
                                  {.at = end.finished_at != 0 ? end.finished_at : claim.at,
                                   .word = fiscal::name(end.state),
                                   .registration = end.registration ? &*end.registration : nullptr,
                                   .fault = end.fault ? &*end.fault : nullptr,
                                   .warnings = {},
                                   .note = {}});
        upsert_result_.run(claimed.row, outcome, "");
    }
    if (fresh_.receipts() == FreshKeys::max_receipts) {
        index();
    }
    return claimed;
}

/// Takes the newest receipts and their keys into the large indexes, neighbours together.
void Ledger::index() {
    for (const auto& [key, first] : fresh_.take()) {
        insert_key_.run(key.first, key.second, first);
    }
    index_receipts_.run();
}

Ledger::Answer<RowId> Ledger::intent(const Intent& intent) {
    if (intent.receipt && !idle(*intent.receipt)) {
        return JournalError("receipt row " + std::to_string(*intent.receipt) +
                            " is not accepted, or has an open intent: no intent was written");
    }
    const fiscal::Marker& marker = intent.marker;
    insert_intent_.run(intent.receipt, intent.kkt, intent.at, marker.fn, marker.last_fd,
                       marker.shift, fiscal::name(marker.kind), kind_code(marker.receipt),
                       marker.total.kopecks(), marker.contact, marker.stamp, Blob{marker.prepared});
    const RowId row = connection_.last_row();
    if (intent.receipt) {
        open_.insert(*intent.receipt);
    }
    if (++intents_ == Lookups::fresh_intents) {
        index_intents_.run();
        intents_ = 0;
    }
    return row;
}

Ledger::Answer<bool> Ledger::outcome(const IntentOutcome& outcome) {
    std::optional<RowId> receipt;
    std::string kkt;
    bool own = false;
    {
        auto row = select_intent_.query(outcome.intent);
        if (!row.next()) {
            return false;
        }
        if (!row.is_null(0)) {
            receipt = row.integer(0);
        }
        kkt = row.text(1);
        own = receipt && fiscal::is_receipt(task_kind_of(row.bytes(2)));
    }

    Said said{.at = outcome.at,
              .word = {},
              .registration = nullptr,
              .fault = nullptr,
              .warnings = pack(outcome.warnings),
              .note = outcome.note};
    ReceiptState state = ReceiptState::accepted;
    bool open = false;
    std::visit(
        [&](const auto& what) {
            using What = std::decay_t<decltype(what)>;
            if constexpr (std::is_same_v<What, fiscal::Done>) {
                said.word = "done";
                said.registration = &what.registration;
                state = ReceiptState::done;
            } else if constexpr (std::is_same_v<What, fiscal::Refused>) {
                said.word = "refused";
                said.fault = &what.fault;
                state = outcome.receipt_goes_on ? ReceiptState::accepted : ReceiptState::refused;
            } else {
                said.word = "unknown";
                said.fault = &what.fault;
                state = ReceiptState::unknown;
                open = true;
            }
        },
        outcome.outcome);

    const RowId row = say(receipt, outcome.intent, said);
    update_intent_.run(outcome.intent, open, open);
    if (receipt && !open) {
        open_.erase(*receipt);
    }
    if (own) {
        settle(*receipt, state, row, said.warnings);
        if (state == ReceiptState::done) {
            upsert_last_done_.run(kkt, *receipt);
        }
    } else if (receipt && !said.warnings.empty()) {
        add_warnings_.run(*receipt, said.warnings);
    }
    return true;
}

Ledger::Answer<bool> Ledger::finish(const Finish& finish) {
    if (!fiscal::is_void(finish.state)) {
        return JournalError("a receipt cannot be finished as " +
                            std::string(fiscal::name(finish.state)));
    }
    if (!idle(finish.receipt)) {
        return false;
    }
    const Said said{.at = finish.at,
                    .word = fiscal::name(finish.state),
                    .registration = nullptr,
                    .fault = finish.fault ? &*finish.fault : nullptr,
                    .warnings = pack(finish.warnings),
                    .note = {}};
    const RowId row = say(finish.receipt, std::nullopt, said);
    settle(finish.receipt, finish.state, row, said.warnings);
    return true;
}

Ledger::Answer<bool> Ledger::bind(const std::string& kkt, const fiscal::Identity& identity,
                                  fiscal::UtcMicros at) {
    insert_binding_.run(kkt, at, identity.inn, identity.rnm, identity.serial, identity.fn);
    return true;
}

Ledger::Answer<bool> Ledger::note(const std::string& kkt, const std::string& text,
                                  fiscal::UtcMicros at) {
    insert_note_.run(kkt, at, text);
    return true;
}

/// Accepted, and no document of it is under way.
bool Ledger::idle(RowId receipt) {
    return !open_.contains(receipt) && select_accepted_.query(receipt).next();
}

RowId Ledger::say(std::optional<RowId> receipt, std::optional<RowId> intent, const Said& said) {
    const auto registration =
        said.registration != nullptr ? std::optional(pack(*said.registration)) : std::nullopt;
    const auto fault = said.fault != nullptr ? std::optional(pack(*said.fault)) : std::nullopt;
    insert_outcome_.run(receipt, intent, said.at, said.word, registration, fault, said.warnings,
                        said.note);
    return connection_.last_row();
}

void Ledger::settle(RowId receipt, ReceiptState state, RowId outcome, const std::string& warnings) {
    update_state_.run(receipt, state_code(state));
    upsert_result_.run(receipt, outcome, warnings);
}

} // namespace kktd::journal
