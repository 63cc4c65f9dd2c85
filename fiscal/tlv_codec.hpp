// TLV, the encoding of fiscal documents: tag (2 bytes), length (2 bytes), value, all numbers little
// endian, texts in CP866, structures (STLV) nested. Knows the tags of fiscal/tag.hpp, no documents.
#pragma once

#include "fiscal/date.hpp"
#include "fiscal/money.hpp"
#include "fiscal/quantity.hpp"
#include "fiscal/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kktd::fiscal {

/// Writes elements one after the other. Nothing throws or stops at a value that does not fit its
/// tag; the first such tag is remembered.
class TlvWriter {
public:
    /// `count`: no byte is written, they are only counted; texts must be clean (fiscal/text.hpp).
    enum class Purpose : std::uint8_t { write, count };

    explicit TlvWriter(Purpose purpose = Purpose::write) : writes_(purpose == Purpose::write) {}

    void byte(std::uint16_t tag, std::uint8_t value);
    void uint16(std::uint16_t tag, std::uint16_t value);
    void uint32(std::uint16_t tag, std::uint32_t value);
    void time(std::uint16_t tag, LocalTime value);
    /// Shortest little-endian number, at least one byte.
    void vln(std::uint16_t tag, std::uint64_t value);
    void money(std::uint16_t tag, Money value);
    /// FVLN: one byte that tells the decimals, then a VLN.
    void quantity(std::uint16_t tag, Quantity value);
    /// UTF-8 in, CP866 out; padded with spaces where the tag has a fixed length.
    void text(std::uint16_t tag, std::string_view utf8);
    /// Nothing is written if the text is empty.
    void text_if(std::uint16_t tag, std::string_view utf8);
    void bytes(std::uint16_t tag, std::string_view value);
    /// Elements that are encoded already.
    void elements(std::string_view tlv);
    /// A structure: `fill` writes its elements to this writer.
    template<class Fill>
    void nested(std::uint16_t tag, Fill fill) {
        const std::size_t start = begin(tag);
        fill();
        end(tag, start);
    }

    /// Written or counted so far.
    [[nodiscard]] std::size_t size() const { return writes_ ? bytes_.size() : counted_; }
    /// Nothing where bytes are only counted.
    [[nodiscard]] const std::string& bytes() const& { return bytes_; }
    [[nodiscard]] std::string bytes() && { return std::move(bytes_); }
    /// The first tag whose value is too long, negative or not in CP866; 0 if all are well.
    [[nodiscard]] std::uint16_t bad_tag() const { return bad_tag_; }

private:
    [[nodiscard]] std::size_t begin(std::uint16_t tag);
    void end(std::uint16_t tag, std::size_t start);
    void spoil(std::uint16_t tag);
    void number(std::uint16_t tag, std::uint64_t value, std::size_t size);
    void put(std::uint64_t value, std::size_t size);

    const bool writes_;
    std::size_t counted_ = 0;
    std::string bytes_;
    std::uint16_t bad_tag_ = 0;
};

/// Walks over the elements of one level without copying. Stops for good at the first element that
/// is cut short.
class TlvCursor {
public:
    explicit TlvCursor(std::string_view bytes) : rest_(bytes) {}

    /// false: no more elements, or the bytes are damaged.
    [[nodiscard]] bool next();
    [[nodiscard]] bool damaged() const { return damaged_; }
    [[nodiscard]] std::uint16_t tag() const { return tag_; }
    [[nodiscard]] std::string_view value() const { return value_; }

private:
    std::string_view rest_;
    std::string_view value_;
    std::uint16_t tag_ = 0;
    bool damaged_ = false;
};

/// The value of the first element with this tag on this level; nothing if there is none.
[[nodiscard]] std::optional<std::string_view> find_tlv(std::string_view bytes, std::uint16_t tag);

/// The same; empty if there is none.
[[nodiscard]] inline std::string_view tlv_value(std::string_view bytes, std::uint16_t tag) {
    return find_tlv(bytes, tag).value_or("");
}

// Values of elements; for bytes of a wrong length: what the bytes that fit say, never an error.
[[nodiscard]] std::uint64_t tlv_number(std::string_view value);      ///< VLN, byte, uint16, uint32
[[nodiscard]] Money tlv_money(std::string_view value);               ///< at most 2^48 − 1
[[nodiscard]] std::string tlv_text(std::string_view value);          ///< CP866 to UTF-8, unpadded
[[nodiscard]] std::string tlv_quantity_text(std::string_view value); ///< FVLN: "1.5"

/// An element of a decoded document.
struct TlvNode {
    std::uint16_t tag = 0;
    std::string value;             ///< raw bytes; empty for a structure
    std::vector<TlvNode> children; ///< of a structure
    friend bool operator==(const TlvNode&, const TlvNode&) = default;

    /// The first child with this tag, nullptr if there is none.
    [[nodiscard]] const TlvNode* find(std::uint16_t child) const;
};

/// Not an aggregate: it is the error of Result.
class TlvError {
public:
    TlvError() = default;
    TlvError(std::size_t offset, std::string text) : offset_(offset), text_(std::move(text)) {}
    [[nodiscard]] std::size_t offset() const { return offset_; } ///< bytes from the start
    [[nodiscard]] const std::string& text() const { return text_; }
    friend bool operator==(const TlvError&, const TlvError&) = default;

private:
    std::size_t offset_ = 0;
    std::string text_;
};

/// How deep structures may stand in each other; real documents need five levels.
inline constexpr int max_tlv_depth = 8;

/// Bytes to a tree. Safe on any bytes: work and memory are linear in their number. Structures are
/// told by the tag table; unknown tags are kept as raw values.
[[nodiscard]] Result<std::vector<TlvNode>, TlvError> decode_tlv(std::string_view bytes);

/// A tree to bytes; the inverse of decode_tlv().
[[nodiscard]] std::string encode_tlv(const std::vector<TlvNode>& nodes);

} // namespace kktd::fiscal
