#include "driver/fptr10/receipt_calls.hpp"

#include "driver/fptr10/amount.hpp"
#include "fiscal/ffd.hpp"
#include "fiscal/tlv.hpp"

#include <array>
#include <optional>

namespace kktd::driver::fptr10 {

namespace {

using fiscal::Document;
using fiscal::Fault;
using fiscal::FaultClass;
using fiscal::Item;
using fiscal::PaymentKind;
using fiscal::TlvWriter;

/// The kind of a payment and LIBFPTR_PT_…, in the order of paying: cash last, since it alone may
/// be more than what is left.
struct Payment {
    PaymentKind kind;
    std::uint32_t type;
};
constexpr std::array payments{
    Payment{PaymentKind::electronic, 1}, Payment{PaymentKind::prepaid, 2},
    Payment{PaymentKind::credit, 3},     Payment{PaymentKind::provision, 4},
    Payment{PaymentKind::cash, 0},
};

/// Collects the inputs of one call.
class Inputs {
public:
    void integer(std::uint32_t id, std::uint32_t value) { add(id, value); }
    void flag(std::uint32_t id, bool value) { add(id, value); }
    void text_if(std::uint32_t id, const std::string& value) {
        if (!value.empty()) {
            add(id, value);
        }
    }
    /// A sum or a quantity.
    template<class Amount>
    void amount(std::uint32_t id, Amount value) {
        const auto number = to_library(value);
        exact_ = exact_ && number.has_value();
        add(id, number.value_or(0));
    }
    /// A structure (STLV): the library takes the bytes its own util_form_tlv would make of the same
    /// elements. `fill` writes them.
    template<class Fill>
    void structure(std::uint32_t tag, bool printed, Fill fill) {
        TlvWriter tlv;
        fill(tlv);
        encodable_ = encodable_ && tlv.bad_tag() == 0;
        if (tlv.size() > 0) {
            inputs_.push_back({.id = tag, .value = Bytes{tlv.bytes()}, .printed = printed});
        }
    }
    /// The call; a fault if something of it cannot be said to the library.
    [[nodiscard]] fiscal::Result<Request, Fault> call(Method method) && {
        if (!exact_ || !encodable_ || inputs_.size() > max_message_items) {
            return Fault(FaultClass::internal,
                         "Сумма, количество или реквизит чека не передаются драйверу АТОЛ без "
                         "изменений. Это ошибка программы, сообщите о ней разработчикам.");
        }
        return Request{.method = method, .inputs = std::move(inputs_)};
    }

private:
    void add(std::uint32_t id, Value value) {
        inputs_.push_back({.id = id, .value = std::move(value), .printed = true});
    }

