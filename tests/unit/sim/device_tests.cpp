#include "bench_kkt.hpp"
#include "fiscal/tlv_codec.hpp"

using namespace kktd;
using namespace kktd::sim;
using namespace kktd::sim::testing;

namespace {

const std::string no_change = "55 00 00 00 00 00 00 00 00 00 00 00";

std::string value(const fiscal::FinishedDocument& document, std::uint16_t tag) {
    fiscal::TlvCursor form(document.tlv);
    BOOST_REQUIRE(form.next());
    return std::string(fiscal::find_tlv(form.value(), tag).value_or("absent"));
}

std::string item_value(const fiscal::FinishedDocument& document, std::uint16_t tag) {
    const std::string item = value(document, 1059);
    return std::string(fiscal::find_tlv(item, tag).value_or("absent"));
}

} // namespace

BOOST_AUTO_TEST_SUITE(device_tests)

BOOST_AUTO_TEST_CASE(tells_who_it_is) {
    BenchKkt kkt;
    BOOST_TEST(kkt("A5") == "00 03 01 3e 10 00 03 00 00 78 20 80 92 8e 8b 20 35 35 94");
    BOOST_TEST(kkt("9D 01") == "55 00 03 00 00 78 20");
    BOOST_TEST(kkt("91 16 00 00") == "55 00 00 10 60 00 12 34 56");
    BOOST_TEST(kkt("91 18 00 00") == "55 00 48 05 76");
    BOOST_TEST(kkt("91 36 00 00") == "55 00 03 03 02 25 11 26 00 00 00 00 00 00 00");
    BOOST_TEST(BenchKkt(3)("91 36 00 00").substr(0, 14) == "55 00 03 03 03");
    BOOST_TEST(kkt("A4 31") == "55 00 39 39 39 39 30 37 38 39 30 30 30 31 32 33 34 35");
    BOOST_TEST(kkt("46 13 00 01 04") == "55 00 00");
    BOOST_TEST(kkt("EF 09 0a 08 00") == "55 66 00");
    BOOST_TEST(kkt("") == "55 14 00");
}

BOOST_AUTO_TEST_CASE(status_has_thirty_bytes) {
    BenchKkt kkt;
    // fiscal, drawer closed, paper, fiscal FN; no shift
    BOOST_TEST(kkt("3F") == "44 30 01 26 11 25 09 30 15 4d 00 12 34 56 3e 33 30 00 00 00 00 00 00 "
                            "00 00 00 00 00 02 06");
    BOOST_TEST(kkt("45") == "55 00 00");
    kkt.open_shift();
    kkt.does("92 00 02");
    kkt.position();
    BOOST_TEST(kkt("3F") == "44 30 01 26 11 25 09 30 15 4f 00 12 34 56 3e 33 30 01 00 00 00 00 02 "
                            "00 00 19 50 72 02 06");
    BOOST_TEST(kkt("45") == "55 01 00");
    BOOST_TEST(kkt("99 00 01 0000000100") == "55 00 00 00 19 49 72 00 00 00 00 00");
    BOOST_TEST(kkt("45") == "55 41 00"); // 1.4: payments are taken
}

BOOST_AUTO_TEST_CASE(modes_are_entered_from_the_selection) {
    BenchKkt kkt;
    BOOST_TEST(kkt("9A 00") == "55 66 00");
    BOOST_TEST(kkt("56 01 00 00 00 31") == "55 8c 00");
    BOOST_TEST(kkt("56 01 00 00 00") == "55 14 00");
    BOOST_TEST(kkt("56 09 00 00 00 30") == "55 66 00");
    kkt.does("56 01 00 00 00 30");
    BOOST_TEST(kkt("56 03 00 00 00 30") == "55 66 00");
    kkt.does("48");
    kkt.does("56 03 00 00 00 29");
    BOOST_TEST(kkt("5A") == "55 8f 00");
}

