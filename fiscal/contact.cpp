#include "fiscal/contact.hpp"

#include "fiscal/punycode.hpp"
#include "fiscal/text.hpp"
#include "fiscal/utf8.hpp"

#include <algorithm>
#include <optional>

namespace kktd::fiscal {

namespace {

constexpr std::size_t least_phone_digits = 10;
constexpr std::size_t most_phone_digits = 15; ///< E.164
constexpr std::size_t max_local_part = 64;
constexpr std::size_t max_label = 63; ///< RFC 1035

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::optional<std::string> phone(std::string_view text) {
    const bool international = text.front() == '+';
    std::string digits;
    for (const char c : text.substr(international ? 1 : 0)) {
        if (is_digit(c)) {
            digits += c;
        } else if (std::string_view(" ()-.").find(c) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    if (!international) {
        const bool trunk = digits.size() == 11 && (digits[0] == '8' || digits[0] == '7');
        const bool bare = digits.size() == 10 && digits[0] == '9';
        if (!trunk && !bare) {
            return std::nullopt;
        }
        digits.replace(0, trunk ? 1 : 0, "7");
    }
    if (digits.size() < least_phone_digits || digits.size() > most_phone_digits) {
        return std::nullopt;
    }
    return '+' + digits;
}

/// A label as DNS carries it: ASCII, or "xn--…" for Russian letters.
std::optional<std::string> label(std::string_view text) {
    std::u32string characters;
    bool russian = false;
    while (!text.empty()) {
        auto c = take_utf8(text).value_or(0);
        if (c >= U'А' && c <= U'Я') {
            c += U'а' - U'А';
        } else if (c == U'Ё') {
            c = U'ё';
        }
        const bool letter = (c >= U'а' && c <= U'я') || c == U'ё';
        const bool ascii = (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') ||
                           (c >= U'0' && c <= U'9') || c == U'-';
        if (!letter && !ascii) {
            return std::nullopt;
        }
        russian = russian || letter;
        characters += c;
    }
    if (characters.empty() || characters.size() > max_label || characters.front() == U'-' ||
        characters.back() == U'-') {
        return std::nullopt;
    }
    auto out =
        russian ? "xn--" + punycode(characters) : std::string(characters.begin(), characters.end());
    return out.size() <= max_label ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<std::string> domain(std::string_view text) {
    std::string out;
    std::size_t labels = 0;
    for (;;) {
        const auto dot = text.find('.');
        const auto part = label(text.substr(0, dot));
        if (!part) {
            return std::nullopt;
        }
        out += *part;
        ++labels;
        if (dot == std::string_view::npos) {
            break;
        }
        out += '.';
        text.remove_prefix(dot + 1);
    }
    return labels >= 2 ? std::optional(std::move(out)) : std::nullopt;
}

bool good_local_part(std::string_view text) {
    if (text.empty() || text.size() > max_local_part || text.front() == '.' || text.back() == '.' ||
        text.find("..") != std::string_view::npos) {
        return false;
    }
    for (const char c : text) {
        if (c <= ' ' || c > '~' ||
            std::string_view("\"(),:;<>[\\]").find(c) != std::string_view::npos) {
            return false; // bytes over 0x7F are negative or above '~'
        }
    }
    return true;
}

std::optional<std::string> email(std::string_view text) {
    const auto at = text.find('@');
    const auto local = text.substr(0, at);
    if (!good_local_part(local)) {
        return std::nullopt;
    }
    const auto host = domain(text.substr(at + 1));
    return host ? std::optional(std::string(local) + '@' + *host) : std::nullopt;
}

} // namespace

Result<std::string, ContactError> normalise_contact(std::string_view text) {
    const auto clean = clean_text(text);
    const bool is_email = clean.text.find('@') != std::string::npos;
    const auto bad = is_email ? ContactFault::bad_email : ContactFault::bad_phone;
    if (clean.broken || clean.control) {
        return ContactError(bad);
    }
    if (clean.text.empty()) {
        return ContactError(ContactFault::empty);
    }
    auto contact = is_email ? email(clean.text) : phone(clean.text);
    if (!contact) {
        return ContactError(bad);
    }
    if (contact->size() > max_contact_length) {
        return ContactError(ContactFault::too_long);
    }
    return *std::move(contact);
}

std::string mask_contact(std::string_view contact) {
    constexpr std::string_view mask = "***";
    constexpr std::size_t phone_head = 5, phone_tail = 2;
    const auto join = [&](std::string_view head, std::string_view tail) {
        return std::string(head).append(mask).append(tail);
    };
    // Never cut inside a character: what stands here may be anything a caller sent.
    const auto ascii = [](std::string_view text) {
        return std::all_of(text.begin(), text.end(), [](char c) { return c > 0; });
    };
    if (contact.empty()) {
        return {};
    }
    if (const auto at = contact.find('@'); at != std::string_view::npos) {
        const auto head = contact.substr(0, at > 1 ? 1 : 0);
        return join(ascii(head) ? head : std::string_view(), contact.substr(at));
    }
    if (contact.size() > phone_head + phone_tail && ascii(contact)) {
        return join(contact.substr(0, phone_head), contact.substr(contact.size() - phone_tail));
    }
    return std::string(mask);
}

} // namespace kktd::fiscal
