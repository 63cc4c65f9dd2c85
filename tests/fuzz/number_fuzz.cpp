// libFuzzer: whatever text is a number, its canonical text is the same number, and what a unit
// takes from it is exactly its value.
#include "fiscal/quantity.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using kktd::fiscal::Money;
using kktd::fiscal::Number;
using kktd::fiscal::Quantity;

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

void require_same(std::string_view text, const Number& number) {
    const auto again = Number::parse(text);
    require(again.has_value() && *again == number);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A copy of exactly the size, so that a sanitizer sees every byte read beyond it.
    const std::string text(data, data + size);
    const auto number = Number::parse(text);
    if (!number.has_value()) {
        return 0;
    }
    require(number->scale() >= 0 && number->scale() <= Number::max_scale);
    require(number->scale() == 0 || number->mantissa() % 10 != 0);
    auto canonical = number->text();
    require_same(canonical, *number);
    require_same(canonical + "e0", *number);
    if (const auto point = canonical.find('.'); point != std::string::npos) {
        canonical[point] = ',';
        require_same(canonical, *number);
    }

    const auto exact = Money::exact(*number);
    const auto rounded = Money::rounded(*number);
    if (exact.has_value()) {
        require_same(exact->text(), *number);
        require(rounded.has_value() && rounded->was_exact && rounded->money == *exact);
    }
    if (rounded.has_value()) {
        require(rounded->was_exact == exact.has_value());
        require(rounded->money >= Money() && rounded->money.kopecks() <= Money::max_kopecks);
    }
    if (const auto quantity = Quantity::exact(*number); quantity.has_value()) {
        require_same(quantity->text(), *number);
        require(quantity->decimals() == number->scale());
        require(quantity->micro() > 0 && quantity->micro() <= Quantity::max_micro);
    }
    return 0;
}
