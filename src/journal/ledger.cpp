#include "journal/ledger.hpp"

#include "journal/columns.hpp"
#include "journal/fresh_rows.hpp"

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

/// Whether the intent is one of the receipt's own document, not of a shift report before it.
bool is_own(const std::optional<RowId>& receipt, const fiscal::Marker& marker) {
    return receipt && fiscal::is_receipt(marker.kind);
}

bool is_endless(ReceiptState state) {
    return state == ReceiptState::accepted || state == ReceiptState::unknown;
}

template<class T>
std::optional<std::string> packed(const T* value) {
    return value != nullptr ? std::optional(pack(*value)) : std::nullopt;
}

} // namespace

Ledger::Ledger(Connection& connection, FreshKeys& fresh)
    : connection_(connection), fresh_(fresh), lookups_(connection, fresh),
      insert_receipt_(
          connection,
          "INSERT INTO receipt (id, attempt, space, kkt, accepted_at, number, date, kind, total,"
          " rates, content, keys, repeat_key, request_id, warnings, draft, request, inn)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,"
          " ?18)"),
      supersede_(connection, "UPDATE receipt SET superseded_by = ?3 WHERE row IN (?1, ?2)"),
      insert_key_(connection, "INSERT INTO receipt_key (space, key, receipt) VALUES (?1, ?2, ?3)"
                              " ON CONFLICT DO UPDATE SET receipt = excluded.receipt"),
      insert_ids_(connection, "INSERT INTO receipt_key (space, key, receipt) SELECT ?3, id, row"
                              " FROM receipt WHERE row > ?1 AND row <= ?2 AND attempt = 1"
                              " ON CONFLICT DO NOTHING"),
      insert_waiting_(connection, "INSERT INTO waiting (kkt, receipt) SELECT kkt, row FROM receipt"
                                  " WHERE row = ?1 ON CONFLICT DO NOTHING"),
      delete_waiting_(connection, "DELETE FROM waiting WHERE receipt = ?1"
                                  " AND kkt = (SELECT kkt FROM receipt WHERE row = ?1)"),
      insert_intent_(connection,
                     "INSERT INTO intent (closed, inconclusive, receipt, kkt, at, fn, last_fd,"
                     " shift, kind, receipt_kind, total, contact, stamp, prepared)"
                     " VALUES (0, 0, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"),
      update_intent_(connection, "UPDATE intent SET closed = ?2, inconclusive = ?3 WHERE row = ?1"),
      insert_open_intent_(connection, "INSERT INTO open_intent (kkt, intent) VALUES (?1, ?2)"
                                      " ON CONFLICT DO NOTHING"),
      delete_open_intent_(connection, "DELETE FROM open_intent WHERE kkt = ?1 AND intent = ?2"),
      insert_outcome_(connection,
                      "INSERT INTO outcome (receipt, intent, at, word, registration, fault,"
                      " warnings, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
      upsert_result_(connection,
                     "INSERT INTO result (receipt, state, intent, at, registration, fault,"
                     " warnings, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
                     " ON CONFLICT DO UPDATE SET state = excluded.state, intent = excluded.intent,"
                     " at = excluded.at, registration = excluded.registration,"
                     " fault = excluded.fault, warnings = warnings || excluded.warnings,"
                     " note = excluded.note"),
      add_warnings_(connection,
                    "INSERT INTO result (receipt, state, at, warnings, note)"
                    " VALUES (?1, 2, ?2, ?3, '')"
                    " ON CONFLICT DO UPDATE SET warnings = warnings || excluded.warnings"),
      upsert_last_done_(connection, "INSERT INTO last_done (kkt, receipt) VALUES (?1, ?2)"
                                    " ON CONFLICT DO UPDATE SET receipt = excluded.receipt"),
      insert_binding_(connection, "INSERT INTO binding (kkt, at, inn, rnm, serial, fn)"
                                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
      stop_(connection, "UPDATE binding SET stop = ?2"
                        " WHERE row = (SELECT max(row) FROM binding WHERE kkt = ?1)"),
      insert_note_(connection, "INSERT INTO note (kkt, at, text) VALUES (?1, ?2, ?3)"),
      newest_receipt_(lookups_.newest_receipt()), newest_intent_(lookups_.newest_intent()) {
    for (const RowId row : lookups_.endless()) {
        endless_.emplace(row, 0);
    }
    for (const auto& [kkt, receipt] : lookups_.fresh_done()) {
        last_done_[kkt] = receipt;
    }
    for (const OpenIntent& intent : lookups_.open_intents()) {
        open_.emplace(intent.row,
                      Open{intent.receipt, intent.kkt, is_own(intent.receipt, intent.marker)});
        if (intent.receipt) {
            endless_[*intent.receipt] = intent.row;
        }
    }
}

Ledger::Answer<Claimed> Ledger::claim(const Claim& claim) {
    if (claim.keys.empty()) {
        return JournalError("a receipt without keys cannot be accepted");
    }
    if (!claim.number.empty() && !claim.keys.front().starts_with(key_prefix(claim.number))) {
        return JournalError("the first key of a receipt must begin with its number");
    }
    Claimed claimed;
    std::optional<StoredReceipt> earlier;
    if (lookups_.may_be_in_the_way(claim)) {
        try {
            if (auto lost = in_the_way(claim, earlier)) {
                return std::move(*lost);
            }
            if (earlier) {
                claimed.absent = lookups_.absent_attempts_of(earlier->standing.id);
            }
        } catch (const DamagedRow& damaged) {
            // Nothing is written yet: one row that cannot be read stops one receipt, not all
            // selling.
            return JournalError("the receipt in the way cannot be read: " +
                                std::string(damaged.what()));
        }
    }

    const auto first = earlier ? lookups_.first_row(earlier->standing.id) : std::nullopt;
    if (earlier && !first) {
        return JournalError("the first attempt of receipt " + earlier->standing.id +
                            " cannot be found");
    }
    claimed.id = earlier ? earlier->standing.id : claim.id;
    claimed.attempt = earlier ? earlier->standing.attempt + 1 : 1;
    const fiscal::Warnings& warnings = claim.rehearsed ? claim.rehearsed->warnings : claim.warnings;
    const std::int64_t space = space_code(claim.space);
    insert_receipt_.run(claimed.id, claimed.attempt, space, claim.kkt, claim.at, claim.number,
                        pack(claim.date), kind_code(claim.kind), claim.total.kopecks(),
                        pack(claim.rates), Blob{claim.content_digest}, pack(claim.keys),
                        claim.repeat_key, claim.request_id, pack(warnings), Blob{claim.draft},
                        Blob{claim.request}, claim.inn);
    claimed.row = connection_.last_row();
    index_receipts(claimed.row);
    endless_.emplace_hint(endless_.end(), claimed.row, 0);
    if (earlier) {
        supersede_.run(*first, earlier->row, claimed.row);
    }
    fresh_.add({.row = claimed.row,
                .first = first.value_or(claimed.row),
                .id = earlier ? std::string_view() : claimed.id,
                .space = space,
                .keys = claim.keys,
                .repeat_key = claim.repeat_key,
                .number = claim.number});
    if (claim.rehearsed) {
        const fiscal::Standing& end = *claim.rehearsed;
        settle(claimed.row, end.state, std::nullopt,
               {.at = end.finished_at != 0 ? end.finished_at : claim.at,
                .registration = end.registration ? &*end.registration : nullptr,
                .fault = end.fault ? &*end.fault : nullptr});
    } else if (claim.intent && claimed.absent.empty()) { // else the KKT is to be asked first
        claimed.intent = add(*claim.intent, claimed.row);
    }
    return claimed;
}

/// What the claim has lost to, if anything; else `earlier` is the receipt of which it becomes a new
/// attempt, if there is one.
std::optional<Claimed> Ledger::in_the_way(const Claim& claim,
                                          std::optional<StoredReceipt>& earlier) {
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
    return std::nullopt;
}

Ledger::Answer<RowId> Ledger::intent(const Intent& intent) {
    if (intent.receipt && !idle(*intent.receipt)) {
        return JournalError("receipt row " + std::to_string(*intent.receipt) +
                            " is not accepted, or has an open intent: no intent was written");
    }
    return add(intent, intent.receipt);
}

/// A new intent, of a receipt that is idle.
RowId Ledger::add(const Intent& intent, std::optional<RowId> receipt) {
    const fiscal::Marker& marker = intent.marker;
    insert_intent_.run(receipt, intent.kkt, intent.at, marker.fn, marker.last_fd, marker.shift,
                       fiscal::name(marker.kind), kind_code(marker.receipt), marker.total.kopecks(),
                       marker.contact, marker.stamp, Blob{marker.prepared});
    const RowId row = connection_.last_row();
    index_intents(row);
    open_.emplace(row, Open{receipt, intent.kkt, is_own(receipt, marker)});
    if (receipt) {
        endless_[*receipt] = row;
    }
    return row;
}

Ledger::Answer<bool> Ledger::outcome(const IntentOutcome& outcome) {
    const auto found = open_.find(outcome.intent);
    if (found == open_.end()) {
        return false;
    }
    const Open& intent = found->second;

    Said said{.at = outcome.at, .warnings = pack(outcome.warnings), .note = outcome.note};
    std::string_view word;
    ReceiptState state = ReceiptState::accepted;
    std::visit(
        [&](const auto& what) {
            using What = std::decay_t<decltype(what)>;
            if constexpr (std::is_same_v<What, fiscal::Done>) {
                word = "done";
                said.registration = &what.registration;
                state = ReceiptState::done;
            } else if constexpr (std::is_same_v<What, fiscal::Refused>) {
                word = "refused";
                said.fault = &what.fault;
                state = outcome.receipt_goes_on ? ReceiptState::accepted : ReceiptState::refused;
            } else {
                word = "unknown";
                said.fault = &what.fault;
                state = ReceiptState::unknown;
            }
        },
        outcome.outcome);

    const bool stays_open = state == ReceiptState::unknown;
    const bool ends = intent.own && !is_endless(state);
    if (!ends) {
        say(outcome.intent, intent.receipt, word, said);
        update_intent_.run(outcome.intent, !stays_open, stays_open);
    }
    if (intent.own) {
        settle(*intent.receipt, state, ends ? std::optional(outcome.intent) : std::nullopt, said);
        if (state == ReceiptState::done) {
            last_done(outcome.intent, intent);
        }
    } else if (intent.receipt && !said.warnings.empty()) {
        add_warnings_.run(*intent.receipt, outcome.at, said.warnings);
    }
    if (!stays_open) {
        close(found);
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
    settle(finish.receipt, finish.state, std::nullopt,
           {.at = finish.at,
            .fault = finish.fault ? &*finish.fault : nullptr,
            .warnings = pack(finish.warnings)});
    return true;
}

Ledger::Answer<bool> Ledger::bind(const std::string& kkt, const fiscal::Identity& identity,
                                  fiscal::UtcMicros at) {
    insert_binding_.run(kkt, at, identity.inn, identity.rnm, identity.serial, identity.fn);
    return true;
}

Ledger::Answer<bool> Ledger::stop(const std::string& kkt, const fiscal::Fault& why) {
    if (!lookups_.bound(kkt)) {
        return false;
    }
    stop_.run(kkt, pack(why));
    return true;
}

Ledger::Answer<bool> Ledger::note(const std::string& kkt, const std::string& text,
                                  fiscal::UtcMicros at) {
    insert_note_.run(kkt, at, text);
    return true;
}

/// Accepted, and no document of it is under way: an unknown receipt has an open intent.
bool Ledger::idle(RowId receipt) const {
    const auto found = endless_.find(receipt);
    return found != endless_.end() && found->second == 0;
}

/// To be called with each new receipt before it is in memory: if it is the first of a block, the
/// block before it goes into the large indexes, neighbours together.
void Ledger::index_receipts(RowId newest) {
    const RowId from = indexed_to(newest_receipt_, receipt_block);
    const RowId to = indexed_to(newest, receipt_block);
    const RowId waiting_from = waiting_to(newest_receipt_);
    newest_receipt_ = newest;
    if (from == to) {
        return;
    }
    fresh_.take([&](std::int64_t space, std::string_view key, RowId first) {
        insert_key_.run(space, key, first);
    });
    insert_ids_.run(from, to, id_space_code);
    const auto end = endless_.upper_bound(waiting_to(newest));
    for (auto one = endless_.upper_bound(waiting_from); one != end; ++one) {
        insert_waiting_.run(one->first);
    }
}

/// The same with each new intent.
void Ledger::index_intents(RowId newest) {
    const RowId from = indexed_to(newest_intent_, intent_block);
    const RowId to = indexed_to(newest, intent_block);
    newest_intent_ = newest;
    if (from == to) {
        return;
    }
    for (auto one = open_.upper_bound(from); one != open_.end(); ++one) {
        insert_open_intent_.run(one->second.kkt, one->first);
    }
    for (const auto& [kkt, receipt] : last_done_) {
        upsert_last_done_.run(kkt, receipt);
    }
    last_done_.clear();
}

/// A new row of `outcome`.
void Ledger::say(RowId intent, std::optional<RowId> receipt, std::string_view word,
                 const Said& said) {
    insert_outcome_.run(receipt, intent, said.at, word, packed(said.registration),
                        packed(said.fault), said.warnings, said.note);
}

/// What became of a receipt. `intent`: the one that ended it.
void Ledger::settle(RowId receipt, ReceiptState state, std::optional<RowId> intent,
                    const Said& said) {
    upsert_result_.run(receipt, state_code(state), intent, said.at, packed(said.registration),
                       packed(said.fault), said.warnings, said.note);
    if (!is_endless(state)) {
        endless_.erase(receipt);
        if (receipt <= waiting_to(newest_receipt_)) {
            delete_waiting_.run(receipt);
        }
    }
}

/// The receipt of an own intent is done.
void Ledger::last_done(RowId row, const Open& intent) {
    if (row <= indexed_to(newest_intent_, intent_block)) {
        last_done_.erase(intent.kkt);
        upsert_last_done_.run(intent.kkt, *intent.receipt);
    } else {
        last_done_[intent.kkt] = *intent.receipt;
    }
}

void Ledger::close(OpenIntents::iterator closed) {
    const auto& [row, intent] = *closed;
    if (row <= indexed_to(newest_intent_, intent_block)) {
        delete_open_intent_.run(intent.kkt, row);
    }
    if (intent.receipt) {
        if (const auto receipt = endless_.find(*intent.receipt); receipt != endless_.end()) {
            receipt->second = 0;
        }
    }
    open_.erase(closed);
}

} // namespace kktd::journal
