// Calendar dates and the local time of a KKT. Pure values: nobody here asks a clock.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::fiscal {

/// A day of the Gregorian calendar.
struct Date {
    int year = 1970;
    int month = 1;
    int day = 1;

    /// "06.10.2017" or "2017-10-06" (a time after an ISO date, "2017-10-06T…", is ignored:
    /// 1C writes dates so). Nothing else, and only days that exist.
    [[nodiscard]] static std::optional<Date> parse(std::string_view text);
    [[nodiscard]] std::string iso() const;     ///< "2017-10-06"
    [[nodiscard]] std::string russian() const; ///< "06.10.2017"

    /// Days since 1970-01-01.
    [[nodiscard]] std::int64_t days() const;
    [[nodiscard]] static Date from_days(std::int64_t days);

    friend constexpr auto operator<=>(const Date&, const Date&) = default;
};

/// A moment on the KKT's own clock: seconds since 1970-01-01 00:00:00 *local time*, no zone, as
/// fiscal documents carry it (tag 1012, "unixtime" of the format orders).
struct LocalTime {
    std::int64_t seconds = 0;

    [[nodiscard]] Date date() const;
    /// The clock on the wall of a place at `utc_micros` since 1970.
    [[nodiscard]] static constexpr LocalTime of_utc(std::int64_t utc_micros,
                                                    std::chrono::seconds utc_offset = {}) {
        constexpr std::int64_t micros_per_second = 1'000'000;
        return {utc_micros / micros_per_second + utc_offset.count()};
    }
    [[nodiscard]] static LocalTime at(Date date, int hour = 0, int minute = 0, int second = 0);
    [[nodiscard]] static std::optional<LocalTime>
    parse(std::string_view iso);             ///< "2017-10-06T12:30:00"
    [[nodiscard]] std::string iso() const;   ///< "2017-10-06T12:30:00"
    [[nodiscard]] std::string clock() const; ///< "12:30:00"

    friend constexpr auto operator<=>(const LocalTime&, const LocalTime&) = default;
};

} // namespace kktd::fiscal
