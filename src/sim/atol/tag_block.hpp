// TagBlocks: puts together the TLV that E8h brings in blocks: a tag too long for one command is cut
// into up to 255 of them.
#pragma once

#include "fiscal/result.hpp"
#include "sim/atol/device_error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::sim::atol {

/// An element as it came: text values still in the device's own code page.
struct WireTag {
    std::uint16_t tag = 0;
    std::string value;
    friend bool operator==(const WireTag&, const WireTag&) = default;
};

class TagBlocks {
public:
    /// The whole tag with the last block, nothing before. An error forgets what has come.
    [[nodiscard]] fiscal::Result<std::optional<WireTag>, DeviceError>
    add(std::uint8_t total, std::uint8_t block, std::string_view chunk);
    void reset();

private:
    std::string bytes_;
    std::uint8_t total_ = 0;
    std::uint8_t next_ = 0;
};

} // namespace kktd::sim::atol
