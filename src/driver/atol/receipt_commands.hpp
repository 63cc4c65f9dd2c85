// The commands that make fiscal documents on an ATOL KKT ("Протокол ККТ 3.1"). Builders alone: all
// of them are answered with "55 err ext". Sums are not negative and at most Money::max_kopecks;
// what does not fit its field all the same gives nothing.
#pragma once

#include "fiscal/money.hpp"
#include "fiscal/quantity.hpp"
#include "fiscal/settlement.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kktd::driver::atol {

/// 9Ah.
[[nodiscard]] std::string open_shift_command();
/// 5Ah, in mode_z_reports: closes the shift.
[[nodiscard]] std::string close_shift_command();

/// Type of a receipt for 92h, in 3Fh and in register 51.
[[nodiscard]] std::uint8_t receipt_type(fiscal::ReceiptKind kind, bool correction);
/// 92h.
[[nodiscard]] std::string open_receipt_command(std::uint8_t type, bool electronic_only);
[[nodiscard]] bool opens_receipt(std::string_view command);
/// 59h.
[[nodiscard]] std::string cancel_receipt_command();

/// EAh, then tags of the position by E8h, then EBh.
[[nodiscard]] std::string begin_position_command();
struct Position {
    std::string_view name; ///< UTF-8; what is longer than max_name_bytes is cut, as the KKT does
    fiscal::Money price{};
    fiscal::Quantity quantity{}; ///< at most three decimals
    fiscal::Money cost{};
    std::uint8_t vat_code = 0; ///< the KKT computes the tax by it
    fiscal::PaymentObject object = fiscal::PaymentObject::commodity;
    fiscal::PaymentMethod method = fiscal::PaymentMethod::full_payment;
};
inline constexpr std::size_t max_name_bytes = 128;
[[nodiscard]] std::optional<std::string> finish_position_command(const Position& position);

/// A command with flags (92h, 9Ah, E6h, EBh, 99h, 4Ah …) as one that the KKT only says whether it
/// would execute: bit 0. EAh and E8h have none.
[[nodiscard]] std::string check_only(std::string command);

/// 99h. Kinds: 1 cash, 2 electronic, 3 prepaid, 4 credit, 5 other.
[[nodiscard]] std::optional<std::string> payment_command(fiscal::PaymentKind kind,
                                                         fiscal::Money sum);
/// 4Ah: closes the receipt. The only irreversible step of it.
[[nodiscard]] std::string close_receipt_command();

/// E8h: one or more TLV elements (texts in the external code page) in blocks of tlv_block_bytes.
inline constexpr std::size_t tlv_block_bytes = 100;
inline constexpr std::size_t max_tlv_blocks = 255;
[[nodiscard]] std::vector<std::string> write_tag_commands(std::string_view tlv);

} // namespace kktd::driver::atol
