#include "driver/fptr10/receipt_calls.hpp"

#include "../../fiscal/sample_documents.hpp"
#include "fiscal/ffd.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd;
using namespace kktd::driver::fptr10;
using fiscal::sample::receipt;

namespace {

constexpr LibraryVersion newest{10, 10, 8, 0};
constexpr LibraryVersion of_2020{10, 8, 0, 0};

std::vector<Request> calls(const fiscal::Document& document, std::uint8_t ffd = fiscal::ffd_1_05,
                           const LibraryVersion& version = newest) {
    auto made = receipt_calls(document, ffd, version);
    BOOST_REQUIRE_MESSAGE(made.has_value(), made.error().text());
    return std::move(*made);
}

const Value* input(const Request& call, std::uint32_t id) {
    const auto found = std::ranges::find(call.inputs, id, &Input::id);
    return found == call.inputs.end() ? nullptr : &found->value;
}

template<class T>
T value(const Request& call, std::uint32_t id) {
    const Value* const found = input(call, id);
    BOOST_REQUIRE_MESSAGE(found != nullptr, id);
    return std::get<T>(*found);
}

std::string hex(const Bytes& bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const char c : bytes.bytes) {
        text += digits[static_cast<unsigned char>(c) >> 4];
        text += digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(fptr10_receipt_calls_tests)

BOOST_AUTO_TEST_CASE(a_sale_in_the_order_of_the_vendor) {
    fiscal::Document document = receipt();
    document.payments = {};
    document.payments.cash = fiscal::Money(95'000);
    document.payments.prepaid = fiscal::Money(100'000);
    const auto made = calls(document);
    BOOST_REQUIRE(made.size() == 5U);
    BOOST_TEST((made[0].method == Method::open_receipt));
    BOOST_TEST(value<std::uint32_t>(made[0], 65545) == 1U);
    BOOST_TEST(value<std::uint32_t>(made[0], 1055) == 1U);
    BOOST_TEST(value<std::string>(made[0], 1008) == "buyer@shop.test");
    BOOST_TEST(input(made[0], 1125) == nullptr);
    BOOST_TEST(input(made[0], 65572) == nullptr);
    BOOST_TEST((made[1].method == Method::registration));
    BOOST_TEST(value<std::string>(made[1], 65631) == "Наименование товара");
    BOOST_TEST(value<double>(made[1], 65632) == 325.0);
    BOOST_TEST(value<double>(made[1], 65633) == 6.0);
    BOOST_TEST(value<double>(made[1], 65634) == 1950.0);
    BOOST_TEST(value<std::uint32_t>(made[1], 65569) == 13U);
    BOOST_TEST(value<double>(made[1], 65570) == 351.64);
    BOOST_TEST(value<std::uint32_t>(made[1], 1212) == 1U);
    BOOST_TEST(value<std::uint32_t>(made[1], 1214) == 4U);
    BOOST_TEST((made[2].method == Method::receipt_total));
    BOOST_TEST(value<double>(made[2], 65613) == 1950.0);
    BOOST_TEST((made[3].method == Method::payment));
    BOOST_TEST(value<std::uint32_t>(made[3], 65564) == 2U);
    BOOST_TEST(value<double>(made[3], 65565) == 1000.0);
    BOOST_TEST(value<std::uint32_t>(made[4], 65564) == 0U); // cash last
    BOOST_TEST(value<double>(made[4], 65565) == 950.0);
}

/// What util_form_tlv of libfptr10 10.8.0.0 makes of the same elements.
BOOST_AUTO_TEST_CASE(structures_are_those_of_the_library) {
    fiscal::Document document = receipt("Привет");
    document.correction = fiscal::Correction{fiscal::CorrectionType::self, {2026, 3, 10}, "12"};
    document.items[0].supplier = fiscal::Supplier{{"+79", "+78"}, "ab", "7701234560"};
    document.buyer = fiscal::Buyer{"", "7701234560"};
    const auto made = calls(document, fiscal::ffd_1_2);
    BOOST_TEST(hex(value<Bytes>(made[0], 1084)) == "3d0404006b6b74643e0406008fe0a8a2a5e2");
    BOOST_TEST(hex(value<Bytes>(made[0], 1174)) == "9a040400005faf699b0402003132");
    BOOST_TEST(hex(value<Bytes>(made[0], 1256)) == "cc040c00373730313233343536302020");
    BOOST_TEST(hex(value<Bytes>(made[1], 1224)) == "930403002b3739930403002b3738c90402006162");
    const auto stamp = std::ranges::find(made[0].inputs, 1084U, &Input::id);
    BOOST_TEST(!stamp->printed);
}

BOOST_AUTO_TEST_CASE(kinds) {
    fiscal::Document document = receipt();
    const auto type = [&](fiscal::ReceiptKind kind) {
        document.kind = kind;
        return value<std::uint32_t>(calls(document, fiscal::ffd_1_2)[0], 65545);
    };
    using enum fiscal::ReceiptKind;
    BOOST_TEST(type(sell_refund) == 2U);
    BOOST_TEST(type(buy) == 4U);
    BOOST_TEST(type(buy_refund) == 5U);
    document.correction.emplace();
    BOOST_TEST(type(sell) == 7U);
    BOOST_TEST(type(sell_refund) == 8U);
    BOOST_TEST(type(buy) == 9U);
    BOOST_TEST(type(buy_refund) == 10U);
}

BOOST_AUTO_TEST_CASE(parts_follow_the_ffd) {
    fiscal::Document document = receipt();
    document.items[0].unit = "кг";
    document.items[0].measure = 11;
    document.items[0].agent.emplace();
    document.items[0].agent->kind = 32;
    document.buyer = fiscal::Buyer{"Петров", "7701234560"};
    document.internet = true;
    document.electronic_only = true;
    document.place = "https://shop.test";
    const auto old = calls(document, fiscal::ffd_1_05);
    BOOST_TEST(value<std::string>(old[1], 1197) == "кг");
    BOOST_TEST(input(old[1], 2108) == nullptr);
    BOOST_TEST(value<std::uint32_t>(old[0], 1057) == 32U);
    BOOST_TEST(value<std::uint32_t>(old[1], 1222) == 32U);
    BOOST_TEST(input(old[1], 1223) == nullptr); // nothing in it
    BOOST_TEST(value<std::string>(old[0], 1227) == "Петров");
    BOOST_TEST(value<bool>(old[0], 1125));
    BOOST_TEST(value<bool>(old[0], 65572));
    BOOST_TEST(value<std::string>(old[0], 1187) == "https://shop.test");
    const auto recent = calls(document, fiscal::ffd_1_2);
    BOOST_TEST(input(recent[1], 1197) == nullptr);
    BOOST_TEST(value<std::uint32_t>(recent[1], 2108) == 11U);
    BOOST_TEST(input(recent[0], 1057) == nullptr);
    BOOST_TEST(input(recent[0], 1227) == nullptr);
    BOOST_TEST(input(recent[0], 1256) != nullptr);
}

BOOST_AUTO_TEST_CASE(a_correction_of_ffd_1_05_has_taxes_instead_of_lines) {
    fiscal::Document document = receipt();
    document.correction.emplace();
    const auto made = calls(document, fiscal::ffd_1_05);
    BOOST_REQUIRE(made.size() == 4U);
    BOOST_TEST((made[1].method == Method::receipt_tax));
    BOOST_TEST(value<std::uint32_t>(made[1], 65569) == 13U);
    BOOST_TEST(value<double>(made[1], 65570) == 351.64);
    BOOST_TEST((made[2].method == Method::receipt_total));
}

BOOST_AUTO_TEST_CASE(a_stamp_in_1192_is_not_in_1084_too) {
    fiscal::Document document = receipt();
    document.additional = document.stamp;
    const auto made = calls(document);
    BOOST_TEST(input(made[0], 1084) == nullptr);
    BOOST_TEST(value<std::string>(made[0], 1192) == "ABCDEFGHIJKLMNOP");
}

BOOST_AUTO_TEST_CASE(what_the_library_cannot_is_refused_before_anything_is_sent) {
    const auto rate = receipt_calls(receipt(), fiscal::ffd_1_05, of_2020);
    BOOST_REQUIRE(!rate.has_value());
    BOOST_TEST((rate.error().cls() == fiscal::FaultClass::unsupported));
    BOOST_TEST(rate.error().text() ==
               "Драйвер АТОЛ 10.8.0.0 не знает ставку НДС 22 %: установите драйвер АТОЛ "
               "(libfptr10.so) не старее 10.10.8.0 и перезапустите kktd.");
    fiscal::Document marked = receipt();
    marked.items[0].mark.emplace();
    const auto mark = receipt_calls(marked, fiscal::ffd_1_2, newest);
    BOOST_REQUIRE(!mark.has_value());
    BOOST_TEST((mark.error().cls() == fiscal::FaultClass::unsupported));
}

BOOST_AUTO_TEST_CASE(any_lawful_receipt_can_be_said) {
    std::mt19937_64 random(3);
    for (int i = 0; i < 300; ++i) {
        const auto document = fiscal::sample::random_receipt(random);
        for (const std::uint8_t ffd : {fiscal::ffd_1_05, fiscal::ffd_1_1, fiscal::ffd_1_2}) {
            BOOST_REQUIRE(calls(document, ffd).size() >= 3U);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
