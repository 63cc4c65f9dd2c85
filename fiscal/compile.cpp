#include "fiscal/compile.hpp"

#include "fiscal/contact.hpp"
#include "fiscal/ffd.hpp"
#include "fiscal/inn.hpp"
#include "fiscal/line_sum.hpp"
#include "fiscal/text.hpp"
#include "fiscal/vat_policy.hpp"

#include <algorithm>

namespace kktd::fiscal {

namespace {

constexpr std::size_t max_cashier_length = 64;           ///< tag 1021
constexpr std::size_t max_buyer_length = 256;            ///< tag 1227
constexpr std::size_t max_correction_number_length = 32; ///< tag 1179
constexpr std::size_t max_supplier_length = 239;         ///< tag 1225, what fits the line's limit
constexpr std::size_t max_phone_length = 19;             ///< tags 1073, 1074, 1075, 1171
constexpr std::size_t max_operation_length = 24;         ///< tag 1044
constexpr std::size_t max_operator_length = 64;          ///< tag 1026
constexpr std::size_t max_operator_address_length = 243; ///< tag 1005, what fits the line's limit
constexpr Date envd_abolished{2021, 1, 1};

bool needs_mark(PaymentObject object) {
    return object == PaymentObject::marked_excise || object == PaymentObject::marked;
}

bool of_marked_kind(PaymentObject object) {
    return object >= PaymentObject::marked_excise_no_code;
}

bool of_usn(VatRate rate) {
    return info(rate).percent == 5 || info(rate).percent == 7;
}

bool is_prepayment(PaymentMethod method) {
    return method <= PaymentMethod::advance;
}

std::string titled(PaymentObject object) {
    return std::string(name(object).value_or("")) + " (" +
           std::to_string(static_cast<int>(object)) + ")";
}

std::string priced(const Line& line) {
    return line.quantity.text() + " × " + line.price.text();
}

std::string joined(std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (const auto part : parts) {
        size += part.size();
    }
    std::string text;
    text.reserve(size);
    for (const auto part : parts) {
        text += part;
    }
    return text;
}

/// Takes the draft apart once, in the order of FieldNames, and collects whatever is wrong on the
/// way; the document is complete when nothing was.
class Compilation {
public:
    Compilation(const Draft& draft, const CompileContext& context)
        : draft_(draft), context_(context), legal_(context.legal), names_(*draft.names) {}

    Result<Compiled, NotLawful> run() {
        document_.kind = draft_.kind;
        const auto taxation = chosen_taxation();
        document_.taxation = taxation.value_or(Taxation::osn);

        const auto total = stated_total();
        const auto place_of_total = violations_.size();
        lines();
        if (total && lines_total_ && *total != *lines_total_) {
            violations_.insert(violations_.begin() + static_cast<std::ptrdiff_t>(place_of_total),
                               {Rule::total_sum, at(names_.total),
                                "сумма чека " + total->text() + ", а сумма его позиций " +
                                    lines_total_->text() + ": исправьте сумму чека или позиций"});
        }
        contact();
        original();
        cashier();
        internet();
        check_taxation(taxation);
        if (total) {
            payments(*total);
        }
        correction();
        buyer();

        if (!violations_.empty()) {
            return NotLawful(std::move(violations_));
        }
        document_.total = *total;
        document_.vat = vat_totals(document_.items);
        if (document_.total == Money()) {
            warn("zero_total", at(names_.total), "сумма чека 0.00");
        }
        return Compiled{std::move(document_), std::move(warnings_)};
    }

private:
    /// A field of the draft. Its path is a text only where it is told.
    struct Field {
        const Draft* draft = nullptr; ///< of a position's field
        std::size_t position = 0;
        std::string_view name;
        // NOLINTNEXTLINE(google-explicit-constructor): a path wherever one is wanted
        operator std::string() const {
            return draft != nullptr ? draft->at(position, name) : Draft::at(name);
        }
    };
    [[nodiscard]] static Field at(std::string_view name) { return {nullptr, 0, name}; }
    [[nodiscard]] Field at(std::size_t position, std::string_view name) const {
        return {&draft_, position, name};
    }

