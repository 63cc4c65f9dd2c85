// Fiscal documents as TLV: what a fiscal storage signs, sends to the operator (ОФД) and gives back
// when it is read. A document is one structure whose tag is the code of its form (order
// ЕД-7-20/662@: 2 opening of a shift, 3 receipt, 5 closing, 31 correction receipt).
#pragma once

#include "fiscal/device_state.hpp"
#include "fiscal/document.hpp"
#include "fiscal/kkt_registration.hpp"
#include "fiscal/tlv_codec.hpp"
#include "fiscal/totals.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::fiscal {

/// Tags of whole documents: the codes of their forms.
inline constexpr std::uint16_t form_shift_open = 2;
inline constexpr std::uint16_t form_receipt = 3;
inline constexpr std::uint16_t form_shift_close = 5;
inline constexpr std::uint16_t form_correction = 31;

/// What the KKT and its fiscal storage add to a document.
struct DocumentNumbers {
    LocalTime time;           ///< 1012
    std::uint32_t fd = 0;     ///< 1040
    std::uint32_t shift = 0;  ///< 1038
    std::uint32_t number = 0; ///< 1042, receipts
};

/// What a shift report tells of the fiscal storage and the shift.
struct ShiftReport {
    std::string cashier; ///< 1021
    FnState fn;
    OfdQueue ofd;
    // Closing only; the last three from FFD 1.1 on.
    std::uint32_t receipts = 0;  ///< 1118
    std::uint32_t documents = 0; ///< 1111: the report itself included
    std::uint16_t key_days = 0; ///< 1213, ресурс ключей ФП: days they may still be used
    Totals shift_totals;        ///< 1194
    Totals totals;              ///< 1157
};

struct EncodedDocument {
    std::string tlv;           ///< the whole structure, tag 1077 (fiscal sign) last
    std::uint32_t fpd = 0;     ///< fiscal sign of a simulated KKT: a function of the content alone
    std::uint16_t bad_tag = 0; ///< the first tag whose value does not fit; 0 if all are well
};

/// Receipt or correction receipt. `document.stamp` goes to 1084 {1085 "kktd", 1086 stamp}, unless
/// it is empty or stands in 1192 already. `elements` (TLV) follow those of the document.
[[nodiscard]] EncodedDocument encode_receipt(const Document& document,
                                             const KktRegistration& registration,
                                             const DocumentNumbers& numbers,
                                             std::string_view elements = {});
[[nodiscard]] EncodedDocument encode_shift_open(const ShiftReport& report,
                                                const KktRegistration& registration,
                                                const DocumentNumbers& numbers);
[[nodiscard]] EncodedDocument encode_shift_close(const ShiftReport& report,
                                                 const KktRegistration& registration,
                                                 const DocumentNumbers& numbers);

/// The elements of 1223 and of 1224.
void put_agent_data(TlvWriter& tlv, const Agent& agent);
void put_supplier_data(TlvWriter& tlv, const Supplier& supplier);

/// Bytes the document has at most, with a stamp and the longest head: on any KKT of this FFD, or on
/// any KKT at all. To be compared with Document::max_tlv_bytes.
[[nodiscard]] std::size_t tlv_size(const Document& document,
                                   std::optional<std::uint8_t> ffd = std::nullopt);

/// True only if tlv_size() is far below Document::max_tlv_bytes on any KKT: found out by a glance
/// at the texts, as nearly every receipt can be.
[[nodiscard]] bool surely_fits(const Document& document);

} // namespace kktd::fiscal
