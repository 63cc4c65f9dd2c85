#include "fiscal/virtual_kkt.hpp"

#include "fiscal/ffd.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace kktd::fiscal {

namespace {

constexpr std::uint8_t fn_active = 3;
constexpr std::uint8_t fn_missing = 0;
constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t resource_ends_days = 30;   // 1050
constexpr std::int64_t replace_urgently_days = 3; // 1051
constexpr Money vat_tolerance{1};                 // of a stated tax
constexpr Money rouble{100};                      // a total may be rounded by less
constexpr std::int64_t ofd_timeout_days = 5;      // 1053: of the KKT's own setting

KktProfile marked_as_test(KktProfile profile) {
    std::string& user = profile.registration.user;
    if (!user.starts_with(test_mark)) {
        user = std::string(test_mark) + (user.empty() ? "" : ". ") + user;
    }
    return profile;
}

bool is_marked(PaymentObject object) {
    return object == PaymentObject::marked || object == PaymentObject::marked_excise;
}

bool is_excise(PaymentObject object) {
    return object == PaymentObject::excise || object == PaymentObject::marked_excise ||
           object == PaymentObject::marked_excise_no_code;
}

/// A correction by set_sums().
bool sums_only(const Document& document) {
    return document.items.empty() && document.total > Money();
}

/// Tag 1213. The keys of the fiscal sign live as long as the storage.
std::uint16_t key_days(const FnState& fn, LocalTime now) {
    constexpr std::int64_t most = std::numeric_limits<std::uint16_t>::max();
    return static_cast<std::uint16_t>(
        std::clamp<std::int64_t>(fn.valid_until.days() - now.date().days(), 0, most));
}

/// `detail` goes into the refusal's text.
KktRefusal refuse(KktError error, std::string detail = {}) {
    return KktRefusal(error, std::move(detail));
}

std::optional<KktRefusal> encoding_error(const EncodedDocument& encoded) {
    if (encoded.tlv.size() > Document::max_tlv_bytes) {
        return refuse(KktError::document_too_large, std::to_string(encoded.tlv.size()) + " байт");
    }
    if (encoded.bad_tag != 0) {
        return refuse(KktError::bad_tag, "тег " + std::to_string(encoded.bad_tag));
    }
    return std::nullopt;
}

std::optional<KktRefusal> correction_error(const Correction& correction) {
    if (correction.type == CorrectionType::by_order && correction.number.empty()) {
        return refuse(KktError::bad_settlement, "коррекция по предписанию без его номера");
    }
    return std::nullopt;
}

} // namespace

VirtualKkt::VirtualKkt(KktProfile profile) : VirtualKkt(std::move(profile), KktMemory()) {}

VirtualKkt::VirtualKkt(KktProfile profile, KktMemory memory)
    : profile_(marked_as_test(std::move(profile))) {
    restore(std::move(memory));
}

void VirtualKkt::restore(KktMemory memory) {
    memory_ = std::move(memory);
    const std::string& fn = profile_.registration.identity.fn;
    if (memory_.fn != fn) {
        memory_ = KktMemory();
        memory_.fn = fn;
    }
    power_cycle();
}

void VirtualKkt::power_cycle() {
    receipt_.reset();
}

void VirtualKkt::set_switches(const KktSwitches& switches) {
    switches_ = switches;
    if (!switches_.ofd_stuck && switches_.ofd_days == 0) {
        memory_.ofd = {};
    }
}

LocalTime VirtualKkt::kkt_time(LocalTime host_now) const {
    return {host_now.seconds + switches_.clock_skew.count()};
}

bool VirtualKkt::shift_expired(LocalTime now) const {
    return memory_.shift_opened &&
           (switches_.shift_expired ||
            std::chrono::seconds(now.seconds - memory_.shift_opened->seconds) >= max_shift);
}

OfdQueue VirtualKkt::ofd_queue(LocalTime now) const {
    OfdQueue queue = memory_.ofd;
    if (switches_.ofd_days > 0) {
        if (queue.unsent == 0) {
            queue.unsent = 1;
            queue.first_fd = memory_.last_fd;
        }
        queue.oldest = LocalTime{now.seconds - switches_.ofd_days * day_seconds};
    }
    return queue;
}

