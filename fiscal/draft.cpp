#include "fiscal/draft.hpp"

#include <array>
#include <charconv>
#include <concepts>

namespace kktd::fiscal {

namespace {

// The encoding: every text is its length in bytes, a colon and its bytes ("5:12/34"), a number is
// its decimal text, an optional value is "-" or "+" and the value, a list is its size and its
// elements. So no value can imitate another, and the bytes do not depend on the machine. One
// description of the fields serves the writer and the reader; what is not content stands in
// ar.only_whole().

constexpr std::string_view header = "kktd-draft 1\n";
constexpr std::string_view content_header = "kktd-content 1\n";

template<class T>
concept Enumeration = std::is_enum_v<T>;

bool known(VatRate rate) {
    return static_cast<std::size_t>(rate) < vat_rates().size();
}
bool known(PaymentMethod method) {
    return payment_method_by_code(static_cast<std::int64_t>(method)).has_value();
}
bool known(PaymentObject object) {
    return name(object).has_value();
}
bool known(ReceiptKind kind) {
    return kind >= ReceiptKind::sell && kind <= ReceiptKind::buy_refund;
}
bool known(PaymentKind kind) {
    return kind <= PaymentKind::provision;
}
bool known(CorrectionType type) {
    return type <= CorrectionType::by_order;
}
bool known(Taxation taxation) {
    return TaxationSet{static_cast<std::uint8_t>(taxation)}.only().has_value();
}

/// Const or not: the writer describes const objects, the reader mutable ones.
template<class T, class Plain>
concept Of = std::same_as<std::remove_const_t<T>, Plain>;

void describe(auto& ar, Of<Agent> auto& agent) {
    ar(agent.kind);
    ar(agent.transfer_operator_phones);
    ar(agent.operation);
    ar(agent.paying_agent_phones);
    ar(agent.receive_operator_phones);
    ar(agent.transfer_operator_name);
    ar(agent.transfer_operator_address);
    ar(agent.transfer_operator_inn);
}

void describe(auto& ar, Of<Supplier> auto& supplier) {
    ar(supplier.phones);
    ar(supplier.name);
    ar(supplier.inn);
}

void describe(auto& ar, Of<Mark> auto& mark) {
    ar(mark.code);
    ar(mark.planned_status);
}

void describe(auto& ar, Of<Correction> auto& correction) {
    ar(correction.type);
    ar(correction.date);
    ar(correction.number);
}

void describe(auto& ar, Of<Buyer> auto& buyer) {
    ar(buyer.name);
    ar(buyer.inn);
}

void describe(auto& ar, Of<DraftPayment> auto& payment) {
    ar(payment.kind);
    ar(payment.sum);
}

void describe(auto& ar, Of<DraftPosition> auto& position) {
    ar.only_whole([&] { ar(position.path); });
    ar(position.name);
    ar(position.price);
    ar(position.quantity);
    ar(position.sum);
    ar(position.vat);
    ar(position.method);
    ar(position.object);
    ar(position.agent);
    ar(position.supplier);
    ar(position.mark);
}

void describe(auto& ar, Of<Draft> auto& draft) {
    ar(draft.dialect);
    ar.only_whole([&] {
        ar(draft.number);
        ar(draft.date);
    });
    ar(draft.kind);
    ar(draft.correction);
    ar(draft.total);
    ar(draft.positions);
    ar(draft.payments);
    ar(draft.contact);
    ar(draft.cashier);
    ar(draft.taxation);
    ar(draft.internet);
    ar(draft.original_number);
    ar(draft.original_date);
    ar(draft.buyer);
}

class Writer {
public:
    explicit Writer(std::size_t bytes_expected) {
        encodings.whole.reserve(bytes_expected);
        encodings.content.reserve(bytes_expected);
        encodings.whole = header;
        encodings.content = content_header;
    }

    DraftEncodings encodings;

