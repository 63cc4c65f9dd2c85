// ByteReader: takes an answer of a KKT apart, strictly: what is too short, no digit or no date
// makes the whole reading bad, and nothing is ever read past the end.
#pragma once

#include "fiscal/date.hpp"
#include "fiscal/money.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

/// Bytes of a command from numbers.
[[nodiscard]] std::string bytes(std::initializer_list<int> values);

class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] std::string_view take(std::size_t count);
    [[nodiscard]] std::uint8_t byte();
    void skip(std::size_t count) { static_cast<void>(take(count)); }
    /// Whatever is left.
    [[nodiscard]] std::string_view rest();
    [[nodiscard]] std::uint64_t bcd(std::size_t count);
    [[nodiscard]] fiscal::Money money(std::size_t count);
    [[nodiscard]] std::uint64_t little_endian(std::size_t count); ///< at most 8 bytes
    [[nodiscard]] std::uint64_t big_endian(std::size_t count);    ///< at most 8 bytes
    // Dates of 2000 … 2099. Nothing and still good if all bytes are zero: there is none.
    [[nodiscard]] std::optional<fiscal::LocalTime> ymd_hms_bcd();   ///< YY MM DD hh mm ss
    [[nodiscard]] std::optional<fiscal::LocalTime> dmy_hms_bcd();   ///< DD MM YY hh mm ss
    [[nodiscard]] std::optional<fiscal::LocalTime> dmy_hm_bcd();    ///< DD MM YY hh mm
    [[nodiscard]] std::optional<fiscal::LocalTime> ymd_hm_binary(); ///< YY MM DD hh mm
    [[nodiscard]] std::optional<fiscal::Date> ymd_binary();         ///< YY MM DD
    [[nodiscard]] std::optional<fiscal::Date> dmy_bcd();            ///< DD MM YY

    [[nodiscard]] bool good() const { return good_; }
    /// Good, and nothing is left.
    [[nodiscard]] bool done() const { return good_ && rest_.empty(); }

private:
    struct Moment {
        int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    };
    /// `order`: of Y M D h m s, a byte each.
    [[nodiscard]] Moment moment(std::string_view order, bool binary);
    [[nodiscard]] std::optional<fiscal::LocalTime> checked(const Moment& moment);
    [[nodiscard]] std::optional<fiscal::Date> checked_date(const Moment& moment);

    std::string_view rest_;
    bool good_ = true;
};

} // namespace kktd::driver::atol
