#include "journal/columns.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <limits>

namespace kktd::journal {

namespace {

using fiscal::FaultClass;
using fiscal::ReceiptKind;
using fiscal::ReceiptState;

void append(std::string& packed, std::string_view field) {
    std::array<char, std::numeric_limits<std::size_t>::digits10 + 1> size{};
    const char* const end = std::to_chars(size.data(), size.data() + size.size(), field.size()).ptr;
    packed.reserve(packed.size() + size.size() + field.size() + 2);
    packed.append(size.data(), static_cast<std::size_t>(end - size.data()));
    packed += ':';
    packed += field;
    packed += ',';
}

template<class Integer>
Integer integer_of(std::string_view text) {
    Integer value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
        throw DamagedRow("number");
    }
    return value;
}

/// Takes fields off a packed list, front first.
class Fields {
public:
    explicit Fields(std::string_view packed) : rest_(packed) {}

    [[nodiscard]] bool done() const { return rest_.empty(); }

    [[nodiscard]] std::string_view next() {
        const std::size_t colon = rest_.find(':');
        if (colon == std::string_view::npos) {
            throw DamagedRow("list");
        }
        const auto size = integer_of<std::size_t>(rest_.substr(0, colon));
        rest_.remove_prefix(colon + 1);
        if (size >= rest_.size() || rest_[size] != ',') {
            throw DamagedRow("list");
        }
        const std::string_view field = rest_.substr(0, size);
        rest_.remove_prefix(size + 1);
        return field;
    }

    [[nodiscard]] std::string text() { return std::string(next()); }
    template<class Integer>
    [[nodiscard]] Integer integer() {
        return integer_of<Integer>(next());
    }

    void end() const {
        if (!done()) {
            throw DamagedRow("list");
        }
    }

private:
    std::string_view rest_;
};

FaultClass fault_class_of(std::string_view word) {
    constexpr std::array classes{
        FaultClass::link,     FaultClass::busy,    FaultClass::paper,    FaultClass::cover,
        FaultClass::clock,    FaultClass::shift,   FaultClass::ofd,      FaultClass::fn,
        FaultClass::identity, FaultClass::earlier, FaultClass::rejected, FaultClass::unsupported,
        FaultClass::internal,
    };
    for (const FaultClass cls : classes) {
        if (word == fiscal::name(cls)) {
            return cls;
        }
    }
    throw DamagedRow("fault class");
}

} // namespace

std::int64_t state_code(ReceiptState state) {
    switch (state) {
    case ReceiptState::accepted:
        return 2;
    case ReceiptState::done:
        return 3;
    case ReceiptState::refused:
        return 4;
    case ReceiptState::unknown:
        return 5;
    case ReceiptState::withdrawn:
        return 6;
    case ReceiptState::rehearsed:
        return 7;
    }
    throw DamagedRow("receipt state");
}

ReceiptState state_of(std::int64_t code) {
    switch (code) {
    case 2:
        return ReceiptState::accepted;
    case 3:
        return ReceiptState::done;
    case 4:
        return ReceiptState::refused;
    case 5:
        return ReceiptState::unknown;
    case 6:
        return ReceiptState::withdrawn;
    case 7:
        return ReceiptState::rehearsed;
    default:
        throw DamagedRow("receipt state");
    }
}

std::int64_t space_code(Space space) {
    switch (space) {
    case Space::real:
        return 0;
    case Space::test_device:
        return 1;
    case Space::rehearsal:
        return 2;
    }
    throw DamagedRow("key space");
}

Space space_of(std::int64_t code) {
    switch (code) {
    case 0:
        return Space::real;
    case 1:
        return Space::test_device;
    case 2:
        return Space::rehearsal;
    default:
        throw DamagedRow("key space");
    }
}

std::int64_t kind_code(ReceiptKind kind) {
    return static_cast<std::int64_t>(kind); // tag 1054
}

ReceiptKind kind_of(std::int64_t code) {
    switch (code) {
    case 1:
        return ReceiptKind::sell;
    case 2:
        return ReceiptKind::sell_refund;
    case 3:
        return ReceiptKind::buy;
    case 4:
        return ReceiptKind::buy_refund;
    default:
        throw DamagedRow("receipt kind");
    }
}

