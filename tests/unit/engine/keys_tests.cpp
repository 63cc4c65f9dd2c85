#include "engine/keys.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kktd;

fiscal::Draft draft(const std::string& number) {
    fiscal::Draft draft;
    draft.dialect = "classic";
    draft.number = number;
    draft.date = fiscal::Date{2026, 3, 2};
    return draft;
}

constexpr const char* inn = "7701234560";

} // namespace

BOOST_AUTO_TEST_SUITE(keys_tests)

BOOST_AUTO_TEST_CASE(number_and_header_are_two_keys) {
    const auto keys = engine::keys_of(draft("A"), inn, "h");
    BOOST_TEST(keys.all.size() == 2U);
    BOOST_TEST(engine::keys_of(draft("A"), inn, "").all.size() == 1U);
    BOOST_TEST(engine::keys_of(draft(""), inn, "h").all.size() == 1U);
    BOOST_TEST(engine::keys_of(draft(""), inn, "").all.empty());
    BOOST_TEST(engine::keys_of(draft(""), inn, "").repeat.empty());
}

BOOST_AUTO_TEST_CASE(each_part_of_the_key_tells_receipts_apart) {
    const auto base = engine::keys_of(draft("A"), inn, "").all;
    BOOST_TEST(base != engine::keys_of(draft("B"), inn, "").all);
    BOOST_TEST(base != engine::keys_of(draft("A"), "7707083893", "").all);
    auto other = draft("A");
    other.kind = fiscal::ReceiptKind::sell_refund;
    BOOST_TEST(base != engine::keys_of(other, inn, "").all);
    other = draft("A");
    other.date = fiscal::Date{2026, 3, 3};
    BOOST_TEST(base != engine::keys_of(other, inn, "").all);
    BOOST_TEST(engine::keys_of(draft("A"), inn, "").repeat ==
               engine::keys_of(other, inn, "").repeat);
}

BOOST_AUTO_TEST_CASE(without_a_date_the_number_is_the_key) {
    auto undated = draft("A");
    undated.date.reset();
    const auto keys = engine::keys_of(undated, inn, "");
    BOOST_TEST(keys.all.size() == 1U);
    BOOST_TEST(keys.all != engine::keys_of(draft("A"), inn, "").all);
    auto other = draft("B");
    other.date.reset();
    BOOST_TEST(keys.all != engine::keys_of(other, inn, "").all);
    // With and without a date look like a repeat of each other.
    BOOST_TEST(keys.repeat == engine::keys_of(draft("A"), inn, "").repeat);
    BOOST_TEST(keys.content_digest == engine::keys_of(draft("A"), inn, "").content_digest);
}

BOOST_AUTO_TEST_CASE(the_digest_is_of_the_content_alone) {
    const auto digest = engine::keys_of(draft("A"), inn, "").content_digest;
    BOOST_TEST(digest.size() == 32U);
    BOOST_TEST(digest == engine::keys_of(draft("B"), inn, "x").content_digest);
    auto other = draft("A");
    other.contact = "a@b.ru";
    BOOST_TEST(digest != engine::keys_of(other, inn, "").content_digest);
}

BOOST_AUTO_TEST_SUITE_END()