    void refuse(Rule rule, std::string path, std::string text) {
        violations_.push_back({rule, std::move(path), std::move(text)});
    }
    void warn(std::string code, std::string path, std::string text) {
        warnings_.push_back({std::move(code), std::move(path), std::move(text)});
    }

    // Texts and numbers.

    /// A text fit for its tag; nothing after a violation. `what` begins the sentence.
    std::optional<std::string> clean(const std::string& sent, const Field& path,
                                     std::string_view what, std::size_t max_length) {
        auto cleaned = clean_text(sent);
        const auto length = text_length(cleaned.text);
        if (cleaned.broken) {
            refuse(Rule::bad_text, path,
                   std::string(what) + ": текст не в UTF-8, исправьте кодировку");
        } else if (cleaned.control) {
            refuse(Rule::bad_text, path,
                   std::string(what) +
                       ": в тексте управляющие символы (перевод строки, табуляция и подобные), "
                       "уберите их");
        } else if (length == 0) {
            refuse(Rule::bad_text, path, std::string(what) + ": текст пуст, напишите его");
        } else if (length > max_length) {
            refuse(Rule::too_long, path,
                   std::string(what) + ": символов " + std::to_string(length) +
                       ", в чек помещается " + std::to_string(max_length) + ", сократите");
        } else {
            if (!cleaned.replaced.empty()) {
                warn("text_replaced", path,
                     std::string(what) +
                         ": этих символов в чеке не бывает, они заменены: " + cleaned.replaced);
            }
            return std::move(cleaned.text);
        }
        return std::nullopt;
    }

    /// The same for a text that may be empty, in place.
    void tidy(std::string& text, const Field& path, std::string_view what, std::size_t max_length) {
        if (!text.empty()) {
            text = clean(text, path, what, max_length).value_or(std::string());
        }
    }
    void tidy(std::vector<std::string>& texts, const Field& path, std::string_view what,
              std::size_t max_length) {
        for (auto& text : texts) {
            tidy(text, path, what, max_length);
        }
    }

    void check_inn(const std::string& inn, const Field& path) {
        if (!inn.empty() && !valid_inn(inn)) {
            refuse(Rule::bad_inn, path,
                   "ИНН «" + inn + "» неверен: нужны 10 или 12 цифр с верной контрольной");
        }
    }

    /// `decimals` is how many the value may have, `bound` its largest text.
    void refuse_number(NumberFault fault, const Field& path, std::string_view what,
                       const Number& sent, std::string_view decimals, const std::string& bound) {
        const auto number = std::string(what) + " " + sent.text();
        switch (fault) {
        case NumberFault::negative:
            refuse(Rule::bad_number, path,
                   number + (sent.negative() ? ": отрицательного числа здесь быть не может"
                                             : ": число должно быть больше нуля"));
            return;
        case NumberFault::too_many_decimals:
            refuse(Rule::bad_number, path,
                   number + ": знаков после точки может быть не больше " + std::string(decimals) +
                       ", округлите");
            return;
        case NumberFault::none:
        case NumberFault::empty:
        case NumberFault::not_a_number:
        case NumberFault::too_long:
        case NumberFault::too_large:
            break;
        }
        refuse(Rule::bad_number, path, number + ": больше допустимых " + bound);
    }

    /// A sum that must be exact to a kopeck.
    std::optional<Money> money(const Number& sent, const Field& path, std::string_view what) {
        const auto sum = Money::exact(sent);
        if (sum.has_value()) {
            return *sum;
        }
        refuse_number(sum.error().fault(), path, what, sent, "двух",
                      Money(Money::max_kopecks).text());
        return std::nullopt;
    }

    std::optional<Money> stated_total() {
        const auto path = at(names_.total);
        if (!draft_.total) {
            refuse(Rule::missing, path, "нет суммы чека: укажите её");
            return std::nullopt;
        }
        return money(*draft_.total, path, "сумма чека");
    }

    // Positions.

