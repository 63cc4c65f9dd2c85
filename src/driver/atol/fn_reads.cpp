#include "driver/atol/fn_reads.hpp"

#include "driver/atol/byte_reader.hpp"

namespace kktd::driver::atol {

namespace {

constexpr std::size_t fn_number_bytes = 16;

std::string with_number(std::string command, std::uint32_t number) {
    for (int shift = 0; shift < 32; shift += 8) {
        command.push_back(static_cast<char>(static_cast<unsigned char>(number >> shift)));
    }
    return command;
}

} // namespace

std::string fn_status_command() {
    return bytes({0xA4, 0x30});
}

std::optional<FnStatus> parse_fn_status(std::string_view data) {
    ByteReader reader(data);
    FnStatus status;
    status.phase = reader.byte();
    reader.skip(2); // kind of the open document, whether it has data
    status.shift_open = reader.byte() != 0;
    status.warnings = reader.byte();
    status.last_document = reader.ymd_hm_binary();
    status.fn = reader.take(fn_number_bytes);
    status.last_fd = static_cast<std::uint32_t>(reader.little_endian(4));
    const bool digits = status.fn.find_first_not_of("0123456789") == std::string::npos;
    return reader.done() && digits ? std::optional(status) : std::nullopt;
}

std::string ofd_status_command() {
    return bytes({0xA4, 0x20});
}

std::optional<OfdStatus> parse_ofd_status(std::string_view data) {
    // Exchange flags and whether a message is being read. The vendor's driver takes the numbers
    // from an answer with one byte in front, descriptions of the fiscal storage have two.
    constexpr std::size_t vendor_bytes = 12;
    ByteReader reader(data);
    OfdStatus status;
    reader.skip(data.size() == vendor_bytes ? 1 : 2);
    status.unsent = static_cast<std::uint32_t>(reader.little_endian(2));
    status.first_fd = static_cast<std::uint32_t>(reader.little_endian(4));
    if (status.unsent == 0) {
        reader.skip(5); // the time means nothing
        status.first_fd = 0;
    } else {
        status.oldest = reader.ymd_hm_binary();
    }
    return reader.done() ? std::optional(status) : std::nullopt;
}

std::string fn_validity_command() {
    return bytes({0xA4, 0x32});
}

std::optional<fiscal::Date> parse_fn_term(std::string_view data) {
    ByteReader reader(data);
    const auto date = reader.ymd_binary();
    reader.skip(2); // registrations left and made
    return reader.done() ? date : std::nullopt;
}

std::string find_document_command(std::uint32_t fd) {
    return with_number(bytes({0xA4, 0x40}), fd);
}

std::optional<FoundHead> parse_found_head(std::string_view data) {
    ByteReader reader(data);
    FoundHead head;
    head.type = reader.byte();
    reader.skip(1); // whether the OFD has confirmed it
    head.time = reader.ymd_hm_binary();
    head.fd = static_cast<std::uint32_t>(reader.little_endian(4));
    head.fpd = static_cast<std::uint32_t>(reader.little_endian(4));
    // What follows depends on the form.
    return reader.good() ? std::optional(head) : std::nullopt;
}

std::string read_tlv_command(std::uint32_t fd) {
    return with_number(bytes({0xA4, 0x45}), fd);
}

std::optional<TlvHead> parse_tlv_head(std::string_view data) {
    ByteReader reader(data);
    TlvHead head;
    head.form = static_cast<std::uint16_t>(reader.little_endian(2));
    head.length = static_cast<std::uint16_t>(reader.little_endian(2));
    return reader.done() ? std::optional(head) : std::nullopt;
}

std::string read_more_tlv_command() {
    return bytes({0xA4, 0x46});
}

std::string read_tag_command(std::uint16_t tag, std::uint8_t block) {
    return bytes({0xE9, tag & 0xFF, tag >> 8, block});
}

std::optional<TagBlock> parse_tag_block(std::string_view data) {
    ByteReader reader(data);
    TagBlock block;
    block.total = reader.byte();
    block.chunk = reader.rest();
    return reader.done() && block.total > 0 ? std::optional(block) : std::nullopt;
}

} // namespace kktd::driver::atol
