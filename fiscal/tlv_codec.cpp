#include "fiscal/tlv_codec.hpp"

#include "fiscal/tag.hpp"
#include "fiscal/text.hpp"

#include <algorithm>
#include <array>

namespace kktd::fiscal {

namespace {

constexpr std::size_t head_size = 4; ///< tag and length
constexpr std::size_t max_value = 0xFFFF;

std::size_t vln_size(std::uint64_t value) {
    std::size_t size = 1;
    while (size < 8 && value >> (8 * size) != 0) {
        ++size;
    }
    return size;
}

} // namespace

void TlvWriter::put(std::uint64_t value, std::size_t size) {
    if (!writes_) {
        counted_ += size;
        return;
    }
    std::array<char, 8> bytes;
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
    }
    bytes_.append(bytes.data(), size);
}

std::size_t TlvWriter::begin(std::uint16_t tag) {
    put(tag, head_size); // the length is filled in at the end
    return size();
}

void TlvWriter::end(std::uint16_t tag, std::size_t start) {
    if (!writes_) {
        return;
    }
    const std::size_t length = bytes_.size() - start;
    bytes_[start - 2] = static_cast<char>(static_cast<unsigned char>(length));
    bytes_[start - 1] = static_cast<char>(static_cast<unsigned char>(length >> 8));
    const TagInfo* info = find_tag(tag);
    if (length > (info != nullptr ? info->max_length : max_value)) {
        spoil(tag);
    }
}

void TlvWriter::spoil(std::uint16_t tag) {
    if (bad_tag_ == 0) {
        bad_tag_ = tag;
    }
}

void TlvWriter::number(std::uint16_t tag, std::uint64_t value, std::size_t size) {
    const std::size_t start = begin(tag);
    put(value, size);
    end(tag, start);
}

void TlvWriter::byte(std::uint16_t tag, std::uint8_t value) {
    number(tag, value, 1);
}

void TlvWriter::uint16(std::uint16_t tag, std::uint16_t value) {
    number(tag, value, 2);
}

void TlvWriter::uint32(std::uint16_t tag, std::uint32_t value) {
    number(tag, value, 4);
}

void TlvWriter::time(std::uint16_t tag, LocalTime value) {
    if (value.seconds < 0 || value.seconds > 0xFFFF'FFFF) {
        spoil(tag);
    }
    number(tag, static_cast<std::uint64_t>(value.seconds), 4);
}

void TlvWriter::vln(std::uint16_t tag, std::uint64_t value) {
    number(tag, value, vln_size(value));
}

void TlvWriter::money(std::uint16_t tag, Money value) {
    if (value.kopecks() < 0) {
        spoil(tag);
    }
    vln(tag, static_cast<std::uint64_t>(value.kopecks()));
}

void TlvWriter::quantity(std::uint16_t tag, Quantity value) {
    if (value.micro() < 0) {
        spoil(tag);
    }
    auto mantissa = static_cast<std::uint64_t>(value.micro());
    std::uint64_t decimals = 6;
    while (decimals > 0 && mantissa % 10 == 0) {
        mantissa /= 10;
        --decimals;
    }
    const std::size_t start = begin(tag);
    put(decimals, 1);
    put(mantissa, vln_size(mantissa));
    end(tag, start);
}

void TlvWriter::text(std::uint16_t tag, std::string_view utf8) {
    const std::size_t start = begin(tag);
    const TagInfo* info = find_tag(tag);
    if (!writes_) {
        const std::size_t length = text_length(utf8);
        counted_ += info != nullptr && info->fixed ? std::max<std::size_t>(length, info->max_length)
                                                   : length;
        return;
    }
    if (!append_cp866(bytes_, utf8)) {
        spoil(tag);
        bytes_ += utf8;
    }
    if (info != nullptr && info->fixed && bytes_.size() - start < info->max_length) {
        bytes_.resize(start + info->max_length, ' ');
    }
    end(tag, start);
}

void TlvWriter::text_if(std::uint16_t tag, std::string_view utf8) {
    if (!utf8.empty()) {
        text(tag, utf8);
    }
}

void TlvWriter::bytes(std::uint16_t tag, std::string_view value) {
    const std::size_t start = begin(tag);
    elements(value);
    end(tag, start);
}

