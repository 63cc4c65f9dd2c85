// Clock: EDh date and time, 64h date, 4Bh time; only while the shift is closed.
#include "sim/atol/commands.hpp"

#include <optional>

namespace kktd::sim::atol {

namespace {

constexpr int century = 2000;

std::optional<fiscal::Date> read_date(Params& params) {
    const auto day = static_cast<int>(params.bcd(1));
    const auto month = static_cast<int>(params.bcd(1));
    const auto year = century + static_cast<int>(params.bcd(1));
    const fiscal::Date date{year, month, day};
    return fiscal::Date::from_days(date.days()) == date ? std::optional(date) : std::nullopt;
}

std::optional<std::int64_t> read_time(Params& params) {
    const std::uint64_t hour = params.bcd(1);
    const std::uint64_t minute = params.bcd(1);
    const std::uint64_t second = params.bcd(1);
    if (hour > 23 || minute > 59 || second > 59) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(hour * 3600 + minute * 60 + second);
}

std::int64_t second_of_day(fiscal::LocalTime time) {
    return time.seconds - fiscal::LocalTime::at(time.date()).seconds;
}

Outcome<Answer> set(Machine& machine, const Params& params, std::optional<fiscal::Date> date,
                    std::optional<std::int64_t> time) {
    if (!params.complete()) {
        return bad_length;
    }
    if (!date || !time) {
        return bad_time;
    }
    const fiscal::DeviceState state = machine.till.state();
    if (state.shift != fiscal::ShiftState::closed) {
        return shift_is_open;
    }
    const fiscal::LocalTime wanted{fiscal::LocalTime::at(*date).seconds + *time};
    if (state.last_document && wanted < *state.last_document) {
        return DeviceError(0x20);
    }
    machine.till.set_clock(wanted);
    return done_answer();
}

} // namespace

Outcome<Answer> set_clock(Machine& machine, Params& params) {
    const auto date = read_date(params);
    const auto time = read_time(params);
    return set(machine, params, date, time);
}

Outcome<Answer> set_date(Machine& machine, Params& params) {
    const auto date = read_date(params);
    return set(machine, params, date, second_of_day(machine.till.now()));
}

/// Its parameters hh mm ss (BCD) are not in any source.
Outcome<Answer> set_time(Machine& machine, Params& params) {
    const auto time = read_time(params);
    return set(machine, params, machine.till.now().date(), time);
}

} // namespace kktd::sim::atol
