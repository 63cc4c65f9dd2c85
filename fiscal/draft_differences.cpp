#include "fiscal/contact.hpp"
#include "fiscal/draft.hpp"

#include <algorithm>

namespace kktd::fiscal {

namespace {

constexpr std::string_view nothing = "не указано";

std::string shown(const std::string& text) {
    return text.empty() ? std::string(nothing) : "«" + text + "»";
}
std::string shown(const Date& date) {
    return date.russian();
}
std::string shown(bool value) {
    return value ? "да" : "нет";
}
std::string shown(VatRate rate) {
    return std::string(info(rate).title);
}
std::string shown(Taxation taxation) {
    return std::string(title(taxation));
}
std::string shown(ReceiptKind kind) {
    return std::string(name(kind));
}
std::string shown(PaymentMethod method) {
    return std::string(name(method));
}
std::string shown(PaymentObject object) {
    return std::string(name(object).value_or(nothing));
}
std::string shown(const Number& number) {
    return number.text();
}
template<class T>
std::string shown(const std::optional<T>& value) {
    return value ? shown(*value) : std::string(nothing);
}

/// A sum with its kopecks, where it is one.
std::string sum(const std::optional<Number>& number) {
    if (number) {
        if (const auto money = Money::exact(*number); money.has_value()) {
            return money->text();
        }
    }
    return shown(number);
}

std::string shown(const std::vector<DraftPayment>& payments) {
    std::string text;
    for (const auto& payment : payments) {
        text += (text.empty() ? "" : ", ") + std::string(name(payment.kind)) +
                (payment.sum ? " " + sum(payment.sum) : "");
    }
    return text.empty() ? std::string(nothing) : text;
}

std::string masked(const std::string& contact) {
    return contact.empty() ? std::string(nothing) : mask_contact(contact);
}

class Differences {
public:
    explicit Differences(std::size_t limit) : limit_(limit) {}

    void compare(const std::string& what, const auto& stored, const auto& sent) {
        compare(what, stored, sent, [](const auto& value) { return shown(value); });
    }
    void compare(const std::string& what, const auto& stored, const auto& sent, auto words) {
        if (!(stored == sent)) {
            add(what + ": было " + words(stored) + ", пришло " + words(sent));
        }
    }
    /// For what cannot or may not be shown.
    void compare_only(const std::string& what, const auto& stored, const auto& sent) {
        if (!(stored == sent)) {
            add(what + ": другие данные");
        }
    }
    std::vector<std::string> lines;

private:
    void add(std::string line) {
        if (lines.size() < limit_) {
            lines.push_back(std::move(line));
        }
    }
    std::size_t limit_;
};

void compare(Differences& differences, const std::string& where, const DraftPosition& stored,
             const DraftPosition& sent) {
    differences.compare(where + "наименование", stored.name, sent.name);
    differences.compare(where + "цена", stored.price, sent.price, sum);
    differences.compare(where + "количество", stored.quantity, sent.quantity);
    differences.compare(where + "сумма", stored.sum, sent.sum, sum);
    differences.compare(where + "ставка НДС", stored.vat, sent.vat);
    differences.compare(where + "способ расчёта", stored.method, sent.method);
    differences.compare(where + "предмет расчёта", stored.object, sent.object);
    differences.compare_only(where + "агент", stored.agent, sent.agent);
    differences.compare_only(where + "поставщик", stored.supplier, sent.supplier);
    differences.compare_only(where + "код маркировки", stored.mark, sent.mark);
}

} // namespace

std::vector<std::string> differences(const Draft& stored, const Draft& sent, std::size_t limit) {
    Differences found(limit);
    found.compare("Номер", stored.number, sent.number);
    found.compare("Дата", stored.date, sent.date);
    found.compare("Операция", stored.kind, sent.kind);
    found.compare("Сумма", stored.total, sent.total, sum);
    found.compare("Позиций", stored.positions.size(), sent.positions.size(),
                  [](std::size_t size) { return std::to_string(size); });
    const auto common = std::min(stored.positions.size(), sent.positions.size());
    for (std::size_t i = 0; i < common; ++i) {
        compare(found, "Позиция " + std::to_string(i + 1) + ", ", stored.positions[i],
                sent.positions[i]);
    }
    found.compare("Оплата", stored.payments, sent.payments);
    found.compare("Контакт покупателя", stored.contact, sent.contact, masked);
    found.compare("Кассир", stored.cashier, sent.cashier);
    found.compare("Система налогообложения", stored.taxation, sent.taxation);
    found.compare("Расчёт в интернете", stored.internet, sent.internet);
    found.compare("Номер исходного чека", stored.original_number, sent.original_number);
    found.compare("Дата исходного чека", stored.original_date, sent.original_date);
    found.compare_only("Коррекция", stored.correction, sent.correction);
    found.compare_only("Покупатель", stored.buyer, sent.buyer);
    return std::move(found.lines);
}

} // namespace kktd::fiscal
