#include "api/near_miss.hpp"

#include "fiscal/utf8.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace kktd::api {

namespace {

constexpr std::size_t max_edits = 2;
constexpr std::size_t letters_per_edit = 3;

/// Code points, ASCII letters in lower case. `text` is UTF-8.
std::u32string folded(std::string_view text) {
    std::u32string result;
    while (!text.empty()) {
        const auto c = fiscal::take_utf8(text);
        if (!c) {
            break;
        }
        result.push_back(*c >= U'A' && *c <= U'Z' ? *c + (U'a' - U'A') : *c);
    }
    return result;
}

/// Optimal string alignment: Levenshtein's distance with swapped neighbours as one edit.
std::size_t distance(const std::u32string& a, const std::u32string& b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t other = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + other});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        before.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

} // namespace

std::optional<std::string_view> near_miss(std::string_view key,
                                          std::span<const std::string_view> known) {
    const std::u32string sent = folded(key);
    std::optional<std::string_view> nearest;
    std::size_t nearest_edits = max_edits + 1;
    for (const std::string_view name : known) {
        // Known names are ASCII: their bytes are their letters.
        const std::size_t allowed = std::min(max_edits, name.size() / letters_per_edit);
        if (sent.size() > name.size() + allowed || name.size() > sent.size() + allowed) {
            continue;
        }
        const std::size_t edits = distance(sent, folded(name));
        if (edits <= allowed && edits < nearest_edits) {
            nearest = name;
            nearest_edits = edits;
        }
    }
    return nearest;
}

} // namespace kktd::api
