// Packets of ATOL's link protocol v2 (serial): STX data ETX crc, where each ETX and DLE of the data
// has a DLE in front. Both sides use them: the driver and kktsim.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

/// Control bytes of v2.
namespace v2 {
inline constexpr char stx = 0x02; ///< a packet begins
inline constexpr char etx = 0x03; ///< its data end
inline constexpr char eot = 0x04; ///< that was all
inline constexpr char enq = 0x05; ///< may I send?
inline constexpr char ack = 0x06;
inline constexpr char dle = 0x10; ///< the next byte is data
inline constexpr char nak = 0x15;
} // namespace v2

/// Of a command (reference). How long an answer may be is in no source; the reader takes this much,
/// which is more than any answer of the reference has.
inline constexpr std::size_t max_v2_command = 255;
inline constexpr std::size_t max_v2_data = 1024;

[[nodiscard]] std::string encode_v2(std::string_view data);

/// Takes what follows an STX, byte by byte.
class FrameV2Reader {
public:
    enum class Taken : std::uint8_t { more, whole, broken };

    /// After an STX: forgets what was.
    void start();
    /// broken: the CRC is wrong, or there is no end to the data; start() before the next byte.
    [[nodiscard]] Taken take(char byte);
    /// After `whole`.
    [[nodiscard]] const std::string& data() const { return data_; }

private:
    enum class Awaited : std::uint8_t { data, masked, crc };

    Awaited awaited_ = Awaited::data;
    std::string data_;
    std::uint8_t crc_ = 0;
};

} // namespace kktd::driver::atol
