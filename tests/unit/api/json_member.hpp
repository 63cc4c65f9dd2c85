// Members of a JSON object by name, for tests.
#pragma once

#include "api/json_tree.hpp"

#include <boost/test/unit_test.hpp>

#include <string_view>

namespace json_member {

/// The first member of that name; null if there is none.
inline const kktd::api::JsonNode* find(const kktd::api::JsonNode& object, std::string_view key) {
    for (const auto& member : object.members()) {
        if (member.key == key) {
            return &member;
        }
    }
    return nullptr;
}

/// The same, where there must be one.
inline const kktd::api::JsonNode& at(const kktd::api::JsonNode& object, std::string_view key) {
    const auto* member = find(object, key);
    BOOST_REQUIRE_MESSAGE(member, key);
    return *member;
}

} // namespace json_member