    void lines() {
        const auto count = draft_.positions.size();
        const auto path = at(names_.positions);
        if (count == 0) {
            refuse(Rule::no_positions, path, "в чеке нет ни одной позиции: нужна хотя бы одна");
            return;
        }
        if (count > legal_.max_positions) {
            refuse(Rule::too_many_positions, path,
                   "позиций " + std::to_string(count) + ", в чеке может быть не больше " +
                       std::to_string(legal_.max_positions) + ": разделите на несколько чеков");
            return;
        }
        lines_total_ = Money();
        document_.items.reserve(count); // a split line is rare
        for (std::size_t i = 0; i < count; ++i) {
            position(i);
        }
        tell_other_lines();
    }

    void position(std::size_t i) {
        const auto& sent = draft_.positions[i];
        auto name = position_name(i);
        const auto price = position_price(i);
        const auto quantity = position_quantity(i);
        const auto sum = position_sum(i, price, quantity);
        if (sum && lines_total_) {
            *lines_total_ += *sum;
        } else {
            lines_total_.reset();
        }

        Item item;
        item.method = sent.method.value_or(legal_.payment_method);
        item.object = sent.object.value_or(legal_.payment_object);
        const auto vat = position_vat(i, item.method);
        settlement(i, item, name);
        agents(i, item);
        if (in_format(i, item.object)) {
            marking(i, item);
        }
        if (!name || !quantity || !sum || !vat || (sent.price && !price)) {
            return; // each of them was told
        }
        item.name = *std::move(name);
        item.vat = *vat;
        add_lines(i, std::move(item), price, *quantity, *sum);
    }

    std::optional<std::string> position_name(std::size_t i) {
        const auto path = at(i, names_.name);
        if (draft_.positions[i].name.empty()) {
            refuse(Rule::missing, path, "нет наименования: укажите, что продано");
            return std::nullopt;
        }
        return clean(draft_.positions[i].name, path, "наименование",
                     context_.capabilities.name_length);
    }

    std::optional<Money> position_price(std::size_t i) {
        const auto& sent = draft_.positions[i].price;
        if (!sent) {
            return std::nullopt;
        }
        const auto path = at(i, names_.price);
        const auto rounded = Money::rounded(*sent);
        if (!rounded.has_value()) {
            refuse_number(rounded.error().fault(), path, "цена", *sent, "двух",
                          Money(Money::max_kopecks).text());
            return std::nullopt;
        }
        if (!rounded->was_exact) {
            warn("price_rounded", path,
                 "цена " + sent->text() + " округлена до " + rounded->money.text());
        }
        return rounded->money;
    }

    std::optional<Quantity> position_quantity(std::size_t i) {
        const auto& sent = draft_.positions[i].quantity;
        const auto path = at(i, names_.quantity);
        if (!sent) {
            refuse(Rule::missing, path, "нет количества: укажите его");
            return std::nullopt;
        }
        const auto digits = context_.capabilities.quantity_digits;
        const auto quantity = Quantity::exact(*sent);
        if (!quantity.has_value() && quantity.error().fault() != NumberFault::too_many_decimals) {
            refuse_number(quantity.error().fault(), path, "количество", *sent, {},
                          Quantity(Quantity::max_micro).text());
            return std::nullopt;
        }
        if (!quantity.has_value() || quantity->decimals() > digits) {
            refuse(Rule::quantity_digits, path,
                   "количество " + sent->text() + ": касса принимает не больше " +
                       std::to_string(digits) + " знаков после точки, округлите");
            return std::nullopt;
        }
        return *quantity;
    }