fiscal::TaskKind task_kind_of(std::string_view word) {
    const auto kind = fiscal::task_kind_by_name(word);
    if (!kind) {
        throw DamagedRow("document kind");
    }
    return *kind;
}

std::optional<std::string> pack(const std::optional<fiscal::Date>& date) {
    return date ? std::optional(date->iso()) : std::nullopt;
}

fiscal::Date date_of(std::string_view column) {
    const auto date = fiscal::Date::parse(column);
    if (!date) {
        throw DamagedRow("date");
    }
    return *date;
}

std::string pack(const fiscal::Warnings& warnings) {
    std::string packed;
    for (const fiscal::Warning& warning : warnings) {
        append(packed, warning.code);
        append(packed, warning.path);
        append(packed, warning.text);
    }
    return packed;
}

fiscal::Warnings warnings_of(std::string_view column) {
    fiscal::Warnings warnings;
    for (Fields fields(column); !fields.done();) {
        fiscal::Warning warning;
        warning.code = fields.text();
        warning.path = fields.text();
        warning.text = fields.text();
        warnings.push_back(std::move(warning));
    }
    return warnings;
}

std::string pack(const std::vector<std::string>& keys) {
    std::string packed;
    for (const std::string& key : keys) {
        append(packed, key);
    }
    return packed;
}

std::vector<std::string> keys_of(std::string_view column) {
    std::vector<std::string> keys;
    for (Fields fields(column); !fields.done();) {
        keys.push_back(fields.text());
    }
    return keys;
}

std::string pack(const fiscal::Fault& fault) {
    std::string packed;
    append(packed, fiscal::name(fault.cls()));
    append(packed, fault.text());
    append(packed, std::to_string(fault.native_code()));
    append(packed, fault.native_text());
    return packed;
}

fiscal::Fault fault_of(std::string_view column) {
    Fields fields(column);
    const FaultClass cls = fault_class_of(fields.next());
    std::string text = fields.text();
    const auto native_code = fields.integer<std::int64_t>();
    std::string native_text = fields.text();
    fields.end();
    return {cls, std::move(text), native_code, std::move(native_text)};
}

std::string pack(const fiscal::Registration& registration) {
    std::string packed;
    append(packed, registration.fn);
    append(packed, std::to_string(registration.fd));
    append(packed, registration.fpd);
    append(packed, std::to_string(registration.shift));
    append(packed, std::to_string(registration.number));
    append(packed, std::to_string(registration.time.seconds));
    append(packed, std::to_string(registration.total.kopecks()));
    append(packed, registration.rnm);
    append(packed, registration.qr);
    append(packed, registration.not_printed ? "not_printed" : "");
    return packed;
}

fiscal::Registration registration_of(std::string_view column) {
    Fields fields(column);
    fiscal::Registration registration;
    registration.fn = fields.text();
    registration.fd = fields.integer<std::uint32_t>();
    registration.fpd = fields.text();
    registration.shift = fields.integer<std::uint32_t>();
    registration.number = fields.integer<std::uint32_t>();
    registration.time.seconds = fields.integer<std::int64_t>();
    registration.total = fiscal::Money(fields.integer<std::int64_t>());
    registration.rnm = fields.text();
    registration.qr = fields.text();
    registration.not_printed = fields.next() == "not_printed";
    fields.end();
    return registration;
}

std::string pack(const std::vector<fiscal::VatRate>& rates) {
    std::string packed;
    for (const fiscal::VatRate rate : rates) {
        if (!packed.empty()) {
            packed += ' ';
        }
        packed += fiscal::info(rate).name;
    }
    return packed;
}

std::vector<fiscal::VatRate> rates_of(std::string_view column) {
    std::vector<fiscal::VatRate> rates;
    while (!column.empty()) {
        const std::size_t end = column.find(' ');
        const auto rate = fiscal::vat_by_name(column.substr(0, end));
        if (!rate) {
            throw DamagedRow("VAT rate");
        }
        rates.push_back(*rate);
        column.remove_prefix(end == std::string_view::npos ? column.size() : end + 1);
    }
    return rates;
}

} // namespace kktd::journal
