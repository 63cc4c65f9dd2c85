// Legal: what the configuration says the shop is, and how it wants its receipts made. The whole of
// `legal` in a KKT's configuration (docs/configuration.md); pure values.
#pragma once

#include "fiscal/settlement.hpp"
#include "fiscal/taxation.hpp"
#include "fiscal/vat.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace kktd::fiscal {

enum class Sale : std::uint8_t {
    internet, ///< 1125 = 1, 1187 = site, contact required, electronic only (since 2025-09-01)
    counter,  ///< printed, none of these
};
enum class ContactMissing : std::uint8_t { refuse, register_anyway };
enum class LegacyVat : std::uint8_t { strict, map };
/// Where the stamp goes: user attribute 1084 {1085, 1086}, 1192, or nowhere.
enum class StampPlace : std::uint8_t { tag_1084, tag_1192, none };
/// What to do with a fractional quantity whose line sum no price gives exactly.
enum class FractionPolicy : std::uint8_t {
    whole,  ///< one line "1 × sum", the real quantity in the name
    refuse, ///< 422
};

struct Legal {
    std::string inn;                  ///< of the seller, tag 1018
    std::optional<Taxation> taxation; ///< may be left out if the KKT has one
    Sale sale = Sale::counter;
    std::string site;         ///< tag 1187 of internet sales
    std::string address;      ///< tag 1009, empty: the KKT's own
    std::string sender_email; ///< tag 1117
    ContactMissing contact_missing = ContactMissing::refuse;
    PaymentMethod payment_method = PaymentMethod::full_payment;
    PaymentObject payment_object = PaymentObject::commodity;
    LegacyVat legacy_vat = LegacyVat::strict;
    std::optional<VatRate> default_vat;
    FractionPolicy fraction = FractionPolicy::whole;
    int max_discount_percent = 100; ///< |sum − price × quantity| beyond it is a violation
    std::string cashier;            ///< default of tag 1021
    std::string cashier_inn;        ///< tag 1203
    StampPlace stamp = StampPlace::tag_1084;
    std::size_t max_positions = 500;

    friend bool operator==(const Legal&, const Legal&) = default;
};

/// When the shift is closed by kktd.
struct ShiftPolicy {
    enum class Mode : std::uint8_t {
        own,    ///< closes at max_age
        shared, ///< somebody else works on the KKT too: never closes a shift younger than 23 h 50
                ///< min
    };
    Mode mode = Mode::own;
    /// Age at which a shift is closed before the next receipt.
    std::chrono::seconds max_age = std::chrono::hours(23) + std::chrono::minutes(50);
    std::string cashier; ///< 1021 of the shift reports
    friend bool operator==(const ShiftPolicy&, const ShiftPolicy&) = default;
};

} // namespace kktd::fiscal