    /// What the line costs; computed where it was not sent.
    std::optional<Money> position_sum(std::size_t i, std::optional<Money> price,
                                      std::optional<Quantity> quantity) {
        const auto& sent = draft_.positions[i];
        const auto path = at(i, names_.sum);
        if (sent.sum) {
            return money(*sent.sum, path, "сумма позиции");
        }
        if (!sent.price) {
            refuse(Rule::missing, path, "нет ни суммы позиции, ни цены: укажите сумму");
            return std::nullopt;
        }
        if (!price || !quantity) {
            return std::nullopt;
        }
        const auto cost = line_cost(*price, *quantity);
        if (cost.kopecks() > Money::max_kopecks) {
            refuse(Rule::bad_number, path,
                   "цена " + price->text() + " × количество " + quantity->text() +
                       " больше допустимых " + Money(Money::max_kopecks).text());
            return std::nullopt;
        }
        return cost;
    }

    std::optional<VatRate> position_vat(std::size_t i, PaymentMethod method) {
        const auto path = at(i, names_.vat);
        const auto sent = draft_.positions[i].vat ? draft_.positions[i].vat : legal_.default_vat;
        if (!sent) {
            refuse(Rule::vat_missing, path,
                   "нет ставки НДС: укажите её (без НДС — \"none\") или задайте настройку "
                   "default_vat");
            return std::nullopt;
        }
        const auto& choice = vat_choice(*sent, method, path);
        if (!choice.has_value()) {
            refuse(choice.error().rule(), path, choice.error().text());
            return std::nullopt;
        }
        const auto rate = choice->rate;
        if (!context_.capabilities.has(rate)) {
            const std::string title(info(rate).title);
            const std::string& note = context_.capabilities.vat_rates_note;
            refuse(Rule::vat_unsupported, path,
                   note.empty() ? "ставку НДС «" + title +
                                      "» эта касса не умеет: обновите её прошивку или драйвер"
                                : "ставка НДС «" + title + "»: " + note);
            return std::nullopt;
        }
        return rate;
    }

    /// choose_vat(). The words about a rate are the same for every line with it and with the same
    /// method, so they are told once, where it first stands.
    const Result<VatChoice, VatRefusal>& vat_choice(VatRate sent, PaymentMethod method,
                                                    const Field& path) {
        const auto known = std::find_if(chosen_.begin(), chosen_.end(), [&](const Chosen& one) {
            return one.sent == sent && one.method == method;
        });
        if (known != chosen_.end()) {
            ++known->other_lines;
            return known->choice;
        }
        chosen_.push_back(
            {sent, method, choose_vat(sent, method, draft_, context_), warnings_.size(), 0, 0});
        Chosen& chosen = chosen_.back();
        if (chosen.choice.has_value()) {
            warn_of_vat(*chosen.choice, method, path);
        }
        chosen.warnings_end = warnings_.size();
        return chosen.choice;
    }

    void warn_of_vat(const VatChoice& choice, PaymentMethod method, const Field& path) {
        const auto rate = choice.rate;
        const auto title = std::string(info(rate).title);
        if (!choice.warning.empty()) {
            warn("vat_mapped", path, choice.warning);
        }
        if (info(rate).percent > 0 && info(rate).calculated != is_prepayment(method)) {
            warn("vat_form", path,
                 "ставка НДС «" + title + "» при способе расчёта " +
                     std::string(fiscal::name(method)) + ": обычно " +
                     (is_prepayment(method) ? "у предоплаты и аванса ставка расчётная (вида 22/122)"
                                            : "расчётная ставка бывает только у предоплаты и "
                                              "аванса"));
        }
        const auto taxation = document_.taxation;
        if (of_usn(rate) && taxation != Taxation::usn_income &&
            taxation != Taxation::usn_income_outcome) {
            warn("vat_usn", path,
                 "ставка НДС «" + title + "» бывает только на УСН, а в чеке " +
                     std::string(fiscal::title(taxation)));
        }
    }

    void tell_other_lines() {
        for (const Chosen& chosen : chosen_) {
            for (auto i = chosen.warnings_begin; chosen.other_lines > 0 && i < chosen.warnings_end;
                 ++i) {
                warnings_[i].text +=
                    "; то же ещё в позициях: " + std::to_string(chosen.other_lines);
            }
        }
    }

