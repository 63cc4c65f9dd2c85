#include "fiscal/document.hpp"

namespace kktd::fiscal {

VatTotals vat_totals(const std::vector<Item>& items) {
    VatTotals totals;
    for (const auto& item : items) {
        totals.add(item.vat, item.cost, item.vat_sum);
    }
    return totals;
}

} // namespace kktd::fiscal