FnState VirtualKkt::fn_state(LocalTime now) const {
    const Date today = now.date();
    FnState fn;
    fn.phase = switches_.fn == FnFault::absent ? fn_missing : fn_active;
    fn.valid_until =
        Date::from_days((switches_.fn == FnFault::expired
                             ? today.days() - 1
                             : memory_.activated.value_or(today).days() + profile_.fn_days));
    const std::int64_t left = fn.valid_until.days() - today.days();
    fn.resource_ends = left <= resource_ends_days;
    fn.replace_urgently = left <= replace_urgently_days;
    const bool full = switches_.fn == FnFault::full || memory_.last_fd >= profile_.fn_capacity;
    fn.memory_99 = full || memory_.last_fd >= std::uint64_t{profile_.fn_capacity} * 99 / 100;
    fn.critical = full || switches_.fn == FnFault::critical;
    const OfdQueue ofd = ofd_queue(now);
    fn.ofd_timeout =
        ofd.oldest && now.seconds - ofd.oldest->seconds >= ofd_timeout_days * day_seconds;
    return fn;
}

DeviceState VirtualKkt::state(LocalTime host_now) const {
    const LocalTime now = kkt_time(host_now);
    const KktRegistration& registration = profile_.registration;
    DeviceState state;
    state.identity = registration.identity;
    state.now = now;
    state.shift = !memory_.shift_open  ? ShiftState::closed
                  : shift_expired(now) ? ShiftState::expired
                                       : ShiftState::open;
    state.shift_number = memory_.shift;
    state.shift_opened = memory_.shift_opened;
    state.receipt_number = memory_.receipts;
    state.last_fd = memory_.last_fd;
    state.last_document = memory_.last_document;
    state.receipt_open = receipt_.has_value() || switches_.receipt_open;
    state.paper = switches_.paper;
    state.cover_open = switches_.cover_open;
    state.fn = fn_state(now);
    state.ofd = ofd_queue(now);
    state.ffd = registration.ffd;
    state.taxations = registration.taxations;
    state.internet_only = registration.internet_only;
    state.model = registration.model;
    state.firmware = registration.firmware;
    return state;
}

std::optional<KktRefusal> VirtualKkt::obstacle(LocalTime host_now) const {
    const LocalTime now = kkt_time(host_now);
    if (switches_.busy) {
        return refuse(KktError::busy);
    }
    if (!profile_.registration.internet_only && switches_.cover_open) {
        return refuse(KktError::cover_open);
    }
    if (!profile_.registration.internet_only && switches_.paper == Paper::out) {
        return refuse(KktError::paper_out);
    }
    if (switches_.fn == FnFault::absent) {
        return refuse(KktError::fn_absent);
    }
    if (switches_.fn == FnFault::critical) {
        return refuse(KktError::fn_critical);
    }
    if (memory_.last_document && now < *memory_.last_document) {
        return refuse(KktError::clock_behind, memory_.last_document->iso());
    }
    const OfdQueue ofd = ofd_queue(now);
    if (ofd.oldest && now.seconds - ofd.oldest->seconds >= ofd_block_days * day_seconds) {
        return refuse(KktError::ofd_blocked);
    }
    return std::nullopt;
}

std::optional<KktRefusal> VirtualKkt::fn_ended(LocalTime host_now) const {
    const LocalTime now = kkt_time(host_now);
    if (switches_.fn == FnFault::full || memory_.last_fd >= profile_.fn_capacity) {
        return refuse(KktError::fn_full);
    }
    const FnState fn = fn_state(now);
    if (fn.valid_until < now.date()) {
        return refuse(KktError::fn_expired, fn.valid_until.russian());
    }
    return std::nullopt;
}

VirtualKkt::Answer<FinishedDocument>
VirtualKkt::finish(TaskKind kind, const DocumentNumbers& numbers, EncodedDocument encoded) {
    if (const auto error = encoding_error(encoded)) {
        return *error;
    }
    const OfdQueue& ofd = memory_.ofd;
    const bool stuck = switches_.ofd_stuck || switches_.ofd_days > 0;
    FinishedDocument document{.fd = numbers.fd,
                              .kind = kind,
                              .fn = memory_.fn,
                              .shift = numbers.shift,
                              .number = numbers.number,
                              .time = numbers.time,
                              .total = {},
                              .stamp = {},
                              .fpd = std::to_string(encoded.fpd),
                              .first_unsent = ofd.unsent > 0 ? ofd.first_fd
                                              : stuck        ? numbers.fd
                                                             : 0,
                              .tlv = std::move(encoded.tlv)};
    if (receipt_) {
        document.total = receipt_->document.total;
        document.stamp = receipt_->document.stamp;
        receipt_.reset();
    }
    memory_.apply(document);
    return document;
}

