// Params: reads the parameters of a command one after the other. The first that is missing or
// malformed spoils the rest; whoever reads asks once at the end.
#pragma once

#include "driver/atol/bcd.hpp"

#include <cstdint>
#include <string_view>

namespace kktd::sim::atol {

class Params {
public:
    explicit Params(std::string_view bytes) : rest_(bytes) {}

    /// All were there and whole, and nothing is left.
    [[nodiscard]] bool complete() const { return !short_ && !malformed_ && rest_.empty(); }
    [[nodiscard]] bool too_short() const { return short_; }
    [[nodiscard]] std::string_view rest() const { return rest_; }
    [[nodiscard]] bool empty() const { return rest_.empty(); }

    std::string_view bytes(std::size_t count) {
        if (count > rest_.size()) {
            short_ = true;
            rest_ = {};
            return {};
        }
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    std::string_view all() { return bytes(rest_.size()); }
    std::uint8_t byte() {
        const std::string_view taken = bytes(1);
        return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken.front());
    }
    /// Decimal digits, two a byte.
    std::uint64_t bcd(std::size_t count) {
        const std::string_view taken = bytes(count);
        const auto number = driver::atol::from_bcd(taken);
        malformed_ = malformed_ || (!taken.empty() && !number);
        return number.value_or(0);
    }
    /// Least significant byte first.
    std::uint64_t little(std::size_t count) {
        std::uint64_t number = 0;
        std::size_t shift = 0;
        for (const char byte : bytes(count)) {
            number |= std::uint64_t{static_cast<unsigned char>(byte)} << shift;
            shift += 8;
        }
        return number;
    }

private:
    std::string_view rest_;
    bool short_ = false;
    bool malformed_ = false;
};

} // namespace kktd::sim::atol