BOOST_AUTO_TEST_CASE(a_whole_receipt_is_registered_as_it_was_told) {
    BenchKkt kkt;
    kkt.does("48");
    kkt.does("56 01 00 00 00 30");
    kkt.does("E8 01 01 00 fd 03 06 00 88 a2 a0 ad ae a2");                   // 1021
    kkt.does("E8 01 01 00 b3 04 0c 00 31 32 33 36 35 34 37 38 39 35 30 37"); // 1203
    kkt.does("9A 00");
    BOOST_TEST(kkt("9A 00") == "55 9c 00");
    BOOST_TEST(kkt("91 12 00 00") == "55 00 01 26 11 26 09 30 15"); // to be closed by
    kkt.does("E8 01 01 00 fd 03 06 00 88 a2 a0 ad ae a2");
    kkt.does("92 04 01");
    kkt.does("E8 01 01 00 f0 03 06 00 61 40 62 2e 72 75");       // 1008 a@b.ru
    kkt.does("E8 01 01 00 1f 04 01 00 01");                      // 1055
    kkt.does("E8 01 01 00 65 04 01 00 01");                      // 1125
    kkt.does("E8 01 01 00 a3 04 08 00 68 74 74 70 3a 2f 2f 61"); // 1187 http://a
    // 1084 {1085 kktd, 1086 stamp}
    kkt.does("E8 00 01 00 3c 04 1c 00 3d 04 04 00 6b 6b 74 64 3e 04 10 00 41 42 43 44 45 46 47 48 "
             "49 4a 4b 4c 4d 4e 4f 50");
    BOOST_TEST(kkt("91 13 00 00") == "55 00 00 01 00 01 00 00 00 02");
    kkt.position();
    BOOST_TEST(kkt("91 14 00 00") == "55 00 00 00 19 50 72 00 00 19 50 72 00 00 00 00 00");
    BOOST_TEST(kkt("91 3d 01 00") == "55 00 00 00 00 03 25 12");
    BOOST_TEST(kkt("91 34 00 00").substr(0, 20) == "55 00 00 00 00 00 01");
    BOOST_TEST(kkt("99 00 02 0000195072") == no_change);
    kkt.does("4A 00 01 0000000000");

    BOOST_REQUIRE(kkt.last_fd() == 2);
    const auto& made = *kkt.till.last_receipt();
    BOOST_TEST((made.total == fiscal::Money(195072)));
    BOOST_TEST(made.stamp == "ABCDEFGHIJKLMNOP");
    BOOST_TEST(value(made, 1008) == "a@b.ru");
    BOOST_TEST(value(made, 1021) == bytes("88 a2 a0 ad ae a2"));
    BOOST_TEST(value(made, 1187) == "http://a");
    BOOST_TEST(hex(value(made, 1125)) == "01");
    BOOST_TEST(hex(item_value(made, 1030)) == "92 ae a2 a0 e0 20 31");
    BOOST_TEST(hex(item_value(made, 1199)) == "01");
    BOOST_TEST(hex(item_value(made, 1214)) == "04");
    BOOST_TEST((fiscal::tlv_money(value(made, 1081)) == fiscal::Money(195072)));

    // Registers 51 and 52 have advanced by the receipt.
    const std::string of_document = kkt("91 34 00 00");
    BOOST_TEST(of_document.substr(0, 35) == "55 00 00 00 00 00 02 25 11 26 09 30");
    const std::string of_receipt = kkt("91 33 00 00");
    BOOST_TEST(of_receipt.substr(0, 59) ==
               "55 00 00 00 00 00 02 01 00 00 00 00 19 50 72 25 11 26 09 30");
    BOOST_TEST(of_receipt.substr(59) == of_document.substr(35)); // the same fiscal sign
    BOOST_TEST(kkt("91 35 00 00") == "55 00 00 00 01 00 00 01");
    BOOST_TEST(kkt("91 13 00 00").substr(0, 11) == "55 00 00 00");
    BOOST_TEST(kkt("4A 00 01 0000000000") == "55 9a 00");

    kkt.does("48");
    kkt.does("56 03 00 00 00 30");
    kkt.does("5A");
    BOOST_TEST(kkt("91 15 00 00") == "55 00 00 01");
    BOOST_TEST(kkt.last_fd() == 3);
}

