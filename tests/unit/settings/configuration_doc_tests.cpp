// docs/configuration.md against the reader: every key, with its type, default and bounds.
#include "base/file.hpp"
#include "settings/settings.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <map>
#include <sstream>

using namespace kktd::settings;

namespace {

constexpr std::size_t max_document_bytes = 1 << 20;

/// Rows "| `key` | type | default | bounds | meaning |" without the meaning.
std::map<std::string, std::string> documented_keys() {
    const auto document =
        kktd::base::read_file(KKTD_SOURCE_DIR "/docs/configuration.md", max_document_bytes);
    BOOST_REQUIRE(document.has_value());
    std::map<std::string, std::string> rows;
    std::istringstream lines(*document);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("| `")) {
            continue;
        }
        const std::size_t meaning = line.rfind(" | ");
        BOOST_TEST(line.size() - meaning > 20U, "no meaning: " << line);
        const std::string key = line.substr(3, line.find('`', 3) - 3);
        BOOST_TEST(rows.emplace(key, line.substr(0, meaning)).second, "twice: " << key);
    }
    return rows;
}

std::string row_of(const Key& key) {
    const std::string initial = key.stated            ? "stated"
                                : key.initial.empty() ? "–"
                                                      : "`" + key.initial + "`";
    const std::string bounds = key.bounds.empty() ? "–" : key.bounds;
    return "| `" + key.path + "` | " + key.type + " | " + initial + " | " + bounds;
}

} // namespace

BOOST_AUTO_TEST_SUITE(configuration_doc_tests)

BOOST_AUTO_TEST_CASE(every_known_key_is_documented_and_the_other_way_round) {
    ::unsetenv("STATE_DIRECTORY");
    auto documented = documented_keys();
    for (const Key& key : known_keys()) {
        const auto row = documented.find(key.path);
        BOOST_TEST((row != documented.end()), "not documented: " << row_of(key));
        if (row != documented.end()) {
            BOOST_TEST(row->second == row_of(key));
            documented.erase(row);
        }
    }
    for (const auto& [key, row] : documented) {
        BOOST_ERROR("documented, but unknown to the reader: " << key);
    }
}

BOOST_AUTO_TEST_SUITE_END()