    /// Combinations of 1214, 1212 and the name that a KKT is sure to refuse.
    void settlement(std::size_t i, const Item& item, const std::optional<std::string>& name) {
        if (item.method == PaymentMethod::credit_payment && draft_.positions.size() > 1) {
            refuse(Rule::settlement, at(i, names_.method),
                   "оплата кредита должна быть единственной позицией чека, а позиций " +
                       std::to_string(draft_.positions.size()) + ": оформите её отдельным чеком");
        }
        const auto codes = name_codes(item.object);
        if (name && codes && !codes->has(*name)) {
            refuse(Rule::settlement, at(i, names_.name),
                   "при предмете расчёта " + titled(item.object) + " наименование — это число от " +
                       std::to_string(codes->first) + " до " + std::to_string(codes->last) +
                       ", а прислано «" + *name + "»");
        }
    }

    /// What the format of the KKT cannot say. While it is not known the receipt is taken: the
    /// executor compiles again with what the KKT tells.
    bool in_format(std::size_t i, PaymentObject object) {
        const auto needed = first_ffd(object);
        if (!context_.ffd || *context_.ffd >= needed) {
            return true;
        }
        refuse(Rule::unsupported, at(i, names_.object),
               "предмет расчёта " + titled(object) + " есть только с ФФД " +
                   std::string(ffd_title(needed)) + ", а касса зарегистрирована с ФФД " +
                   std::string(ffd_title(*context_.ffd)) +
                   ": укажите другой предмет расчёта или перерегистрируйте кассу");
        return false;
    }

    void agents(std::size_t i, Item& item) {
        const auto& sent = draft_.positions[i];
        const auto agent_path = at(i, "agent"), supplier_path = at(i, "supplier");
        if ((sent.agent || sent.supplier) && !context_.capabilities.agents) {
            refuse(Rule::unsupported, sent.agent ? agent_path : supplier_path,
                   "агентские данные эта касса не умеет: уберите их");
            return;
        }
        if (sent.agent) {
            auto& agent = item.agent.emplace(*sent.agent);
            const std::string phone = "телефон агента", operation = "операция агента",
                              name = "оператор перевода", address = "адрес оператора перевода";
            tidy(agent.transfer_operator_phones, agent_path, phone, max_phone_length);
            tidy(agent.paying_agent_phones, agent_path, phone, max_phone_length);
            tidy(agent.receive_operator_phones, agent_path, phone, max_phone_length);
            tidy(agent.operation, agent_path, operation, max_operation_length);
            tidy(agent.transfer_operator_name, agent_path, name, max_operator_length);
            tidy(agent.transfer_operator_address, agent_path, address, max_operator_address_length);
            check_inn(agent.transfer_operator_inn, agent_path);
        }
        if (sent.supplier) {
            auto& supplier = item.supplier.emplace(*sent.supplier);
            tidy(supplier.phones, supplier_path, "телефон поставщика", max_phone_length);
            tidy(supplier.name, supplier_path, "поставщик", max_supplier_length);
            check_inn(supplier.inn, supplier_path);
        }
    }

    void marking(std::size_t i, Item& item) {
        const auto& sent = draft_.positions[i];
        if ((sent.mark || of_marked_kind(item.object)) && !context_.capabilities.marking) {
            refuse(Rule::unsupported, at(i, names_.object),
                   "маркированные товары эта касса не умеет");
        } else if (!sent.mark && needs_mark(item.object)) {
            refuse(Rule::settlement, at(i, names_.object),
                   "предмет расчёта " + titled(item.object) +
                       " — это товар с кодом маркировки, а кода нет: пришлите код");
        }
        item.mark = sent.mark;
    }