BOOST_AUTO_TEST_CASE(a_cashier_told_once_stays) {
    BenchKkt kkt;
    kkt.does("56 01 00 00 00 30");
    kkt.does("9A 00");
    kkt.sell();
    BOOST_TEST(value(*kkt.till.last_receipt(), 1021) != bytes("88 a2 a0 ad ae a2"));
    kkt.does("E8 01 01 00 fd 03 06 00 88 a2 a0 ad ae a2");
    kkt.does("E8 01 01 00 b3 04 0c 00 31 32 33 36 35 34 37 38 39 35 30 37");
    kkt.sell();
    kkt.sell();
    BOOST_TEST(value(*kkt.till.last_receipt(), 1021) == bytes("88 a2 a0 ad ae a2"));
    BOOST_TEST(value(*kkt.till.last_receipt(), 1203) == "123654789507");
    kkt.does("CE 41");
    kkt.does("56 01 00 00 00 30");
    kkt.sell();
    BOOST_TEST(value(*kkt.till.last_receipt(), 1203) == "absent");
}

BOOST_AUTO_TEST_CASE(a_document_is_read_back_element_by_element) {
    BenchKkt kkt;
    kkt.open_shift();
    kkt.sell();
    const std::string found = kkt("A4 40 02 00 00 00");
    BOOST_TEST(found.substr(0, 38) == "55 00 03 01 1a 0b 19 09 1e 02 00 00 00");
    BOOST_TEST(kkt("A4 30").substr(0, 32) == "55 00 03 00 00 01 00 1a 0b 19 09");
    const std::string begun = kkt("A4 45 02 00 00 00");
    BOOST_TEST(begun.substr(0, 11) == "55 00 03 00");
    std::string tlv;
    for (std::string answer = kkt("A4 46"); answer != "55 da 00"; answer = kkt("A4 46")) {
        BOOST_REQUIRE(answer.starts_with("55 00 "));
        tlv += bytes(answer.substr(6));
    }
    fiscal::TlvCursor form(kkt.till.last_receipt()->tlv);
    BOOST_REQUIRE(form.next());
    BOOST_TEST(tlv == form.value());
    BOOST_TEST(kkt("A4 46") == "55 da 00");
    BOOST_TEST(kkt("A4 40 09 00 00 00") == "55 da 00");
    BOOST_TEST(kkt("A4 10") == "55 00 01 01 00 01 00");
    // A document made in between breaks the reading.
    (void)kkt("A4 45 02 00 00 00");
    kkt.sell();
    BOOST_TEST(kkt("A4 46") == "55 ee 00");
    BOOST_TEST(kkt("91 37 00 00") == "55 00 00 a4 03 03 00 00 00 00");
}