VirtualKkt::Answer<FinishedDocument> VirtualKkt::open_shift(std::string_view cashier,
                                                            LocalTime host_now) {
    if (const auto error = obstacle(host_now)) {
        return *error;
    }
    if (const auto error = fn_ended(host_now)) {
        return *error;
    }
    if (memory_.shift_open) {
        return refuse(KktError::shift_open);
    }
    const LocalTime now = kkt_time(host_now);
    const DocumentNumbers numbers{
        .time = now, .fd = memory_.last_fd + 1, .shift = memory_.shift + 1, .number = 0};
    const ShiftReport report{.cashier = std::string(cashier),
                             .fn = fn_state(now),
                             .ofd = ofd_queue(now),
                             .receipts = 0,
                             .documents = 0,
                             .key_days = 0,
                             .shift_totals = {},
                             .totals = {}};
    return finish(TaskKind::shift_open, numbers,
                  encode_shift_open(report, profile_.registration, numbers));
}

VirtualKkt::Answer<FinishedDocument> VirtualKkt::close_shift(std::string_view cashier,
                                                             LocalTime host_now) {
    if (const auto error = obstacle(host_now)) {
        return *error;
    }
    if (!memory_.shift_open) {
        return refuse(KktError::shift_closed);
    }
    if (receipt_ || switches_.receipt_open) {
        return refuse(KktError::receipt_open);
    }
    const LocalTime now = kkt_time(host_now);
    const DocumentNumbers numbers{
        .time = now, .fd = memory_.last_fd + 1, .shift = memory_.shift, .number = 0};
    const FnState fn = fn_state(now);
    const ShiftReport report{.cashier = std::string(cashier),
                             .fn = fn,
                             .ofd = ofd_queue(now),
                             .receipts = memory_.receipts,
                             .documents = memory_.shift_documents + 1,
                             .key_days = key_days(fn, now),
                             .shift_totals = memory_.shift_totals,
                             .totals = memory_.totals};
    return finish(TaskKind::shift_close, numbers,
                  encode_shift_close(report, profile_.registration, numbers));
}

std::optional<KktRefusal> VirtualKkt::receipt_obstacle(LocalTime host_now) const {
    if (const auto error = obstacle(host_now)) {
        return error;
    }
    if (const auto error = fn_ended(host_now)) {
        return error;
    }
    if (!memory_.shift_open) {
        return refuse(KktError::shift_closed);
    }
    if (shift_expired(kkt_time(host_now))) {
        return refuse(KktError::shift_expired);
    }
    return std::nullopt;
}

VirtualKkt::Answer<void> VirtualKkt::open_receipt(ReceiptKind kind,
                                                  std::optional<Correction> correction,
                                                  LocalTime host_now) {
    if (const auto error = receipt_obstacle(host_now)) {
        return *error;
    }
    if (receipt_ || switches_.receipt_open) {
        return refuse(KktError::receipt_open);
    }
    if (correction && profile_.registration.ffd == ffd_1_05 && is_refund(kind)) {
        return refuse(KktError::unsupported_by_ffd, "коррекция возврата в ФФД 1.05");
    }
    if (correction) {
        if (const auto error = correction_error(*correction)) {
            return *error;
        }
    }
    receipt_ = OpenReceipt{.document = {}, .paying = false, .elements = {}};
    receipt_->document.kind = kind;
    receipt_->document.correction = std::move(correction);
    return {};
}

VirtualKkt::Answer<void> VirtualKkt::set_attributes(const Document& attributes) {
    if (!receipt_) {
        return refuse(KktError::receipt_closed);
    }
    if (!profile_.registration.taxations.has(attributes.taxation)) {
        return refuse(KktError::bad_taxation, std::string(title(attributes.taxation)));
    }
    Document& document = receipt_->document;
    document.taxation = attributes.taxation;
    document.contact = attributes.contact;
    document.sender_email = attributes.sender_email;
    document.cashier = attributes.cashier;
    document.cashier_inn = attributes.cashier_inn;
    document.internet = attributes.internet;
    document.electronic_only = attributes.electronic_only;
    document.place = attributes.place;
    document.address = attributes.address;
    document.additional = attributes.additional;
    document.buyer = attributes.buyer;
    document.stamp = attributes.stamp;
    return {};
}

