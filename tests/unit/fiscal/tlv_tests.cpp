#include "fiscal/tlv.hpp"

#include "fiscal/tag.hpp"
#include "fiscal/tlv_codec.hpp"
#include "sample_documents.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

namespace {

constexpr DocumentNumbers numbers{.time = {1'507'293'000}, .fd = 42, .shift = 7, .number = 3};

TlvNode decoded(const EncodedDocument& encoded) {
    const auto nodes = decode_tlv(encoded.tlv);
    BOOST_REQUIRE(nodes.has_value());
    BOOST_REQUIRE(nodes->size() == 1U);
    return nodes->front();
}

std::string text(const TlvNode& node, std::uint16_t tag) {
    const TlvNode* found = node.find(tag);
    return found == nullptr ? "(none)" : tlv_text(found->value);
}

std::int64_t number(const TlvNode& node, std::uint16_t tag) {
    const TlvNode* found = node.find(tag);
    return found == nullptr ? -1 : static_cast<std::int64_t>(tlv_number(found->value));
}

/// Every tag is known, stands where it may and has a length it may have.
void check_places(const TlvNode& node, Place place) {
    const TagInfo* tag = find_tag(node.tag);
    BOOST_REQUIRE_MESSAGE(tag != nullptr, "unknown tag " << node.tag);
    BOOST_TEST(overlap(tag->places, place), "misplaced tag " << node.tag);
    if (tag->type == TagType::stlv) {
        for (const TlvNode& child : node.children) {
            check_places(child, tag->inside);
        }
        return;
    }
    BOOST_TEST(node.value.size() <= tag->max_length, "too long: tag " << node.tag);
    BOOST_TEST((!tag->fixed || node.value.size() == tag->max_length), "short: tag " << node.tag);
}

KktRegistration registration(std::uint8_t ffd) {
    KktRegistration made;
    made.ffd = ffd;
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(tlv_tests)

BOOST_AUTO_TEST_CASE(a_receipt_carries_what_it_must) {
    Document document = sample::receipt();
    document.internet = true;
    document.place = "https://other.test";
    const EncodedDocument encoded = encode_receipt(document, KktRegistration(), numbers);
    BOOST_TEST(encoded.bad_tag == 0);
    const TlvNode form = decoded(encoded);
    BOOST_TEST(form.tag == form_receipt);
    BOOST_TEST(number(form, 1209) == 4);
    BOOST_TEST(text(form, 1048).starts_with(test_mark));
    BOOST_TEST(text(form, 1018) == "7701234560");
    BOOST_TEST(number(form, 1012) == 1'507'293'000);
    BOOST_TEST(number(form, 1038) == 7);
    BOOST_TEST(number(form, 1040) == 42);
    BOOST_TEST(number(form, 1042) == 3);
    BOOST_TEST(text(form, 1041) == "9999078900012345");
    BOOST_TEST(number(form, 1054) == 1);
    BOOST_TEST(number(form, 1055) == 1);
    BOOST_TEST(text(form, 1021) == "Иванова");
    BOOST_TEST(text(form, 1008) == "buyer@shop.test");
    BOOST_TEST(text(form, 1187) == "https://other.test");
    BOOST_TEST(text(form, 1009) == KktRegistration().address);
    BOOST_TEST(number(form, 1125) == 1);
    BOOST_TEST(number(form, 1020) == 195000);
    BOOST_TEST(number(form, 1081) == 195000);
    for (const std::uint16_t empty : std::initializer_list<std::uint16_t>{1031, 1215, 1216, 1217}) {
        BOOST_TEST(number(form, empty) == 0);
    }
    const TlvNode* item = form.find(1059);
    BOOST_REQUIRE(item != nullptr);
    BOOST_TEST(text(*item, 1030) == "Наименование товара");
    BOOST_TEST(number(*item, 1079) == 32500);
    BOOST_TEST(number(*item, 1043) == 195000);
    BOOST_TEST(tlv_quantity_text(item->find(1023)->value) == "6");
    BOOST_TEST(number(*item, 1199) == 11);
    BOOST_TEST(number(*item, 1200) == 35164);
    BOOST_TEST(number(*item, 1214) == 4);
    BOOST_TEST(number(*item, 1212) == 1);
    BOOST_TEST(number(*item, 2108) == 0);
    const TlvNode* attribute = form.find(1084);
    BOOST_REQUIRE(attribute != nullptr);
    BOOST_TEST(text(*attribute, 1085) == "kktd");
    BOOST_TEST(text(*attribute, 1086) == document.stamp);
    // The sign is the last element; its low four bytes are the number people read.
    BOOST_REQUIRE(form.children.back().tag == 1077);
    const std::string& sign = form.children.back().value;
    std::uint32_t value = 0;
    for (std::size_t i = 2; i < 6; ++i) {
        value = value << 8 | static_cast<unsigned char>(sign[i]);
    }
    BOOST_TEST(value == encoded.fpd);
}

BOOST_AUTO_TEST_CASE(rates_without_a_tag_of_their_own_go_into_the_container) {
    Document document = sample::receipt();
    TlvNode form = decoded(encode_receipt(document, KktRegistration(), numbers));
    const TlvNode* totals = form.find(1115);
    BOOST_REQUIRE(totals != nullptr);
    BOOST_REQUIRE(totals->children.size() == 1U);
    BOOST_TEST(number(totals->children[0], 1199) == 11);
    BOOST_TEST(number(totals->children[0], 1120) == 35164);
    BOOST_TEST(number(form, 1104) == 0); // the format wants it beside 1115 alone

    document.items.push_back(
        sample::item("Старый товар", Money(12000), Quantity::units(1), VatRate::vat20));
    document.items.push_back(
        sample::item("Очень старый товар", Money(11800), Quantity::units(1), VatRate::vat18));
    document.items.push_back(sample::item("Услуга", Money(500), Quantity::units(1), VatRate::none));
    form = decoded(encode_receipt(sample::paid(document), KktRegistration(), numbers));
    BOOST_TEST(number(form, 1102) == 2000 + 1800); // 18 and 20 % share their tag
    BOOST_TEST(number(form, 1105) == 500);
    BOOST_TEST(number(form, 1104) == -1);
    BOOST_TEST(form.find(1115)->children.size() == 1U);
    // 0 % and none carry no tax of the line.
    BOOST_TEST(number(form.children[form.children.size() - 1], 1200) == -1);
}

BOOST_AUTO_TEST_CASE(versions_of_the_format_differ) {
    Document document = sample::receipt();
    document.buyer = Buyer{"ООО Покупатель", "7701234560"};
    Item& item = document.items[0];
    item.unit = "шт";
    item.agent.emplace();
    item.agent->kind = 64;
    item.mark = Mark{"010460043993125621JgXJ5.T\x1D"
                     "93dGVz",
                     1};
    const TlvNode old = decoded(encode_receipt(document, registration(2), numbers));
    BOOST_TEST(text(old, 1227) == "ООО Покупатель");
    BOOST_TEST(number(old, 1057) == 64);
    BOOST_TEST(text(*old.find(1059), 1197) == "шт");
    BOOST_TEST((old.find(1059)->find(2108) == nullptr));
    // 44 4D, GTIN 04600439931256 = 0x042F1F968178 big endian, serial
    BOOST_TEST(old.find(1059)->find(1162)->value == std::string("\x44\x4D\x04\x2F\x1F\x96\x81\x78"
                                                                "JgXJ5.T"));

    const TlvNode now = decoded(encode_receipt(document, registration(4), numbers));
    BOOST_TEST((now.find(1227) == nullptr));
    BOOST_TEST(text(*now.find(1256), 1228) == "7701234560");
    BOOST_TEST((now.find(1057) == nullptr));
    const TlvNode* marked = now.find(1059);
    BOOST_TEST((marked->find(1197) == nullptr));
    BOOST_TEST(number(*marked, 1222) == 64);
    BOOST_TEST((marked->find(1223) == nullptr)); // nothing to tell beyond the kind
    BOOST_TEST(text(*marked->find(1163), 1305) == "010460043993125621JgXJ5.T");
    BOOST_TEST(number(*marked, 2102) == 0);

    item.mark->code = "not-a-GS1-code-at-all-and-very-long-it-is";
    const TlvNode other = decoded(encode_receipt(document, registration(4), numbers));
    BOOST_TEST(text(*other.find(1059)->find(1163), 1300) == item.mark->code.substr(0, 32));
}

BOOST_AUTO_TEST_CASE(a_correction_has_its_form_and_its_reason) {
    Document document = sample::receipt();
    document.correction = Correction{CorrectionType::by_order, Date{2026, 1, 31}, "12-34"};
    const TlvNode form = decoded(encode_receipt(document, KktRegistration(), numbers));
    BOOST_TEST(form.tag == form_correction);
    BOOST_TEST(number(form, 1173) == 1);
    BOOST_TEST(number(*form.find(1174), 1178) == LocalTime::at({2026, 1, 31}).seconds);
    BOOST_TEST(text(*form.find(1174), 1179) == "12-34");
}

BOOST_AUTO_TEST_CASE(the_stamp_stands_in_one_place) {
    Document document = sample::receipt();
    document.additional = document.stamp;
    TlvNode form = decoded(encode_receipt(document, KktRegistration(), numbers));
    BOOST_TEST(text(form, 1192) == document.stamp);
    BOOST_TEST((form.find(1084) == nullptr));
    document.additional.clear();
    document.stamp.clear();
    form = decoded(encode_receipt(document, KktRegistration(), numbers));
    BOOST_TEST((form.find(1084) == nullptr));
    BOOST_TEST((form.find(1192) == nullptr));
}

BOOST_AUTO_TEST_CASE(shift_reports) {
    ShiftReport report;
    report.cashier = "Иванова";
    report.fn.resource_ends = true;
    report.ofd = {.unsent = 5, .first_fd = 38, .oldest = LocalTime{1'507'000'000}};
    report.receipts = 12;
    report.documents = 14;
    const TlvNode open = decoded(encode_shift_open(report, KktRegistration(), numbers));
    BOOST_TEST(open.tag == form_shift_open);
    BOOST_TEST(number(open, 1050) == 1);
    BOOST_TEST(number(open, 1051) == 0);
    BOOST_TEST(text(open, 1188) == KktRegistration().firmware);
    BOOST_TEST(number(open, 1189) == 4);
    BOOST_TEST((open.find(1042) == nullptr));
    const TlvNode close = decoded(encode_shift_close(report, KktRegistration(), numbers));
    BOOST_TEST(close.tag == form_shift_close);
    BOOST_TEST(number(close, 1118) == 12);
    BOOST_TEST(number(close, 1111) == 14);
    BOOST_TEST(number(close, 1097) == 5);
    BOOST_TEST(number(close, 1098) == 1'507'000'000);
    check_places(open, Place::message);
    check_places(close, Place::message);
}

BOOST_AUTO_TEST_CASE(the_sign_changes_with_every_part_of_a_document) {
    const Document document = sample::receipt();
    const auto sign = [&](const Document& d, const KktRegistration& r, DocumentNumbers n) {
        return encode_receipt(d, r, n).fpd;
    };
    const std::uint32_t first = sign(document, KktRegistration(), numbers);
    BOOST_TEST(first == sign(document, KktRegistration(), numbers));
    DocumentNumbers next = numbers;
    next.fd = 43;
    BOOST_TEST(first != sign(document, KktRegistration(), next));
    KktRegistration other;
    other.identity.fn = "9999078900012346";
    BOOST_TEST(first != sign(document, other, numbers));
    BOOST_TEST(first != sign(sample::receipt("BBBBBBBBBBBBBBBB"), KktRegistration(), numbers));
}

BOOST_AUTO_TEST_CASE(tells_the_first_value_that_does_not_fit) {
    Document document = sample::receipt();
    document.items[0].name = std::string(129, 'a');
    BOOST_TEST(encode_receipt(document, KktRegistration(), numbers).bad_tag == 1030);
    document.items[0].name = "€";
    BOOST_TEST(encode_receipt(document, KktRegistration(), numbers).bad_tag == 1030);
    document = sample::receipt();
    document.items[0].supplier = Supplier{{}, std::string(256, 'a'), {}};
    document.items[0].agent.emplace();
    document.items[0].agent->transfer_operator_address = std::string(256, 'a');
    document.items[0].agent->paying_agent_phones.assign(11, "+79161234567890");
    document.items[0].additional = std::string(64, 'a');
    document.items[0].name = std::string(128, 'a');
    BOOST_TEST(encode_receipt(document, KktRegistration(), numbers).bad_tag == 0);
    document.items[0].customs_declaration = std::string(32, 'a');
    document.items[0].supplier->phones.assign(6, "+79161234567890");
    BOOST_TEST(encode_receipt(document, KktRegistration(), numbers).bad_tag == 1059); // 1024 bytes
}

BOOST_AUTO_TEST_CASE(random_receipts_stand_by_the_dictionary) {
    std::mt19937_64 random(20);
    for (int i = 0; i < 300; ++i) {
        const Document document = sample::random_receipt(random);
        for (const std::uint8_t ffd : std::initializer_list<std::uint8_t>{2, 3, 4}) {
            const EncodedDocument encoded = encode_receipt(document, registration(ffd), numbers);
            BOOST_TEST(encoded.bad_tag == 0);
            BOOST_TEST(encoded.tlv.size() <= tlv_size(document, ffd));
            BOOST_TEST(tlv_size(document, ffd) <= tlv_size(document));
            BOOST_TEST((!surely_fits(document) || tlv_size(document) <= Document::max_tlv_bytes));
            BOOST_TEST(encoded.tlv.size() <= tlv_size(document));
            const TlvNode form = decoded(encoded);
            check_places(form, Place::message);
            BOOST_TEST(encode_tlv({form}) == encoded.tlv);
            std::int64_t cost = 0;
            std::size_t lines = 0;
            for (const TlvNode& child : form.children) {
                if (child.tag == 1059) {
                    BOOST_TEST(text(child, 1030) == tlv_text(child.find(1030)->value));
                    cost += number(child, 1043);
                    ++lines;
                }
            }
            BOOST_TEST(lines == document.items.size());
            BOOST_TEST(cost == number(form, 1020));
        }
    }
}

BOOST_AUTO_TEST_CASE(size_is_an_upper_bound_and_counts_beyond_16_bits) {
    Document document = sample::receipt("");
    const std::size_t one = tlv_size(document);
    BOOST_TEST(one > encode_receipt(document, KktRegistration(), numbers).tlv.size());
    BOOST_TEST(one < 2000U);
    const Item item = document.items[0];
    document.items.assign(1000, item);
    const std::size_t thousand = tlv_size(sample::paid(document));
    BOOST_TEST(thousand > 65'536U);
    BOOST_TEST(thousand < one + 999 * 150U);
}

BOOST_AUTO_TEST_CASE(a_glance_never_promises_too_much) {
    std::mt19937_64 random(21);
    std::size_t fitting = 0;
    for (int i = 0; i < 300; ++i) {
        Document document = sample::random_receipt(random);
        const std::vector<Item> items = document.items;
        // The most lines the glance lets through show how little room it leaves.
        while (surely_fits(document)) {
            document.items.insert(document.items.end(), items.begin(), items.end());
        }
        if (document.items.size() > items.size()) {
            document.items.resize(document.items.size() - items.size());
            BOOST_TEST(tlv_size(document) <= Document::max_tlv_bytes);
            ++fitting;
        }
    }
    BOOST_TEST(fitting > 10U);
    Document longest = sample::receipt();
    Item& item = longest.items[0];
    item.name.assign(128, 'a');
    item.unit.assign(16, 'a');
    item.additional.assign(64, 'a');
    item.customs_declaration.assign(32, 'a');
    item.country = "643";
    item.excise = Money();
    longest.items.assign(1000, item);
    for (auto* text : {&longest.place, &longest.address, &longest.additional, &longest.contact}) {
        text->assign(256, 'a');
    }
    while (!surely_fits(longest)) {
        longest.items.pop_back();
    }
    BOOST_TEST(longest.items.size() > 40U);
    BOOST_TEST(tlv_size(longest) <= Document::max_tlv_bytes);
}

BOOST_AUTO_TEST_SUITE_END()
