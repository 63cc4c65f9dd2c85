#include "driver/atol/frame_v2.hpp"

namespace kktd::driver::atol {

namespace {

std::uint8_t octet(char c) {
    return static_cast<std::uint8_t>(c);
}

} // namespace

std::string encode_v2(std::string_view data) {
    std::string wire(1, v2::stx);
    wire.reserve(data.size() + 8);
    for (const char c : data) {
        if (c == v2::etx || c == v2::dle) {
            wire += v2::dle;
        }
        wire += c;
    }
    wire += v2::etx;
    std::uint8_t crc = 0; // of all after STX, the masking and ETX included
    for (const char c : std::string_view(wire).substr(1)) {
        crc ^= octet(c);
    }
    return wire + static_cast<char>(crc);
}

void FrameV2Reader::start() {
    awaited_ = Awaited::data;
    data_.clear();
    crc_ = 0;
}

FrameV2Reader::Taken FrameV2Reader::take(char byte) {
    if (awaited_ == Awaited::crc) {
        return octet(byte) == crc_ ? Taken::whole : Taken::broken;
    }
    crc_ ^= octet(byte);
    if (awaited_ == Awaited::data && byte == v2::dle) {
        awaited_ = Awaited::masked;
        return Taken::more;
    }
    if (awaited_ == Awaited::data && byte == v2::etx) {
        awaited_ = Awaited::crc;
        return Taken::more;
    }
    if (data_.size() == max_v2_data) {
        return Taken::broken;
    }
    data_ += byte;
    awaited_ = Awaited::data;
    return Taken::more;
}

} // namespace kktd::driver::atol
