#include "expectation.hpp"

#include <boost/json.hpp>

namespace kktd::cases {

namespace {

namespace json = boost::json;

bool matches(std::string_view pattern, std::string_view text) {
    constexpr std::string_view any = "***";
    const auto star = pattern.find(any);
    if (star == std::string_view::npos) {
        return pattern == text;
    }
    if (!text.starts_with(pattern.substr(0, star))) {
        return false;
    }
    const auto rest = pattern.substr(star + any.size());
    for (std::size_t from = star; from <= text.size(); ++from) {
        if (matches(rest, text.substr(from))) {
            return true;
        }
    }
    return false;
}

std::optional<std::string> compare(const json::value& expected, const json::value& actual,
                                   const std::string& path, Kept& kept);

std::optional<std::string> compare_objects(const json::object& expected, const json::object& actual,
                                           const std::string& path, Kept& kept) {
    for (const auto& member : expected) {
        const std::string place = path + "/" + std::string(member.key());
        const auto* found = actual.if_contains(member.key());
        if (found == nullptr) {
            return place + " is not there";
        }
        if (auto difference = compare(member.value(), *found, place, kept)) {
            return difference;
        }
    }
    return std::nullopt;
}

std::optional<std::string> compare(const json::value& expected, const json::value& actual,
                                   const std::string& path, Kept& kept) {
    if (expected.is_object() && actual.is_object()) {
        return compare_objects(expected.get_object(), actual.get_object(), path, kept);
    }
    if (expected.is_array() && actual.is_array()) {
        const auto& wanted = expected.get_array();
        const auto& there = actual.get_array();
        if (wanted.size() != there.size()) {
            return path + " has " + std::to_string(there.size()) + " elements, expected " +
                   std::to_string(wanted.size());
        }
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (auto difference =
                    compare(wanted[i], there[i], path + "/" + std::to_string(i), kept)) {
                return difference;
            }
        }
        return std::nullopt;
    }
    if (expected.is_string()) {
        const std::string_view pattern = expected.get_string();
        const std::string text =
            actual.is_string() ? std::string(actual.get_string()) : json::serialize(actual);
        if (pattern.starts_with('$')) {
            const auto [place, first] = kept.emplace(std::string(pattern), text);
            if (!first && place->second != text) {
                return path + " is " + text + ", was " + place->second;
            }
            return std::nullopt;
        }
        if (pattern == "***" || (actual.is_string() && matches(pattern, text))) {
            return std::nullopt;
        }
    } else if (expected == actual) {
        return std::nullopt;
    }
    return path + " is " + json::serialize(actual) + ", expected " + json::serialize(expected);
}

} // namespace

std::optional<std::string> difference(std::string_view expected, std::string_view actual,
                                      Kept& kept) {
    if (expected.empty()) {
        return std::nullopt;
    }
    boost::system::error_code broken;
    const auto wanted = json::parse({expected.data(), expected.size()}, broken);
    if (broken) {
        if (matches(expected, actual)) {
            return std::nullopt;
        }
        return "the text differs";
    }
    const auto there = json::parse({actual.data(), actual.size()}, broken);
    if (broken) {
        return "the answer is not JSON";
    }
    return compare(wanted, there, "", kept);
}

std::string with_kept(std::string text, const Kept& kept) {
    for (const auto& [name, value] : kept) {
        for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
            text.replace(at, name.size(), value);
            at += value.size();
        }
    }
    return text;
}

} // namespace kktd::cases
