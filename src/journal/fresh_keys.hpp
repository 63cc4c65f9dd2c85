// FreshKeys: the keys of the fresh receipts (fresh_rows.hpp), which the large indexes do not have
// yet, in memory. They stand in the receipts' own rows on the disk; so a claim changes one page
// where it would change one for each of its keys, and what is asked of the newest receipts costs no
// reading.
#pragma once

#include "journal/statement.hpp"
#include "journal/store.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kktd::journal {

class FreshKeys {
public:
    /// Reads the fresh receipts of a journal. Throws SqliteError and DamagedRow.
    explicit FreshKeys(Connection& connection);

    /// The first attempt of the receipt to which a key (of the space with this code) leads. It may
    /// not be committed yet: its row is then not to be seen. Any thread.
    [[nodiscard]] std::optional<RowId> first_of(std::int64_t space, std::string_view key) const;
    /// The attempts with this repeat key, newest first. Any thread.
    [[nodiscard]] std::vector<RowId> repeats(std::string_view repeat_key) const;
    [[nodiscard]] bool any_of(std::int64_t space) const;

    // ---- by the ledger, inside its transaction -------------------------------------------------
    /// A new attempt, whose keys lead to `first`. `id` is empty if that is known already.
    void add(RowId row, RowId first, std::string_view id, std::int64_t space,
             const std::vector<std::string>& keys, std::string_view repeat_key);

    using Key = std::pair<std::int64_t, std::string>; ///< code of the space, key
    /// The order of the index, for keys that are looked for too: they need not be copied.
    struct Order {
        using is_transparent = void;
        template<class A, class B>
        [[nodiscard]] bool operator()(const A& a, const B& b) const {
            return a.first != b.first ? a.first < b.first
                                      : std::string_view(a.second) < std::string_view(b.second);
        }
    };
    using Keys = std::map<Key, RowId, Order>;
    /// All keys since the last take(), in the order of the index they go to now. They are answered
    /// from here until that is committed; valid so long.
    [[nodiscard]] const Keys& take();
    /// The transaction with what was taken is committed: the index has it.
    void taken();

private:
    using Repeats = std::multimap<std::string, RowId, std::less<>>;
    struct Block {
        Keys keys;
        Repeats repeats;
    };

    mutable std::mutex mutex_;
    std::list<Block> blocks_ = std::list<Block>(1); ///< newest first; all others are taken
};

} // namespace kktd::journal
