// Any bytes from an ATOL KKT, in any pieces: never a crash, memory bounded, and a packet that was
// read is one that encodes back.
#include "driver/atol/external_text.hpp"
#include "driver/atol/frame_v2.hpp"
#include "driver/atol/frame_v3.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace kktd::driver::atol;

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void check_packet(const FrameV3& frame) {
    check(frame.data.size() <= max_frame_data);
    FrameV3Reader reader;
    reader.add(encode(frame));
    check(reader.next() == frame);
    check(!reader.next() && reader.broken() == 0);
    static_cast<void>(from_external(frame.data));
}

/// The same packets come out whatever the pieces; the first byte says how large they are.
void read_v3(std::string_view bytes) {
    const std::size_t piece = bytes.empty() ? 1 : (static_cast<std::uint8_t>(bytes[0]) & 0x1FU) + 1;
    FrameV3Reader whole;
    whole.add(bytes);
    FrameV3Reader pieces;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
        pieces.add(bytes.substr(0, piece));
        while (const auto frame = pieces.next()) {
            check(whole.next() == frame);
            check_packet(*frame);
        }
    }
    check(!whole.next() && whole.broken() == pieces.broken() &&
          whole.broken_id() == pieces.broken_id());
}

void read_v2(std::string_view bytes) {
    FrameV2Reader reader;
    reader.start();
    for (const char byte : bytes) {
        const auto taken = reader.take(byte);
        check(reader.data().size() <= max_v2_data);
        if (taken == FrameV2Reader::Taken::whole) {
            const std::string data = reader.data();
            reader.start();
            auto again = FrameV2Reader::Taken::more;
            for (const char c : encode_v2(data).substr(1)) {
                check(again == FrameV2Reader::Taken::more);
                again = reader.take(c);
            }
            check(again == FrameV2Reader::Taken::whole && reader.data() == data);
        }
        if (taken != FrameV2Reader::Taken::more) {
            reader.start();
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    read_v3(bytes);
    read_v2(bytes);
    return 0;
}
