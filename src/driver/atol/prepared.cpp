#include "driver/atol/prepared.hpp"

#include "base/hex.hpp"
#include "driver/atol/byte_reader.hpp"

#include <charconv>

namespace kktd::driver::atol {

namespace {

constexpr std::string_view prefix = "v3:";

} // namespace

std::string prepared_text(TaskId task) {
    return std::string(prefix) + base::hex_dump(bytes({task}));
}

std::optional<TaskId> task_of_prepared(std::string_view prepared) {
    constexpr std::size_t digits = 2;
    if (!prepared.starts_with(prefix) || prepared.size() != prefix.size() + digits) {
        return std::nullopt;
    }
    prepared.remove_prefix(prefix.size());
    TaskId task = 0;
    const auto [end, error] = std::from_chars(prepared.begin(), prepared.end(), task, 16);
    return error == std::errc() && end == prepared.end() ? std::optional(task) : std::nullopt;
}

bool is_success(std::string_view answer) {
    return answer.size() >= 2 && answer[0] == 0x55 && answer[1] == 0;
}

} // namespace kktd::driver::atol
