// Packets of ATOL's link protocol v3: FE len_lo len_hi id data crc8, data and crc escaped. Both
// sides use them: the driver and kktsim.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

/// Of packets that a KKT sends by itself; numbers of others are 00h to DFh.
inline constexpr std::uint8_t async_id = 0xF0;
inline constexpr std::uint8_t last_id = 0xDF;
/// What two 7-bit length bytes can tell.
inline constexpr std::size_t max_frame_data = 0x3FFF;

struct FrameV3 {
    std::uint8_t id = 0;
    std::string data; ///< unescaped; empty: "your packet of this id came broken, repeat it"
    friend bool operator==(const FrameV3&, const FrameV3&) = default;
};

/// Polynomial 31h, begun with FFh, most significant bit first, no final xor.
[[nodiscard]] std::uint8_t crc8(std::string_view bytes, std::uint8_t begun = 0xFF);

/// `frame.data` is at most max_frame_data long.
[[nodiscard]] std::string encode(const FrameV3& frame);

/// Takes bytes as they come and hands out whole packets. Whatever does not begin with FEh is
/// skipped; an FEh anywhere begins anew; a packet that is broken is counted and skipped.
class FrameV3Reader {
public:
    void add(std::string_view bytes);
    /// The next whole packet, if there is one.
    [[nodiscard]] std::optional<FrameV3> next();
    /// Packets so far with a wrong CRC, a broken escape or an impossible length, or cut off by the
    /// next one; the id of the last one, if it was read.
    [[nodiscard]] std::size_t broken() const { return broken_; }
    [[nodiscard]] std::optional<std::uint8_t> broken_id() const { return broken_id_; }
    /// Forgets what has come; the count stays.
    void reset();

private:
    enum class Awaited : std::uint8_t { start, length_low, length_high, id, data, escaped };

    /// Whether `frame_` is whole with this byte.
    [[nodiscard]] bool take(std::uint8_t byte);
    void take_length(std::uint8_t byte);
    [[nodiscard]] bool take_data(std::uint8_t byte);
    void give_up();

    std::string bytes_; ///< added and not handed out; next() leaves none of them unlooked at
    std::size_t taken_ = 0;
    Awaited awaited_ = Awaited::start;
    FrameV3 frame_;        ///< what has come of it; at most max_frame_data long
    std::size_t left_ = 0; ///< data bytes to come before the CRC
    std::size_t broken_ = 0;
    std::optional<std::uint8_t> broken_id_;
};

} // namespace kktd::driver::atol