VirtualKkt::Answer<void> VirtualKkt::set_correction(const Correction& correction) {
    if (!receipt_) {
        return refuse(KktError::receipt_closed);
    }
    if (!receipt_->document.correction) {
        return refuse(KktError::bad_settlement, "основание коррекции в чеке, который не коррекция");
    }
    if (const auto error = correction_error(correction)) {
        return *error;
    }
    receipt_->document.correction = correction;
    return {};
}

VirtualKkt::Answer<void> VirtualKkt::add_elements(std::string_view tlv) {
    if (!receipt_) {
        return refuse(KktError::receipt_closed);
    }
    receipt_->elements += tlv;
    return {};
}

std::optional<KktRefusal> VirtualKkt::item_error(const Item& item, Cost cost) const {
    if (item.quantity.micro() <= 0 || item.quantity.decimals() > profile_.quantity_digits) {
        return refuse(KktError::bad_quantity, item.quantity.text());
    }
    if (item.price < Money() || item.cost < Money() ||
        (cost == Cost::exact && item.cost != line_cost(item.price, item.quantity))) {
        return refuse(KktError::bad_price,
                      item.price.text() + " × " + item.quantity.text() + " ≠ " + item.cost.text());
    }
    if (!profile_.vat_rates.test(static_cast<std::size_t>(item.vat))) {
        return refuse(KktError::bad_vat_rate, std::string(info(item.vat).title));
    }
    const Money tax = vat_amount(item.cost, item.vat);
    if (item.vat_sum < tax - vat_tolerance || item.vat_sum > tax + vat_tolerance) {
        return refuse(KktError::bad_vat_sum, item.vat_sum.text());
    }
    if (profile_.registration.ffd < first_ffd(item.object)) {
        return refuse(KktError::unsupported_by_ffd,
                      "предмет расчёта " + std::to_string(static_cast<int>(item.object)));
    }
    if (const auto codes = name_codes(item.object); codes && !codes->has(item.name)) {
        return refuse(KktError::bad_settlement, "теги 1212 и 1030");
    }
    const bool new_object = item.object >= PaymentObject::marked_excise_no_code;
    if (new_object && is_marked(item.object) != item.mark.has_value()) {
        return refuse(KktError::bad_settlement, "код маркировки и тег 1212");
    }
    if (item.excise && !is_excise(item.object)) {
        return refuse(KktError::bad_settlement, "акциз и тег 1212");
    }
    if (receipt_) {
        const auto& items = receipt_->document.items;
        const bool credit = item.method == PaymentMethod::credit_payment;
        if (!items.empty() && (credit || items.front().method == PaymentMethod::credit_payment)) {
            return refuse(KktError::bad_settlement, "оплата кредита – единственная позиция чека");
        }
    }
    return std::nullopt;
}

VirtualKkt::Answer<void> VirtualKkt::add_item(const Item& item, Cost cost) {
    if (!receipt_) {
        return refuse(KktError::receipt_closed);
    }
    if (receipt_->paying) {
        return refuse(KktError::payment_started);
    }
    if (sums_only(receipt_->document)) {
        return refuse(KktError::bad_settlement, "позиция в коррекции без позиций");
    }
    if (const auto error = item_error(item, cost)) {
        return *error;
    }
    receipt_->document.items.push_back(item);
    receipt_->document.total += item.cost;
    return {};
}

VirtualKkt::Answer<void> VirtualKkt::round_down(Money discount) {
    if (!receipt_) {
        return refuse(KktError::receipt_closed);
    }
    if (receipt_->paying) {
        return refuse(KktError::payment_started);
    }
    Document& document = receipt_->document;
    if (discount < Money() || discount >= rouble || discount > document.total) {
        return refuse(KktError::bad_total, discount.text());
    }
    document.total = document.total - discount;
    receipt_->paying = true;
    return {};
}

