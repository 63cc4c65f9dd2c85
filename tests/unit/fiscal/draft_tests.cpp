#include "sample.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <set>

using namespace kktd::fiscal;

namespace {

/// Everything a draft can say.
Draft full() {
    auto draft = sample::draft();
    draft.names = nullptr;
    draft.correction = Correction{CorrectionType::by_order, {2025, 3, 1}, "12-3"};
    draft.payments = {{PaymentKind::cash, sample::number("10.5")}, {PaymentKind::credit, {}}};
    draft.contact = "+79161234567";
    draft.cashier = "Иванова";
    draft.taxation = Taxation::patent;
    draft.internet = false;
    draft.original_number = "17";
    draft.original_date = Date{2025, 12, 31};
    draft.buyer = Buyer{"ООО", "7707083893"};
    auto& position = draft.positions.front();
    position.method = PaymentMethod::credit;
    position.object = PaymentObject::marked;
    position.agent = Agent{64, {"+7", ""}, "о", {}, {"1"}, "и", "а", "и"};
    position.supplier = Supplier{{"+7"}, "п", "и"};
    position.mark = Mark{std::string("01\x1D\0-+:", 7), 2};
    draft.positions.push_back({});
    return draft;
}

std::string random_text(std::mt19937& random) {
    constexpr std::string_view characters("01:+-\n\0a\xD0", 9);
    std::string text;
    for (auto size = random() % 5; size > 0; --size) {
        text += characters[random() % characters.size()];
    }
    return text;
}

/// A draft from a small space, so that near misses are many.
Draft random_draft(std::mt19937& random) {
    const auto some = [&](int of) {
        return static_cast<int>(random() % static_cast<unsigned>(of));
    };
    const auto number = [&]() -> std::optional<Number> {
        if (some(2) == 0) {
            return std::nullopt;
        }
        return Number::of(some(12));
    };
    Draft draft;
    draft.dialect = some(2) == 0 ? "classic" : "v1";
    draft.number = random_text(random);
    draft.contact = random_text(random);
    draft.cashier = random_text(random);
    draft.original_number = random_text(random);
    draft.total = number();
    if (some(2) == 0) {
        draft.date = Date{2026, 1, static_cast<int>(1 + some(3))};
    }
    if (some(2) == 0) {
        draft.internet = some(2) == 0;
    }
    for (auto count = some(3); count > 0; --count) {
        DraftPosition position;
        position.path = random_text(random);
        position.name = random_text(random);
        position.price = number();
        position.sum = number();
        if (some(2) == 0) {
            position.vat = static_cast<VatRate>(some(14));
        }
        if (some(3) == 0) {
            position.mark = Mark{random_text(random), static_cast<std::uint8_t>(some(256))};
        }
        draft.positions.push_back(std::move(position));
    }
    for (auto count = some(3); count > 0; --count) {
        draft.payments.push_back({static_cast<PaymentKind>(some(5)), number()});
    }
    return draft;
}

} // namespace

BOOST_AUTO_TEST_SUITE(draft_tests)

BOOST_AUTO_TEST_CASE(what_is_read_is_what_was_written) {
    const auto draft = full();
    BOOST_TEST((decode_draft(encode(draft)) == draft));
    const Draft empty;
    BOOST_TEST((decode_draft(encode(empty)) == empty));
    BOOST_TEST((encode(draft).rfind("kktd-draft 1\n", 0) == 0));
}

/// Journals keep these bytes for years: whoever changes them makes a new version.
BOOST_AUTO_TEST_CASE(bytes_of_version_1) {
    auto draft = sample::draft();
    draft.number = "7";
    draft.positions.front().name = "A";
    BOOST_TEST(encode(draft) == "kktd-draft 1\n7:classic1:7+10:2017-10-061:1-+4:19501:1"
                                "17:/Goods/Position_11:A+6:325.12+1:6+4:1950+1:0-----"
                                "1:00:0:--0:--");
}

BOOST_AUTO_TEST_CASE(names_and_repeats_are_not_content) {
    auto draft = sample::draft();
    const auto bytes = encode(draft);
    draft.names = nullptr;
    draft.allow_repeat = true;
    BOOST_TEST(encode(draft) == bytes);
}

BOOST_AUTO_TEST_CASE(the_writing_of_a_number_is_not_content) {
    auto draft = sample::draft();
    const auto bytes = encode(draft);
    draft.total = sample::number("1.95e3");
    draft.positions.front().price = sample::number("325,1200");
    BOOST_TEST(encode(draft) == bytes);
}

BOOST_AUTO_TEST_CASE(content_is_without_number_date_and_places) {
    const auto draft = sample::draft();
    auto other = draft;
    other.number = "8";
    other.date.reset();
    other.positions.front().path = "/Goods/0";
    BOOST_TEST(encode_content(other) == encode_content(draft));
    BOOST_TEST(encode(other) != encode(draft));
    other.contact = "a@b.ru";
    BOOST_TEST(encode_content(other) != encode_content(draft));
}

BOOST_AUTO_TEST_CASE(property_different_drafts_have_different_bytes) {
    std::mt19937 random(54);
    std::vector<Draft> drafts;
    std::set<std::string> bytes;
    for (int i = 0; i < 20'000; ++i) {
        auto draft = random_draft(random);
        auto encoded = encode(draft);
        BOOST_TEST_REQUIRE((decode_draft(encoded) == draft));
        bytes.insert(std::move(encoded));
    }
    BOOST_TEST(bytes.size() > 15'000U);
}

BOOST_AUTO_TEST_CASE(property_damaged_bytes_are_refused_or_another_draft) {
    const auto bytes = encode(full());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        BOOST_TEST_REQUIRE(!decode_draft(bytes.substr(0, i)).has_value());
        for (const char c : {'0', '9', '+', '-', ':', '\xFF'}) {
            auto damaged = bytes;
            damaged[i] = c;
            const auto draft = decode_draft(damaged);
            BOOST_TEST_REQUIRE((!draft || encode(*draft) == damaged));
        }
    }
    BOOST_TEST(!decode_draft(bytes + "0").has_value());
    BOOST_TEST(!decode_draft("kktd-draft 2\n" + bytes.substr(13)).has_value());
    BOOST_TEST(!decode_draft("").has_value());
    // A list that says it is huge costs nothing.
    BOOST_TEST(
        !decode_draft("kktd-draft 1\n7:classic1:7-1:1--20:18446744073709551615").has_value());
}

BOOST_AUTO_TEST_CASE(values_outside_their_lists_are_refused) {
    const std::string good = "kktd-draft 1\n7:classic0:-1:1--1:01:00:0:--0:--";
    BOOST_TEST_REQUIRE(decode_draft(good).has_value());
    for (const auto* kind : {"1:0", "1:5", "3:256", "1:x", "2:01", "0:", "-1:"}) {
        auto bad = good;
        bad.replace(26, 3, kind);
        BOOST_TEST(!decode_draft(bad).has_value(), bad);
    }
}

BOOST_AUTO_TEST_SUITE_END()
