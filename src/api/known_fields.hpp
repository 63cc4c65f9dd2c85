// KnownFields: the members of one object under the names a dialect knows, found in one pass over
// what was sent.
#pragma once

#include "api/json_tree.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace kktd::api {

/// A field of an object as it was sent.
struct Field {
    std::string_view path; ///< JSON pointer of the object
    std::string_view name;
    const JsonNode* value = nullptr; ///< null if the field is absent or JSON null

    /// Made when something is told of it, and that is rare.
    [[nodiscard]] std::string pointer() const { return json_pointer(path, name); }
};

/// `names` is an array of std::string_view. A tree and a path must outlive what is taken from them.
template<const auto& names>
class KnownFields {
public:
    /// One of the names; any other one does not compile.
    class Name {
    public:
        consteval Name(std::string_view name) // NOLINT: names are written as they are
            : index_(static_cast<std::size_t>(std::find(names.begin(), names.end(), name) -
                                              names.begin())) {
            static_cast<void>(names.at(index_));
        }

    private:
        friend class KnownFields;
        std::size_t index_;
    };

    [[nodiscard]] static std::span<const std::string_view> known() { return names; }

    explicit KnownFields(std::string_view path) : path_(path) {}

    /// Whether the member's name is known. Of two with one name the first is the field.
    bool take(const JsonNode& member) {
        const auto name = std::find(names.begin(), names.end(), member.key);
        if (name == names.end()) {
            return false;
        }
        const JsonNode*& value = values_[static_cast<std::size_t>(name - names.begin())];
        value = value ? value : &member;
        return true;
    }

    [[nodiscard]] Field operator[](Name name) const {
        const JsonNode* value = values_[name.index_];
        const bool null = value && value->kind == JsonNode::Kind::null;
        return {path_, names[name.index_], null ? nullptr : value};
    }

private:
    std::string_view path_;
    std::array<const JsonNode*, names.size()> values_{};
};

} // namespace kktd::api
