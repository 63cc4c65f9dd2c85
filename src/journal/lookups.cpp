#include "journal/lookups.hpp"

#include "journal/columns.hpp"
#include "journal/fresh_rows.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace kktd::journal {

namespace {

/// Whether there is an open intent of `r`, which has no end. CASE, unlike AND, does not look if
/// not.
std::string is_working() {
    const std::string is_open = "i.receipt = r.row AND i.closed = 0";
    return "CASE WHEN coalesce(s.state, 2) = 2 THEN EXISTS (SELECT 1 FROM intent i WHERE " +
           fresh_rows("intent", intent_block, "i.row") + " AND " + is_open +
           ") OR EXISTS (SELECT 1 FROM open_intent o JOIN intent i ON i.row = o.intent"
           " WHERE o.kkt = r.kkt AND " +
           is_open + ") ELSE 0 END";
}

/// The columns of receipt_of(), for a condition on `r` and its result `s`.
std::string receipts(std::string_view condition) {
    return "SELECT r.row, r.space, r.content, r.draft, r.rates, r.request_id, r.id, r.kkt,"
           " r.number, r.date, r.kind, r.total, s.state, r.accepted_at, r.attempt, r.warnings,"
           " s.warnings, s.at, s.registration, s.fault, " +
           is_working() + ", r.inn FROM receipt r LEFT JOIN result s ON s.receipt = r.row WHERE " +
           std::string(condition);
}

/// Rows of attempts without an end, and others of the newest; `condition` on their KKT.
std::string waiting(const std::string& condition, const std::string& row = "r.row") {
    return row + " IN (SELECT receipt FROM waiting WHERE " + condition +
           " UNION ALL SELECT row FROM receipt WHERE " + lately_waiting() + " AND " + condition +
           ")";
}

/// Intents that ended receipts as done, for a condition on `i`.
std::string done_receipts(const std::string& columns, const std::string& condition) {
    return "SELECT " + columns +
           " FROM intent i JOIN result d ON d.receipt = i.receipt AND d.intent = i.row WHERE " +
           fresh_rows("intent", intent_block, "i.row") + " AND d.state = 3" + condition;
}

/// The keys that receipts have by this number.
struct KeyRange {
    explicit KeyRange(std::string_view number) : begin(key_prefix(number)), end(begin) {
        end.back() = static_cast<char>(end.back() + 1);
    }
    std::string begin;
    std::string end; ///< behind all of them
};

/// A list for json_each().
std::string json(const std::vector<RowId>& rows) {
    std::string list = "[";
    for (const RowId row : rows) {
        list += (list.size() == 1 ? "" : ",") + std::to_string(row);
    }
    return list + ']';
}

/// What makes a receipt with the same repeat key a repeat.
std::string repeats(const std::string& space, const std::string& content,
                    const std::string& since) {
    return " AND r.superseded_by IS NULL AND r.space = " + space + " AND r.content = " + content +
           " AND r.accepted_at >= " + since +
           " AND NOT EXISTS (SELECT 1 FROM result s WHERE s.receipt = r.row AND s.state IN (4, 6))";
}

StoredReceipt receipt_of(const Statement::Rows& row) {
    StoredReceipt receipt;
    receipt.row = row.integer(0);
    receipt.space = space_of(row.integer(1));
    receipt.content_digest = row.text(2);
    receipt.draft = row.text(3);
    receipt.rates = rates_of(row.bytes(4));
    receipt.request_id = row.text(5);

    fiscal::Standing& standing = receipt.standing;
    standing.id = row.text(6);
    standing.kkt = row.text(7);
    standing.number = row.text(8);
    if (!row.is_null(9)) {
        standing.date = date_of(row.bytes(9));
    }
    standing.kind = kind_of(row.integer(10));
    standing.total = fiscal::Money(row.integer(11));
    if (!row.is_null(12)) {
        standing.state = state_of(row.integer(12));
    }
    standing.accepted_at = row.integer(13);
    standing.attempt = static_cast<int>(row.integer(14));
    standing.warnings = warnings_of(row.bytes(15));
    const fiscal::Warnings later = warnings_of(row.bytes(16));
    standing.warnings.insert(standing.warnings.end(), later.begin(), later.end());
    if (standing.state != fiscal::ReceiptState::accepted) {
        standing.finished_at = row.integer(17);
    }
    if (!row.is_null(18)) {
        standing.registration = registration_of(row.bytes(18));
    }
    if (!row.is_null(19)) {
        standing.fault = fault_of(row.bytes(19));
    }
    standing.working = row.integer(20) != 0;
    standing.test_device = receipt.space == Space::test_device;
    receipt.inn = row.text(21);
    return receipt;
}

OpenIntent intent_of(const Statement::Rows& row) {
    OpenIntent intent;
    intent.row = row.integer(0);
    if (!row.is_null(1)) {
        intent.receipt = row.integer(1);
    }
    intent.kkt = row.text(2);
    intent.at = row.integer(3);
    intent.inconclusive = row.integer(4) != 0;
    fiscal::Marker& marker = intent.marker;
    marker.fn = row.text(5);
    marker.last_fd = static_cast<std::uint32_t>(row.integer(6));
    marker.shift = static_cast<std::uint32_t>(row.integer(7));
    marker.kind = task_kind_of(row.bytes(8));
    marker.receipt = kind_of(row.integer(9));
    marker.total = fiscal::Money(row.integer(10));
    marker.contact = row.text(11);
    marker.stamp = row.text(12);
    marker.prepared = row.text(13);
    return intent;
}

std::vector<OpenIntent> all_intents_of(Statement::Rows rows) {
    std::vector<OpenIntent> intents;
    while (rows.next()) {
        intents.push_back(intent_of(rows));
    }
    return intents;
}

/// Of intent_of().
constexpr const char* intent_columns =
    "i.row, i.receipt, i.kkt, i.at, i.inconclusive, i.fn, i.last_fd, i.shift, i.kind,"
    " i.receipt_kind, i.total, i.contact, i.stamp, i.prepared";
constexpr int behind_intent_columns = 14;

/// The columns of intent_of(), for a condition on `i`.
std::string intents(const std::string& condition) {
    return std::string("SELECT ") + intent_columns + " FROM intent i WHERE " + condition +
           " ORDER BY i.row";
}

/// Open intents, fresh or not; `condition` on `kkt`.
std::string open_intents_where(const std::string& condition) {
    return intents("i.row IN (SELECT intent FROM open_intent WHERE " + condition +
                   " UNION ALL SELECT row FROM intent WHERE " + fresh_rows("intent", intent_block) +
                   " AND closed = 0 AND " + condition +
                   ") AND NOT EXISTS (SELECT 1 FROM result e WHERE e.receipt = i.receipt"
                   " AND e.intent = i.row)");
}

/// Receipts' own intents that were refused with note ?2, and the ids of the receipts, for a
/// condition on their row `f`. What was said with another note since is an operator's decision:
/// what was before it of any attempt under that id does not count any more.
std::string refused_with_note(const std::string& condition) {
    const auto decided = [](const std::string& table, const std::string& since) {
        return " AND NOT EXISTS (SELECT 1 FROM " + table +
               " d CROSS JOIN receipt g ON g.row = d.receipt WHERE " + since +
               " AND d.note NOT IN ('', ?2) AND g.id = f.id)";
    };
    return std::string("SELECT ") + intent_columns +
           ", f.id FROM outcome o CROSS JOIN intent i ON i.row = o.intent"
           " CROSS JOIN receipt f ON f.row = o.receipt"
           " WHERE o.word = 'refused' AND o.note = ?2 AND i.kind IN ('receipt', 'correction') "
           "AND " +
           condition + decided("outcome", "d.row > o.row") +
           decided("result", "d.receipt >= o.receipt") + " ORDER BY o.row";
}

std::vector<AbsentAttempt> all_absent_of(Statement::Rows rows) {
    std::vector<AbsentAttempt> attempts;
    while (rows.next()) {
        attempts.push_back({rows.text(behind_intent_columns), intent_of(rows).marker});
    }
    return attempts;
}

std::vector<StoredReceipt> all_of(Statement::Rows rows) {
    std::vector<StoredReceipt> receipts;
    while (rows.next()) {
        receipts.push_back(receipt_of(rows));
    }
    return receipts;
}

std::optional<StoredReceipt> one_of(Statement::Rows rows) {
    if (!rows.next()) {
        return std::nullopt;
    }
    return receipt_of(rows);
}

std::int64_t sql_limit(std::size_t limit) {
    constexpr std::size_t most = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::min(limit, most));
}

} // namespace

