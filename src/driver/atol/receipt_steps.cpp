#include "driver/atol/receipt_steps.hpp"

#include "driver/atol/external_text.hpp"
#include "driver/atol/receipt_commands.hpp"
#include "fiscal/ffd.hpp"
#include "fiscal/tag.hpp"
#include "fiscal/tlv_codec.hpp"

#include <array>

namespace kktd::driver::atol {

namespace {

using fiscal::Fault;
using fiscal::FaultClass;
using fiscal::TlvWriter;

/// A text in the KKT's code page, padded where the tag has a fixed length.
void put_text(TlvWriter& tlv, std::uint16_t tag, std::string_view utf8) {
    std::string text = to_external(utf8);
    const fiscal::TagInfo* info = fiscal::find_tag(tag);
    if (info != nullptr && info->fixed && text.size() < info->max_length) {
        text.resize(info->max_length, ' ');
    }
    tlv.bytes(tag, text);
}

void put_if(TlvWriter& tlv, std::uint16_t tag, std::string_view utf8) {
    if (!utf8.empty()) {
        put_text(tlv, tag, utf8);
    }
}

void put_phones(TlvWriter& tlv, std::uint16_t tag, const std::vector<std::string>& phones) {
    for (const auto& phone : phones) {
        put_text(tlv, tag, phone);
    }
}

constexpr std::uint16_t tag_internet = 1125;

/// Collects the steps; after a value that does not fit there is a fault.
class Steps {
public:
    void command(std::optional<std::string> payload, std::string doing) {
        if (!payload) {
            refuse(FaultClass::rejected, "ККТ не примет чек (" + doing +
                                             "): число не помещается в поле протокола АТОЛ. "
                                             "Уменьшите сумму или количество.");
            return;
        }
        steps_.push_back({*std::move(payload), std::move(doing), false});
    }

    /// Writes one tag, or a structure of tags, with E8h.
    template<class Fill>
    void tag(std::uint16_t number, Fill fill, const std::string& place = {}) {
        TlvWriter tlv;
        fill(tlv);
        const std::string doing = place + "реквизит " + std::to_string(number);
        if (tlv.bad_tag() != 0) {
            refuse(FaultClass::rejected, "ККТ не примет чек (" + place + "реквизит " +
                                             std::to_string(tlv.bad_tag()) +
                                             "): текст длиннее допустимого. Сократите его.");
            return;
        }
        for (auto& payload : write_tag_commands(tlv.bytes())) {
            steps_.push_back({std::move(payload), doing, number == tag_internet});
        }
    }
    void text(std::uint16_t number, std::string_view utf8, const std::string& place = {}) {
        if (!utf8.empty()) {
            tag(
                number, [&](TlvWriter& tlv) { put_text(tlv, number, utf8); }, place);
        }
    }
    void byte(std::uint16_t number, std::uint8_t value, const std::string& place = {}) {
        tag(
            number, [&](TlvWriter& tlv) { tlv.byte(number, value); }, place);
    }

