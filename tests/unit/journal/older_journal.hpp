// older_journal: a journal with all that stands in it, as an earlier version of the program would
// have written it.
#pragma once

#include "journal/schema.hpp"
#include "journal/statement.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace kktd::tests {

/// The first column of what `sql` finds.
inline std::vector<std::string> texts_of(journal::Connection& connection, const std::string& sql) {
    journal::Statement statement(connection, sql);
    std::vector<std::string> texts;
    for (auto row = statement.query(); row.next();) {
        texts.emplace_back(row.text(0));
    }
    return texts;
}

/// Replaces journal.db of `folder`, which nobody has open, by one of `version`: made by the steps
/// up to that version and given every row, but for the columns that came later.
inline void make_older(const std::string& folder, int version) {
    const std::string path = folder + "/journal.db";
    const std::string newer = folder + "/newer.db";
    const std::string newer_wal = newer + "-wal";
    std::filesystem::rename(path, newer);
    if (std::filesystem::exists(path + "-wal")) {
        std::filesystem::rename(path + "-wal", newer_wal);
    }
    std::filesystem::remove(path + "-shm");
    std::ofstream{path};
    {
        journal::Connection older(path, true, nullptr);
        journal::migrate(older, journal::migrations().first(static_cast<std::size_t>(version)));
        older.exec(("ATTACH '" + newer + "' AS newer").c_str());
        for (const auto& table :
             texts_of(older, "SELECT name FROM main.sqlite_schema WHERE type = 'table'"
                             " AND name NOT LIKE 'sqlite_%'")) {
            std::string columns;
            for (const auto& column :
                 texts_of(older, "SELECT name FROM pragma_table_info('" + table + "', 'main')")) {
                columns += (columns.empty() ? "" : ", ") + column;
            }
            older.exec(("INSERT INTO main." + table + " (" + columns + ") SELECT " + columns +
                        " FROM newer." + table)
                           .c_str());
        }
        older.exec("DETACH newer");
    }
    for (const auto& file : {newer, newer_wal, newer + "-shm"}) {
        std::filesystem::remove(file);
    }
}

} // namespace kktd::tests