Lookups::Lookups(Connection& connection, const FreshKeys& fresh)
    : fresh_(fresh), first_row_(connection, "SELECT receipt FROM receipt_key"
                                            " WHERE space = ?1 AND key = ?2"),
      in_the_way_(connection, "SELECT 1 FROM receipt_key WHERE space = ?1 AND key >= ?2"
                              " AND key < ?3 LIMIT 1"),
      newest_attempt_(connection, receipts("r.row = (SELECT coalesce(superseded_by, row)"
                                           " FROM receipt WHERE row = ?1)")),
      find_row_(connection, receipts("r.row = ?1")),
      find_number_(
          connection,
          receipts("r.row IN (SELECT coalesce(f.superseded_by, f.row) FROM receipt_key k"
                   " JOIN receipt f ON f.row = k.receipt WHERE k.space IN (0, 1)"
                   " AND k.key >= ?7 AND k.key < ?8 UNION ALL SELECT value FROM json_each(?6))"
                   " AND r.number = ?1 AND r.superseded_by IS NULL AND r.space <> ?2"
                   " AND (?3 IS NULL OR r.date = ?3) AND (?4 IS NULL OR r.kind = ?4)"
                   " ORDER BY r.row DESC LIMIT ?5")),
      is_repeat_(connection,
                 "SELECT 1 FROM receipt r WHERE r.row = ?1" + repeats("?2", "?3", "?4")),
      find_repeat_(connection,
                   "SELECT r.row FROM receipt_key k CROSS JOIN receipt f ON f.row = k.receipt"
                   " CROSS JOIN receipt r ON r.row = coalesce(f.superseded_by, f.row)"
                   " WHERE k.space = ?2 AND k.key >= ?5 AND k.key < ?6 AND r.repeat_key = ?1 AND "
                   "r.repeat_key <> ''" +
                       repeats("?2", "?3", "?4") + " ORDER BY r.row DESC LIMIT 1"),
      accepted_(connection,
                receipts(waiting("kkt = ?1") + " AND coalesce(s.state, 2) = 2 ORDER BY r.row")),
      open_intents_(connection, open_intents_where("kkt = ?1")),
      all_open_intents_(connection, open_intents_where("TRUE")),
      absent_attempts_(connection, refused_with_note("f.id IN (SELECT id FROM receipt WHERE " +
                                                     waiting("kkt = ?1", "row") + ")")),
      absent_attempts_of_(connection, refused_with_note("f.id = ?1")),
      fresh_done_(connection, done_receipts("i.kkt, i.receipt", " ORDER BY i.row")),
      endless_(connection, "SELECT receipt FROM waiting UNION ALL SELECT r.row FROM receipt r"
                           " LEFT JOIN result s ON s.receipt = r.row WHERE " +
                               lately_waiting("r.row") + " AND coalesce(s.state, 2) IN (2, 5)"),
      newest_receipt_(connection, "SELECT coalesce(max(row), 0) FROM receipt"),
      newest_intent_(connection, "SELECT coalesce(max(row), 0) FROM intent"),
      // The literal is that of the partial index.
      unknown_(connection, receipts("r.row IN (SELECT receipt FROM result WHERE state = 5)"
                                    " ORDER BY r.accepted_at, r.row LIMIT ?1")),
      bound_(connection, "SELECT inn, rnm, serial, fn FROM binding WHERE kkt = ?1"
                         " ORDER BY row DESC LIMIT 1"),
      stopped_(connection, "SELECT stop FROM binding WHERE kkt = ?1 ORDER BY row DESC LIMIT 1"),
      last_done_(connection,
                 receipts("r.row = coalesce((" +
                          done_receipts("i.receipt", " AND i.kkt = ?1 ORDER BY i.row DESC") +
                          " LIMIT 1), (SELECT receipt FROM last_done WHERE kkt = ?1))")),
      owing_(connection, "SELECT DISTINCT r.kkt, r.space FROM receipt r LEFT JOIN result s"
                         " ON s.receipt = r.row WHERE " +
                             waiting("TRUE") + " AND coalesce(s.state, 2) IN (2, 5)"),
      has_real_documents_(connection, "SELECT 1 FROM receipt_key WHERE space = ?1 LIMIT 1") {}

