#include "driver/atol/registers.hpp"

#include "driver/atol/byte_reader.hpp"

#include <limits>

namespace kktd::driver::atol {

namespace {

constexpr std::uint8_t ffd_1_0 = 1;
constexpr std::uint8_t ffd_1_05 = 2;
constexpr std::uint8_t ffd_1_1 = 3;

template<class T>
std::optional<T> if_good(const ByteReader& reader, T value) {
    return reader.good() ? std::optional(std::move(value)) : std::nullopt;
}

/// Ten digits hold more than the 32 bits of a fiscal sign or a document number.
std::optional<std::uint32_t> narrow(std::uint64_t number) {
    return number <= std::numeric_limits<std::uint32_t>::max()
               ? std::optional(static_cast<std::uint32_t>(number))
               : std::nullopt;
}

std::optional<LastDocument> parse_document(std::string_view data, bool receipt) {
    ByteReader reader(data);
    LastDocument document;
    const auto fd = narrow(reader.bcd(5));
    if (receipt) {
        document.type = reader.byte();
        document.total = reader.money(7);
    }
    document.time = reader.dmy_hm_bcd();
    const auto fpd = narrow(reader.bcd(5));
    if (!fd || !fpd) {
        return std::nullopt;
    }
    document.fd = *fd;
    document.fpd = *fpd;
    return if_good(reader, document);
}

} // namespace

std::string register_command(Register number, std::uint8_t second) {
    return bytes({0x91, static_cast<int>(number), 0, second});
}

std::optional<ShiftRegister> parse_shift_state(std::string_view data) {
    ByteReader reader(data);
    ShiftRegister shift;
    shift.state = reader.byte();
    if (shift.state == 0) {
        return if_good(reader, shift); // the time means nothing
    }
    shift.must_close = reader.dmy_hms_bcd();
    return if_good(reader, shift);
}

std::optional<ReceiptSums> parse_receipt_sums(std::string_view data) {
    ByteReader reader(data);
    ReceiptSums sums;
    sums.total = reader.money(5);
    sums.remainder = reader.money(5);
    sums.change = reader.money(5);
    return if_good(reader, sums);
}

std::optional<std::string> parse_serial(std::string_view data) {
    constexpr std::size_t serial_bytes = 7, old_serial_bytes = 4;
    const std::size_t size = data.size() < serial_bytes ? old_serial_bytes : serial_bytes;
    ByteReader reader(data);
    const auto digits = std::to_string(reader.bcd(size));
    return if_good(reader, std::string(2 * size - std::min(2 * size, digits.size()), '0') + digits);
}

std::optional<fiscal::Date> parse_fn_validity(std::string_view data) {
    ByteReader reader(data);
    reader.skip(2); // registrations made and left
    const auto date = reader.dmy_bcd();
    return reader.good() ? date : std::nullopt;
}

std::optional<LastDocument> parse_last_receipt(std::string_view data) {
    return parse_document(data, true);
}

std::optional<LastDocument> parse_last_document(std::string_view data) {
    return parse_document(data, false);
}

std::optional<NumbersInShift> parse_numbers_in_shift(std::string_view data) {
    ByteReader reader(data);
    NumbersInShift numbers;
    numbers.receipt = static_cast<std::uint32_t>(reader.bcd(3));
    numbers.shift = static_cast<std::uint32_t>(reader.bcd(3));
    return if_good(reader, numbers);
}

std::optional<std::uint8_t> parse_ffd(std::string_view data) {
    ByteReader reader(data);
    reader.skip(2); // of the device, of the fiscal storage
    const auto current = reader.byte();
    return if_good(reader, current == ffd_1_0 || current == ffd_1_05 ? current : ffd_1_1);
}

std::optional<ExtendedError> parse_extended_error(std::string_view data) {
    ByteReader reader(data);
    ExtendedError error;
    error.command = static_cast<std::uint16_t>(reader.big_endian(2));
    error.code = static_cast<std::uint16_t>(reader.big_endian(2));
    return if_good(reader, error);
}

std::optional<bool> parse_print_unfinished(std::string_view data) {
    ByteReader reader(data);
    const bool unfinished = (reader.byte() & 0xF0) != 0;
    return if_good(reader, unfinished);
}

} // namespace kktd::driver::atol
