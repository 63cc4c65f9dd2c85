// Registers of an ATOL KKT (91h): what kktd reads of them. Parsers take what follows "55 00" and
// give nothing if it is not what the protocol says; bytes after the known ones are allowed, since
// the length of a register may grow with the firmware (not in any source that it may not).
#pragma once

#include "fiscal/date.hpp"
#include "fiscal/money.hpp"
#include "fiscal/settlement.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

enum class Register : std::uint8_t {
    shift_state = 18,
    receipt_sums = 20,
    serial = 22,
    fn_validity = 26,
    last_receipt = 51,
    last_document = 52,
    numbers_in_shift = 53,
    ffd = 54,
    extended_error = 55,
    print_flags = 59,
};

/// `second` parameter: 1 in questions about the state of the shift, 0 elsewhere.
[[nodiscard]] std::string register_command(Register number, std::uint8_t second = 0);

/// Register 18.
struct ShiftRegister {
    std::uint8_t state = 0;                      ///< 0 closed, 1 open, 2 and more expired
    std::optional<fiscal::LocalTime> must_close; ///< of an open one: 24 hours after its opening
    friend bool operator==(const ShiftRegister&, const ShiftRegister&) = default;
};
[[nodiscard]] std::optional<ShiftRegister> parse_shift_state(std::string_view data);

/// Register 20, of the open receipt.
struct ReceiptSums {
    fiscal::Money total, remainder, change;
    friend bool operator==(const ReceiptSums&, const ReceiptSums&) = default;
};
[[nodiscard]] std::optional<ReceiptSums> parse_receipt_sums(std::string_view data);

/// Register 22: all digits. 14 of a KKT with a fiscal storage, 8 of older ones.
[[nodiscard]] std::optional<std::string> parse_serial(std::string_view data);

/// Register 26: last day of the fiscal storage.
[[nodiscard]] std::optional<fiscal::Date> parse_fn_validity(std::string_view data);

/// Register 51 (with type and total) and register 52 (without).
struct LastDocument {
    std::uint32_t fd = 0;
    std::uint8_t type = 0; ///< as given to 92h
    fiscal::Money total;
    std::optional<fiscal::LocalTime> time; ///< to the minute
    std::uint32_t fpd = 0;
    friend bool operator==(const LastDocument&, const LastDocument&) = default;
};
[[nodiscard]] std::optional<LastDocument> parse_last_receipt(std::string_view data);
[[nodiscard]] std::optional<LastDocument> parse_last_document(std::string_view data);

/// Register 53, as the fiscal storage counts.
struct NumbersInShift {
    std::uint32_t receipt = 0;
    std::uint32_t shift = 0;
    friend bool operator==(const NumbersInShift&, const NumbersInShift&) = default;
};
[[nodiscard]] std::optional<NumbersInShift> parse_numbers_in_shift(std::string_view data);

/// Register 54: the version the KKT works in as tag 1209 names it (1 = 1.0, 2 = 1.05, 3 = 1.1).
/// Any other value means 1.1, as it does for the vendor's driver.
[[nodiscard]] std::optional<std::uint8_t> parse_ffd(std::string_view data);

/// Register 55.
struct ExtendedError {
    std::uint16_t command = 0;
    std::uint16_t code = 0;
    friend bool operator==(const ExtendedError&, const ExtendedError&) = default;
};
[[nodiscard]] std::optional<ExtendedError> parse_extended_error(std::string_view data);

/// Register 59: whether the paper of the last document is unfinished.
[[nodiscard]] std::optional<bool> parse_print_unfinished(std::string_view data);

} // namespace kktd::driver::atol
