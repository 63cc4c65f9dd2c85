#include "driver/atol/receipt_commands.hpp"

#include "driver/atol/bcd.hpp"
#include "driver/atol/byte_reader.hpp"
#include "driver/atol/external_text.hpp"

#include <algorithm>

namespace kktd::driver::atol {

namespace {

constexpr int open_receipt = 0x92;
constexpr int flag_check_only = 0x01;
constexpr int flag_electronic = 0x04;
constexpr int flag_no_product_check = 0x02; ///< rounding of price × quantity was checked by us
constexpr int flag_rate_only = 0x08;        ///< no tax sum is sent
constexpr int print_tag = 0x01;
constexpr int cash = 1;
constexpr std::int64_t micro_per_thousandth = 1000;

/// Appends a number in BCD; after one that does not fit there is nothing.
class Fields {
public:
    explicit Fields(std::string begun) : made_(std::move(begun)) {}
    Fields& bcd(std::int64_t number, std::size_t size) {
        const auto digits =
            number < 0 ? std::nullopt : to_bcd(static_cast<std::uint64_t>(number), size);
        good_ = good_ && digits.has_value();
        made_ += digits.value_or(std::string());
        return *this;
    }
    Fields& byte(int value) {
        made_.push_back(static_cast<char>(static_cast<unsigned char>(value)));
        return *this;
    }
    Fields& text(std::string_view bytes) {
        made_ += bytes;
        return *this;
    }
    std::optional<std::string> made() && {
        return good_ ? std::optional(std::move(made_)) : std::nullopt;
    }

private:
    std::string made_;
    bool good_ = true;
};

int payment_type(fiscal::PaymentKind kind) {
    switch (kind) {
    case fiscal::PaymentKind::cash:
        return 1;
    case fiscal::PaymentKind::electronic:
        return 2;
    case fiscal::PaymentKind::prepaid:
        return 3;
    case fiscal::PaymentKind::credit:
        return 4;
    case fiscal::PaymentKind::provision:
        return 5;
    }
    return 1;
}

} // namespace

std::string open_shift_command() {
    return bytes({0x9A, 0x00});
}

std::string close_shift_command() {
    return bytes({0x5A});
}

std::uint8_t receipt_type(fiscal::ReceiptKind kind, bool correction) {
    switch (kind) {
    case fiscal::ReceiptKind::sell:
        return correction ? 7 : 1;
    case fiscal::ReceiptKind::sell_refund:
        return correction ? 8 : 2;
    case fiscal::ReceiptKind::buy:
        return correction ? 9 : 4;
    case fiscal::ReceiptKind::buy_refund:
        return correction ? 10 : 5;
    }
    return 1;
}

std::string open_receipt_command(std::uint8_t type, bool electronic_only) {
    return bytes({open_receipt, electronic_only ? flag_electronic : 0, type});
}

bool opens_receipt(std::string_view command) {
    return !command.empty() && static_cast<std::uint8_t>(command.front()) == open_receipt;
}

std::string cancel_receipt_command() {
    return bytes({0x59});
}

std::string begin_position_command() {
    return bytes({0xEA, 0x00, 0x01, 0x00});
}

std::optional<std::string> finish_position_command(const Position& position) {
    const std::int64_t micro = position.quantity.micro();
    if (micro % micro_per_thousandth != 0) {
        return std::nullopt;
    }
    Fields fields(bytes({0xEB, flag_no_product_check | flag_rate_only}));
    fields.bcd(position.price.kopecks(), 7)
        .bcd(micro / micro_per_thousandth, 5)
        .bcd(position.cost.kopecks(), 7)
        .byte(position.vat_code)
        .bcd(0, 7) // tax sum
        .byte(0)   // section
        .bcd(static_cast<std::int64_t>(position.object), 1)
        .bcd(static_cast<std::int64_t>(position.method), 1)
        .byte(0)   // sign of the informational discount
        .bcd(0, 7) // and its sum
        .byte(0)
        .byte(0)
        .text(to_external(position.name).substr(0, max_name_bytes));
    return std::move(fields).made();
}

std::string check_only(std::string command) {
    constexpr std::size_t flags = 1; // behind the command byte
    command.at(flags) = static_cast<char>(command.at(flags) | flag_check_only);
    return command;
}

std::optional<std::string> payment_command(fiscal::PaymentKind kind, fiscal::Money sum) {
    Fields fields(bytes({0x99, 0x00, payment_type(kind)}));
    fields.bcd(sum.kopecks(), 5);
    return std::move(fields).made();
}

std::string close_receipt_command() {
    return bytes({0x4A, 0x00, cash, 0, 0, 0, 0, 0});
}

std::vector<std::string> write_tag_commands(std::string_view tlv) {
    const std::size_t total = (tlv.size() + tlv_block_bytes - 1) / tlv_block_bytes;
    std::vector<std::string> commands;
    for (std::size_t block = 0; block < std::min(total, max_tlv_blocks); ++block) {
        commands.push_back(
            bytes({0xE8, print_tag, static_cast<int>(total), static_cast<int>(block)}) +
            std::string(tlv.substr(block * tlv_block_bytes, tlv_block_bytes)));
    }
    return commands;
}

} // namespace kktd::driver::atol