void TlvWriter::elements(std::string_view tlv) {
    if (writes_) {
        bytes_ += tlv;
    } else {
        counted_ += tlv.size();
    }
}

bool TlvCursor::next() {
    if (rest_.empty() || damaged_) {
        return false;
    }
    if (rest_.size() < head_size) {
        damaged_ = true;
        return false;
    }
    tag_ = static_cast<std::uint16_t>(tlv_number(rest_.substr(0, 2)));
    const auto length = static_cast<std::size_t>(tlv_number(rest_.substr(2, 2)));
    if (rest_.size() - head_size < length) {
        damaged_ = true;
        return false;
    }
    value_ = rest_.substr(head_size, length);
    rest_.remove_prefix(head_size + length);
    return true;
}

std::optional<std::string_view> find_tlv(std::string_view bytes, std::uint16_t tag) {
    TlvCursor cursor(bytes);
    while (cursor.next()) {
        if (cursor.tag() == tag) {
            return cursor.value();
        }
    }
    return std::nullopt;
}

std::uint64_t tlv_number(std::string_view value) {
    std::uint64_t number = 0;
    for (std::size_t i = std::min<std::size_t>(value.size(), 8); i > 0; --i) {
        number = number << 8 | static_cast<unsigned char>(value[i - 1]);
    }
    return number;
}

Money tlv_money(std::string_view value) {
    constexpr std::size_t money_bytes = 6;
    return Money(static_cast<std::int64_t>(tlv_number(value.substr(0, money_bytes))));
}

std::string tlv_text(std::string_view value) {
    while (!value.empty() && value.back() == ' ') {
        value.remove_suffix(1);
    }
    return from_cp866(value);
}

std::string tlv_quantity_text(std::string_view value) {
    if (value.empty()) {
        return "0";
    }
    const std::size_t decimals = static_cast<unsigned char>(value.front());
    std::string digits = std::to_string(tlv_number(value.substr(1)));
    if (decimals == 0) {
        return digits;
    }
    if (digits.size() <= decimals) {
        digits.insert(0, decimals + 1 - digits.size(), '0');
    }
    digits.insert(digits.size() - decimals, ".");
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') {
        digits.pop_back();
    }
    return digits;
}

const TlvNode* TlvNode::find(std::uint16_t child) const {
    const auto found = std::ranges::find(children, child, &TlvNode::tag);
    return found == children.end() ? nullptr : &*found;
}

namespace {

/// `offset`: of `bytes` in the whole, for errors; `depth`: structures around them.
Result<std::vector<TlvNode>, TlvError> decode(std::string_view bytes, std::size_t offset,
                                              int depth) {
    if (depth > max_tlv_depth) {
        return TlvError(offset, "structures nested too deep");
    }
    std::vector<TlvNode> nodes;
    TlvCursor cursor(bytes);
    std::size_t position = offset;
    while (cursor.next()) {
        TlvNode node;
        node.tag = cursor.tag();
        const TagInfo* info = find_tag(node.tag);
        if (info != nullptr && info->type == TagType::stlv) {
            auto children = decode(cursor.value(), position + head_size, depth + 1);
            if (!children) {
                return children.error();
            }
            node.children = std::move(*children);
        } else {
            node.value = cursor.value();
        }
        nodes.push_back(std::move(node));
        position += head_size + cursor.value().size();
    }
    if (cursor.damaged()) {
        return TlvError(position, "an element is cut short");
    }
    return nodes;
}

void encode(const std::vector<TlvNode>& nodes, TlvWriter& writer) {
    for (const TlvNode& node : nodes) {
        if (node.children.empty()) {
            writer.bytes(node.tag, node.value);
        } else {
            writer.nested(node.tag, [&] { encode(node.children, writer); });
        }
    }
}

} // namespace

Result<std::vector<TlvNode>, TlvError> decode_tlv(std::string_view bytes) {
    return decode(bytes, 0, 0);
}

std::string encode_tlv(const std::vector<TlvNode>& nodes) {
    TlvWriter writer;
    encode(nodes, writer);
    return writer.bytes();
}

} // namespace kktd::fiscal
