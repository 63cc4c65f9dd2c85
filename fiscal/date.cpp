#include "fiscal/date.hpp"

#include <chrono>

namespace kktd::fiscal {

namespace {

constexpr std::int64_t seconds_per_day = 86'400;
constexpr int max_written_year = 9999; ///< in four digits

/// Exactly `size` digits at `at`; nothing if there is anything else.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t size) {
    int value = 0;
    for (const char c : text.substr(at, size)) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        value = value * 10 + (c - '0');
    }
    return value;
}

/// Writes the last `size` digits of `value`, which is not negative.
void write_digits(std::string& text, std::size_t at, std::size_t size, int value) {
    for (std::size_t i = at + size; i-- > at; value /= 10) {
        text[i] = static_cast<char>('0' + value % 10);
    }
}

std::chrono::year_month_day civil(const Date& date) {
    return {std::chrono::year(date.year), std::chrono::month(static_cast<unsigned>(date.month)),
            std::chrono::day(static_cast<unsigned>(date.day))};
}

std::optional<Date> existing(std::optional<int> year, std::optional<int> month,
                             std::optional<int> day) {
    if (!year || !month || !day || *year == 0) {
        return std::nullopt;
    }
    const Date date{*year, *month, *day};
    return civil(date).ok() ? std::optional(date) : std::nullopt;
}

std::optional<Date> iso_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    return existing(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
}

} // namespace

std::optional<Date> Date::parse(std::string_view text) {
    if (text.size() == 10 && text[2] == '.' && text[5] == '.') {
        return existing(digits(text, 6, 4), digits(text, 3, 2), digits(text, 0, 2));
    }
    if (text.size() > 10 && text[10] == 'T') {
        if (text.find_first_not_of("0123456789:.,+-Z", 11) != std::string_view::npos) {
            return std::nullopt;
        }
        text = text.substr(0, 10);
    }
    return iso_date(text);
}

std::string Date::iso() const {
    std::string text("0000-00-00");
    write_digits(text, 5, 2, month);
    write_digits(text, 8, 2, day);
    if (year >= 0 && year <= max_written_year) {
        write_digits(text, 0, 4, year);
    } else {
        text.replace(0, 4, std::to_string(year));
    }
    return text;
}

std::string Date::russian() const {
    const std::string text = iso();
    const std::size_t month_at = text.size() - 5;
    return text.substr(month_at + 3, 2) + '.' + text.substr(month_at, 2) + '.' +
           text.substr(0, month_at - 1);
}

std::int64_t Date::days() const {
    return std::chrono::sys_days(civil(*this)).time_since_epoch().count();
}

Date Date::from_days(std::int64_t days) {
    const std::chrono::year_month_day day(
        std::chrono::sys_days(std::chrono::days(static_cast<int>(days))));
    return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
            static_cast<int>(static_cast<unsigned>(day.day()))};
}

Date LocalTime::date() const {
    const auto days = seconds / seconds_per_day;
    return Date::from_days(seconds % seconds_per_day < 0 ? days - 1 : days);
}

LocalTime LocalTime::at(Date date, int hour, int minute, int second) {
    return {date.days() * seconds_per_day + std::int64_t{hour} * 3600 + std::int64_t{minute} * 60 +
            second};
}

std::optional<LocalTime> LocalTime::parse(std::string_view iso) {
    if (iso.size() != 19 || iso[10] != 'T' || iso[13] != ':' || iso[16] != ':') {
        return std::nullopt;
    }
    const auto date = iso_date(iso.substr(0, 10));
    const auto hour = digits(iso, 11, 2);
    const auto minute = digits(iso, 14, 2);
    const auto second = digits(iso, 17, 2);
    if (!date || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) {
        return std::nullopt;
    }
    return at(*date, *hour, *minute, *second);
}

std::string LocalTime::iso() const {
    return date().iso() + 'T' + clock();
}

std::string LocalTime::clock() const {
    const auto rest = static_cast<int>(seconds % seconds_per_day);
    const int second = rest < 0 ? rest + static_cast<int>(seconds_per_day) : rest;
    std::string text("00:00:00");
    write_digits(text, 0, 2, second / 3600);
    write_digits(text, 3, 2, second / 60 % 60);
    write_digits(text, 6, 2, second % 60);
    return text;
}

} // namespace kktd::fiscal
