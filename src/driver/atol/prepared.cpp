#include "driver/atol/prepared.hpp"

#include "base/hex.hpp"
#include <charconv>

namespace kktd::driver::atol {

namespace {

constexpr std::string_view prefix = "v3:";
constexpr std::size_t digits = 2;

std::optional<TaskId> number(std::string_view text) {
    TaskId task = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), task, 16);
    return text.size() == digits && error == std::errc() && end == text.end() ? std::optional(task)
                                                                              : std::nullopt;
}

} // namespace

std::string prepared_text(const PreparedTasks& tasks) {
    std::string text = std::string(prefix) + base::hex_byte(tasks.last);
    if (tasks.open) {
        text += ',' + base::hex_byte(*tasks.open);
    }
    return text;
}

std::optional<PreparedTasks> tasks_of_prepared(std::string_view prepared) {
    if (!prepared.starts_with(prefix)) {
        return std::nullopt;
    }
    prepared.remove_prefix(prefix.size());
    PreparedTasks tasks;
    const auto last = number(prepared.substr(0, digits));
    if (!last) {
        return std::nullopt;
    }
    tasks.last = *last;
    prepared.remove_prefix(digits);
    if (prepared.empty()) {
        return tasks;
    }
    tasks.open = prepared.front() == ',' ? number(prepared.substr(1)) : std::nullopt;
    return tasks.open ? std::optional(tasks) : std::nullopt;
}

bool is_success(std::string_view answer) {
    return answer.size() >= 2 && answer[0] == 0x55 && answer[1] == 0;
}

} // namespace kktd::driver::atol
