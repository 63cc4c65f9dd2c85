#include "fiscal/kkt_memory.hpp"

#include "fiscal/tlv_codec.hpp"

#include <charconv>
#include <utility>

namespace kktd::fiscal {

namespace {

/// What a receipt adds to the totals of its kind, from its own document.
struct Added {
    ReceiptKind kind = ReceiptKind::sell;
    KindTotals totals;
};

Added added_by(const FinishedDocument& document) {
    Added added;
    added.totals.count = 1;
    added.totals.total = document.total;
    TlvCursor form(document.tlv);
    if (!form.next()) {
        return added;
    }
    TlvCursor tlv(form.value());
    while (tlv.next()) {
        switch (tlv.tag()) {
        case 1054:
            added.kind = static_cast<ReceiptKind>(tlv_number(tlv.value()));
            break;
        case 1102:
        case 1103:
        case 1104:
        case 1105:
        case 1106:
        case 1107:
            added.totals.vat[tlv.tag() - 1102U] = tlv_money(tlv.value());
            break;
        default:
            for (std::size_t i = 0; i < receipt_payment_tags.size(); ++i) {
                if (tlv.tag() == receipt_payment_tags[i]) {
                    added.totals.payments.of(payment_kinds[i]) = tlv_money(tlv.value());
                }
            }
            break;
        }
    }
    return added;
}

/// The queue after a document whose first unsent one is `first_unsent`.
OfdQueue queued(OfdQueue queue, const FinishedDocument& document) {
    if (document.first_unsent == 0) {
        return {};
    }
    if (document.first_unsent == document.fd) {
        return {.unsent = 1, .first_fd = document.fd, .oldest = document.time};
    }
    ++queue.unsent;
    return queue;
}

} // namespace

void KktMemory::apply(const FinishedDocument& document) {
    if (document.fn != fn) {
        return;
    }
    last_fd = document.fd;
    last_document = document.time;
    if (!activated) {
        activated = document.time.date();
    }
    shift = document.shift;
    ofd = queued(ofd, document);
    ++shift_documents;
    switch (document.kind) {
    case TaskKind::shift_open:
        shift_open = true;
        shift_opened = document.time;
        shift_documents = 1;
        receipts = 0;
        shift_totals = {};
        break;
    case TaskKind::shift_close:
        shift_open = false;
        shift_opened.reset();
        break;
    case TaskKind::receipt:
    case TaskKind::correction: {
        const bool correction = document.kind == TaskKind::correction;
        const Added added = added_by(document);
        receipts = document.number;
        shift_totals.at(added.kind, correction) += added.totals;
        totals.at(added.kind, correction) += added.totals;
        break;
    }
    }
}

namespace {

constexpr std::string_view version_line = "kkt-memory 2\n";

/// Visits every number of a memory by name, for writing and reading alike. Optional values are
/// numbers with −1 for "none".
template<class Memory, class Visit>
void visit_numbers(Memory& memory, Visit visit) {
    visit("last_fd", memory.last_fd);
    visit("shift_open", memory.shift_open);
    visit("shift", memory.shift);
    visit("shift_documents", memory.shift_documents);
    visit("receipts", memory.receipts);
    visit("ofd_unsent", memory.ofd.unsent);
    visit("ofd_first_fd", memory.ofd.first_fd);
    visit("activated", memory.activated);
    visit("last_document", memory.last_document);
    visit("shift_opened", memory.shift_opened);
    visit("ofd_oldest", memory.ofd.oldest);
}

template<class Visit>
void visit_totals(Totals& totals, const std::string& prefix, Visit visit) {
    constexpr std::size_t kinds = 4;
    for (std::size_t i = 0; i < 2 * kinds; ++i) {
        const auto kind = static_cast<ReceiptKind>(i % kinds + 1);
        KindTotals& of_kind = totals.at(kind, i >= kinds);
        const std::string start =
            prefix + (i >= kinds ? "correction_" : "") + std::string(name(kind)) + '_';
        visit(start + "count", of_kind.count);
        visit(start + "total", of_kind.total);
        for (const PaymentKind payment : payment_kinds) {
            visit(start + std::string(name(payment)), of_kind.payments.of(payment));
        }
        for (std::size_t tag = 0; tag < of_kind.vat.size(); ++tag) {
            visit(start + std::to_string(1102 + tag), of_kind.vat[tag]);
        }
    }
}

template<class Visit>
void visit_all(KktMemory& memory, Visit visit) {
    visit_numbers(memory, visit);
    visit_totals(memory.shift_totals, "shift_", visit);
    visit_totals(memory.totals, "all_", visit);
}

constexpr std::int64_t none = -1;

std::int64_t to_number(bool value) {
    return value ? 1 : 0;
}
std::int64_t to_number(std::uint32_t value) {
    return value;
}
std::int64_t to_number(Money value) {
    return value.kopecks();
}
std::int64_t to_number(const std::optional<Date>& value) {
    return value ? value->days() : none;
}
std::int64_t to_number(const std::optional<LocalTime>& value) {
    return value ? value->seconds : none;
}

void from_number(std::int64_t number, bool& value) {
    value = number != 0;
}
void from_number(std::int64_t number, std::uint32_t& value) {
    value = static_cast<std::uint32_t>(number);
}
void from_number(std::int64_t number, Money& value) {
    value = Money(number);
}
void from_number(std::int64_t number, std::optional<Date>& value) {
    value = number == none ? std::nullopt : std::optional(Date::from_days(number));
}
void from_number(std::int64_t number, std::optional<LocalTime>& value) {
    value = number == none ? std::nullopt : std::optional(LocalTime{number});
}

} // namespace

std::string encode(const KktMemory& memory) {
    std::string text(version_line);
    text += "fn=" + memory.fn + '\n';
    KktMemory copy = memory;
    visit_all(copy, [&](const std::string& name, const auto& value) {
        text += name + '=' + std::to_string(to_number(value)) + '\n';
    });
    return text;
}

std::optional<KktMemory> decode_kkt_memory(std::string_view text) {
    if (!text.starts_with(version_line)) {
        return std::nullopt;
    }
    text.remove_prefix(version_line.size());
    // Lines are taken in the order they are written: another order is not an encoding.
    const auto next = [&](std::string_view name) -> std::optional<std::string_view> {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos || !text.starts_with(name) || end <= name.size() ||
            text[name.size()] != '=') {
            return std::nullopt;
        }
        const std::string_view value = text.substr(name.size() + 1, end - name.size() - 1);
        text.remove_prefix(end + 1);
        return value;
    };
    KktMemory memory;
    const auto fn = next("fn");
    bool whole = fn.has_value();
    memory.fn = fn.value_or("");
    visit_all(memory, [&](const std::string& name, auto& value) {
        const auto digits = whole ? next(name) : std::nullopt;
        std::int64_t number = 0;
        if (!digits ||
            std::from_chars(digits->begin(), digits->end(), number).ptr != digits->end()) {
            whole = false;
            return;
        }
        from_number(number, value);
    });
    return whole && text.empty() ? std::optional(std::move(memory)) : std::nullopt;
}

} // namespace kktd::fiscal