    void operator()(std::string_view text) {
        std::array<char, 24> head{}; // a size in decimal and the colon
        char* end = std::to_chars(head.data(), head.data() + head.size() - 1, text.size()).ptr;
        *end++ = ':';
        put({head.data(), static_cast<std::size_t>(end - head.data())});
        put(text);
    }
    void operator()(const std::string& text) { (*this)(std::string_view(text)); }
    void operator()(std::unsigned_integral auto number) {
        std::array<char, 24> digits{};
        const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        (*this)(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
    }
    void operator()(bool value) { (*this)(static_cast<std::uint8_t>(value)); }
    void operator()(Enumeration auto value) { (*this)(static_cast<std::uint8_t>(value)); }
    void operator()(const Number& number) { (*this)(number.text()); }
    void operator()(const Date& date) { (*this)(date.iso()); }
    template<class T>
    void operator()(const std::optional<T>& value) {
        put(value ? "+" : "-");
        if (value) {
            (*this)(*value);
        }
    }
    template<class T>
    void operator()(const std::vector<T>& values) {
        (*this)(values.size());
        for (const auto& value : values) {
            (*this)(value);
        }
    }
    template<class T>
    requires std::is_class_v<T>
    void operator()(const T& value) { describe(*this, value); }

    void only_whole(auto fields) {
        is_content_ = false;
        fields();
        is_content_ = true;
    }

private:
    void put(std::string_view bytes) {
        encodings.whole += bytes;
        if (is_content_) {
            encodings.content += bytes;
        }
    }

    bool is_content_ = true;
};

struct Reader {
    std::string_view in;
    bool failed = false;

    void only_whole(auto fields) { fields(); }

    void operator()(std::string& text) {
        std::size_t size = 0;
        const auto [end, error] = std::from_chars(in.data(), in.data() + in.size(), size);
        in.remove_prefix(static_cast<std::size_t>(end - in.data()));
        if (error != std::errc() || in.empty() || in.front() != ':' || size > in.size() - 1) {
            fail();
            return;
        }
        text = in.substr(1, size);
        in.remove_prefix(1 + size);
    }
    void operator()(std::unsigned_integral auto& number) {
        std::string text;
        (*this)(text);
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size()) {
            fail();
        }
    }
    void operator()(bool& value) {
        std::uint8_t number = 0;
        (*this)(number);
        value = number != 0;
    }
    template<Enumeration T>
    void operator()(T& value) {
        std::uint8_t number = 0;
        (*this)(number);
        value = static_cast<T>(number);
        if (!known(value)) {
            fail();
        }
    }
    void operator()(Number& number) {
        std::string text;
        (*this)(text);
        const auto parsed = Number::parse(text);
        parsed.has_value() ? void(number = *parsed) : fail();
    }
    void operator()(Date& date) {
        std::string text;
        (*this)(text);
        const auto parsed = Date::parse(text);
        parsed ? void(date = *parsed) : fail();
    }
    template<class T>
    void operator()(std::optional<T>& value) {
        if (in.empty() || (in.front() != '+' && in.front() != '-')) {
            fail();
            return;
        }
        const bool present = in.front() == '+';
        in.remove_prefix(1);
        if (present) {
            (*this)(value.emplace());
        }
    }
    template<class T>
    void operator()(std::vector<T>& values) {
        std::size_t size = 0;
        (*this)(size);
        for (; size > 0 && !failed; --size) { // each element takes bytes: ends with the input
            (*this)(values.emplace_back());
        }
    }
    template<class T>
    requires std::is_class_v<T>
    void operator()(T& value) { describe(*this, value); }

private:
    void fail() {
        failed = true;
        in = {};
    }
};

} // namespace

DraftEncodings encodings(const Draft& draft) {
    constexpr std::size_t of_receipt = 256, of_position = 192; // most need less
    Writer writer(of_receipt + of_position * draft.positions.size());
    writer(draft);
    return std::move(writer.encodings);
}

std::string encode(const Draft& draft) {
    return encodings(draft).whole;
}

std::string encode_content(const Draft& draft) {
    return encodings(draft).content;
}

std::optional<Draft> decode_draft(std::string_view bytes) {
    if (bytes.substr(0, header.size()) != header) {
        return std::nullopt;
    }
    Reader reader{bytes.substr(header.size())};
    Draft draft;
    reader(draft);
    // Only what encode() writes is an encoding: no second spelling of anything.
    if (reader.failed || encode(draft) != bytes) {
        return std::nullopt;
    }
    return draft;
}

} // namespace kktd::fiscal
