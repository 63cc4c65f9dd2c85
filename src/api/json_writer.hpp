// JsonWriter: JSON text written straight into one string, member by member. All answers are made
// with it. Texts are escaped as Boost.JSON does and made valid UTF-8, whatever a device or a caller
// put into them.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace kktd::api {

/// Keys are identifiers and written as they are. An object or array that was begun must be ended;
/// commas come by themselves.
class JsonWriter {
public:
    /// Room for so many bytes is taken at once; a longer text takes more.
    explicit JsonWriter(std::size_t expected) : text_(expected, '\0') {}

    void begin_object();
    void begin_object(std::string_view key);
    void end_object() { put('}'); }
    void begin_array();
    void begin_array(std::string_view key);
    void end_array() { put(']'); }

    void text(std::string_view key, std::string_view value);
    void text(std::string_view value); ///< an element
    void boolean(std::string_view key, bool value);
    void null(std::string_view key);

    template<std::integral T>
    requires(!std::same_as<T, bool>) void integer(std::string_view key, T value) {
        this->key(key);
        constexpr std::size_t most_digits = 20; // of 64 bits, with the sign
        char* const at = room(most_digits);
        size_ += static_cast<std::size_t>(std::to_chars(at, at + most_digits, value).ptr - at);
    }

    /// A text that is put together from parts, each escaped and made valid by itself.
    void begin_text(std::string_view key);
    void append(std::string_view part);
    /// The last byte of the text so far; the quote before it if it is empty.
    [[nodiscard]] char last() const { return text_[size_ - 1]; }
    void end_text() { put('"'); }

    /// JSON that is written already: a value, or the beginning of an object.
    void json(std::string_view written);
    void json(std::string_view key, std::string_view written);

    /// The text. Nothing can be written any more.
    [[nodiscard]] std::string take() &&;

private:
    /// Whether what comes next is not the first in its object or array, nor the whole.
    [[nodiscard]] bool follows() const { return size_ > 0 && last() != '{' && last() != '['; }
    void separate();
    void key(std::string_view key);
    void put(char c) {
        *room(1) = c;
        ++size_;
    }
    void put(std::string_view bytes);
    void escape(char c);

    /// Where the next `bytes` can be written.
    char* room(std::size_t bytes) {
        if (text_.size() - size_ < bytes) {
            grow(bytes);
        }
        return text_.data() + size_;
    }
    void grow(std::size_t bytes);

    std::string text_;     ///< what is written, and room behind it
    std::size_t size_ = 0; ///< of what is written
};

} // namespace kktd::api
