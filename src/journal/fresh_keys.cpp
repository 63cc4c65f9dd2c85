#include "journal/fresh_keys.hpp"

#include "journal/columns.hpp"
#include "journal/newest_rows.hpp"

#include <algorithm>
#include <iterator>

namespace kktd::journal {

FreshKeys::FreshKeys(Connection& connection) {
    Statement newest(connection, "SELECT row, id, attempt, space, keys, repeat_key FROM receipt"
                                 " WHERE indexed = 0 AND " +
                                     newest_rows("receipt", max_receipts) + " ORDER BY row");
    Statement indexed(connection, "SELECT receipt FROM receipt_key WHERE space = ?1 AND key = ?2");
    for (auto row = newest.query(); row.next();) {
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
    const Key wanted(space, key);
    const std::lock_guard lock(mutex_);
    for (const Keys* keys : {&keys_, &taken_keys_}) {
        if (const auto found = keys->find(wanted); found != keys->end()) {
            return found->second;
        }
    }
    return std::nullopt;
}

std::vector<RowId> FreshKeys::repeats(std::string_view repeat_key) const {
    std::vector<RowId> rows;
    const std::lock_guard lock(mutex_);
    for (const Repeats* repeats : {&repeats_, &taken_repeats_}) {
        const auto [begin, end] = repeats->equal_range(repeat_key);
        std::transform(begin, end, std::back_inserter(rows),
                       [](const auto& repeat) { return repeat.second; });
    }
    std::sort(rows.begin(), rows.end(), std::greater<>());
    return rows;
}

bool FreshKeys::any_of(std::int64_t space) const {
    const auto in = [space](const Keys& keys) {
        const auto found = keys.lower_bound(Key(space, ""));
        return found != keys.end() && found->first.first == space;
    };
    const std::lock_guard lock(mutex_);
    return in(keys_) || in(taken_keys_);
}

void FreshKeys::add(RowId row, RowId first, std::string_view id, std::int64_t space,
                    const std::vector<std::string>& keys, std::string_view repeat_key) {
    const std::lock_guard lock(mutex_);
    if (!id.empty()) {
        keys_.insert_or_assign(Key(id_space_code, id), first);
    }
    for (const std::string& key : keys) {
        keys_.insert_or_assign(Key(space, key), first);
    }
    if (!repeat_key.empty()) {
        repeats_.emplace(repeat_key, row);
    }
    ++receipts_;
}

FreshKeys::Keys FreshKeys::take() {
    const std::lock_guard lock(mutex_);
    Keys keys = std::exchange(keys_, {});
    for (const auto& [key, first] : keys) {
        taken_keys_.insert_or_assign(key, first);
    }
    taken_repeats_.merge(std::exchange(repeats_, {}));
    receipts_ = 0;
    return keys;
}

void FreshKeys::taken() {
    const std::lock_guard lock(mutex_);
    taken_keys_.clear();
    taken_repeats_.clear();
}

} // namespace kktd::journal
