#include "sim/atol/tag_block.hpp"

#include "fiscal/tlv_codec.hpp"

namespace kktd::sim::atol {

void TagBlocks::reset() {
    *this = TagBlocks();
}

fiscal::Result<std::optional<WireTag>, DeviceError>
TagBlocks::add(std::uint8_t total, std::uint8_t block, std::string_view chunk) {
    if (block == 0) {
        reset(); // a tag that was broken off is begun anew
        total_ = total;
    }
    if (total == 0 || total != total_ || block != next_ || chunk.empty()) {
        reset();
        return bad_format;
    }
    bytes_ += chunk;
    if (++next_ < total_) {
        return std::optional<WireTag>();
    }
    const std::string whole = std::move(bytes_);
    reset();
    fiscal::TlvCursor cursor(whole);
    constexpr std::size_t head = 4; // tag and length
    if (!cursor.next() || cursor.value().size() + head != whole.size()) {
        return bad_format;
    }
    return std::optional(WireTag{cursor.tag(), std::string(cursor.value())});
}

} // namespace kktd::sim::atol
