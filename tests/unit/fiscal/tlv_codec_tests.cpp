#include "fiscal/tlv_codec.hpp"

#include <boost/test/unit_test.hpp>
#include <random>

using namespace kktd::fiscal;
using namespace std::string_literals;

namespace {

template<class Write>
std::string written(Write write) {
    TlvWriter writer;
    write(writer);
    BOOST_TEST(writer.bad_tag() == 0);
    TlvWriter counter(TlvWriter::Purpose::count);
    write(counter);
    BOOST_TEST(counter.size() == writer.size());
    BOOST_TEST(counter.bytes() == "");
    return writer.bytes();
}

template<class Write>
std::uint16_t spoilt(Write write) {
    TlvWriter writer;
    write(writer);
    return writer.bad_tag();
}

} // namespace

BOOST_AUTO_TEST_SUITE(tlv_codec_tests)

// 1209 = 0x04B9, 1038 = 0x040E, 1012 = 0x03F4, 1020 = 0x03FC, 1023 = 0x03FF, 1018 = 0x03FA,
// 1008 = 0x03F0, 1021 = 0x03FD, 1084 = 0x043C, 1085 = 0x043D, 1086 = 0x043E, 1213 = 0x04BD.
BOOST_AUTO_TEST_CASE(golden_bytes_of_each_type) {
    BOOST_TEST(written([](TlvWriter& w) { w.byte(1209, 4); }) == "\xB9\x04\x01\x00\x04"s);
    BOOST_TEST(written([](TlvWriter& w) { w.uint16(1213, 0x0102); }) ==
               "\xBD\x04\x02\x00\x02\x01"s);
    BOOST_TEST(written([](TlvWriter& w) { w.uint32(1038, 7); }) ==
               "\x0E\x04\x04\x00\x07\x00\x00\x00"s);
    // 2017-10-06T12:30:00 local = 1507293000 = 0x59D777 48
    BOOST_TEST(written([](TlvWriter& w) {
                   w.time(1012, LocalTime::at({2017, 10, 6}, 12, 30));
               }) == "\xF4\x03\x04\x00\x48\x77\xD7\x59"s);
    // 195000 = 0x02F9B8
    BOOST_TEST(written([](TlvWriter& w) { w.money(1020, Money(195000)); }) ==
               "\xFC\x03\x03\x00\xB8\xF9\x02"s);
    BOOST_TEST(written([](TlvWriter& w) { w.money(1020, Money()); }) == "\xFC\x03\x01\x00\x00"s);
    BOOST_TEST(written([](TlvWriter& w) { w.vln(1020, 0x10000); }) ==
               "\xFC\x03\x03\x00\x00\x00\x01"s);
    BOOST_TEST(written([](TlvWriter& w) { w.quantity(1023, Quantity::units(6)); }) ==
               "\xFF\x03\x02\x00\x00\x06"s);
    // 0.5 = 5 with one decimal; 1.234 = 1234 = 0x04D2 with three
    BOOST_TEST(written([](TlvWriter& w) { w.quantity(1023, Quantity(500'000)); }) ==
               "\xFF\x03\x02\x00\x01\x05"s);
    BOOST_TEST(written([](TlvWriter& w) { w.quantity(1023, Quantity(1'234'000)); }) ==
               "\xFF\x03\x03\x00\x03\xD2\x04"s);
    // CP866: И = 88, в = A2, а = A0, н = AD; № = FC
    BOOST_TEST(written([](TlvWriter& w) { w.text(1021, "Иван №1"); }) ==
               "\xFD\x03\x07\x00\x88\xA2\xA0\xAD \xFC"
               "1"s);
    BOOST_TEST(written([](TlvWriter& w) { w.text(1018, "7701234560"); }) == "\xFA\x03\x0C\x00"
                                                                            "7701234560  "s);
    BOOST_TEST(written([](TlvWriter& w) { w.text_if(1008, ""); }).empty());
    BOOST_TEST(written([](TlvWriter& w) { w.bytes(1077, "\0\0\x01\x02\x03\x04"s); }) ==
               "\x35\x04\x06\x00\x00\x00\x01\x02\x03\x04"s);
}

BOOST_AUTO_TEST_CASE(golden_bytes_of_a_structure) {
    BOOST_TEST(written([](TlvWriter& w) {
                   w.nested(1084, [&] {
                       w.text(1085, "kktd");
                       w.text(1086, "AB");
                   });
               }) == "\x3C\x04\x0E\x00"
                     "\x3D\x04\x04\x00kktd"
                     "\x3E\x04\x02\x00"
                     "AB"s);
}

BOOST_AUTO_TEST_CASE(remembers_the_first_value_that_does_not_fit) {
    BOOST_TEST(spoilt([](TlvWriter& w) { w.text(1008, std::string(65, 'a')); }) == 1008);
    BOOST_TEST(spoilt([](TlvWriter& w) { w.text(1008, std::string(64, 'a')); }) == 0);
    BOOST_TEST(spoilt([](TlvWriter& w) { w.text(1021, "€"); }) == 1021);
    BOOST_TEST(spoilt([](TlvWriter& w) { w.money(1020, Money(-1)); }) == 1020);
    BOOST_TEST(spoilt([](TlvWriter& w) { w.money(1020, Money(1LL << 48)); }) == 1020);
    BOOST_TEST(spoilt([](TlvWriter& w) { w.time(1012, LocalTime{-1}); }) == 1012);
    BOOST_TEST(spoilt([](TlvWriter& w) { w.time(1012, LocalTime{1LL << 32}); }) == 1012);
    BOOST_TEST(spoilt([](TlvWriter& w) { w.quantity(1023, Quantity(-1)); }) == 1023);
    BOOST_TEST(spoilt([](TlvWriter& w) {
                   w.text(1192, std::string(17, 'a'));
                   w.text(1008, std::string(65, 'a'));
               }) == 1192);
    // A structure that outgrows 16 bits of length is told and keeps all its bytes.
    TlvWriter writer;
    writer.nested(3, [&] {
        for (int i = 0; i < 1000; ++i) {
            writer.bytes(1059, std::string(100, 'x'));
        }
    });
    BOOST_TEST(writer.bad_tag() == 3);
    BOOST_TEST(writer.bytes().size() == 4 + 1000 * 104U);
}

BOOST_AUTO_TEST_CASE(reads_values) {
    BOOST_TEST(tlv_number("\xB8\xF9\x02"s) == 195000U);
    BOOST_TEST(tlv_number("") == 0U);
    BOOST_TEST(tlv_number(std::string(20, '\xFF')) == ~0ULL);
    BOOST_TEST(tlv_money("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s).kopecks() == (1LL << 48) - 1);
    BOOST_TEST(tlv_text("\x88\xA2\xA0\xAD  "s) == "Иван");
    BOOST_TEST(tlv_quantity_text("\x00\x06"s) == "6");
    BOOST_TEST(tlv_quantity_text("\x01\x05"s) == "0.5");
    BOOST_TEST(tlv_quantity_text("\x03\xD2\x04"s) == "1.234");
    BOOST_TEST(tlv_quantity_text("\x03\xE8\x03"s) == "1");
    BOOST_TEST(tlv_quantity_text("\x00\x0A"s) == "10");
    BOOST_TEST(tlv_quantity_text("") == "0");
    BOOST_TEST(tlv_quantity_text("\x02"s) == "0");
    BOOST_TEST(tlv_quantity_text("\xFF\x01"s).size() == 257U);
}

BOOST_AUTO_TEST_CASE(decodes_a_tree) {
    const std::string bytes = "\x3C\x04\x0E\x00\x3D\x04\x04\x00kktd\x3E\x04\x02\x00"
                              "AB"
                              "\xFF\xFF\x01\x00z"s;
    const auto nodes = decode_tlv(bytes);
    BOOST_REQUIRE(nodes.has_value());
    BOOST_REQUIRE(nodes->size() == 2U);
    BOOST_TEST(nodes->front().children.size() == 2U);
    BOOST_REQUIRE(nodes->front().find(1086) != nullptr);
    BOOST_TEST(nodes->front().find(1086)->value == "AB");
    BOOST_TEST(nodes->front().find(1087) == nullptr);
    BOOST_TEST(nodes->back().value == "z"); // an unknown tag is kept
    BOOST_TEST(encode_tlv(*nodes) == bytes);
    BOOST_TEST(decode_tlv("")->empty());
    BOOST_TEST(*find_tlv(bytes, 65535) == "z");
    BOOST_TEST(!find_tlv(bytes, 1085).has_value()); // of this level only
}

BOOST_AUTO_TEST_CASE(tells_where_bytes_are_cut) {
    const std::string whole = "\xB9\x04\x01\x00\x04\x3C\x04\x08\x00\x3D\x04\x04\x00kktd"s;
    BOOST_TEST(decode_tlv(whole).has_value());
    for (std::size_t size = 1; size < whole.size(); ++size) {
        const auto nodes = decode_tlv(std::string_view(whole).substr(0, size));
        BOOST_TEST(nodes.has_value() == (size == 5U), "cut at " << size);
        if (!nodes) {
            BOOST_TEST(nodes.error().offset() == (size < 5 ? 0U : 5U));
        }
    }
    // Cut inside a structure whose own length is right: 1085 says 5 bytes where 4 are left.
    std::string inner = whole;
    inner[11] = 5;
    BOOST_REQUIRE(!decode_tlv(inner).has_value());
    BOOST_TEST(decode_tlv(inner).error().offset() == 9U);
}

BOOST_AUTO_TEST_CASE(refuses_structures_nested_too_deep) {
    std::string bytes;
    for (int depth = 0; depth <= max_tlv_depth; ++depth) {
        TlvWriter writer;
        writer.bytes(1084, bytes);
        BOOST_TEST(decode_tlv(writer.bytes()).has_value() == (depth < max_tlv_depth));
        bytes = writer.bytes();
    }
}

BOOST_AUTO_TEST_CASE(whatever_decodes_encodes_back) {
    std::mt19937_64 random(1);
    int decoded = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes;
        for (auto elements = random() % 6; elements > 0; --elements) {
            static constexpr std::uint16_t some[] = {3, 1059, 1084, 1085, 1223, 7, 1020, 1115};
            const std::uint16_t tag = some[random() % std::size(some)];
            const auto length = random() % 12;
            bytes.push_back(static_cast<char>(tag & 0xFF));
            bytes.push_back(static_cast<char>(tag >> 8));
            bytes.push_back(static_cast<char>(length));
            bytes.push_back(0);
            for (auto left = length; left > 0; --left) {
                bytes.push_back(static_cast<char>(random() % 4));
            }
        }
        if (const auto nodes = decode_tlv(bytes)) {
            ++decoded;
            BOOST_TEST(encode_tlv(*nodes) == bytes);
        }
    }
    BOOST_TEST(decoded > 1000);
}

BOOST_AUTO_TEST_SUITE_END()