    void add_lines(std::size_t i, Item item, std::optional<Money> price, Quantity quantity,
                   Money sum) {
        const auto resolved =
            line_sum(price, quantity, sum, legal_.fraction, legal_.max_discount_percent);
        const auto path = at(i, names_.sum);
        if (!resolved.has_value()) {
            refuse_line(resolved.error().fault(), path, price, quantity, sum);
            return;
        }
        const auto& lines = resolved->lines;
        if (item.mark && (lines.size() > 1 || resolved->quantity_in_name)) {
            refuse(Rule::line_sum, path,
                   "сумма " + sum.text() + " не делится на количество " + quantity.text() +
                       " поровну, а товар с кодом маркировки на строки не делится: пришлите каждый "
                       "код отдельной позицией");
            return;
        }
        if (resolved->quantity_in_name && !name_quantity(i, item, quantity, sum)) {
            return;
        }
        const auto asked = price ? ", прислано " + priced({*price, quantity, {}}) : std::string();
        if (lines.size() > 1) {
            warn("line_split", draft_.positions[i].path,
                 "сумма " + sum.text() + " не делится на " + quantity.text() +
                     " поровну, в чеке две строки: " + priced(lines[0]) + " и " + priced(lines[1]) +
                     asked);
        } else if (!resolved->quantity_in_name && price && lines.front().price != *price) {
            warn("price_adjusted", at(i, names_.price),
                 joined({"сумма позиции ", sum.text(), ", в чеке ", priced(lines.front()), asked}));
        }
        for (const auto& line : lines) {
            item.price = line.price;
            item.quantity = line.quantity;
            item.cost = line.cost;
            item.vat_sum = vat_amount(line.cost, item.vat);
            if (&line == &lines.back()) {
                document_.items.push_back(std::move(item));
            } else {
                document_.items.push_back(item);
            }
        }
    }

    void refuse_line(LineFault fault, const Field& path, std::optional<Money> price,
                     Quantity quantity, Money sum) {
        const auto asked = price.value_or(Money());
        const auto product =
            priced({asked, quantity, {}}) + " = " + line_cost(asked, quantity).text();
        switch (fault) {
        case LineFault::surcharge:
            refuse(Rule::line_sum, path,
                   "сумма позиции " + sum.text() + " больше, чем цена × количество (" + product +
                       "): исправьте сумму или цену");
            return;
        case LineFault::discount:
            refuse(Rule::line_sum, path,
                   "сумма позиции " + sum.text() + " меньше, чем цена × количество (" + product +
                       "), больше чем на " + std::to_string(legal_.max_discount_percent) +
                       " % (настройка legal.max_discount_percent): исправьте сумму или цену");
            return;
        case LineFault::none:
        case LineFault::fraction:
        case LineFault::too_large:
            break;
        }
        refuse(Rule::line_sum, path,
               "сумму позиции " + sum.text() + " нельзя составить из количества " +
                   quantity.text() + " и цены в копейках: исправьте сумму, цену или количество");
    }

    /// FractionPolicy::whole: the name tells the quantity in full or the line is refused, because a
    /// receipt that says "1" of something else would be false.
    bool name_quantity(std::size_t i, Item& item, Quantity quantity, Money sum) {
        const auto path = at(i, names_.name);
        const auto told = ", кол-во " + quantity.text();
        const auto length = text_length(item.name) + text_length(told);
        const auto most = context_.capabilities.name_length;
        if (length > most) {
            refuse(Rule::too_long, path,
                   "сумма " + sum.text() + " не составляется из количества " + quantity.text() +
                       ", поэтому количество пишется в наименование, а с ним символов " +
                       std::to_string(length) + ", в чек помещается " + std::to_string(most) +
                       ": сократите наименование");
            return false;
        }
        item.name += told;
        warn("quantity_in_name", at(i, names_.quantity),
             "сумма " + sum.text() + " не составляется из количества " + quantity.text() +
                 " и цены в копейках: в чеке 1 × " + sum.text() + ", количество — в наименовании");
        return true;
    }

    // The receipt.

    bool internet_sale() const { return draft_.internet.value_or(legal_.sale == Sale::internet); }

