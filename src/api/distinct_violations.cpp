#include "api/distinct_violations.hpp"

#include <set>
#include <string_view>
#include <utility>

namespace kktd::api {

namespace {

using fiscal::Rule;

/// Rules that tell of an absent value.
bool tells_absence(Rule rule) {
    return rule == Rule::missing || rule == Rule::no_positions || rule == Rule::vat_missing ||
           rule == Rule::contact_missing;
}

/// Whether the value at `path`, or an object it should stand in, is in the set.
bool covered(std::string_view path, const std::set<std::string_view>& wrong,
             const std::set<std::string_view>& wrong_type) {
    if (wrong.contains(path)) {
        return true;
    }
    for (auto slash = path.rfind('/'); slash != std::string_view::npos && slash > 0;
         slash = path.rfind('/')) {
        path = path.substr(0, slash);
        if (wrong_type.contains(path)) {
            return true;
        }
    }
    return false;
}

} // namespace

fiscal::Violations distinct_violations(const fiscal::Violations& violations) {
    std::set<std::string_view> wrong;
    std::set<std::string_view> wrong_type;
    for (const fiscal::Violation& violation : violations) {
        if (!tells_absence(violation.rule)) {
            wrong.insert(violation.path);
        }
        if (violation.rule == Rule::wrong_type) {
            wrong_type.insert(violation.path);
        }
    }
    fiscal::Violations result;
    std::set<std::pair<Rule, std::string_view>> told;
    for (const fiscal::Violation& violation : violations) {
        if (tells_absence(violation.rule) && covered(violation.path, wrong, wrong_type)) {
            continue;
        }
        if (told.emplace(violation.rule, violation.path).second) {
            result.push_back(violation);
        }
    }
    return result;
}

} // namespace kktd::api