VirtualKkt::Answer<void> VirtualKkt::set_sums(Money total, const VatTotals& vat) {
    if (!receipt_) {
        return refuse(KktError::receipt_closed);
    }
    if (receipt_->paying) {
        return refuse(KktError::payment_started);
    }
    Document& document = receipt_->document;
    if (!document.correction || profile_.registration.ffd != ffd_1_05) {
        return refuse(KktError::empty_receipt,
                      "без позиций бывает только чек коррекции в ФФД 1.05");
    }
    if (!document.items.empty()) {
        return refuse(KktError::bad_settlement, "сумма коррекции, у которой есть позиции");
    }
    if (total <= Money()) {
        return refuse(KktError::bad_total, total.text());
    }
    Money parts; // taxes, and turnovers at 0 % and without VAT: never above the total
    for (const VatRateInfo& rate : vat_rates()) {
        if (!vat.has(rate.rate)) {
            continue;
        }
        if (!profile_.vat_rates.test(static_cast<std::size_t>(rate.rate))) {
            return refuse(KktError::bad_vat_rate, std::string(rate.title));
        }
        const Money part = vat.of(rate.rate);
        if (part < Money() || part > total - parts) {
            return refuse(KktError::bad_vat_sum, part.text());
        }
        parts += part;
    }
    document.total = total;
    document.vat = vat;
    return {};
}

VirtualKkt::Answer<void> VirtualKkt::pay(PaymentKind kind, Money sum) {
    if (!receipt_) {
        return refuse(KktError::receipt_closed);
    }
    if (sum < Money()) {
        return refuse(KktError::bad_total, sum.text());
    }
    receipt_->paying = true;
    receipt_->document.payments.of(kind) += sum;
    return {};
}

VirtualKkt::Answer<FinishedDocument> VirtualKkt::close_receipt(LocalTime host_now) {
    if (!receipt_) {
        return refuse(KktError::receipt_closed);
    }
    if (const auto error = receipt_obstacle(host_now)) {
        return *error;
    }
    Document& document = receipt_->document;
    if (document.items.empty() && !sums_only(document)) {
        return refuse(KktError::empty_receipt);
    }
    const Money paid = document.payments.sum();
    const Money not_cash = paid - document.payments.cash;
    if (not_cash > document.total) {
        return refuse(KktError::noncash_overpaid, not_cash.text() + " > " + document.total.text());
    }
    if (paid < document.total) {
        return refuse(KktError::underpaid, paid.text() + " < " + document.total.text());
    }
    const DocumentNumbers numbers{.time = kkt_time(host_now),
                                  .fd = memory_.last_fd + 1,
                                  .shift = memory_.shift,
                                  .number = memory_.receipts + 1};
    const Money cash = std::exchange(document.payments.cash, document.total - not_cash);
    if (!sums_only(document)) {
        document.vat = vat_totals(document.items);
    }
    auto answer =
        finish(document.correction ? TaskKind::correction : TaskKind::receipt, numbers,
               encode_receipt(document, profile_.registration, numbers, receipt_->elements));
    if (!answer) {
        document.payments.cash = cash;
    }
    return answer;
}

const Document* VirtualKkt::open_document() const {
    return receipt_ ? &receipt_->document : nullptr;
}

VirtualKkt::Answer<void> VirtualKkt::cancel_receipt() {
    if (!receipt_) {
        return refuse(KktError::receipt_closed);
    }
    receipt_.reset();
    return {};
}

VirtualKkt::Answer<FinishedDocument> VirtualKkt::register_document(const Document& document,
                                                                   LocalTime host_now) {
    if (const auto opened = open_receipt(document.kind, document.correction, host_now); !opened) {
        return opened.error();
    }
    auto answer = fill_and_close(document, host_now);
    if (!answer) {
        receipt_.reset();
    }
    return answer;
}

VirtualKkt::Answer<FinishedDocument> VirtualKkt::fill_and_close(const Document& document,
                                                                LocalTime host_now) {
    if (const auto set = set_attributes(document); !set) {
        return set.error();
    }
    if (document.correction && document.items.empty()) {
        if (const auto set = set_sums(document.total, document.vat); !set) {
            return set.error();
        }
    }
    for (const Item& item : document.items) {
        if (const auto added = add_item(item); !added) {
            return added.error();
        }
    }
    if (receipt_->document.total != document.total) {
        return refuse(KktError::bad_total,
                      document.total.text() + " ≠ " + receipt_->document.total.text());
    }
    for (const PaymentKind kind : payment_kinds) {
        if (const auto paid = pay(kind, document.payments.of(kind)); !paid) {
            return paid.error();
        }
    }
    return close_receipt(host_now);
}

} // namespace kktd::fiscal
