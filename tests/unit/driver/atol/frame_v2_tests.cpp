#include "bytes.hpp"
#include "driver/atol/frame_v2.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::driver::atol;

namespace {

using Taken = FrameV2Reader::Taken;

/// What the last byte of a packet, STX included, makes of it.
Taken read(FrameV2Reader& reader, std::string_view wire) {
    reader.start();
    Taken taken = Taken::more;
    for (std::size_t i = 1; i < wire.size(); ++i) {
        BOOST_TEST((taken == Taken::more));
        taken = reader.take(wire[i]);
    }
    return taken;
}

} // namespace

BOOST_AUTO_TEST_SUITE(frame_v2_tests)

BOOST_AUTO_TEST_CASE(the_reference_s_vector) {
    const std::string data = bytes("1F 00 FF 10 02 03 1A");
    const std::string wire = bytes("02 1F 00 FF 10 10 02 10 03 1A 03 E8");
    BOOST_TEST(hex_dump(encode_v2(data)) == hex_dump(wire));
    FrameV2Reader reader;
    BOOST_TEST((read(reader, wire) == Taken::whole));
    BOOST_TEST(hex_dump(reader.data()) == hex_dump(data));
}

BOOST_AUTO_TEST_CASE(every_byte_and_none) {
    FrameV2Reader reader;
    std::string all;
    for (unsigned byte = 0; byte < 0x100; ++byte) {
        all += static_cast<char>(static_cast<unsigned char>(byte));
    }
    BOOST_TEST((read(reader, encode_v2(all)) == Taken::whole));
    BOOST_TEST((reader.data() == all));
    BOOST_TEST((read(reader, encode_v2("")) == Taken::whole));
    BOOST_TEST(reader.data().empty());
}

BOOST_AUTO_TEST_CASE(a_wrong_crc) {
    FrameV2Reader reader;
    BOOST_TEST((read(reader, bytes("02 1F 03 00")) == Taken::broken));
}

BOOST_AUTO_TEST_CASE(data_without_an_end) {
    FrameV2Reader reader;
    reader.start();
    for (std::size_t i = 0; i < max_v2_data; ++i) {
        BOOST_REQUIRE((reader.take('x') == Taken::more));
    }
    BOOST_TEST((reader.take('x') == Taken::broken));
}

BOOST_AUTO_TEST_SUITE_END()
