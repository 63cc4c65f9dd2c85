// Fields: writes the data of an answer one field after the other.
#pragma once

#include "driver/atol/bcd.hpp"
#include "fiscal/date.hpp"
#include "fiscal/money.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace kktd::sim::atol {

class Fields {
public:
    Fields& byte(std::uint8_t value) {
        bytes_.push_back(static_cast<char>(value));
        return *this;
    }
    /// What does not fit is written as nines, as counters of a KKT stand still at their end.
    Fields& bcd(std::uint64_t value, std::size_t size) {
        bytes_ += driver::atol::to_bcd(value, size).value_or(std::string(size, '\x99'));
        return *this;
    }
    /// Kopecks; a sum below zero as zero.
    Fields& money(fiscal::Money sum, std::size_t size) {
        return bcd(sum.kopecks() < 0 ? 0 : static_cast<std::uint64_t>(sum.kopecks()), size);
    }
    /// Least significant byte first.
    Fields& little(std::uint64_t value, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) {
            byte(static_cast<std::uint8_t>(value >> (8 * i)));
        }
        return *this;
    }
    Fields& big(std::uint64_t value, std::size_t size) {
        for (std::size_t i = size; i > 0; --i) {
            byte(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
        }
        return *this;
    }
    Fields& bytes(std::string_view value) {
        bytes_ += value;
        return *this;
    }
    /// Cut or padded with spaces.
    Fields& text(std::string_view value, std::size_t size) {
        bytes_ += value.substr(0, size);
        bytes_.append(size - std::min(size, value.size()), ' ');
        return *this;
    }
    /// DD MM YY BCD: dates of registers.
    Fields& date(fiscal::Date day) {
        return bcd(unsigned_of(day.day), 1).bcd(unsigned_of(day.month), 1).bcd(year(day), 1);
    }
    /// hh mm BCD.
    Fields& minutes(fiscal::LocalTime time) {
        const std::uint64_t of_day = second_of_day(time);
        return bcd(of_day / 3600, 1).bcd(of_day / 60 % 60, 1);
    }
    Fields& seconds(fiscal::LocalTime time) {
        return minutes(time).bcd(second_of_day(time) % 60, 1);
    }
    /// YY MM DD BCD: dates of 3Fh.
    Fields& year_first(fiscal::Date day) {
        return bcd(year(day), 1).bcd(unsigned_of(day.month), 1).bcd(unsigned_of(day.day), 1);
    }
    /// YY MM DD binary: dates of the fiscal storage.
    Fields& fn_date(fiscal::Date day) {
        return little(year(day), 1)
            .little(unsigned_of(day.month), 1)
            .little(unsigned_of(day.day), 1);
    }
    /// YY MM DD hh mm binary.
    Fields& fn_time(fiscal::LocalTime time) {
        const std::uint64_t of_day = second_of_day(time);
        return fn_date(time.date()).little(of_day / 3600, 1).little(of_day / 60 % 60, 1);
    }

    [[nodiscard]] std::string take() { return std::move(bytes_); }

private:
    static std::uint64_t unsigned_of(int value) { return static_cast<std::uint64_t>(value); }
    static std::uint64_t year(fiscal::Date day) { return unsigned_of(day.year) % 100; }
    static std::uint64_t second_of_day(fiscal::LocalTime time) {
        constexpr std::int64_t day = 86'400;
        return static_cast<std::uint64_t>((time.seconds % day + day) % day);
    }

    std::string bytes_;
};

} // namespace kktd::sim::atol
