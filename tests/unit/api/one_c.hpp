// How the 1C function of 2017 reads an answer, replayed: the body of any HTTP status is parsed into
// a Структура, whose keys must be identifiers at every depth; then check_number, result_code
// (compared with 0) and result_description are read from it. Beyond what 1C needs, the words that
// every answer of kktd and of its nginx pages carries are checked.
#pragma once

#include "api/json_tree.hpp"
#include "json_member.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace one_c {

/// What the function of 1C knows after it read an answer.
struct Reading {
    std::string trouble; ///< why it would have raised an exception; empty if it would not
    std::string check_number;
    std::string result_code;
    std::string result_description;
    std::string outcome;

    [[nodiscard]] bool readable() const { return trouble.empty(); }
    [[nodiscard]] bool success() const { return readable() && result_code == "0"; }
};

namespace detail {

using Node = kktd::api::JsonNode;
using Kind = Node::Kind;

constexpr std::size_t plenty = 1'000'000;

inline bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
inline bool digit(char c) {
    return c >= '0' && c <= '9';
}

inline bool identifier(std::string_view key) {
    return !key.empty() && letter(key.front()) &&
           std::all_of(key.begin(), key.end(), [](char c) { return letter(c) || digit(c); });
}

/// "-5", "0", "42": what both a fixed-point reader and a reader of doubles take alike.
inline bool integer(std::string_view digits) {
    if (digits.starts_with('-')) {
        digits.remove_prefix(1);
    }
    return !digits.empty() && std::all_of(digits.begin(), digits.end(), digit);
}

/// What a Структура, or a program that must not see doubles, cannot take; empty if all is well.
inline std::string trouble_of(const Node& node, const std::string& path) {
    if (node.kind == Kind::null) {
        return path + ": null";
    }
    if (node.kind == Kind::number && !integer(node.text)) {
        return path + ": not an integer: " + std::string(node.text);
    }
    for (const auto& member : node.members()) {
        const std::string at = path + "/" + std::string(member.key);
        if (node.kind == Kind::object) {
            if (!identifier(member.key)) {
                return at + ": not an identifier";
            }
            if (json_member::find(node, member.key) != &member) {
                return at + ": twice";
            }
        }
        if (std::string trouble = trouble_of(member, at); !trouble.empty()) {
            return trouble;
        }
    }
    return {};
}

inline bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

} // namespace detail

/// Reads an answer's body. The HTTP status is no argument: the function never looked at it.
inline Reading read(std::string_view body) {
    using detail::Kind;
    Reading reading;
    const auto tree = kktd::api::read_json(body, detail::plenty);
    if (!tree.has_value()) {
        reading.trouble = tree.error().text();
        return reading;
    }
    const auto& root = tree->root();
    if (root.kind != Kind::object) {
        reading.trouble = "not an object";
        return reading;
    }
    reading.trouble = detail::trouble_of(root, "");
    const auto take = [&](std::string_view key, Kind kind, std::string& into) {
        const auto* node = json_member::find(root, key);
        if (node && node->kind == kind && !node->text.empty()) {
            into = node->text;
        } else if (reading.trouble.empty()) {
            reading.trouble = std::string(key) + " is absent, empty or of another type";
        }
    };
    take("check_number", Kind::number, reading.check_number);
    take("result_code", Kind::number, reading.result_code);
    take("result_description", Kind::string, reading.result_description);
    take("outcome", Kind::string, reading.outcome);
    if (!reading.readable()) {
        return reading;
    }
    if (!detail::one_of(reading.outcome, {"done", "accepted", "refused", "unknown"})) {
        reading.trouble = "no such outcome: " + reading.outcome;
    } else if ((reading.result_code == "0") != (reading.outcome == "done")) {
        reading.trouble = "result_code " + reading.result_code + " with outcome " + reading.outcome;
    } else if (reading.outcome != "done") {
        std::string retry;
        std::string error;
        take("retry", Kind::string, retry);
        take("error", Kind::string, error);
        if (reading.readable() && !detail::one_of(retry, {"same", "fixed", "never", "operator"})) {
            reading.trouble = "no such retry: " + retry;
        }
        if (reading.readable() && reading.check_number != "0") {
            reading.trouble = "a check number without a document";
        }
    }
    return reading;
}

} // namespace one_c
