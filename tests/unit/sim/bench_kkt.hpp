// BenchKkt: a simulated KKT on a test's bench: a storage file of its own, a clock that the test
// sets, commands written as in the reference: "92 00 01".
#pragma once

#include "../base/temp_dir.hpp"
#include "base/clock.hpp"
#include "sim/atol/faulty_device.hpp"
#include "sim/till.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace kktd::sim::testing {

/// Spaces do not matter: "55 00".
inline std::string bytes(std::string_view hex) {
    std::string result;
    int high = -1;
    for (const char c : hex) {
        if (c == ' ') {
            continue;
        }
        const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        if (high < 0) {
            high = digit;
        } else {
            result.push_back(static_cast<char>(high << 4 | digit));
            high = -1;
        }
    }
    return result;
}

inline std::string hex(std::string_view raw) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    for (const char c : raw) {
        const auto byte = static_cast<unsigned char>(c);
        if (!result.empty()) {
            result += ' ';
        }
        result += digits[byte >> 4];
        result += digits[byte & 0xF];
    }
    return result;
}

class TestClock final : public base::Clock {
public:
    std::int64_t utc_micros() const override { return now_; }
    /// Local time of a place at +03:00.
    void set(fiscal::LocalTime local) { now_ = (local.seconds - 10'800) * 1'000'000; }

private:
    std::int64_t now_ = 0;
};

inline const fiscal::LocalTime morning = fiscal::LocalTime::at({2026, 11, 25}, 9, 30, 15);

struct BenchKkt {
    explicit BenchKkt(std::uint8_t ffd = 2, atol::DeviceOptions options = {})
        : till(opened(ffd)), device(till, std::move(options)) {}

    std::string operator()(std::string_view command) {
        return hex(device.execute(bytes(command)).bytes);
    }
    /// Answers "55 00 00".
    void does(std::string_view command) { BOOST_TEST((*this)(command) == "55 00 00", command); }
    void open_shift() {
        does("56 01 00 00 00 30");
        does("9A 00");
    }
    /// One position of 1950.72 at 20 %.
    void position() {
        does("EA 00 01 00");
        does("EB 02 00000000032512 0000006000 00000000195072 01 00000000000000 00 01 04 00 "
             "00000000000000 0000 92AEA2A0E02031");
    }
    void sell() {
        does("92 00 01");
        position();
        BOOST_TEST((*this)("99 00 02 0000195072") == "55 00 00 00 00 00 00 00 00 00 00 00");
        does("4A 00 01 0000000000");
    }
    std::uint32_t last_fd() const { return till.kkt().memory().last_fd; }

    base::testing::TempDir dir;
    TestClock clock;
    Till till;
    atol::FaultyDevice device;

private:
    Till opened(std::uint8_t ffd) {
        clock.set(morning);
        TillConfig config{.storage = dir / "kkt.fn", .sync = false, .profile = {}};
        config.profile.registration.ffd = ffd;
        config.profile.registration.identity.serial = "00106000123456";
        auto till_ = Till::open(std::move(config), clock);
        BOOST_REQUIRE(till_.has_value());
        return std::move(*till_);
    }
};

} // namespace kktd::sim::testing
