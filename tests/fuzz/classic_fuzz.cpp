// Whatever bytes arrive as a receipt, parse_classic answers with a request or with the reason why
// it is none, within its own bounds.
#include "api/classic.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto request =
        kktd::api::parse_classic({static_cast<const char*>(static_cast<const void*>(data)), size});
    if (!request.has_value()) {
        if (request.error().text().empty()) {
            std::abort();
        }
        return 0;
    }
    if (request->draft.positions.size() > kktd::api::max_positions_read) {
        std::abort();
    }
    // What was read survives the journal: the encoding of a draft is decoded to the same draft.
    auto decoded = kktd::fiscal::decode_draft(kktd::fiscal::encode(request->draft));
    if (!decoded || kktd::fiscal::encode(*decoded) != kktd::fiscal::encode(request->draft)) {
        std::abort();
    }
    return 0;
}