std::optional<StoredReceipt> Lookups::find_key(Space space, std::string_view key) {
    return newest_attempt(space_code(space), key);
}

std::optional<StoredReceipt> Lookups::find_id(std::string_view id) {
    return newest_attempt(id_space_code, id);
}

std::optional<RowId> Lookups::first_row(std::string_view id) {
    return first_row(id_space_code, id);
}

std::optional<RowId> Lookups::first_row(std::int64_t space, std::string_view key) {
    // In this order: what is not fresh any more is committed in the index, and is seen there.
    if (const auto row = fresh_.first_of(space, key)) {
        return row;
    }
    auto rows = first_row_.query(space, key);
    return rows.next() ? std::optional(rows.integer(0)) : std::nullopt;
}

std::optional<StoredReceipt> Lookups::newest_attempt(std::int64_t space, std::string_view key) {
    const auto first = first_row(space, key);
    return first ? one_of(newest_attempt_.query(*first)) : std::nullopt;
}

std::optional<StoredReceipt> Lookups::find_row(RowId row) {
    return one_of(find_row_.query(row));
}

std::vector<StoredReceipt> Lookups::find_number(std::string_view number,
                                                std::optional<fiscal::Date> date,
                                                std::optional<fiscal::ReceiptKind> kind,
                                                std::size_t limit) {
    if (number.empty()) {
        return {};
    }
    const std::vector<RowId> fresh = fresh_.numbered(number);
    const KeyRange by_number(number);
    return all_of(find_number_.query(number, space_code(Space::rehearsal), pack(date),
                                     kind ? std::optional(kind_code(*kind)) : std::nullopt,
                                     sql_limit(limit), json(fresh), by_number.begin,
                                     by_number.end));
}

