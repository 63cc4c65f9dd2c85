#include "api/json_writer.hpp"

#include "fiscal/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace kktd::api {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

constexpr std::uint64_t each(unsigned char byte) {
    return 0x0101'0101'0101'0101ULL * byte;
}

/// Whether all eight bytes are ASCII that stands in JSON as it is. Taking 1 from a byte sets its
/// high bit if the byte was 0; a borrow can only come from a byte that has been found already.
bool eight_plain(std::uint64_t eight) {
    const std::uint64_t control = eight - each(0x20);
    const std::uint64_t quote = (eight ^ each('"')) - each(1);
    const std::uint64_t backslash = (eight ^ each('\\')) - each(1);
    return ((eight | control | quote | backslash) & each(0x80)) == 0;
}

/// By byte: whether it is such a character.
constexpr std::array<bool, 256> plain_bytes = [] {
    std::array<bool, 256> table{};
    for (unsigned byte = 0x20; byte < 0x80; ++byte) {
        table[byte] = byte != '"' && byte != '\\';
    }
    return table;
}();

/// The end of the plain ASCII that begins at `at`.
const char* after_ascii(const char* at, const char* end) {
    std::uint64_t eight = 0;
    for (; end - at >= static_cast<std::ptrdiff_t>(sizeof eight); at += sizeof eight) {
        std::memcpy(&eight, at, sizeof eight);
        if (!eight_plain(eight)) {
            break;
        }
    }
    while (at != end && plain_bytes[static_cast<unsigned char>(*at)]) {
        ++at;
    }
    return at;
}

/// The end of the Cyrillic of two bytes a letter (U+0400 to U+047F) that begins at `at`.
const char* after_cyrillic(const char* at, const char* end) {
    while (end - at >= 2 && (static_cast<unsigned char>(at[0]) & 0xFE) == 0xD0 &&
           (static_cast<unsigned char>(at[1]) & 0xC0) == 0x80) {
        at += 2;
    }
    return at;
}

/// How many bytes at the front are valid UTF-8 that needs no escape.
std::size_t plain_prefix(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        const char* const before = at;
        at = after_ascii(after_cyrillic(at, end), end);
        if (at == before) { // another letter, or none
            std::string_view rest(at, static_cast<std::size_t>(end - at));
            if (static_cast<unsigned char>(*at) < 0x80 || !fiscal::take_utf8(rest)) {
                break;
            }
            at = rest.data();
        }
    }
    return static_cast<std::size_t>(at - text.data());
}

/// The letter of a short escape; 0 where there is none.
constexpr char short_escape(char c) {
    switch (c) {
    case '"':
    case '\\':
        return c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

} // namespace

void JsonWriter::begin_object() {
    separate();
    put('{');
}

void JsonWriter::begin_object(std::string_view key) {
    this->key(key);
    put('{');
}

void JsonWriter::begin_array() {
    separate();
    put('[');
}

void JsonWriter::begin_array(std::string_view key) {
    this->key(key);
    put('[');
}

void JsonWriter::text(std::string_view key, std::string_view value) {
    begin_text(key);
    append(value);
    end_text();
}

void JsonWriter::text(std::string_view value) {
    separate();
    put('"');
    append(value);
    end_text();
}

void JsonWriter::boolean(std::string_view key, bool value) {
    this->key(key);
    put(value ? std::string_view("true") : std::string_view("false"));
}

void JsonWriter::null(std::string_view key) {
    this->key(key);
    put("null");
}

void JsonWriter::begin_text(std::string_view key) {
    this->key(key);
    put('"');
}

void JsonWriter::append(std::string_view part) {
    while (true) {
        const std::size_t plain = plain_prefix(part);
        put(part.substr(0, plain));
        if (plain == part.size()) {
            return;
        }
        escape(part[plain]);
        part.remove_prefix(plain + 1);
    }
}

void JsonWriter::json(std::string_view written) {
    separate();
    put(written);
}

void JsonWriter::json(std::string_view key, std::string_view written) {
    this->key(key);
    put(written);
}

std::string JsonWriter::take() && {
    text_.resize(size_);
    return std::move(text_);
}

void JsonWriter::key(std::string_view key) {
    constexpr std::size_t most_signs = 4;
    char* at = room(key.size() + most_signs);
    if (follows()) {
        *at++ = ',';
    }
    *at++ = '"';
    at = std::copy(key.begin(), key.end(), at);
    *at++ = '"';
    *at++ = ':';
    size_ = static_cast<std::size_t>(at - text_.data());
}

void JsonWriter::separate() {
    if (follows()) {
        put(',');
    }
}

void JsonWriter::put(std::string_view bytes) {
    std::copy(bytes.begin(), bytes.end(), room(bytes.size()));
    size_ += bytes.size();
}

/// A character that does not stand in JSON as it is, or a byte that is no character.
void JsonWriter::escape(char c) {
    constexpr std::string_view hex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (const char letter = short_escape(c); letter != 0) {
        put('\\');
        put(letter);
    } else if (byte < 0x20) {
        put("\\u00");
        put(hex[byte >> 4]);
        put(hex[byte & 0x0F]);
    } else {
        put(replacement);
    }
}

void JsonWriter::grow(std::size_t bytes) {
    text_.resize(std::max(size_ + bytes, 2 * text_.size()));
}

} // namespace kktd::api
