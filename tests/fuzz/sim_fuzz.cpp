// Any bytes from a client of the simulated KKT, over both link protocols, and any words in a script
// of faults: never a crash, never more documents than commands.
#include "base/clock.hpp"
#include "driver/atol/frame_v3.hpp"
#include "sim/atol/session_v2.hpp"
#include "sim/atol/session_v3.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace kktd;

class NoWire final : public sim::Wire {
public:
    void send(std::string_view) override {}
    void drop() override {}
    void refuse(std::chrono::milliseconds) override {}
};

sim::Till new_till(const base::Clock& clock) {
    std::string path = "/tmp/kktd-sim-fuzz-XXXXXX";
    const int fd = ::mkstemp(path.data());
    auto till = sim::Till::open({.storage = path, .sync = false, .profile = {}}, clock);
    ::unlink(path.c_str()); // lives as long as it is open
    ::close(fd);
    if (!till) {
        std::abort();
    }
    return std::move(*till);
}

/// The bytes as they are, then cut into well-formed packets: "length, data".
void feed_v3(sim::Session& session, std::string_view bytes) {
    session.connected();
    session.receive(bytes, {});
    while (!bytes.empty()) {
        const std::size_t size = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        const std::string data(bytes.substr(0, size));
        bytes.remove_prefix(data.size());
        session.receive(driver::atol::encode({.id = 1, .data = data}), {});
        session.receive(driver::atol::encode({.id = 2, .data = "\xC4"}), {});
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const base::SystemClock clock;
    static sim::Till till = new_till(clock);
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    static_cast<void>(sim::parse_faults(bytes));
    NoWire wire;
    sim::atol::FaultyDevice device(till, {});
    sim::atol::SessionV3 v3(device, wire, size % 2 == 0);
    feed_v3(v3, bytes);
    sim::atol::SessionV2 v2(device, wire);
    v2.connected();
    v2.receive(bytes, {});
    device.power_cycle();
    return 0;
}
