#include "journal/fresh_keys.hpp"

#include "journal/fresh_rows.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

namespace kktd::journal {

namespace {

std::size_t hash_of(std::int64_t space, std::string_view key) {
    return std::hash<std::string_view>()(key) + static_cast<std::size_t>(space);
}

} // namespace

void FreshKeys::Block::add(std::int64_t space, std::string_view key, RowId row) {
    const std::size_t hash = hash_of(space, key);
    std::uint32_t& newest = newest_[hash % buckets];
    entries_.push_back({space, std::string(key), row, hash, newest});
    newest = static_cast<std::uint32_t>(entries_.size());
}

template<class Found>
void FreshKeys::Block::find(std::int64_t space, std::string_view key, std::size_t hash,
                            const Found& found) const {
    for (std::uint32_t at = newest_[hash % buckets]; at != 0;) {
        const Entry& entry = entries_[at - 1];
        if (entry.hash == hash && entry.space == space && entry.key == key && !found(entry.row)) {
            return;
        }
        at = entry.before;
    }
}

FreshKeys::FreshKeys(Connection& connection) {
    Statement fresh(connection, "SELECT row, id, attempt, space, keys, repeat_key, number"
                                " FROM receipt WHERE " +
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
        add({.row = row.integer(0),
             .first = first,
             .id = is_first ? id : "",
             .space = row.integer(3),
             .keys = keys_of(row.bytes(4)),
             .repeat_key = row.bytes(5),
             .number = row.bytes(6)});
    }
}

std::optional<RowId> FreshKeys::first_of(std::int64_t space, std::string_view key) const {
    std::optional<RowId> first;
    const std::size_t hash = hash_of(space, key);
    const std::lock_guard lock(mutex_);
    for (auto block = blocks_.begin(); block != blocks_.end() && !first; ++block) {
        block->find(space, key, hash, [&](RowId row) {
            first = row;
            return false;
        });
    }
    return first;
}

std::vector<RowId> FreshKeys::repeats(std::string_view repeat_key) const {
    return all_of(repeat_code, repeat_key);
}

std::vector<RowId> FreshKeys::numbered(std::string_view number) const {
    return all_of(number_code, number);
}

std::vector<RowId> FreshKeys::all_of(std::int64_t code, std::string_view key) const {
    std::vector<RowId> rows;
    const std::size_t hash = hash_of(code, key);
    const std::lock_guard lock(mutex_);
    for (const Block& block : blocks_) {
        block.find(code, key, hash, [&](RowId row) {
            rows.push_back(row);
            return true;
        });
    }
    return rows;
}

bool FreshKeys::any_of(std::int64_t space) const {
    const std::lock_guard lock(mutex_);
    return std::any_of(blocks_.begin(), blocks_.end(), [space](const Block& block) {
        return std::any_of(block.entries().begin(), block.entries().end(),
                           [space](const Entry& entry) { return entry.space == space; });
    });
}

void FreshKeys::add(const Attempt& attempt) {
    const std::lock_guard lock(mutex_);
    Block& newest = blocks_.front();
    if (!attempt.id.empty()) {
        newest.add(id_space_code, attempt.id, attempt.first);
    }
    for (const std::string& key : attempt.keys) {
        newest.add(attempt.space, key, attempt.first);
    }
    if (!attempt.repeat_key.empty()) {
        newest.add(repeat_code, attempt.repeat_key, attempt.row);
    }
    if (!attempt.number.empty()) {
        newest.add(number_code, attempt.number, attempt.row);
    }
}

const std::vector<FreshKeys::Entry>& FreshKeys::begin_block() {
    const std::lock_guard lock(mutex_);
    const Block& taken = blocks_.front();
    blocks_.emplace_front();
    return taken.entries();
}

void FreshKeys::taken() {
    const std::lock_guard lock(mutex_);
    blocks_.erase(std::next(blocks_.begin()), blocks_.end());
}

} // namespace kktd::journal
