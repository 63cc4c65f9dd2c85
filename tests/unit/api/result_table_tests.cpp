#include "api/result_table.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace {

using namespace kktd::api;

std::string file(const std::string& path) {
    const char* root = std::getenv("KKTD_SOURCE_ROOT");
    BOOST_REQUIRE_MESSAGE(root, "KKTD_SOURCE_ROOT is not set: run by meson test");
    std::ifstream in(std::string(root) + "/" + path);
    BOOST_REQUIRE_MESSAGE(in, path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// The rows of docs/errors.md: "| 201 | 422 | `missing` | refused | fixed | text … | cure … |",
/// by code; each as "status error outcome retry".
std::map<int, std::string> documented() {
    static const std::regex row(
        R"(\| (\d+) \| (\d+) \| (?:`(\w+)`|–) \| (\w+) \| (\w+|–) \| ([^|]+) \| ([^|]+) \|)");
    std::map<int, std::string> rows;
    std::istringstream lines(file("docs/errors.md"));
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("| ") || line.find_first_of("0123456789") != 2) {
            continue;
        }
        std::smatch match;
        BOOST_REQUIRE_MESSAGE(std::regex_match(line, match, row), "not a row: " << line);
        const std::string retry = match[5] == "–" ? "" : match[5].str();
        const bool fresh = rows.emplace(std::stoi(match[1]), match[2].str() + " " + match[3].str() +
                                                                 " " + match[4].str() + " " + retry)
                               .second;
        BOOST_TEST(fresh, "twice: " << line);
    }
    return rows;
}

} // namespace

BOOST_AUTO_TEST_SUITE(result_table_tests)

BOOST_AUTO_TEST_CASE(codes_and_words_are_unique) {
    std::set<int> codes;
    std::set<std::string_view> words;
    for (const TableRow& row : whole_table()) {
        BOOST_TEST(codes.insert(row.code).second, row.code);
        BOOST_TEST(words.insert(row.error).second, row.error);
        BOOST_TEST(!row.text.empty());
    }
    BOOST_TEST(codes.size() == 11U + 30U + 11U + 13U + 4U);
}

BOOST_AUTO_TEST_CASE(only_done_is_zero_and_only_done_needs_no_repeating) {
    for (const TableRow& row : whole_table()) {
        const bool done = row.outcome == OutcomeWord::done;
        BOOST_TEST((row.code == 0) == done);
        BOOST_TEST((row.retry == Retry::none) == done);
        BOOST_TEST(row.error.empty() == done);
        BOOST_TEST((row.status == 202) == (row.outcome == OutcomeWord::accepted));
        BOOST_TEST((row.code < 590), "590 and up belong to nginx");
    }
}

BOOST_AUTO_TEST_CASE(codes_stand_in_their_ranges) {
    using kktd::fiscal::FaultClass;
    using kktd::fiscal::Rule;
    for (int i = 0; i <= static_cast<int>(Rule::idempotency); ++i) {
        const TableRow row = table_row(static_cast<Rule>(i));
        BOOST_TEST(row.code / 100 == 2);
        BOOST_TEST(row.code != 200, "a rule without a row");
        BOOST_TEST(row.status == 422);
    }
    for (int i = 0; i <= static_cast<int>(FaultClass::internal); ++i) {
        BOOST_TEST(table_row(static_cast<FaultClass>(i)).code / 100 == 4);
    }
}

// A few by number: what callers have compiled in cannot change.
BOOST_AUTO_TEST_CASE(codes_are_stable) {
    using namespace kktd::fiscal;
    BOOST_TEST(table_row(Rule::missing).code == 201);
    BOOST_TEST(table_row(Rule::total_sum).code == 214);
    BOOST_TEST(table_row(Rule::vat_expired).code == 222);
    BOOST_TEST(table_row(Rule::idempotency).code == 251);
    BOOST_TEST(table_row(FaultClass::paper).code == 403);
    BOOST_TEST(table_row(FaultClass::rejected).code == 411);
    BOOST_TEST(table_row(Situation::waiting).code == 302);
    BOOST_TEST(table_row(Conflict::Why::looks_like_repeat).code == 311);
    BOOST_TEST(table_row(NotAccepting::Why::stopping).code == 503);
}

BOOST_AUTO_TEST_CASE(a_standing_has_the_row_of_its_state) {
    using namespace kktd::fiscal;
    Standing standing;
    BOOST_TEST(table_row(standing).error == "accepted");
    standing.working = true;
    BOOST_TEST(table_row(standing).error == "working");
    standing.fault = Fault(FaultClass::paper, "");
    BOOST_TEST(table_row(standing).error == "waiting");
    standing.state = ReceiptState::refused;
    BOOST_TEST(table_row(standing).error == "paper");
    BOOST_TEST(table_row(standing).status == 502);
    standing.state = ReceiptState::rehearsed;
    BOOST_TEST(table_row(standing).error == "would_wait");
    standing.fault = Fault(FaultClass::rejected, "");
    BOOST_TEST(table_row(standing).error == "would_refuse");
    standing.fault.reset();
    BOOST_TEST(table_row(standing).error == "would_register");
    standing.state = ReceiptState::unknown;
    BOOST_TEST(table_row(standing).status == 409);
    standing.state = ReceiptState::refused;
    BOOST_TEST(table_row(standing).status == 500);
}

BOOST_AUTO_TEST_CASE(the_documentation_lists_exactly_the_table) {
    auto rows = documented();
    for (const TableRow& row : whole_table()) {
        BOOST_REQUIRE_MESSAGE(rows.contains(row.code), "not documented: " << row.code);
        std::ostringstream expected;
        expected << row.status << " " << row.error << " " << name(row.outcome) << " "
                 << name(row.retry);
        BOOST_TEST(rows[row.code] == expected.str(), row.code);
        rows.erase(row.code);
    }
    for (const auto& [code, line] : rows) {
        BOOST_TEST((code >= 590 && code <= 599), "no such code: " << code);
    }
}

BOOST_AUTO_TEST_CASE(the_pages_of_nginx_are_documented) {
    const auto rows = documented();
    const std::string http = file("deploy/nginx/kktd/http.conf");
    static const std::regex page(
        R"re("result_code": (\d+),.*"outcome": "(\w+)", "retry": "(\w+)", "error": "(\w+)")re");
    std::set<int> given;
    std::istringstream lines(http);
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (!std::regex_search(line, match, page)) {
            continue;
        }
        const int code = std::stoi(match[1]);
        given.insert(code);
        BOOST_REQUIRE_MESSAGE(rows.contains(code), "not documented: " << code);
        const std::string words = rows.at(code).substr(rows.at(code).find(' ') + 1);
        BOOST_TEST(words.starts_with(match[4].str() + " "), line);
        BOOST_TEST(words.find(" " + match[2].str() + " ") != std::string::npos, line);
    }
    BOOST_TEST(!given.empty());
    for (const auto& [code, line] : rows) {
        BOOST_TEST((code < 590 || given.contains(code)), "nginx does not give " << code);
    }
}

BOOST_AUTO_TEST_SUITE_END()