bool Lookups::may_be_in_the_way(const Claim& claim) {
    const auto space = space_code(claim.space);
    for (std::size_t i = 1; i < claim.keys.size(); ++i) {
        if (first_row(space, claim.keys[i])) {
            return true;
        }
    }
    if (fresh_.first_of(space, claim.keys.front()) || !fresh_.repeats(claim.repeat_key).empty()) {
        return true;
    }
    if (claim.number.empty()) {
        return first_row_.query(space, claim.keys.front()).next();
    }
    const KeyRange by_number(claim.number); // the key has the number, and so has what is a repeat
    return in_the_way_.query(space, by_number.begin, by_number.end).next();
}

std::optional<StoredReceipt> Lookups::find_repeat(Space space, std::string_view number,
                                                  std::string_view repeat_key,
                                                  std::string_view content_digest,
                                                  fiscal::UtcMicros since) {
    const auto code = space_code(space);
    for (const RowId row : fresh_.repeats(repeat_key)) { // all of them newer than the others
        if (is_repeat_.query(row, code, Blob{content_digest}, since).next()) {
            return find_row(row);
        }
    }
    const KeyRange by_number(number);
    std::optional<RowId> row;
    {
        auto rows = find_repeat_.query(repeat_key, code, Blob{content_digest}, since,
                                       by_number.begin, by_number.end);
        if (rows.next()) {
            row = rows.integer(0);
        }
    }
    return row ? find_row(*row) : std::nullopt;
}

std::vector<StoredReceipt> Lookups::accepted(std::string_view kkt) {
    return all_of(accepted_.query(kkt));
}

std::vector<OpenIntent> Lookups::open_intents(std::string_view kkt) {
    return all_intents_of(open_intents_.query(kkt));
}

std::vector<OpenIntent> Lookups::open_intents() {
    return all_intents_of(all_open_intents_.query());
}

std::vector<AbsentAttempt> Lookups::absent_attempts(std::string_view kkt) {
    return all_absent_of(absent_attempts_.query(kkt, recovered_note));
}

std::vector<AbsentAttempt> Lookups::absent_attempts_of(std::string_view id) {
    return all_absent_of(absent_attempts_of_.query(id, recovered_note));
}

std::vector<std::pair<std::string, RowId>> Lookups::fresh_done() {
    std::vector<std::pair<std::string, RowId>> done;
    for (auto row = fresh_done_.query(); row.next();) {
        done.emplace_back(row.text(0), row.integer(1));
    }
    return done;
}

std::vector<RowId> Lookups::endless() {
    std::vector<RowId> endless;
    for (auto row = endless_.query(); row.next();) {
        endless.push_back(row.integer(0));
    }
    return endless;
}

RowId Lookups::newest_receipt() {
    auto row = newest_receipt_.query();
    return row.next() ? row.integer(0) : 0;
}

RowId Lookups::newest_intent() {
    auto row = newest_intent_.query();
    return row.next() ? row.integer(0) : 0;
}

std::vector<StoredReceipt> Lookups::unknown(std::size_t limit) {
    return all_of(unknown_.query(sql_limit(limit)));
}

std::optional<fiscal::Identity> Lookups::bound(std::string_view kkt) {
    auto row = bound_.query(kkt);
    if (!row.next()) {
        return std::nullopt;
    }
    return fiscal::Identity{
        .inn = row.text(0), .rnm = row.text(1), .serial = row.text(2), .fn = row.text(3)};
}

std::optional<fiscal::Fault> Lookups::stopped(std::string_view kkt) {
    auto row = stopped_.query(kkt);
    return row.next() && !row.is_null(0) ? std::optional(fault_of(row.bytes(0))) : std::nullopt;
}

std::optional<StoredReceipt> Lookups::last_done(std::string_view kkt) {
    return one_of(last_done_.query(kkt));
}

std::vector<Owing> Lookups::owing() {
    std::vector<Owing> owing;
    auto row = owing_.query();
    while (row.next()) {
        owing.push_back({row.text(0), space_of(row.integer(1))});
    }
    return owing;
}

bool Lookups::has_real_documents() {
    const auto real = space_code(Space::real);
    return fresh_.any_of(real) || has_real_documents_.query(real).next();
}

} // namespace kktd::journal