    void refuse(FaultClass cls, std::string text) {
        if (!fault_) {
            fault_.emplace(cls, std::move(text));
        }
    }
    [[nodiscard]] const std::optional<Fault>& fault() const { return fault_; }
    [[nodiscard]] std::vector<ReceiptStep> taken() { return std::exchange(steps_, {}); }

private:
    std::vector<ReceiptStep> steps_;
    std::optional<Fault> fault_;
};

void add_correction(Steps& steps, const fiscal::Correction& correction) {
    steps.byte(1173, static_cast<std::uint8_t>(correction.type));
    steps.tag(1174, [&](TlvWriter& tlv) {
        tlv.nested(1174, [&] {
            tlv.time(1178, fiscal::LocalTime::at(correction.date));
            put_if(tlv, 1179, correction.number);
        });
    });
}

void add_receipt_tags(Steps& steps, const fiscal::Document& document) {
    if (document.correction) {
        add_correction(steps, *document.correction);
    }
    steps.text(1008, document.contact);
    steps.byte(1055, static_cast<std::uint8_t>(document.taxation));
    if (document.internet) {
        steps.byte(tag_internet, 1);
    }
    steps.text(1009, document.address);
    steps.text(1187, document.place);
    steps.text(1117, document.sender_email);
    if (document.buyer) {
        steps.text(1227, document.buyer->name);
        steps.text(1228, document.buyer->inn);
    }
    steps.text(1192, document.additional);
    // A stamp that stands in 1192 is there already.
    if (!document.stamp.empty() && document.stamp != document.additional) {
        steps.tag(1084, [&](TlvWriter& tlv) {
            tlv.nested(1084, [&] {
                put_text(tlv, 1085, fiscal::stamp_name);
                put_text(tlv, 1086, document.stamp);
            });
        });
    }
}

void add_agent(Steps& steps, const fiscal::Agent& agent, const std::string& place) {
    steps.byte(1222, agent.kind, place);
    fiscal::Agent bare;
    bare.kind = agent.kind;
    if (agent == bare) {
        return;
    }
    steps.tag(
        1223,
        [&](TlvWriter& tlv) {
            tlv.nested(1223, [&] {
                put_phones(tlv, 1075, agent.transfer_operator_phones);
                put_if(tlv, 1044, agent.operation);
                put_phones(tlv, 1073, agent.paying_agent_phones);
                put_phones(tlv, 1074, agent.receive_operator_phones);
                put_if(tlv, 1026, agent.transfer_operator_name);
                put_if(tlv, 1005, agent.transfer_operator_address);
                put_if(tlv, 1016, agent.transfer_operator_inn);
            });
        },
        place);
}

void add_supplier(Steps& steps, const fiscal::Supplier& supplier, const std::string& place) {
    if (!supplier.phones.empty() || !supplier.name.empty()) {
        steps.tag(
            1224,
            [&](TlvWriter& tlv) {
                tlv.nested(1224, [&] {
                    put_phones(tlv, 1171, supplier.phones);
                    put_if(tlv, 1225, supplier.name);
                });
            },
            place);
    }
    steps.text(1226, supplier.inn, place);
}

/// Tag 1057 of the receipt (FFD 1.05) is not written: the vendor's driver writes 1222 of the
/// positions alone.
void add_item(Steps& steps, const fiscal::Item& item, std::size_t number,
              const GivenVatCodes& vat_codes) {
    const std::string place = "позиция " + std::to_string(number) + ", ";
    const std::string doing = "позиция " + std::to_string(number);
    const auto vat = vat_code(item.vat, vat_codes);
    if (!vat) {
        steps.refuse(FaultClass::unsupported,
                     "Код ставки НДС «" + std::string(fiscal::info(item.vat).title) +
                         "» для этой ККТ неизвестен (" + doing +
                         "). Узнайте его (kktctl probe --vat) и укажите в настройке vat_codes, "
                         "или подключите ККТ драйвером производителя (fptr10).");
        return;
    }
    if (item.mark) {
        steps.refuse(FaultClass::unsupported,
                     "Маркированные товары (" + doing +
                         ") этот драйвер не продаёт: подключите ККТ драйвером производителя "
                         "(fptr10).");
        return;
    }
    steps.command(begin_position_command(), doing);
    steps.text(1197, item.unit, place);
    steps.text(1191, item.additional, place);
    if (item.agent) {
        add_agent(steps, *item.agent, place);
    }
    if (item.supplier) {
        add_supplier(steps, *item.supplier, place);
    }
    if (item.excise) {
        steps.tag(
            1229, [&](TlvWriter& tlv) { tlv.money(1229, *item.excise); }, place);
    }
    steps.text(1230, item.country, place);
    steps.text(1231, item.customs_declaration, place);
    steps.command(finish_position_command({.name = item.name,
                                           .price = item.price,
                                           .quantity = item.quantity,
                                           .cost = item.cost,
                                           .vat_code = *vat,
                                           .object = item.object,
                                           .method = item.method}),
                  doing);
}

/// What is not cash first: the KKT refuses a sum of it above the rest.
void add_payments(Steps& steps, const fiscal::Payments& payments) {
    constexpr std::array order{fiscal::PaymentKind::electronic, fiscal::PaymentKind::prepaid,
                               fiscal::PaymentKind::credit, fiscal::PaymentKind::provision,
                               fiscal::PaymentKind::cash};
    for (const auto kind : order) {
        if (payments.of(kind) > fiscal::Money()) {
            steps.command(payment_command(kind, payments.of(kind)), "оплата");
        }
    }
}

std::optional<Fault> unsupported_correction(const fiscal::Document& document, std::uint8_t ffd) {
    if (!document.correction || ffd > fiscal::ffd_1_05) {
        return std::nullopt;
    }
    if (fiscal::is_refund(document.kind)) {
        return Fault(FaultClass::unsupported,
                     "Коррекции возврата в ФФД 1.05 нет: ошибочный чек исправляют обычным чеком "
                     "с обратным признаком расчёта.");
    }
    if (document.items.size() > 1) {
        return Fault(FaultClass::unsupported,
                     "В чеке коррекции этой ККТ (ФФД 1.05) может быть одна позиция, а в "
                     "присланном их " +
                         std::to_string(document.items.size()) +
                         ". Отправьте каждую отдельным чеком коррекции.");
    }
    return std::nullopt;
}

} // namespace

std::vector<ReceiptStep> cashier_steps(const std::string& cashier, const std::string& inn) {
    Steps steps;
    steps.text(1021, cashier);
    steps.text(1203, inn);
    return steps.taken();
}

fiscal::Result<ReceiptSteps, Fault>
receipt_steps(const fiscal::Document& document, std::uint8_t ffd, const GivenVatCodes& vat_codes) {
    if (auto fault = unsupported_correction(document, ffd)) {
        return *std::move(fault);
    }
    ReceiptSteps made;
    made.before = cashier_steps(document.cashier, document.cashier_inn);
    made.open = {open_receipt_command(receipt_type(document.kind, document.correction.has_value()),
                                      document.electronic_only),
                 "открытие чека", document.electronic_only && !document.correction};
    Steps steps;
    add_receipt_tags(steps, document);
    made.tags = steps.taken();
    for (std::size_t i = 0; i < document.items.size(); ++i) {
        add_item(steps, document.items[i], i + 1, vat_codes);
        made.positions.push_back(steps.taken());
    }
    add_payments(steps, document.payments);
    made.payments = steps.taken();
    if (steps.fault()) {
        return *steps.fault();
    }
    return made;
}

} // namespace kktd::driver::atol