    void contact() {
        const auto path = at(names_.contact);
        if (draft_.contact.empty()) {
            if (!internet_sale()) {
                return;
            }
            if (legal_.contact_missing == ContactMissing::refuse) {
                refuse(Rule::contact_missing, path,
                       "при расчёте в интернете нужен телефон или e-mail покупателя: укажите его");
            } else {
                warn("contact_missing", path,
                     "нет телефона или e-mail покупателя, обязательного при расчёте в интернете: "
                     "чек будет напечатан, передайте его покупателю");
            }
            return;
        }
        const auto contact = normalise_contact(draft_.contact);
        if (contact.has_value()) {
            document_.contact = *contact;
            document_.sender_email = legal_.sender_email;
            return;
        }
        switch (contact.error().fault()) {
        case ContactFault::too_long:
            refuse(Rule::bad_contact, path,
                   "контакт покупателя длиннее " + std::to_string(max_contact_length) +
                       " символов, в чек он не поместится: укажите телефон или другой e-mail");
            return;
        case ContactFault::bad_email:
            refuse(Rule::bad_contact, path,
                   "«" + mask_contact(draft_.contact) +
                       "» не похоже на e-mail: исправьте или укажите телефон");
            return;
        case ContactFault::none:
        case ContactFault::empty:
        case ContactFault::bad_phone:
            break;
        }
        refuse(Rule::bad_contact, path,
               "«" + mask_contact(draft_.contact) +
                   "» не похоже ни на телефон, ни на e-mail: телефон пишется как +79161234567, "
                   "иностранный — с + и кодом страны");
    }

    void original() {
        if (draft_.original_date && *draft_.original_date > context_.today) {
            refuse(Rule::bad_date, at(names_.original_date),
                   "дата исходного чека " + draft_.original_date->russian() +
                       " позже сегодняшней " + context_.today.russian() + ": исправьте её");
        }
    }

    void cashier() {
        const auto path = at(names_.cashier);
        const bool sent = !draft_.cashier.empty();
        document_.cashier = sent ? draft_.cashier : legal_.cashier;
        tidy(document_.cashier, path, "кассир", max_cashier_length);
        if (!sent) {
            document_.cashier_inn = legal_.cashier_inn; // of the configured cashier only
        }
    }

    void internet() {
        document_.address = legal_.address;
        if (!internet_sale()) {
            return;
        }
        const auto path = at(names_.internet);
        const auto& device = context_.capabilities;
        if (legal_.site.empty()) {
            refuse(Rule::unsupported, path,
                   "расчёт в интернете, а адрес сайта не задан: укажите в настройках кассы "
                   "legal.site (и legal.sale = internet) или пришлите признак «не в интернете»");
        }
        if (!device.internet_tag || !device.electronic_only) {
            refuse(Rule::unsupported, path,
                   std::string("расчёт в интернете эта касса не умеет (") +
                       (device.internet_tag ? "чек без бумаги"
                                            : "признак расчёта в интернете, тег 1125") +
                       "): обновите её прошивку или выберите другую кассу");
        }
        const auto is_cash = [](const DraftPayment& payment) {
            return payment.kind == PaymentKind::cash;
        };
        if (std::any_of(draft_.payments.begin(), draft_.payments.end(), is_cash)) {
            warn("internet_cash", path,
                 "оплата наличными, а признак расчёта в интернете ставится только безналичным: "
                 "если деньги принял курьер, пришлите признак «не в интернете»");
        }
        document_.internet = true;
        document_.place = legal_.site;
        // Without a contact nobody would get an electronic receipt: it is printed.
        document_.electronic_only = !draft_.contact.empty();
    }

    std::optional<Taxation> chosen_taxation() const {
        if (draft_.taxation) {
            return draft_.taxation;
        }
        return legal_.taxation ? legal_.taxation : context_.taxations.only();
    }

    void check_taxation(std::optional<Taxation> taxation) {
        const auto path = at(names_.taxation);
        const bool known = context_.taxations.mask != 0;
        if (!taxation) {
            refuse(Rule::taxation, path,
                   known ? "в кассе зарегистрировано несколько систем налогообложения: укажите "
                           "нужную в чеке или в настройке legal.taxation"
                         : "система налогообложения не указана, а касса своих ещё не сообщила: "
                           "задайте настройку legal.taxation");
            return;
        }
        const auto title = std::string(fiscal::title(*taxation));
        if (known && !context_.taxations.has(*taxation)) {
            refuse(Rule::taxation, path,
                   "система налогообложения «" + title +
                       "» в кассе не зарегистрирована: укажите одну из её систем");
        }
        if (*taxation == Taxation::envd && !is_refund(draft_.kind) && !draft_.correction &&
            context_.today >= envd_abolished) {
            refuse(Rule::taxation, path,
                   "ЕНВД отменён с " + envd_abolished.russian() +
                       ": укажите действующую систему налогообложения");
        }
    }

