// Any bytes as a document read back from a fiscal storage: never a crash, and what decodes encodes
// back to the same bytes.
#include "fiscal/drawing.hpp"
#include "fiscal/finished_document.hpp"
#include "fiscal/kkt_memory.hpp"
#include "fiscal/tlv_codec.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kktd::fiscal;
    FinishedDocument document;
    document.tlv.assign(reinterpret_cast<const char*>(data), size);
    if (const auto nodes = decode_tlv(document.tlv)) {
        if (encode_tlv(*nodes) != document.tlv) {
            std::abort();
        }
    }
    static_cast<void>(draw(document.tlv));
    static_cast<void>(registration_of(document));
    KktMemory memory;
    memory.apply(document);
    return 0;
}
