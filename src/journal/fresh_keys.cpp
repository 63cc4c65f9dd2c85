#include "journal/fresh_keys.hpp"

#include "journal/columns.hpp"
#include "journal/fresh_rows.hpp"

#include <algorithm>
#include <iterator>

namespace kktd::journal {

namespace {

using Wanted = std::pair<std::int64_t, std::string_view>;

} // namespace

FreshKeys::FreshKeys(Connection& connection) {
    Statement fresh(connection, "SELECT row, id, attempt, space, keys, repeat_key FROM receipt"
                                " WHERE " +
                                    fresh_rows("receipt", receipt_block) + " ORDER BY row");
    Statement indexed(connection, "SELECT receipt FROM receipt_key WHERE space = ?1 AND key = ?2");
    for (auto row = fresh.query(); row.next();) {
        const std::string id = row.text(1);
        const bool is_first = row.integer(2) == 1;
        RowId first = row.integer(0);
        if (!is_first) {
            auto known = first_of(id_space_code, id);
            if (!known) {
                auto found = indexed.query(id_space_code, id);
                if (!found.next()) {
                    throw DamagedRow("receipt id");
                }
                known = found.integer(0);
            }
            first = *known;
        }
        add(row.integer(0), first, is_first ? id : "", row.integer(3), keys_of(row.bytes(4)),
            row.bytes(5));
    }
}

std::optional<RowId> FreshKeys::first_of(std::int64_t space, std::string_view key) const {
    const Wanted wanted(space, key);
    const std::lock_guard lock(mutex_);
    for (const Block& block : blocks_) {
        if (const auto found = block.keys.find(wanted); found != block.keys.end()) {
            return found->second;
        }
    }
    return std::nullopt;
}

std::vector<RowId> FreshKeys::repeats(std::string_view repeat_key) const {
    std::vector<RowId> rows;
    const std::lock_guard lock(mutex_);
    for (const Block& block : blocks_) {
        const auto [begin, end] = block.repeats.equal_range(repeat_key);
        std::transform(begin, end, std::back_inserter(rows),
                       [](const auto& repeat) { return repeat.second; });
    }
    std::sort(rows.begin(), rows.end(), std::greater<>());
    return rows;
}

bool FreshKeys::any_of(std::int64_t space) const {
    const std::lock_guard lock(mutex_);
    return std::any_of(blocks_.begin(), blocks_.end(), [space](const Block& block) {
        const auto found = block.keys.lower_bound(Wanted(space, ""));
        return found != block.keys.end() && found->first.first == space;
    });
}

void FreshKeys::add(RowId row, RowId first, std::string_view id, std::int64_t space,
                    const std::vector<std::string>& keys, std::string_view repeat_key) {
    const std::lock_guard lock(mutex_);
    Block& newest = blocks_.front();
    if (!id.empty()) {
        newest.keys.insert_or_assign(Key(id_space_code, id), first);
    }
    for (const std::string& key : keys) {
        newest.keys.insert_or_assign(Key(space, key), first);
    }
    if (!repeat_key.empty()) {
        newest.repeats.emplace(repeat_key, row);
    }
}

const FreshKeys::Keys& FreshKeys::take() {
    const std::lock_guard lock(mutex_);
    const Block& taken = blocks_.front();
    blocks_.emplace_front();
    return taken.keys;
}

void FreshKeys::taken() {
    const std::lock_guard lock(mutex_);
    blocks_.erase(std::next(blocks_.begin()), blocks_.end());
}

} // namespace kktd::journal
