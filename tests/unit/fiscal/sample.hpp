// The receipt of the classic contract as a draft, and a shop that may sell it: what the tests of
// drafts and of compile() start from.
#pragma once

#include "fiscal/compile.hpp"

namespace sample {

using namespace kktd::fiscal;

inline constexpr FieldNames names{
    .number = "DocNumber",
    .date = "DocDate",
    .total = "DocSumm",
    .positions = "Goods",
    .contact = "CustomerContact",
    .original_number = "OriginalNumber",
    .original_date = "OriginalDate",
    .cashier = "Cashier",
    .internet = "Internet",
    .taxation = "Taxation",
    .payment = "PaymentType",
    .name = "Name",
    .price = "Price",
    .quantity = "Quantity",
    .sum = "PositionSumm",
    .vat = "Tax",
    .method = "PaymentMethod",
    .object = "PaymentObject",
};

inline Number number(std::string_view text) {
    return *Number::parse(text);
}

inline DraftPosition position(int n, std::string_view price, std::string_view quantity,
                              std::string_view sum, VatRate vat) {
    DraftPosition position;
    position.path = "/Goods/Position_" + std::to_string(n);
    position.name = "Наименование товара";
    position.price = number(price);
    position.quantity = number(quantity);
    position.sum = number(sum);
    position.vat = vat;
    return position;
}

inline Draft draft() {
    Draft draft;
    draft.names = &names;
    draft.dialect = "classic";
    draft.number = "ТР00-003655";
    draft.date = Date{2017, 10, 6};
    draft.total = number("1950");
    draft.positions = {position(1, "325.12", "6", "1950", VatRate::vat22)};
    return draft;
}

inline Legal legal() {
    Legal legal;
    legal.inn = "7707083893";
    legal.taxation = Taxation::osn;
    return legal;
}

inline Capabilities capabilities() {
    Capabilities device;
    device.vat_rates.set();
    device.electronic_only = true;
    device.internet_tag = true;
    device.corrections = true;
    return device;
}

} // namespace sample