BOOST_AUTO_TEST_CASE(check_only_executes_nothing) {
    BenchKkt kkt;
    kkt.does("56 01 00 00 00 30");
    kkt.does("9A 01");
    BOOST_TEST(kkt.last_fd() == 0);
    kkt.does("9A 00");
    kkt.does("92 01 01");
    BOOST_TEST(!kkt.till.state().receipt_open);
    kkt.does("92 00 01");
    kkt.does("EA 00 01 00");
    // an unknown rate is refused on trial as well
    BOOST_TEST(kkt("EB 03 00000000000123 0000001000 00000000000123 0B 00000000000000 00 01 04 00 "
                   "00000000000000 0000 54") == "55 ee 00");
    kkt.does("EB 03 00000000000123 0000001000 00000000000123 01 00000000000000 00 01 04 00 "
             "00000000000000 0000 54");
    kkt.does("EB 02 00000000000123 0000001000 00000000000123 01 00000000000000 00 01 04 00 "
             "00000000000000 0000 54");
    BOOST_TEST(kkt("99 01 01 0000000123") == no_change);
    BOOST_TEST(kkt("91 14 00 00") == "55 00 00 00 00 01 23 00 00 00 01 23 00 00 00 00 00");
    kkt.does("E6 01 54" + std::string(2 * 63, '0') +
             " 000000000123 0000001000 01 00 000000000000 01 01 " + std::string(32, '0') + " 00");
    kkt.does("43 01 00 01 00 0000000023");
    BOOST_TEST(kkt("91 14 00 00") == "55 00 00 00 00 01 23 00 00 00 01 23 00 00 00 00 00");
    kkt.does("4A 01 01 0000000000");
    BOOST_TEST(kkt.last_fd() == 1);
    BOOST_TEST(kkt.till.state().receipt_open);
    kkt.does("4A 00 01 0000000000"); // pays the rest in cash
    BOOST_TEST(kkt.last_fd() == 2);
    BOOST_TEST(kkt("91 0A 00 00") == "55 00 00 00 00 00 00 01 23");
    kkt.does("49 01 0000010000");
    kkt.does("4F 01 0000000100");
    BOOST_TEST(kkt("91 0A 00 00") == "55 00 00 00 00 00 00 01 23");
    kkt.does("52 01 0000000123 0000002000 01");
    BOOST_TEST(!kkt.till.state().receipt_open);
}

BOOST_AUTO_TEST_CASE(unknown_vat_codes_are_refused_with_0104) {
    const std::string_view at_22 = "EB 02 00000000012200 0000001000 00000000012200 0B "
                                   "00000000000000 00 01 04 00 00000000000000 0000 54";
    BenchKkt old;
    old.open_shift();
    old.does("92 00 01");
    old.does("EA 00 01 00");
    BOOST_TEST(old(at_22) == "55 ee 00");
    BOOST_TEST(old("91 37 00 00") == "55 00 00 eb 01 04 00 00 00 00");
    atol::DeviceOptions options;
    options.vat_codes.set();
    BenchKkt fresh(2, options);
    fresh.open_shift();
    fresh.does("92 00 01");
    fresh.does("EA 00 01 00");
    fresh.does(at_22);
    fresh.does("4A 00 02 0000000000");
    BOOST_TEST(hex(item_value(*fresh.till.last_receipt(), 1199)) == "0b");
    BOOST_TEST(
        (fiscal::tlv_money(item_value(*fresh.till.last_receipt(), 1200)) == fiscal::Money(2200)));
}

