// The commands that put a receipt or a correction receipt together on an ATOL KKT, up to but
// without 4Ah, which closes it: until then all can be cancelled. A pure function of the document.
#pragma once

#include "driver/atol/vat_code.hpp"
#include "fiscal/document.hpp"
#include "fiscal/fault.hpp"
#include "fiscal/result.hpp"

#include <string>
#include <vector>

namespace kktd::driver::atol {

/// One command of a receipt.
struct ReceiptStep {
    std::string payload;
    std::string doing;     ///< Russian, for texts: "позиция 3"
    bool internet = false; ///< what only a sale in the internet needs: tag 1125, no paper
    friend bool operator==(const ReceiptStep&, const ReceiptStep&) = default;
};

struct ReceiptSteps {
    std::vector<ReceiptStep> before; ///< the cashier, written before the receipt is opened
    ReceiptStep open;                ///< 92h
    std::vector<ReceiptStep> tags;   ///< of the receipt itself
    std::vector<std::vector<ReceiptStep>> positions; ///< each: EAh, its tags, EBh
    std::vector<ReceiptStep> payments;
};

/// Faults: unsupported (what this protocol or this FFD cannot), rejected (a value that does not fit
/// its field). `ffd`: as tag 1209.
[[nodiscard]] fiscal::Result<ReceiptSteps, fiscal::Fault>
receipt_steps(const fiscal::Document& document, std::uint8_t ffd, const GivenVatCodes& vat_codes);

/// E8h with tags 1021 and 1203, before 9Ah, 92h and 5Ah; none if there is no cashier.
[[nodiscard]] std::vector<ReceiptStep> cashier_steps(const std::string& cashier,
                                                     const std::string& inn);

} // namespace kktd::driver::atol
