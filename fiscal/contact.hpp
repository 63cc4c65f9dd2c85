// The buyer's phone or e-mail address, tag 1008 (reference: text rules, "Buyer contact"): the form
// in which an OFD can use it.
#pragma once

#include "fiscal/result.hpp"

#include <string>
#include <string_view>

namespace kktd::fiscal {

/// Bytes of tag 1008, shorter than what a mail address may have: never cut, always refused.
inline constexpr std::size_t max_contact_length = 64;

enum class ContactFault {
    none,
    empty,
    bad_phone, ///< not a phone: letters, too few or too many digits, a country not named
    bad_email,
    too_long, ///< over max_contact_length as tag 1008 would carry it
};

class ContactError {
public:
    ContactError() = default;
    explicit ContactError(ContactFault fault) : fault_(fault) {}
    [[nodiscard]] ContactFault fault() const { return fault_; }
    friend bool operator==(const ContactError&, const ContactError&) = default;

private:
    ContactFault fault_ = ContactFault::none;
};

/// "8 (916) 123-45-67" → "+79161234567"; an e-mail address stays as it is, its Russian domain in
/// Punycode. Russian numbers may begin with 8, 7 or the area code 9…; others need their +.
[[nodiscard]] Result<std::string, ContactError> normalise_contact(std::string_view text);

/// For logs and conflicts, where a person may not be named: "+7916***67", "i***@example.com".
[[nodiscard]] std::string mask_contact(std::string_view contact);

} // namespace kktd::fiscal
