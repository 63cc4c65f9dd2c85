// What an ATOL KKT tells of its fiscal storage (ФН) and reads from it: A4h and E9h. Parsers take
// what follows "55 00" and give nothing if it is not what the protocol says.
#pragma once

#include "fiscal/date.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kktd::driver::atol {

/// A4 30.
struct FnStatus {
    std::uint8_t phase = 0; ///< as the fiscal storage counts: 0, 1, 3, 7, 15
    bool shift_open = false;
    std::uint8_t warnings = 0; ///< warn_…
    std::optional<fiscal::LocalTime> last_document;
    std::string fn; ///< number of the fiscal storage, tag 1041
    std::uint32_t last_fd = 0;
    friend bool operator==(const FnStatus&, const FnStatus&) = default;
};
inline constexpr std::uint8_t warn_replace_urgently = 0x01; ///< 3 days left
inline constexpr std::uint8_t warn_resource_ends = 0x02;    ///< 30 days left
inline constexpr std::uint8_t warn_memory = 0x04;           ///< 99 % full
inline constexpr std::uint8_t warn_ofd_timeout = 0x08;
inline constexpr std::uint8_t warn_critical = 0x80;
[[nodiscard]] std::string fn_status_command();
[[nodiscard]] std::optional<FnStatus> parse_fn_status(std::string_view data);

/// A4 20: documents the OFD has not got yet.
struct OfdStatus {
    std::uint32_t unsent = 0;
    std::uint32_t first_fd = 0;
    std::optional<fiscal::LocalTime> oldest;
    friend bool operator==(const OfdStatus&, const OfdStatus&) = default;
};
[[nodiscard]] std::string ofd_status_command();
[[nodiscard]] std::optional<OfdStatus> parse_ofd_status(std::string_view data);

/// A4 32: the last day of the fiscal storage. Known from independent implementations alone; a KKT
/// that refuses it is asked for register 26.
[[nodiscard]] std::string fn_validity_command();
[[nodiscard]] std::optional<fiscal::Date> parse_fn_term(std::string_view data);

/// A4 40: head of a document in the fiscal storage.
struct FoundHead {
    std::uint8_t type = 0; ///< fiscal document form: form_…
    std::optional<fiscal::LocalTime> time;
    std::uint32_t fd = 0;
    std::uint32_t fpd = 0;
    friend bool operator==(const FoundHead&, const FoundHead&) = default;
};
// Forms of fiscal documents (order ЕД-7-20/662@, tag = form).
inline constexpr std::uint8_t form_shift_open = 2;
inline constexpr std::uint8_t form_receipt = 3;
inline constexpr std::uint8_t form_bso = 4; ///< the same, of a KKT registered for БСО
inline constexpr std::uint8_t form_shift_close = 5;
inline constexpr std::uint8_t form_correction = 31;
inline constexpr std::uint8_t form_bso_correction = 41;
[[nodiscard]] std::string find_document_command(std::uint32_t fd);
[[nodiscard]] std::optional<FoundHead> parse_found_head(std::string_view data);

/// A4 45 and A4 46: begins to read the tags of a document, and reads on. The answer of the first is
/// form and length, those of the others are TLV bytes; error DAh (or extended 0303h) ends them.
struct TlvHead {
    std::uint16_t form = 0;
    std::uint16_t length = 0;
    friend bool operator==(const TlvHead&, const TlvHead&) = default;
};
[[nodiscard]] std::string read_tlv_command(std::uint32_t fd);
[[nodiscard]] std::optional<TlvHead> parse_tlv_head(std::string_view data);
[[nodiscard]] std::string read_more_tlv_command();

/// E9h: one tag of the registration, in blocks.
struct TagBlock {
    std::uint8_t total = 0; ///< number of blocks
    std::string chunk;
    friend bool operator==(const TagBlock&, const TagBlock&) = default;
};
[[nodiscard]] std::string read_tag_command(std::uint16_t tag, std::uint8_t block);
[[nodiscard]] std::optional<TagBlock> parse_tag_block(std::string_view data);

} // namespace kktd::driver::atol