    std::vector<Input> inputs_;
    bool exact_ = true;
    bool encodable_ = true;
};

void put_agent(Inputs& inputs, const fiscal::Agent& agent) {
    inputs.integer(1222, agent.kind);
    inputs.structure(1223, true, [&](TlvWriter& tlv) { fiscal::put_agent_data(tlv, agent); });
}

void put_supplier(Inputs& inputs, const fiscal::Supplier& supplier) {
    inputs.structure(1224, true, [&](TlvWriter& tlv) { fiscal::put_supplier_data(tlv, supplier); });
    inputs.text_if(1226, supplier.inn);
}

fiscal::Result<Request, Fault> registration(const Item& item, std::uint8_t ffd) {
    if (item.mark) {
        return Fault(FaultClass::unsupported,
                     "Маркированные товары драйвер fptr10 не регистрирует: пробейте такой чек "
                     "кассовой программой, которая проверяет коды маркировки.");
    }
    Inputs inputs;
    inputs.text_if(param::commodity_name, item.name);
    inputs.amount(param::price, item.price);
    inputs.amount(param::quantity, item.quantity);
    inputs.amount(param::position_sum, item.cost);
    inputs.integer(param::tax_type, tax_type(item.vat).number);
    inputs.amount(param::tax_sum, item.vat_sum);
    inputs.integer(1212, static_cast<std::uint32_t>(item.object));
    inputs.integer(1214, static_cast<std::uint32_t>(item.method));
    if (ffd >= fiscal::ffd_1_2) {
        inputs.integer(2108, item.measure);
    } else {
        inputs.text_if(1197, item.unit);
    }
    if (item.excise) {
        inputs.amount(1229, *item.excise);
    }
    inputs.text_if(1230, item.country);
    inputs.text_if(1231, item.customs_declaration);
    inputs.text_if(1191, item.additional);
    if (item.agent) {
        put_agent(inputs, *item.agent);
    }
    if (item.supplier) {
        put_supplier(inputs, *item.supplier);
    }
    return std::move(inputs).call(Method::registration);
}

void put_buyer(Inputs& inputs, const fiscal::Buyer& buyer, std::uint8_t ffd) {
    if (ffd < fiscal::ffd_1_2) {
        inputs.text_if(1227, buyer.name);
        inputs.text_if(1228, buyer.inn);
        return;
    }
    inputs.structure(1256, true, [&](TlvWriter& tlv) {
        tlv.text_if(1227, buyer.name);
        tlv.text_if(1228, buyer.inn);
    });
}

/// Tag 1057 of a receipt: all agents of its lines, FFD 1.05.
std::uint8_t agents_of(const Document& document) {
    std::uint8_t agents = 0;
    for (const Item& item : document.items) {
        agents |= item.agent ? item.agent->kind : std::uint8_t{0};
    }
    return agents;
}

fiscal::Result<Request, Fault> open_receipt(const Document& document, std::uint8_t ffd) {
    Inputs inputs;
    inputs.integer(param::receipt_type,
                   receipt_type_of(document.kind, document.correction.has_value()));
    if (document.electronic_only) {
        inputs.flag(param::receipt_electronically, true);
    }
    inputs.integer(1055, static_cast<std::uint32_t>(document.taxation));
    inputs.text_if(1008, document.contact);
    inputs.text_if(1117, document.sender_email);
    inputs.text_if(1187, document.place);
    inputs.text_if(1009, document.address);
    if (document.internet) {
        inputs.flag(1125, true);
    }
    if (document.correction) {
        inputs.integer(1173, static_cast<std::uint32_t>(document.correction->type));
        inputs.structure(1174, true, [&](TlvWriter& tlv) {
            tlv.time(1178, fiscal::LocalTime::at(document.correction->date));
            tlv.text_if(1179, document.correction->number);
        });
    }
    if (document.buyer) {
        put_buyer(inputs, *document.buyer, ffd);
    }
    if (const auto agents = agents_of(document); ffd == fiscal::ffd_1_05 && agents != 0) {
        inputs.integer(1057, agents);
    }
    inputs.text_if(1192, document.additional);
    if (document.stamp != document.additional) {
        // On paper nobody needs it.
        inputs.structure(1084, false, [&](TlvWriter& tlv) {
            tlv.text(1085, fiscal::stamp_name);
            tlv.text(1086, document.stamp);
        });
    }
    return std::move(inputs).call(Method::open_receipt);
}

/// A correction of FFD 1.05 has taxes instead of lines.
bool without_lines(const Document& document, std::uint8_t ffd) {
    return document.correction && ffd == fiscal::ffd_1_05;
}

std::optional<Fault> rate_fault(fiscal::VatRate rate, const LibraryVersion& version) {
    if (tax_type(rate).since <= version) {
        return std::nullopt;
    }
    return Fault(FaultClass::unsupported,
                 "Драйвер АТОЛ " + version.text() + " не знает ставку НДС " +
                     std::string(fiscal::info(rate).title) +
                     ": установите драйвер АТОЛ (libfptr10.so) не старее " +
                     tax_type(rate).since.text() + " и перезапустите kktd.");
}

/// Adds a call, or keeps the first fault.
class Calls {
public:
    void add(fiscal::Result<Request, Fault> call) {
        if (fault_) {
            return;
        }
        if (call) {
            calls_.push_back(std::move(*call));
        } else {
            fault_ = call.error();
        }
    }
    void refuse(const std::optional<Fault>& fault) { fault_ = fault_ ? fault_ : fault; }
    [[nodiscard]] fiscal::Result<std::vector<Request>, Fault> all() && {
        if (fault_) {
            return *fault_;
        }
        return std::move(calls_);
    }

private:
    std::vector<Request> calls_;
    std::optional<Fault> fault_;
};

void add_taxes(Calls& calls, const fiscal::VatTotals& vat) {
    for (const fiscal::VatRateInfo& rate : fiscal::vat_rates()) {
        if (vat.has(rate.rate)) {
            Inputs inputs;
            inputs.integer(param::tax_type, tax_type(rate.rate).number);
            inputs.amount(param::tax_sum, vat.of(rate.rate));
            calls.add(std::move(inputs).call(Method::receipt_tax));
        }
    }
}

} // namespace

std::uint32_t receipt_type_of(fiscal::ReceiptKind kind, bool correction) {
    switch (kind) {
    case fiscal::ReceiptKind::sell:
        return correction ? receipt_type::sell_correction : receipt_type::sell;
    case fiscal::ReceiptKind::sell_refund:
        return correction ? receipt_type::sell_return_correction : receipt_type::sell_return;
    case fiscal::ReceiptKind::buy:
        return correction ? receipt_type::buy_correction : receipt_type::buy;
    case fiscal::ReceiptKind::buy_refund:
        return correction ? receipt_type::buy_return_correction : receipt_type::buy_return;
    }
    return receipt_type::closed;
}

fiscal::Result<std::vector<Request>, Fault>
receipt_calls(const Document& document, std::uint8_t ffd, const LibraryVersion& version) {
    Calls calls;
    for (const fiscal::VatRateInfo& rate : fiscal::vat_rates()) {
        calls.refuse(document.vat.has(rate.rate) ? rate_fault(rate.rate, version) : std::nullopt);
    }
    calls.add(open_receipt(document, ffd));
    if (without_lines(document, ffd)) {
        add_taxes(calls, document.vat);
    } else {
        for (const Item& item : document.items) {
            calls.refuse(rate_fault(item.vat, version));
            calls.add(registration(item, ffd));
        }
    }
    Inputs total;
    total.amount(param::sum, document.total);
    calls.add(std::move(total).call(Method::receipt_total));
    for (const auto& [kind, type] : payments) {
        if (const fiscal::Money sum = document.payments.of(kind); sum > fiscal::Money()) {
            Inputs inputs;
            inputs.integer(param::payment_type, type);
            inputs.amount(param::payment_sum, sum);
            calls.add(std::move(inputs).call(Method::payment));
        }
    }
    return std::move(calls).all();
}

Request operator_login(const std::string& cashier, const std::string& cashier_inn) {
    Request request{.method = Method::operator_login};
    request.inputs.push_back({.id = 1021, .value = cashier, .printed = true});
    if (!cashier_inn.empty()) {
        request.inputs.push_back({.id = 1203, .value = cashier_inn, .printed = true});
    }
    return request;
}

} // namespace kktd::driver::fptr10
