// ReceiptTags and PositionTags: what E8h has told of the document and of the position that are
// being made.
#pragma once

#include "fiscal/document.hpp"
#include "fiscal/kkt_registration.hpp"
#include "fiscal/result.hpp"
#include "sim/atol/tag_block.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace kktd::sim::atol {

/// Tags of a receipt or a shift report. Each is told once a document (extended error 0201h).
class ReceiptTags {
public:
    /// `receipt_open`: a report takes only the cashier.
    [[nodiscard]] fiscal::Result<void, DeviceError>
    add(const WireTag& tag, bool receipt_open, const fiscal::KktRegistration& registration);
    [[nodiscard]] bool has(std::uint16_t tag) const { return told_.count(tag) > 0; }
    /// Everything but kind, lines, payments and sums.
    [[nodiscard]] const fiscal::Document& attributes() const { return attributes_; }
    /// TLV that Document has no field for.
    [[nodiscard]] const std::string& elements() const { return elements_; }
    /// Of a correction: 1173, 1174.
    [[nodiscard]] const std::optional<fiscal::Correction>& correction() const {
        return correction_;
    }
    /// 1057 and its phone tags (FFD 1.05): of every position that names no agent itself.
    [[nodiscard]] const std::optional<fiscal::Agent>& agent() const { return agent_; }
    [[nodiscard]] const std::optional<fiscal::Supplier>& supplier() const { return supplier_; }

private:
    [[nodiscard]] fiscal::Result<void, DeviceError> take(const WireTag& tag,
                                                         const fiscal::KktRegistration&);
    [[nodiscard]] bool take_text(std::uint16_t tag, const std::string& text);
    [[nodiscard]] bool take_agent(const WireTag& tag);
    void take_user_attribute(const WireTag& tag);
    [[nodiscard]] fiscal::Result<void, DeviceError> take_correction(const WireTag& tag);

    std::set<std::uint16_t> told_;
    fiscal::Document attributes_;
    std::string elements_;
    std::optional<fiscal::Correction> correction_;
    std::optional<fiscal::Agent> agent_;
    std::optional<fiscal::Supplier> supplier_;
};

/// Tags between EAh and EBh.
class PositionTags {
public:
    [[nodiscard]] fiscal::Result<void, DeviceError> add(const WireTag& tag);
    /// With everything but name, price, quantity, sums, VAT, 1212 and 1214.
    [[nodiscard]] const fiscal::Item& item() const { return item_; }

private:
    [[nodiscard]] fiscal::Result<void, DeviceError> take(const WireTag& tag);
    fiscal::Agent& agent();
    fiscal::Supplier& supplier();

    std::set<std::uint16_t> told_;
    fiscal::Item item_;
};

} // namespace kktd::sim::atol
