// Documents for tests: lawful, and random ones.
#pragma once

#include "fiscal/document.hpp"

#include <random>
#include <string>

namespace kktd::fiscal::sample {

inline Item item(std::string name, Money price, Quantity quantity, VatRate vat) {
    Item made;
    made.name = std::move(name);
    made.price = price;
    made.quantity = quantity;
    made.cost = line_cost(price, quantity);
    made.vat = vat;
    made.vat_sum = vat_amount(made.cost, vat);
    return made;
}

/// Sums, VAT totals and one electronic payment for whatever the lines are.
inline Document paid(Document document) {
    document.total = Money();
    for (const Item& line : document.items) {
        document.total += line.cost;
    }
    document.payments = {};
    document.payments.electronic = document.total;
    document.vat = vat_totals(document.items);
    return document;
}

/// The classic receipt: 6 × 325.00 at 22 %.
inline Document receipt(std::string stamp = "ABCDEFGHIJKLMNOP") {
    Document document;
    document.items = {
        item("Наименование товара", Money(32500), Quantity::units(6), VatRate::vat22)};
    document.contact = "buyer@shop.test";
    document.cashier = "Иванова";
    document.stamp = std::move(stamp);
    return paid(std::move(document));
}

/// Anything a shop could send: every rate, fractions, all payments, optional parts.
inline Document random_receipt(std::mt19937_64& random) {
    const auto below = [&](std::uint64_t n) { return static_cast<std::int64_t>(random() % n); };
    const auto text = [&](std::size_t max) {
        static constexpr std::string_view letters[] = {"А", "я", "Ё", "№", "z", "9", " ", "%"};
        std::string made;
        for (auto length = 1 + below(max); length > 0; --length) {
            made += letters[below(std::size(letters))];
        }
        return made;
    };
    Document document;
    document.kind = static_cast<ReceiptKind>(1 + below(4));
    for (auto lines = 1 + below(20); lines > 0; --lines) {
        const Quantity quantity =
            below(2) == 0 ? Quantity::units(1 + below(100)) : Quantity((1 + below(100'000)) * 1000);
        Item line =
            item(text(128), Money(below(1'000'000)), quantity, static_cast<VatRate>(below(14)));
        line.method = static_cast<PaymentMethod>(1 + below(6));
        line.object = static_cast<PaymentObject>(1 + below(26));
        if (const auto codes = name_codes(line.object)) {
            line.name = std::to_string(codes->first);
        }
        if (below(4) == 0) {
            line.supplier = Supplier{{"+79161234567"}, text(40), "7701234560"};
        }
        if (below(4) == 0) {
            line.agent.emplace();
            line.agent->kind = 32;
            line.agent->paying_agent_phones = {"+79160000000", "+79160000001"};
        }
        if (below(4) == 0) {
            line.country = "643";
            line.unit = text(16);
            line.additional = text(64);
        }
        document.items.push_back(std::move(line));
    }
    document = paid(std::move(document));
    Money rest = document.total;
    const auto part = [&] {
        const Money some(below(static_cast<std::uint64_t>(rest.kopecks()) + 1));
        rest = rest - some;
        return some;
    };
    document.payments.cash = part();
    document.payments.prepaid = part();
    document.payments.credit = part();
    document.payments.provision = part();
    document.payments.electronic = rest;
    if (below(3) == 0) {
        document.buyer = Buyer{text(50), "7701234560"};
    }
    document.internet = below(2) == 0;
    document.contact = below(2) == 0 ? "+79161234567" : "";
    document.additional = below(3) == 0 ? text(16) : "";
    document.stamp = below(5) == 0 ? "" : "ABCDEFGHIJKLMNOP";
    if (below(5) == 0) {
        document.correction = Correction{CorrectionType::by_order, Date{2026, 1, 31}, text(32)};
    }
    return document;
}

} // namespace kktd::fiscal::sample
