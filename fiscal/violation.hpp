// What is wrong with a receipt, and what was changed in it: values with the path of the place.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kktd::fiscal {

/// The rule that was broken. Each has a stable public code in api/result_table.
enum class Rule : std::uint8_t {
    missing,       ///< a field that must be there is not
    wrong_type,    ///< a string where a number belongs …
    duplicate_key, ///< the same key twice in one JSON object
    near_miss_key, ///< "CustomerContakt": a typo of a known key
    bad_number,    ///< not a number, negative, too many decimals, out of bounds
    bad_date,
    bad_value, ///< a word or code that is not in the list
    bad_text,  ///< control characters, empty after cleaning, not in CP866
    too_long,  ///< a text over its tag's length
    too_many_positions,
    position_order, ///< Position_2 without Position_1
    no_positions,
    line_sum,        ///< PositionSumm cannot be made of price × quantity
    total_sum,       ///< Σ lines ≠ DocSumm
    payment_sum,     ///< payments do not cover the total, or non-cash exceeds it
    vat_unknown,     ///< no such rate
    vat_missing,     ///< Tax is null or absent and no default_vat
    vat_expired,     ///< a rate that is not in force on that day
    vat_unsupported, ///< in force, but this device cannot
    vat_original,    ///< a refund at 18/20 % without its original or a date
    contact_missing,
    bad_contact,
    bad_inn,
    taxation,           ///< not registered in the KKT, or not chosen where it must be
    settlement,         ///< combination of 1214, 1212 and operation that cannot be
    quantity_digits,    ///< more decimals than the device takes
    unsupported,        ///< the device or FFD version cannot (electronic-only, correction …)
    document_too_large, ///< TLV over 32,768 bytes
    routing,            ///< no KKT for this Kkt/Inn, or none named where several INN
    idempotency,        ///< neither a number nor an Idempotency-Key
};

struct Violation {
    Rule rule = Rule::missing;
    std::string path; ///< JSON pointer: "/Goods/Position_1/Price"
    std::string text; ///< Russian, says what is wrong and what to do

    friend bool operator==(const Violation&, const Violation&) = default;
};
using Violations = std::vector<Violation>;

/// A decision of ours that changed or qualified what the caller sent.
struct Warning {
    std::string
        code; ///< stable word: "vat_mapped", "line_split", "text_replaced", "price_rounded" …
    std::string path;
    std::string text; ///< Russian

    friend bool operator==(const Warning&, const Warning&) = default;
};
using Warnings = std::vector<Warning>;

} // namespace kktd::fiscal
