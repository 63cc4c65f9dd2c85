#include "bytes.hpp"
#include "driver/atol/frame_v3.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

using namespace kktd::driver::atol;

namespace {

std::vector<FrameV3> all(FrameV3Reader& reader) {
    std::vector<FrameV3> frames;
    while (auto frame = reader.next()) {
        frames.push_back(*frame);
    }
    return frames;
}

std::vector<FrameV3> all_of(FrameV3Reader& reader, std::string_view wire) {
    reader.add(wire);
    return all(reader);
}

/// What a packet must not be broken by: every byte there is.
std::string every_byte() {
    std::string data;
    for (unsigned byte = 0; byte < 0x100; ++byte) {
        data += static_cast<char>(static_cast<unsigned char>(byte));
    }
    return data;
}

} // namespace

BOOST_AUTO_TEST_SUITE(frame_v3_tests)

BOOST_AUTO_TEST_CASE(check_values_of_the_reference) {
    BOOST_TEST(crc8(bytes("01")) == 0x9D);
    BOOST_TEST(crc8(bytes("00 C4")) == 0x02);
    BOOST_TEST(crc8(bytes("C4"), crc8(bytes("00"))) == 0x02);
    BOOST_TEST(hex_dump(encode({0x00, bytes("C4")})) == "FE 01 00 00 C4 02");
    BOOST_TEST(hex_dump(encode({0x00, bytes("A3")})) == "FE 01 00 00 A3 2E");
    BOOST_TEST(hex_dump(encode({0x01, ""})) == "FE 00 00 01 9D");
}

BOOST_AUTO_TEST_CASE(the_vendor_s_probe_is_an_abort_after_garbage) {
    FrameV3Reader reader;
    const auto frames =
        all_of(reader, bytes("24 40 0D 00 20 01 F7 40 74 65 73 74 65 FE 01 00 00 C4 02"));
    BOOST_REQUIRE(frames.size() == 1U);
    BOOST_TEST((frames[0] == FrameV3{0x00, bytes("C4")}));
    BOOST_TEST(reader.broken() == 0U);
}

BOOST_AUTO_TEST_CASE(escapes_data_and_crc) {
    BOOST_TEST(hex_dump(encode({0x02, bytes("FE FD")})).starts_with("FE 02 00 02 FD EE FD ED "));
    FrameV3Reader reader;
    bool crc_escaped = false;
    for (unsigned byte = 0; byte < 0x100; ++byte) { // some of them have a CRC to be escaped
        const FrameV3 frame{0x10, std::string(1, static_cast<char>(byte))};
        const std::string wire = encode(frame);
        crc_escaped = crc_escaped || wire[wire.size() - 2] == '\xFD';
        const auto frames = all_of(reader, wire);
        BOOST_REQUIRE(frames.size() == 1U);
        BOOST_TEST((frames[0] == frame));
    }
    BOOST_TEST(crc_escaped);
}

BOOST_AUTO_TEST_CASE(lengths) {
    FrameV3Reader reader;
    BOOST_TEST(encode({0, std::string(0x80, 'x')}).substr(0, 4) == bytes("FE 00 01 00"));
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{127},
                                   std::size_t{128}, std::size_t{255}, max_frame_data}) {
        const FrameV3 frame{last_id, std::string(size, '\xFE')};
        const auto frames = all_of(reader, encode(frame));
        BOOST_REQUIRE(frames.size() == 1U);
        BOOST_TEST((frames[0] == frame));
    }
    BOOST_TEST(reader.broken() == 0U);
}

BOOST_AUTO_TEST_CASE(any_chunks) {
    const std::vector<FrameV3> sent{
        {1, every_byte()}, {async_id, bytes("A6 05 55 00 00")}, {2, ""}};
    std::string wire;
    for (const auto& frame : sent) {
        wire += encode(frame);
    }
    for (std::size_t chunk = 1; chunk <= wire.size(); ++chunk) {
        FrameV3Reader reader;
        std::vector<FrameV3> got;
        for (std::size_t at = 0; at < wire.size(); at += chunk) {
            reader.add(std::string_view(wire).substr(at, chunk));
            for (auto& frame : all(reader)) {
                got.push_back(std::move(frame));
            }
        }
        BOOST_TEST((got == sent));
    }
}

BOOST_AUTO_TEST_CASE(a_wrong_crc_is_counted) {
    FrameV3Reader reader;
    std::string wire = encode({0x07, bytes("A3 55 00")});
    wire.back() = static_cast<char>(wire.back() ^ 1);
    const FrameV3 good{0x08, bytes("A3")};
    const auto frames = all_of(reader, wire + encode(good));
    BOOST_REQUIRE(frames.size() == 1U);
    BOOST_TEST((frames[0] == good));
    BOOST_TEST(reader.broken() == 1U);
    BOOST_TEST(reader.broken_id().value() == 0x07);
}

BOOST_AUTO_TEST_CASE(no_single_flipped_bit_passes) {
    const FrameV3 frame{0x21, bytes("A3 55 00 12 34")};
    const std::string wire = encode(frame);
    for (std::size_t bit = 0; bit < wire.size() * 8; ++bit) {
        std::string flipped = wire;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        FrameV3Reader reader;
        BOOST_TEST(all_of(reader, flipped).empty(), "bit " << bit);
    }
}

BOOST_AUTO_TEST_CASE(a_broken_escape_an_impossible_length_a_cut_packet) {
    FrameV3Reader reader;
    BOOST_TEST(all_of(reader, bytes("FE 02 00 05 FD 00 11 22")).empty());
    BOOST_TEST(reader.broken() == 1U);
    BOOST_TEST(reader.broken_id().value() == 0x05);

    BOOST_TEST(all_of(reader, bytes("FE 80 00 05 A3 11")).empty());
    BOOST_TEST(reader.broken() == 2U);
    BOOST_TEST(!reader.broken_id());

    const FrameV3 good{0x06, bytes("A2")};
    BOOST_TEST(all_of(reader, bytes("FE 05 00 09 A3 55") + encode(good)).size() == 1U);
    BOOST_TEST(reader.broken() == 3U);
    BOOST_TEST(reader.broken_id().value() == 0x09);

    BOOST_TEST(all_of(reader, bytes("FE FE FE") + encode(good)).size() == 1U);
    BOOST_TEST(reader.broken() == 3U); // a start byte alone is no packet
}

BOOST_AUTO_TEST_CASE(a_reset_forgets_half_a_packet) {
    FrameV3Reader reader;
    const std::string wire = encode({0x06, bytes("A3 55")});
    BOOST_TEST(all_of(reader, wire.substr(0, 4)).empty());
    reader.reset();
    BOOST_TEST(all_of(reader, wire.substr(4)).empty());
    BOOST_TEST(all_of(reader, wire).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
