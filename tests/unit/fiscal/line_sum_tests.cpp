#include "fiscal/line_sum.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace kktd::fiscal;

namespace {

constexpr int any_discount = 100;

auto resolve(std::optional<std::int64_t> price, std::int64_t micro, std::int64_t sum,
             FractionPolicy policy = FractionPolicy::whole, int discount = any_discount) {
    return line_sum(price ? std::optional(Money(*price)) : std::nullopt, Quantity(micro),
                    Money(sum), policy, discount);
}

LineFault fault_of(std::optional<std::int64_t> price, std::int64_t micro, std::int64_t sum,
                   FractionPolicy policy = FractionPolicy::whole, int discount = any_discount) {
    const auto result = resolve(price, micro, sum, policy, discount);
    return result.has_value() ? LineFault::none : result.error().fault();
}

Line line(std::int64_t price, std::int64_t units, std::int64_t cost) {
    return {Money(price), Quantity::units(units), Money(cost)};
}

constexpr std::int64_t one = Quantity::per_unit;

} // namespace

BOOST_AUTO_TEST_SUITE(line_sum_tests)

BOOST_AUTO_TEST_CASE(a_right_line_is_kept) {
    const auto kept = resolve(32500, 6 * one, 195000);
    BOOST_TEST((kept->lines == std::vector{line(32500, 6, 195000)}));
    BOOST_TEST((resolve(333, one / 3, 111)->lines.front().price == Money(333)));
    BOOST_TEST((resolve(0, 2 * one, 0)->lines == std::vector{line(0, 2, 0)}));
}

BOOST_AUTO_TEST_CASE(the_classic_receipt) {
    const auto adjusted = resolve(32512, 6 * one, 195000);
    BOOST_TEST((adjusted->lines == std::vector{line(32500, 6, 195000)}));
    BOOST_TEST(!adjusted->quantity_in_name);
}

BOOST_AUTO_TEST_CASE(two_lines_where_one_cannot) {
    BOOST_TEST((resolve({}, 7 * one, 195000)->lines ==
                std::vector{line(27857, 6, 167142), line(27858, 1, 27858)}));
    BOOST_TEST((resolve({}, 3 * one, 10000)->lines ==
                std::vector{line(3333, 2, 6666), line(3334, 1, 3334)}));
    BOOST_TEST((resolve({}, 3 * one, 2)->lines == std::vector{line(0, 1, 0), line(1, 2, 2)}));
}

BOOST_AUTO_TEST_CASE(property_whole_and_small_quantities_are_always_exact) {
    std::mt19937_64 random(20171006);
    const auto upto = [&](std::int64_t least, std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(least, most)(random);
    };
    for (int i = 0; i < 200'000; ++i) {
        const bool whole = i % 2 == 0;
        const auto micro = whole ? upto(1, 99'999) * one : upto(1, 1'000) * 1'000;
        const auto sum = upto(0, i % 4 < 2 ? 4'000'000 : 4'000);
        const auto result = resolve({}, micro, sum, FractionPolicy::refuse);
        BOOST_TEST_REQUIRE(result.has_value());
        BOOST_TEST_REQUIRE(result->lines.size() <= (whole ? 2U : 1U));
        std::int64_t total = 0, quantity = 0;
        for (const auto& line : result->lines) {
            BOOST_TEST_REQUIRE((line.cost == line_cost(line.price, line.quantity)));
            BOOST_TEST_REQUIRE(line.quantity.micro() > 0);
            total += line.cost.kopecks();
            quantity += line.quantity.micro();
        }
        BOOST_TEST_REQUIRE(total == sum);
        BOOST_TEST_REQUIRE(quantity == micro);
    }
}

BOOST_AUTO_TEST_CASE(property_large_fractions_are_exact_or_told) {
    std::mt19937_64 random(1859);
    std::uniform_int_distribution<std::int64_t> micros(1'001, 50'000), sums(1, 5'000'000);
    int kept = 0;
    for (int i = 0; i < 50'000; ++i) {
        const auto micro = micros(random) * 1'000;
        const auto sum = sums(random);
        if (micro % one == 0) {
            continue;
        }
        const auto result = resolve({}, micro, sum);
        BOOST_TEST_REQUIRE(result.has_value());
        BOOST_TEST_REQUIRE((result->lines.front().cost == Money(sum)));
        const bool refused =
            fault_of({}, micro, sum, FractionPolicy::refuse) == LineFault::fraction;
        BOOST_TEST_REQUIRE(result->quantity_in_name == refused);
        if (refused) {
            BOOST_TEST_REQUIRE((result->lines == std::vector{line(sum, 1, sum)}));
            // No price at all would do.
            const auto near = sum * one / micro;
            for (auto price = std::max<std::int64_t>(0, near - 3); price <= near + 3; ++price) {
                BOOST_TEST_REQUIRE((line_cost(Money(price), Quantity(micro)) != Money(sum)));
            }
        } else {
            ++kept;
        }
    }
    BOOST_TEST(kept > 0);
}

BOOST_AUTO_TEST_CASE(surcharges) {
    // 1950 / 7 rounded to 278.57: the sum is 0.01 above the product.
    BOOST_TEST((fault_of(27857, 7 * one, 195000) == LineFault::none));
    // A kopeck a unit and more is no rounding.
    BOOST_TEST((fault_of(27857, 7 * one, 194999 + 6) == LineFault::none));
    BOOST_TEST((fault_of(27857, 7 * one, 194999 + 7) == LineFault::surcharge));
    BOOST_TEST((fault_of(10000, one, 10001) == LineFault::surcharge));
    BOOST_TEST((fault_of(0, one, 1) == LineFault::surcharge));
    // One kopeck of a fractional quantity is: 3.33 rounded up.
    BOOST_TEST((fault_of(1000, 333'000, 334) == LineFault::none));
    BOOST_TEST((fault_of(1000, 333'000, 335) == LineFault::surcharge));
}

BOOST_AUTO_TEST_CASE(discounts) {
    BOOST_TEST((fault_of(32512, 6 * one, 0) == LineFault::none));
    BOOST_TEST((fault_of(10000, 2 * one, 18000, FractionPolicy::whole, 10) == LineFault::none));
    BOOST_TEST((fault_of(10000, 2 * one, 17999, FractionPolicy::whole, 10) == LineFault::discount));
    BOOST_TEST((fault_of(10000, 2 * one, 19999, FractionPolicy::whole, 0) == LineFault::discount));
    BOOST_TEST((fault_of({}, 2 * one, 1, FractionPolicy::whole, 0) == LineFault::none));
}

BOOST_AUTO_TEST_CASE(a_price_over_the_bound) {
    BOOST_TEST((fault_of({}, 1'000, Money::max_kopecks) == LineFault::too_large));
}

BOOST_AUTO_TEST_SUITE_END()
