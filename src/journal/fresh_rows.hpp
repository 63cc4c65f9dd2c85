// Fresh rows: the newest rows of a table, which the large indexes do not have yet. Rows are counted
// in blocks; when the first row of a block is written, the blocks before it are indexed in the same
// transaction (Ledger). So the newest row alone tells which rows are fresh, to every connection and
// after every crash, and no row has to say so of itself. The sizes of the blocks are part of the
// format of journal.db.
#pragma once

#include "journal/store.hpp"

#include <string>
#include <string_view>

namespace kktd::journal {

/// Receipts that are indexed together. Many, so that a page of an index takes in several of them at
/// once; few enough to keep their keys in memory.
inline constexpr RowId receipt_block = 256;
/// The same for intents: few, for readers go through the fresh ones.
inline constexpr RowId intent_block = 32;

/// The last row that is indexed when `newest` is the newest row (0: there is none).
[[nodiscard]] constexpr RowId indexed_to(RowId newest, RowId block) {
    return (newest - 1) / block * block;
}

/// The same for receipts that wait for their end: one block later, for most have it by then.
[[nodiscard]] constexpr RowId waiting_to(RowId newest) {
    return indexed_to(newest, receipt_block) - receipt_block;
}

/// SQL: the condition for rows of `table` behind indexed_to(); `row` is their column.
[[nodiscard]] inline std::string fresh_rows(std::string_view table, RowId block,
                                            std::string_view row = "row") {
    const std::string size = std::to_string(block);
    return std::string(row) + " > (SELECT (max(row) - 1) / " + size + " * " + size + " FROM " +
           std::string(table) + ")";
}

/// SQL: the condition for receipts behind waiting_to(); `row` is their column.
[[nodiscard]] inline std::string lately_waiting(std::string_view row = "row") {
    return fresh_rows("receipt", receipt_block, row) + " - " + std::to_string(receipt_block);
}

} // namespace kktd::journal