    /// The sums make the total; one payment without a sum takes what the others leave.
    void payments(Money total) {
        const auto path = at(names_.payment);
        std::optional<PaymentKind> rest;
        if (draft_.payments.empty()) {
            rest = PaymentKind::electronic;
        }
        bool good = true;
        for (const auto& payment : draft_.payments) {
            if (!payment.sum) {
                if (rest) {
                    refuse(Rule::payment_sum, path,
                           "без суммы может быть только одна оплата: укажите суммы остальных");
                    return;
                }
                rest = payment.kind;
            } else if (const auto sum = money(*payment.sum, path, "сумма оплаты")) {
                document_.payments.of(payment.kind) += *sum;
            } else {
                good = false;
            }
        }
        if (!good) {
            return;
        }
        const auto sum = document_.payments.sum();
        if (sum > total || (!rest && sum != total)) {
            const auto cash = document_.payments.cash;
            const bool non_cash_over = sum - cash > total;
            refuse(Rule::payment_sum, path,
                   (non_cash_over ? "безналичными оплачено " + (sum - cash).text()
                                  : "оплачено " + sum.text()) +
                       ", а сумма чека " + total.text() +
                       ": оплаты должны составлять её ровно, сдача в чек не пишется");
        } else if (rest) {
            document_.payments.of(*rest) += total - sum;
        }
    }

    void correction() {
        if (!draft_.correction) {
            return;
        }
        const auto path = at("correction");
        auto& correction = document_.correction.emplace(*draft_.correction);
        if (!context_.capabilities.corrections) {
            refuse(Rule::unsupported, path, "чеки коррекции эта касса не умеет");
        }
        if (context_.ffd == ffd_1_05 && is_refund(draft_.kind)) {
            refuse(Rule::unsupported, path,
                   "в ФФД 1.05 чек коррекции бывает только прихода или расхода: возврат оформите "
                   "обычным чеком возврата, а ошибку в пробитом чеке исправьте чеком с обратным "
                   "признаком расчёта");
        }
        if (correction.date > context_.today) {
            refuse(Rule::bad_date, path,
                   "дата корректируемого расчёта " + correction.date.russian() +
                       " позже сегодняшней " + context_.today.russian() + ": исправьте её");
        }
        if (correction.type == CorrectionType::by_order && correction.number.empty()) {
            refuse(Rule::missing, path, "коррекция по предписанию: укажите его номер");
        }
        tidy(correction.number, path, "номер предписания", max_correction_number_length);
    }

    void buyer() {
        if (!draft_.buyer) {
            return;
        }
        const auto path = at("buyer");
        auto& buyer = document_.buyer.emplace(*draft_.buyer);
        tidy(buyer.name, path, "покупатель", max_buyer_length);
        check_inn(buyer.inn, path);
    }

    const Draft& draft_;
    const CompileContext& context_;
    const Legal& legal_;
    const FieldNames& names_;
    Document document_;
    Violations violations_;
    Warnings warnings_;
    struct Chosen {
        VatRate sent;
        PaymentMethod method;
        Result<VatChoice, VatRefusal> choice;
        std::size_t warnings_begin; ///< what was told of it
        std::size_t warnings_end;
        std::size_t other_lines; ///< after the first
    };
    std::vector<Chosen> chosen_;
    std::optional<Money> lines_total_; ///< nothing: the sum of a line is not known
};

} // namespace

Result<Compiled, NotLawful> compile(const Draft& draft, const CompileContext& context) {
    return Compilation(draft, context).run();
}

} // namespace kktd::fiscal
