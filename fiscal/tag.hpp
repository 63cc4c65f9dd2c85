// The dictionary of FFD tags (order ЕД-7-20/662@ with 239@, 1038@, 236@, 1050@): one table with
// name, type, length and the places where a tag may stand.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace kktd::fiscal {

enum class TagType : std::uint8_t {
    vln,  ///< unsigned, 1 … 8 bytes, little endian
    fvln, ///< one byte of decimals, then a VLN
    byte,
    uint16,
    uint32,
    unixtime, ///< seconds of local time
    string,   ///< CP866
    bytes,
    stlv, ///< a structure
};

/// Documents and structures that hold tags; a mask.
enum class Place : std::uint32_t {
    none = 0,
    message = 1 << 0,           ///< nothing around: whole documents
    receipt = 1 << 1,           ///< form 3
    correction = 1 << 2,        ///< form 31
    shift_open = 1 << 3,        ///< form 2
    shift_close = 1 << 4,       ///< form 5
    state_report = 1 << 5,      ///< form 21
    item = 1 << 6,              ///< 1059
    buyer = 1 << 7,             ///< 1256
    agent = 1 << 8,             ///< 1223
    supplier = 1 << 9,          ///< 1224
    industry = 1 << 10,         ///< 1260, 1261
    operation = 1 << 11,        ///< 1270
    product_code = 1 << 12,     ///< 1163
    fraction = 1 << 13,         ///< 1291
    user_attribute = 1 << 14,   ///< 1084
    correction_basis = 1 << 15, ///< 1174
    vat_totals = 1 << 16,       ///< 1115
    vat_total = 1 << 17,        ///< 1119
    electronic_all = 1 << 18,   ///< 1234
    electronic = 1 << 19,       ///< 1235
    counters = 1 << 20,         ///< 1157, 1158, 1194
    kind_counters = 1 << 21,    ///< 1129 … 1132, 1145, 1146, 1232, 1233
    corrections = 1 << 22,      ///< 1133
};
[[nodiscard]] constexpr Place operator|(Place a, Place b) {
    return static_cast<Place>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
[[nodiscard]] constexpr bool overlap(Place a, Place b) {
    return (static_cast<std::uint32_t>(a) & static_cast<std::uint32_t>(b)) != 0;
}

struct TagInfo {
    std::uint16_t number;
    std::string_view name; ///< official, Russian
    TagType type;
    std::uint16_t max_length;   ///< bytes of the value
    bool fixed;                 ///< always max_length bytes; texts are padded with spaces
    Place places;               ///< where it may stand
    Place inside = Place::none; ///< the place a structure is for its own tags
};

/// All tags, by number.
[[nodiscard]] std::span<const TagInfo> tags();
/// nullptr if the table does not know the tag.
[[nodiscard]] const TagInfo* find_tag(std::uint16_t number);

} // namespace kktd::fiscal
