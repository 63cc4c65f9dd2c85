#include "driver/atol/byte_reader.hpp"

#include "driver/atol/bcd.hpp"

namespace kktd::driver::atol {

namespace {

constexpr int century = 2000;

} // namespace

std::string bytes(std::initializer_list<int> values) {
    std::string made;
    made.reserve(values.size());
    for (const int value : values) {
        made.push_back(static_cast<char>(static_cast<unsigned char>(value)));
    }
    return made;
}

std::string_view ByteReader::take(std::size_t count) {
    if (rest_.size() < count) {
        good_ = false;
        rest_ = {};
        return {};
    }
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
}

std::uint8_t ByteReader::byte() {
    const auto taken = take(1);
    return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken.front());
}

std::string_view ByteReader::rest() {
    return take(rest_.size());
}

std::uint64_t ByteReader::bcd(std::size_t count) {
    const auto number = from_bcd(take(count));
    good_ = good_ && number.has_value();
    return number.value_or(0);
}

fiscal::Money ByteReader::money(std::size_t count) {
    return fiscal::Money(static_cast<std::int64_t>(bcd(count)));
}

std::uint64_t ByteReader::little_endian(std::size_t count) {
    std::uint64_t number = 0;
    const auto taken = take(count);
    for (std::size_t i = taken.size(); i > 0; --i) {
        number = number << 8 | static_cast<unsigned char>(taken[i - 1]);
    }
    return number;
}

std::uint64_t ByteReader::big_endian(std::size_t count) {
    std::uint64_t number = 0;
    for (const char c : take(count)) {
        number = number << 8 | static_cast<unsigned char>(c);
    }
    return number;
}

std::optional<fiscal::Date> ByteReader::checked_date(const Moment& moment) {
    if (!good_ || (moment.year == 0 && moment.month == 0 && moment.day == 0)) {
        return std::nullopt;
    }
    const fiscal::Date date{century + moment.year, moment.month, moment.day};
    if (moment.month < 1 || moment.month > 12 || moment.day < 1 ||
        fiscal::Date::from_days(date.days()) != date) {
        good_ = false;
        return std::nullopt;
    }
    return date;
}

std::optional<fiscal::LocalTime> ByteReader::checked(const Moment& moment) {
    const auto date = checked_date(moment);
    if (moment.hour > 23 || moment.minute > 59 || moment.second > 59) {
        good_ = false;
    }
    return date && good_ ? std::optional(fiscal::LocalTime::at(*date, moment.hour, moment.minute,
                                                               moment.second))
                         : std::nullopt;
}

ByteReader::Moment ByteReader::moment(std::string_view order, bool binary) {
    Moment moment;
    for (const char part : order) {
        const int number = static_cast<int>(binary ? byte() : bcd(1));
        switch (part) {
        case 'Y':
            moment.year = number;
            break;
        case 'M':
            moment.month = number;
            break;
        case 'D':
            moment.day = number;
            break;
        case 'h':
            moment.hour = number;
            break;
        case 'm':
            moment.minute = number;
            break;
        default:
            moment.second = number;
            break;
        }
    }
    return moment;
}

std::optional<fiscal::LocalTime> ByteReader::ymd_hms_bcd() {
    return checked(moment("YMDhms", false));
}

std::optional<fiscal::LocalTime> ByteReader::dmy_hms_bcd() {
    return checked(moment("DMYhms", false));
}

std::optional<fiscal::LocalTime> ByteReader::dmy_hm_bcd() {
    return checked(moment("DMYhm", false));
}

std::optional<fiscal::LocalTime> ByteReader::ymd_hm_binary() {
    return checked(moment("YMDhm", true));
}

std::optional<fiscal::Date> ByteReader::ymd_binary() {
    return checked_date(moment("YMD", true));
}

std::optional<fiscal::Date> ByteReader::dmy_bcd() {
    return checked_date(moment("DMY", false));
}

} // namespace kktd::driver::atol
