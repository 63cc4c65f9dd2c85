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

/// Receipts whose keys and numbers are indexed together.
inline constexpr RowId receipt_block = 32;
/// Receipts after which those that still have no end are written down; most have one by then.
inline constexpr RowId waiting_block = 256;
/// The same for intents that are still open, and the last done receipts.
inline constexpr RowId intent_block = 32;

/// The last row that is indexed when `newest` is the newest row (0: there is none).
[[nodiscard]] constexpr RowId indexed_to(RowId newest, RowId block) {
    return (newest - 1) / block * block;
}

/// SQL: the condition for fresh rows of `table`; `row` is their column.
[[nodiscard]] inline std::string fresh_rows(std::string_view table, RowId block,
                                            std::string_view row = "row") {
    const std::string size = std::to_string(block);
    return std::string(row) + " > (SELECT (max(row) - 1) / " + size + " * " + size + " FROM " +
           std::string(table) + ")";
}

} // namespace kktd::journal