BOOST_AUTO_TEST_CASE(refuses_what_a_real_one_refuses) {
    BenchKkt kkt;
    kkt.does("56 01 00 00 00 30");
    BOOST_TEST(kkt("92 00 01") == "55 8f 00"); // no shift
    BOOST_TEST(kkt("59") == "55 9a 00");
    BOOST_TEST(kkt("EA 00 01 00") == "55 9a 00");
    kkt.does("9A 00");
    BOOST_TEST(kkt("92 00 03") == "55 6a 00");
    kkt.does("92 00 01");
    BOOST_TEST(kkt("92 00 01") == "55 9b 00");
    BOOST_TEST(kkt("4A 00 01 0000000000") == "55 cb 00"); // no positions
    const std::string_view eb = "EB 00 00000000032512 0000006000 00000000195000 01 00000000000000 "
                                "00 01 04 00 00000000000000 0000 54";
    BOOST_TEST(kkt(eb) == "55 ee 00"); // no EA before it
    kkt.does("EA 00 01 00");
    BOOST_TEST(kkt(eb) == "55 08 00"); // price × quantity ≠ sum, to be verified
    kkt.does("EB 02 00000000032512 0000006000 00000000195000 01 00000000000000 00 01 04 00 "
             "00000000000000 0000 54");
    BOOST_TEST(kkt("43 00 00 01 00 0000000100") == "55 7b 00"); // a whole rouble
    kkt.does("43 00 00 01 00 0000000050");
    BOOST_TEST(kkt("99 00 02 0000194951") == "55 71 00"); // card above the total
    BOOST_TEST(kkt("99 00 06 0000000001") == "55 7e 00");
    BOOST_TEST(kkt("4A 00 01 0000000001") == "55 86 00"); // underpaid
    BOOST_TEST(kkt("91 14 00 00") ==
               "55 00 00 00 19 49 50 00 00 19 49 50 00 00 00 00 00"); // as it was
    kkt.does("59");
    kkt.clock.set(fiscal::LocalTime{morning.seconds + 86'400});
    BOOST_TEST(kkt("92 00 01") == "55 88 00");
    BOOST_TEST(kkt("49 00 0000000100") == "55 88 00");
    BOOST_TEST(kkt("91 12 00 00").substr(0, 8) == "55 00 02");
}

BOOST_AUTO_TEST_CASE(tags_are_told_once_and_in_their_place) {
    BenchKkt kkt;
    kkt.open_shift();
    BOOST_TEST(kkt("E8 01 01 00 f0 03 01 00 61") == "55 ee 00"); // 1008 without a receipt
    BOOST_TEST(kkt("91 37 00 00") == "55 00 00 e8 02 02 00 00 00 00");
    kkt.does("92 04 01");
    BOOST_TEST(kkt("E8 01 01 00 1f 04 01 00 02") == "55 ee 00"); // another taxation: 0103
    BOOST_TEST(kkt("91 37 00 00") == "55 00 00 e8 01 03 00 00 00 00");
    kkt.position();
    BOOST_TEST(kkt("4A 00 01 0000000000") == "55 ee 00"); // electronic without 1008: 0206
    kkt.does("E8 01 01 00 f0 03 06 00 61 40 62 2e 72 75");
    BOOST_TEST(kkt("E8 01 01 00 f0 03 06 00 61 40 62 2e 72 75") == "55 ee 00"); // 0201
    BOOST_TEST(kkt("E8 01 01 00 ca 04 0c 00 37 37 30 31 32 33 34 35 36 37 20 20") ==
               "55 ee 00");                          // 1226 is of a position
    BOOST_TEST(kkt("E8 01 02 01 00") == "55 13 00"); // the second block first
    BOOST_TEST(kkt("E8 01 01 00 f0 03 09 00 61") == "55 13 00");
    kkt.does("4A 00 01 0000000000");
}

BOOST_AUTO_TEST_CASE(long_agent_tags_come_in_blocks) {
    BenchKkt kkt;
    kkt.open_shift();
    kkt.does("92 00 01");
    kkt.does("EA 00 01 00");
    kkt.does("E8 01 01 00 c6 04 01 00 40"); // 1222
    // 1223 {1044 "Операция", 1073}, in two blocks
    kkt.does("E8 01 02 00 c7 04 1c 00 14 04 08 00 8e af a5 e0 a0 e6 a8 ef");
    kkt.does("E8 01 02 01 31 04 0c 00 2b 37 39 39 39 31 31 31 32 32 33 33");
    kkt.does("E8 01 01 00 c8 04 1d 00 93 04 0c 00 2b 37 39 39 39 30 30 30 31 31 32 32 c9 04 09 00 "
             "8f ae e1 e2 a0 a2 e9 a8 aa");                                  // 1224
    kkt.does("E8 01 01 00 ca 04 0c 00 37 37 30 31 32 33 34 35 36 37 20 20"); // 1226
    kkt.does("EB 02 00000000000123 0000001000 00000000000123 06 00000000000000 00 00 00 00 "
             "00000000000000 0000 54");
    kkt.does("4A 00 01 0000000000");
    const auto& made = *kkt.till.last_receipt();
    BOOST_TEST(hex(item_value(made, 1222)) == "40");
    BOOST_TEST(item_value(made, 1226) == "7701234567  ");
    BOOST_TEST(item_value(made, 1223).find("+79991112233") != std::string::npos);
    BOOST_TEST(item_value(made, 1224).find("+79990001122") != std::string::npos);
    BOOST_TEST(hex(value(made, 1057)) == "40"); // FFD 1.05
}

BOOST_AUTO_TEST_CASE(tags_without_a_field_are_kept_as_they_are) {
    BenchKkt kkt;
    kkt.open_shift();
    kkt.does("92 00 01");
    // 1084 of another program
    kkt.does("E8 00 01 00 3c 04 0c 00 3d 04 02 00 61 62 3e 04 02 00 63 64");
    kkt.position();
    kkt.does("4A 00 01 0000000000");
    BOOST_TEST(hex(value(*kkt.till.last_receipt(), 1084)) == "3d 04 02 00 61 62 3e 04 02 00 63 64");
    BOOST_TEST(kkt.till.last_receipt()->stamp.empty());
}

BOOST_AUTO_TEST_CASE(a_correction_of_ffd_1_05_is_one_sum) {
    BenchKkt kkt;
    kkt.open_shift();
    BOOST_TEST(kkt("92 00 08") == "55 f6 01"); // none of a refund in 1.05
    kkt.does("92 00 07");
    kkt.position();
    kkt.does("EA 00 01 00");
    BOOST_TEST(kkt("EB 02 00000000000123 0000001000 00000000000123 01 00000000000000 00 00 00 00 "
                   "00000000000000 0000 54") == "55 ee 00"); // 0101
    BOOST_TEST(kkt("91 37 00 00") == "55 00 00 eb 01 01 00 00 00 00");
    kkt.does("59");
    kkt.does("92 00 07");
    kkt.position();
    BOOST_TEST(kkt("4A 00 01 0000000000") == "55 ee 00"); // no basis yet
    kkt.does("E8 01 01 00 95 04 01 00 01");
    kkt.does("E8 01 01 00 96 04 0e 00 9a 04 04 00 00 81 e6 6a 9b 04 02 00 31 35");
    kkt.does("4A 00 01 0000000000");
    BOOST_TEST((kkt.till.last_receipt()->kind == fiscal::TaskKind::correction));
    BOOST_TEST(kkt("91 33 00 00").substr(0, 23) == "55 00 00 00 00 00 02 07");
}

BOOST_AUTO_TEST_CASE(older_positions_open_their_receipt) {
    BenchKkt kkt;
    kkt.open_shift();
    kkt.does("4C 92 ae a2 a0 e0");
    kkt.does("52 00 0000000123 0000002000 01");
    BOOST_TEST(kkt("57 00 0000000123 0000002000") == "55 89 00");
    kkt.does("4A 00 01 0000000000");
    BOOST_TEST(hex(item_value(*kkt.till.last_receipt(), 1030)) == "92 ae a2 a0 e0");
    BOOST_TEST((kkt.till.last_receipt()->total == fiscal::Money(246)));
    const std::string name = "92AEA2A0E0" + std::string(2 * (64 - 5), '0');
    kkt.does("92 00 01");
    kkt.does("E6 00 " + name + " 000000000123 0000001000 01 00 000000000000 02 01 " +
             std::string(32, '0') + " 00");
    kkt.does("4A 00 01 0000000000");
    BOOST_TEST((kkt.till.last_receipt()->total == fiscal::Money(123)));
}

BOOST_AUTO_TEST_CASE(cash_is_counted) {
    BenchKkt kkt;
    kkt.does("56 01 00 00 00 30");
    BOOST_TEST(kkt("49 00 0000010050") == "55 8f 00");
    kkt.does("9A 00");
    kkt.does("49 00 0000010050");
    kkt.does("4F 00 0000005025");
    BOOST_TEST(kkt("4F 00 0000005026") == "55 98 00");
    BOOST_TEST(kkt("91 0A 00 00") == "55 00 00 00 00 00 00 50 25");
    BOOST_TEST(kkt.last_fd() == 1); // no fiscal documents
}

BOOST_AUTO_TEST_CASE(totals_of_the_shift_are_in_the_registers) {
    BenchKkt kkt;
    kkt.open_shift();
    kkt.sell();
    BOOST_TEST(kkt("91 01 01 00") == "55 00 00 00 00 19 50 72");
    BOOST_TEST(kkt("91 03 01 02") == "55 00 00 00 00 19 50 72");
    BOOST_TEST(kkt("91 06 01 00") == "55 00 00 01");
    BOOST_TEST(kkt("91 41 01 00") == "55 00 00 00 00 00 01");
    BOOST_TEST(kkt("91 0B 00 00") == "55 00 00 00 00 00 19 50 72");
    BOOST_TEST(kkt("91 3C 01 01") == "55 00 00 00 00 03 25 12");
    BOOST_TEST(kkt("91 03 01 09") == "55 13 00");
    BOOST_TEST(kkt("91 63 00 00") == "55 13 00");
}

BOOST_AUTO_TEST_CASE(registration_is_read_by_e9) {
    BenchKkt kkt;
    BOOST_TEST(kkt("E9 fa 03 00") ==
               "55 00 01 fa 03 0c 00 37 37 30 31 32 33 34 35 36 30 20 20"); // 1018
    BOOST_TEST(kkt("E9 b9 04 00") == "55 00 01 b9 04 01 00 02");            // 1209
    BOOST_TEST(kkt("E9 0c 04 00") == "55 da 00");                           // 1036
    const std::string user = bytes(kkt("E9 18 04 00")).substr(7);           // 1048
    BOOST_TEST(hex(user).starts_with("92 85 91 92"));                       // ТЕСТ
}

BOOST_AUTO_TEST_CASE(the_clock_is_set_while_the_shift_is_closed) {
    BenchKkt kkt;
    kkt.does("ED 24 11 26 10 11 12");
    BOOST_TEST(kkt("91 11 00 00") == "55 00 24 11 26 10 11 12");
    BOOST_TEST(kkt("ED 31 02 26 10 11 12") == "55 94 00");
    kkt.open_shift();
    BOOST_TEST(kkt("ED 24 11 26 10 11 12") == "55 9c 00");
}

BOOST_AUTO_TEST_CASE(power_takes_the_receipt_and_leaves_the_documents) {
    BenchKkt kkt;
    kkt.open_shift();
    kkt.sell();
    kkt.does("92 00 01");
    kkt.does("CE 41");
    BOOST_TEST(!kkt.till.state().receipt_open);
    BOOST_TEST(kkt("45") == "55 00 00");
    BOOST_TEST(kkt.last_fd() == 2);
    BOOST_TEST(kkt("91 12 00 00").substr(0, 8) == "55 00 01");
}

BOOST_AUTO_TEST_CASE(every_command_takes_any_bytes) {
    BenchKkt kkt;
    kkt.open_shift();
    kkt.does("92 00 01");
    for (unsigned command = 0; command < 256; ++command) {
        for (const std::size_t size : {0U, 1U, 2U, 5U, 9U, 42U, 104U, 200U}) {
            for (const char fill : {'\0', '\1', '\x55', '\xFF'}) {
                std::string bytes(1, static_cast<char>(command));
                bytes.append(size, fill);
                BOOST_TEST(!kkt.device.execute(bytes).bytes.empty());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_documents_are_there_after_a_restart) {
    base::testing::TempDir dir;
    TestClock clock;
    clock.set(morning);
    const auto open = [&] {
        TillConfig config{.storage = dir / "kkt.fn", .sync = true, .profile = {}};
        config.profile.registration.ffd = 2;
        return Till::open(std::move(config), clock);
    };
    {
        auto till = open();
        BOOST_REQUIRE(till.has_value());
        BOOST_REQUIRE(till->foreign_receipt().has_value()); // opens the shift
        BOOST_REQUIRE(till->close_shift("Иванов").has_value());
    }
    auto till = open();
    BOOST_REQUIRE(till.has_value());
    BOOST_REQUIRE(till->last_document().has_value());
    BOOST_TEST(till->last_document()->fd == 3);
    BOOST_TEST(till->last_receipt()->fd == 2);
    BOOST_TEST(till->document(1)->fd == 1);
    BOOST_TEST(!till->document(4).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
