// FreshKeys: the keys of the fresh receipts (fresh_rows.hpp), which the large indexes do not have
// yet, in memory. They stand in the receipts' own rows on the disk; so a claim changes one page
// where it would change one for each of its keys, and what is asked of the newest receipts costs no
// reading.
#pragma once

#include "journal/columns.hpp"
#include "journal/statement.hpp"
#include "journal/store.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kktd::journal {

class FreshKeys {
public:
    /// Reads the fresh receipts of a journal. Throws SqliteError and DamagedRow.
    explicit FreshKeys(Connection& connection);

    /// The first attempt of the receipt to which a key (of the space with this code) leads. It may
    /// not be committed yet: its row is then not to be seen. Any thread.
    [[nodiscard]] std::optional<RowId> first_of(std::int64_t space, std::string_view key) const;
    /// The attempts with this repeat key, or number, newest first. Any thread.
    [[nodiscard]] std::vector<RowId> repeats(std::string_view repeat_key) const;
    [[nodiscard]] std::vector<RowId> numbered(std::string_view number) const;
    [[nodiscard]] bool any_of(std::int64_t space) const;

    // ---- by the ledger, inside its transaction -------------------------------------------------
    struct Attempt {
        RowId row = 0;
        RowId first = 0;
        std::string_view id; ///< of the first attempt; else empty
        std::int64_t space = 0;
        const std::vector<std::string>& keys;
        std::string_view repeat_key; ///< perhaps empty, as the number
        std::string_view number;
    };
    void add(const Attempt& attempt);

    /// Calls `index(space, key, first)` for all keys of callers since the last take(), in the order
    /// they were added. They are answered from here until that is committed.
    template<class Index>
    void take(const Index& index) {
        for (const Entry& entry : begin_block()) {
            if (entry.space < id_space_code) {
                index(entry.space, std::string_view(entry.key), entry.row);
            }
        }
    }
    /// The transaction with what was taken is committed: the index has it.
    void taken();

private:
    // In place of a space, behind all of them and the ids.
    static constexpr std::int64_t repeat_code = id_space_code + 1;
    static constexpr std::int64_t number_code = id_space_code + 2;

    struct Entry {
        std::int64_t space;
        std::string key;
        RowId row;            ///< to which it leads
        std::size_t hash;     ///< of space and key
        std::uint32_t before; ///< in the same bucket: index + 1 of the entry before it, or 0
    };
    class Block {
    public:
        void add(std::int64_t space, std::string_view key, RowId row);
        /// Calls `found(row)` for each entry with this key, newest first, until it returns false.
        /// `hash` is that of space and key.
        template<class Found>
        void find(std::int64_t space, std::string_view key, std::size_t hash,
                  const Found& found) const;
        [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

    private:
        static constexpr std::size_t buckets = 1024;
        std::vector<Entry> entries_;
        std::vector<std::uint32_t> newest_ = std::vector<std::uint32_t>(buckets); ///< as `before`
    };

    [[nodiscard]] std::vector<RowId> all_of(std::int64_t code, std::string_view key) const;
    [[nodiscard]] const std::vector<Entry>& begin_block();

    mutable std::mutex mutex_;
    std::list<Block> blocks_ = std::list<Block>(1); ///< newest first; all others are taken
};

} // namespace kktd::journal
