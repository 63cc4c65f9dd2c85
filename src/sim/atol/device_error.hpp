// The errors this device answers with, by their bytes (reference: «Протокол ККТ 3.1», error codes).
#pragma once

#include "fiscal/kkt_refusal.hpp"

#include <cstdint>

namespace kktd::sim::atol {

/// Not an aggregate: it is the error of Result. With `extended` the code stands in register 55
/// and the byte is EEh.
class DeviceError {
public:
    constexpr DeviceError() = default;
    constexpr explicit DeviceError(std::uint8_t code, std::uint8_t detail = 0)
        : code_(code), detail_(detail) {}
    [[nodiscard]] static constexpr DeviceError extended(std::uint16_t code) {
        DeviceError error(0xEE);
        error.extended_ = code;
        return error;
    }
    [[nodiscard]] constexpr std::uint8_t code() const { return code_; }
    [[nodiscard]] constexpr std::uint8_t detail() const { return detail_; } ///< third byte
    [[nodiscard]] constexpr std::uint16_t extended_code() const { return extended_; }
    friend constexpr bool operator==(const DeviceError&, const DeviceError&) = default;

private:
    std::uint8_t code_ = 0x13;
    std::uint8_t detail_ = 0;
    std::uint16_t extended_ = 0;
};

inline constexpr DeviceError bad_sum{0x08};
inline constexpr DeviceError bad_quantity{0x0A};
inline constexpr DeviceError bad_format{0x13};
inline constexpr DeviceError bad_length{0x14};
inline constexpr DeviceError report_was_interrupted{0x1A}; ///< отчёт о закрытии смены прерван
inline constexpr DeviceError not_in_this_mode{0x66};
inline constexpr DeviceError no_paper{0x67};
inline constexpr DeviceError bad_receipt_type{0x6A};
inline constexpr DeviceError noncash_above_sum{0x71};
inline constexpr DeviceError unfinished_before{0x76}; ///< предыдущая операция не завершена
inline constexpr DeviceError model_cannot{0x7A};
inline constexpr DeviceError bad_discount{0x7B};
inline constexpr DeviceError bad_payment_type{0x7E};
inline constexpr DeviceError bad_password{0x8C};
inline constexpr DeviceError shift_is_closed{0x8F};
inline constexpr DeviceError bad_table{0x91};
inline constexpr DeviceError bad_row{0x92};
inline constexpr DeviceError bad_field{0x93};
inline constexpr DeviceError bad_time{0x94};
inline constexpr DeviceError no_money{0x98};
inline constexpr DeviceError receipt_is_closed{0x9A};
inline constexpr DeviceError receipt_is_open{0x9B};
inline constexpr DeviceError shift_is_open{0x9C};
inline constexpr DeviceError bad_access_password{0xA4};
inline constexpr DeviceError no_reports{0xAA};
inline constexpr DeviceError no_device_for_command{0xC8};
inline constexpr DeviceError no_such_data{0xDA}; ///< В ФН нет запрошенных данных
inline constexpr DeviceError bad_tax_sum{0xDF};
inline constexpr DeviceError fn_parameters{0xE7};
inline constexpr DeviceError bad_subject{0xF6, 8}; ///< tag 1212
inline constexpr DeviceError bad_method{0xF6, 9};  ///< tag 1214

inline constexpr DeviceError several_corrections = DeviceError::extended(0x0101);
inline constexpr DeviceError bad_taxation = DeviceError::extended(0x0103);
inline constexpr DeviceError bad_vat_code = DeviceError::extended(0x0104);
inline constexpr DeviceError tag_repeated = DeviceError::extended(0x0201);
inline constexpr DeviceError tag_in_this_mode = DeviceError::extended(0x0202);
inline constexpr DeviceError tag_combination = DeviceError::extended(0x0205);
inline constexpr DeviceError tag_missing = DeviceError::extended(0x0206);
inline constexpr DeviceError position_not_begun = DeviceError::extended(0x0207);
inline constexpr DeviceError position_is_open = DeviceError::extended(0x0208);
inline constexpr DeviceError tags_overflow = DeviceError::extended(0x020A);
inline constexpr DeviceError reading_interrupted = DeviceError::extended(0x0303);

/// What the device says where the VirtualKkt refuses.
[[nodiscard]] DeviceError device_error(const fiscal::KktRefusal& refusal);

} // namespace kktd::sim::atol
