#include "fiscal/totals.hpp"

#include "fiscal/tlv_codec.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

using namespace kktd::fiscal;

namespace {

std::uint64_t number(const TlvNode& node, std::uint16_t tag) {
    const TlvNode* found = node.find(tag);
    BOOST_REQUIRE_MESSAGE(found != nullptr, "no tag " << tag << " in " << node.tag);
    return tlv_number(found->value);
}

TlvNode counters(const Totals& totals) {
    TlvWriter tlv;
    put_counters(tlv, 1194, totals);
    BOOST_TEST(tlv.bad_tag() == 0);
    const auto nodes = decode_tlv(tlv.bytes());
    BOOST_REQUIRE(nodes.has_value());
    BOOST_REQUIRE(nodes->size() == 1U);
    BOOST_TEST(nodes->front().tag == 1194);
    return nodes->front();
}

KindTotals of_one_receipt(std::int64_t first) {
    KindTotals totals;
    totals.count = 1;
    std::int64_t next = first;
    Payments& payments = totals.payments;
    for (Money* sum : {&totals.total, &payments.cash, &payments.electronic, &payments.prepaid,
                       &payments.credit, &payments.provision}) {
        *sum = Money(next++);
    }
    for (Money& sum : totals.vat) {
        sum = Money(next++);
    }
    return totals;
}

constexpr std::initializer_list<std::uint16_t> sums{1201, 1136, 1138, 1218, 1219, 1220,
                                                    1139, 1140, 1143, 1183, 1141, 1142};

} // namespace

BOOST_AUTO_TEST_SUITE(totals_tests)

BOOST_AUTO_TEST_CASE(every_sum_has_its_counter) {
    Totals totals;
    for (const int count : {1, 2}) {
        for (int i = 0; i < 8; ++i) {
            totals.at(static_cast<ReceiptKind>(i % 4 + 1), i >= 4) +=
                of_one_receipt(1000 * (i + 1));
        }
        const TlvNode made = counters(totals);
        const auto times = static_cast<std::uint64_t>(count);
        BOOST_TEST(number(made, 1134) == 8 * times);
        const TlvNode* corrections = made.find(1133);
        BOOST_REQUIRE(corrections != nullptr);
        BOOST_TEST(number(*corrections, 1144) == 4 * times);
        // In the order of ReceiptKind.
        std::uint64_t expected = 1000;
        for (const auto& [parent, tag] :
             std::initializer_list<std::pair<const TlvNode*, std::uint16_t>>{{&made, 1129},
                                                                             {&made, 1130},
                                                                             {&made, 1131},
                                                                             {&made, 1132},
                                                                             {corrections, 1145},
                                                                             {corrections, 1232},
                                                                             {corrections, 1146},
                                                                             {corrections, 1233}}) {
            const TlvNode* kind = parent->find(tag);
            BOOST_REQUIRE_MESSAGE(kind != nullptr, "no " << tag);
            BOOST_TEST(number(*kind, 1135) == times);
            std::uint64_t sum = expected;
            for (const std::uint16_t of : sums) {
                BOOST_TEST(number(*kind, of) == sum * times, tag << '.' << of);
                ++sum;
            }
            expected += 1000;
        }
    }
}

BOOST_AUTO_TEST_CASE(no_receipts_are_zeroes) {
    const TlvNode made = counters({});
    BOOST_TEST(number(made, 1134) == 0U);
    BOOST_TEST(number(*made.find(1129), 1201) == 0U);
    BOOST_TEST(number(*made.find(1133)->find(1233), 1142) == 0U);
}

BOOST_AUTO_TEST_CASE(no_sums_are_too_large_to_close_a_shift) {
    constexpr Money most(std::numeric_limits<std::int64_t>::max());
    KindTotals largest;
    largest.total = most;
    largest.payments = {most, most, most, most, most};
    largest.vat.fill(most);
    Totals totals;
    for (int i = 0; i < 8; ++i) {
        totals.at(static_cast<ReceiptKind>(i % 4 + 1), i >= 4) = largest;
    }
    BOOST_TEST(number(*counters(totals).find(1132), 1220) ==
               static_cast<std::uint64_t>(most.kopecks()));
}

BOOST_AUTO_TEST_SUITE_END()
