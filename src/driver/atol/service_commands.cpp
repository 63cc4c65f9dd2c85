#include "driver/atol/service_commands.hpp"

#include "driver/atol/bcd.hpp"
#include "driver/atol/byte_reader.hpp"

namespace kktd::driver::atol {

namespace {

std::optional<std::string> with_sum(std::string command, fiscal::Money sum) {
    constexpr std::size_t sum_bytes = 5;
    const auto digits = sum.kopecks() < 0
                            ? std::nullopt
                            : to_bcd(static_cast<std::uint64_t>(sum.kopecks()), sum_bytes);
    return digits ? std::optional(std::move(command) + *digits) : std::nullopt;
}

} // namespace

std::string x_report_command() {
    return bytes({0x67, 0x01});
}

std::optional<std::string> cash_in_command(fiscal::Money sum) {
    return with_sum(bytes({0x49, 0x00}), sum);
}

std::optional<std::string> cash_out_command(fiscal::Money sum) {
    return with_sum(bytes({0x4F, 0x00}), sum);
}

std::string reprint_command() {
    return bytes({0x95});
}

std::string continue_print_command() {
    return bytes({0xEE});
}

} // namespace kktd::driver::atol
