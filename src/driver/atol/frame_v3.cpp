#include "driver/atol/frame_v3.hpp"

#include <algorithm>
#include <utility>

namespace kktd::driver::atol {

namespace {

constexpr std::uint8_t start_byte = 0xFE;
constexpr std::uint8_t escape_byte = 0xFD;
constexpr std::uint8_t escaped_start = 0xEE;
constexpr std::uint8_t escaped_escape = 0xED;

constexpr unsigned length_bits = 7;
constexpr std::uint8_t length_mask = 0x7F;

constexpr std::uint8_t crc_polynomial = 0x31;

constexpr std::uint8_t octet(char c) {
    return static_cast<std::uint8_t>(c);
}

constexpr char character(std::size_t value) {
    return static_cast<char>(static_cast<std::uint8_t>(value));
}

void append_escaped(std::string& wire, char c) {
    if (octet(c) == start_byte || octet(c) == escape_byte) {
        wire += character(escape_byte);
        wire += character(octet(c) == start_byte ? escaped_start : escaped_escape);
    } else {
        wire += c;
    }
}

std::uint8_t crc_of(const FrameV3& frame) {
    return crc8(frame.data, crc8({reinterpret_cast<const char*>(&frame.id), 1}));
}

} // namespace

std::uint8_t crc8(std::string_view bytes, std::uint8_t begun) {
    unsigned crc = begun;
    for (const char c : bytes) {
        crc ^= octet(c);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc & 0x80U) != 0 ? (crc << 1U) ^ crc_polynomial : crc << 1U;
        }
        crc &= 0xFFU;
    }
    return static_cast<std::uint8_t>(crc);
}

std::string encode(const FrameV3& frame) {
    std::string wire;
    wire.reserve(frame.data.size() + 8);
    wire += character(start_byte);
    wire += character(frame.data.size() & length_mask);
    wire += character((frame.data.size() >> length_bits) & length_mask);
    wire += character(frame.id);
    for (const char c : frame.data) {
        append_escaped(wire, c);
    }
    append_escaped(wire, character(crc_of(frame)));
    return wire;
}

void FrameV3Reader::add(std::string_view bytes) {
    bytes_.erase(0, taken_);
    taken_ = 0;
    if (awaited_ == Awaited::start) {
        const auto start = bytes_.empty() ? bytes.find(character(start_byte)) : 0;
        bytes.remove_prefix(std::min(start, bytes.size()));
    }
    bytes_ += bytes;
}

std::optional<FrameV3> FrameV3Reader::next() {
    while (taken_ < bytes_.size()) {
        if (take(octet(bytes_[taken_++]))) {
            awaited_ = Awaited::start;
            return std::exchange(frame_, {});
        }
    }
    return std::nullopt;
}

void FrameV3Reader::reset() {
    bytes_.clear();
    taken_ = 0;
    awaited_ = Awaited::start;
    frame_ = {};
}

void FrameV3Reader::give_up() {
    ++broken_;
    broken_id_ = awaited_ == Awaited::data || awaited_ == Awaited::escaped
                     ? std::optional(frame_.id)
                     : std::nullopt;
    awaited_ = Awaited::start;
}

bool FrameV3Reader::take(std::uint8_t byte) {
    if (byte == start_byte) {
        if (awaited_ != Awaited::start && awaited_ != Awaited::length_low) {
            give_up(); // cut off by this one
        }
        frame_ = {};
        awaited_ = Awaited::length_low;
        return false;
    }
    switch (awaited_) {
    case Awaited::start:
        return false;
    case Awaited::length_low:
    case Awaited::length_high:
        take_length(byte);
        return false;
    case Awaited::id:
        frame_.id = byte;
        awaited_ = Awaited::data;
        return false;
    case Awaited::data:
        if (byte == escape_byte) {
            awaited_ = Awaited::escaped;
            return false;
        }
        return take_data(byte);
    case Awaited::escaped:
        if (byte != escaped_start && byte != escaped_escape) {
            give_up();
            return false;
        }
        awaited_ = Awaited::data;
        return take_data(byte == escaped_start ? start_byte : escape_byte);
    }
    return false;
}

void FrameV3Reader::take_length(std::uint8_t byte) {
    if (byte > length_mask) {
        give_up();
    } else if (awaited_ == Awaited::length_low) {
        left_ = byte;
        awaited_ = Awaited::length_high;
    } else {
        left_ |= std::size_t{byte} << length_bits;
        awaited_ = Awaited::id;
    }
}

bool FrameV3Reader::take_data(std::uint8_t byte) {
    if (left_ > 0) {
        frame_.data += character(byte);
        --left_;
        return false;
    }
    if (byte != crc_of(frame_)) {
        give_up();
        return false;
    }
    return true;
}

} // namespace kktd::driver::atol
