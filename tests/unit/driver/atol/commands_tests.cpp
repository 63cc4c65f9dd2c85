// Golden vectors: what the vendor's driver 10.8.0.0 sends to a simulated KKT, and answers it takes.
#include "base/hex.hpp"
#include "driver/atol/byte_reader.hpp"
#include "driver/atol/fn_reads.hpp"
#include "driver/atol/receipt_commands.hpp"
#include "driver/atol/registers.hpp"
#include "driver/atol/service_commands.hpp"
#include "driver/atol/status.hpp"
#include "driver/atol/time_limits.hpp"
#include "driver/atol/vat_code.hpp"
#include "unhex.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd;
using namespace kktd::driver::atol;
using testing::unhex;

namespace {

/// No prefix of `whole` but itself may be taken, nor `whole` with a byte too many where the length
/// is exact.
template<class Parse>
void is_strict(Parse parse, const std::string& whole, bool exact) {
    BOOST_TEST(parse(whole).has_value());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        BOOST_TEST(!parse(std::string_view(whole).substr(0, size)).has_value(), size);
    }
    BOOST_TEST(parse(whole + '\0').has_value() == !exact);
}

} // namespace

BOOST_AUTO_TEST_SUITE(atol_commands_tests)

BOOST_AUTO_TEST_CASE(status_vectors) {
    const auto answer =
        unhex("44 30 01 26 11 21 21 18 15 0B 12 34 56 78 3F 30 30 01 00 42 00 12 01 "
              "00 00 19 50 72 02 06");
    BOOST_TEST(answer.size() == 30U);
    const auto status = parse_status(answer);
    BOOST_REQUIRE(status.has_value());
    BOOST_TEST(status->now.iso() == "2026-11-21T21:18:15");
    BOOST_TEST(status->shift_open);
    BOOST_TEST(status->paper_present);
    BOOST_TEST(!status->cover_open);
    BOOST_TEST(status->short_serial == "12345678");
    BOOST_TEST(status->mode == 1);
    BOOST_TEST(status->receipt_state == 1);
    is_strict(parse_status, answer, true);
    auto bad = answer;
    bad[3] = '\x2A'; // no digit
    BOOST_TEST(!parse_status(bad).has_value());
    bad = answer;
    bad[4] = '\x13'; // no month
    BOOST_TEST(!parse_status(bad).has_value());
    BOOST_TEST(!parse_status(unhex("55 67 00")).has_value());
    BOOST_TEST(base::hex_dump(status_command()) == "3F");
}

BOOST_AUTO_TEST_CASE(state_code_vectors) {
    const auto code = parse_state_code(unhex("55 23 81"));
    BOOST_REQUIRE(code.has_value());
    BOOST_TEST(code->mode == 3);
    BOOST_TEST(code->submode == 2);
    BOOST_TEST(code->no_paper);
    BOOST_TEST(code->paper_low);
    BOOST_TEST(!code->printer_broken);
    BOOST_TEST(parse_state_code(unhex("55 01 10"))->printer_broken);
    is_strict(parse_state_code, unhex("55 00 00"), true);
    BOOST_TEST(base::hex_dump(enter_mode_command(mode_registration)) == "56 01 00 00 00 30");
    BOOST_TEST(base::hex_dump(enter_mode_command(mode_z_reports, 12345678)) == "56 03 12 34 56 78");
    BOOST_TEST(base::hex_dump(leave_mode_command()) == "48");
}

BOOST_AUTO_TEST_CASE(device_type_vectors) {
    const auto type =
        parse_device_type(unhex("00 03 01 3f 10 00 03 00 00 78 20 80 92 8e 8b 20 32 32 94"));
    BOOST_REQUIRE(type.has_value());
    BOOST_TEST(type->model == "АТОЛ 22Ф");
    BOOST_TEST(type->firmware == "3.0.7820");
    BOOST_TEST(!parse_device_type(unhex("55 66 00")).has_value());
    BOOST_TEST(!parse_device_type("").has_value());
}

BOOST_AUTO_TEST_CASE(registers_vectors) {
    BOOST_TEST(base::hex_dump(register_command(Register::shift_state, 1)) == "91 12 00 01");
    BOOST_TEST(base::hex_dump(register_command(Register::last_receipt)) == "91 33 00 00");

    const auto shift = parse_shift_state(unhex("01 22 11 26 20 50 00"));
    BOOST_REQUIRE(shift.has_value());
    BOOST_TEST(shift->state == 1);
    BOOST_TEST(shift->must_close->iso() == "2026-11-22T20:50:00");
    BOOST_TEST(!parse_shift_state(unhex("00 FF FF FF FF FF FF"))->must_close.has_value());
    is_strict(parse_shift_state, unhex("01 22 11 26 20 50 00"), false);

    BOOST_TEST(parse_serial(unhex("10 60 00 12 34 56 78")).value() == "10600012345678");
    BOOST_TEST(parse_serial(unhex("00 00 00 00 00 00 01")).value() == "00000000000001");
    BOOST_TEST(parse_serial(unhex("12 34 56 78")).value() == "12345678");
    BOOST_TEST(!parse_serial(unhex("1A 60 00 12 34 56 78")).has_value());
    BOOST_TEST(!parse_serial("").has_value());

    const auto numbers = parse_numbers_in_shift(unhex("00 00 01 00 00 13"));
    BOOST_REQUIRE(numbers.has_value());
    BOOST_TEST(numbers->receipt == 1U);
    BOOST_TEST(numbers->shift == 13U);

    const auto last = parse_last_receipt(
        unhex("00 00 00 01 02 01 00 00 00 00 19 50 72 21 11 26 21 18 06 39 96 82 91"));
    BOOST_REQUIRE(last.has_value());
    BOOST_TEST(last->fd == 102U);
    BOOST_TEST(last->type == 1);
    BOOST_TEST(last->total.kopecks() == 195'072);
    BOOST_TEST(last->time->iso() == "2026-11-21T21:18:00");
    BOOST_TEST(last->fpd == 639'968'291U);
    is_strict(parse_last_receipt,
              unhex("00 00 00 01 02 01 00 00 00 00 19 50 72 21 11 26 21 18 06 39 96 82 91"), false);
    // More than 32 bits is no fiscal sign.
    BOOST_TEST(
        !parse_last_document(unhex("00 00 00 01 02 21 11 26 21 18 99 99 99 99 99")).has_value());
    BOOST_TEST(parse_last_document(unhex("00 00 00 01 02 21 11 26 21 18 42 94 96 72 95"))->fpd ==
               0xFFFF'FFFFU);

    BOOST_TEST(parse_ffd(unhex("02 02 01")).value() == 1);
    BOOST_TEST(parse_ffd(unhex("02 02 02 10 03 26")).value() == 2);
    BOOST_TEST(parse_ffd(unhex("03 03 03")).value() == 3);
    BOOST_TEST(parse_ffd(unhex("03 03 00")).value() == 3);
    BOOST_TEST(!parse_ffd(unhex("03 03")).has_value());

    const auto extended = parse_extended_error(unhex("00 EB 01 04 00 00 00 00"));
    BOOST_REQUIRE(extended.has_value());
    BOOST_TEST(extended->command == 0xEB);
    BOOST_TEST(extended->code == 0x0104);
    BOOST_TEST(parse_print_unfinished(unhex("10")).value());
    BOOST_TEST(!parse_print_unfinished(unhex("0F 00")).value());
    BOOST_TEST(parse_fn_validity(unhex("01 29 31 12 27 00"))->iso() == "2027-12-31");
    const auto sums = parse_receipt_sums(unhex("00 00 19 50 72 00 00 00 00 00 00 00 00 00 10"));
    BOOST_REQUIRE(sums.has_value());
    BOOST_TEST(sums->total.kopecks() == 195'072);
    BOOST_TEST(sums->change.kopecks() == 10);
}

BOOST_AUTO_TEST_CASE(fiscal_storage_vectors) {
    const auto status =
        unhex("03 00 00 01 81 1a 0b 15 14 29 39 39 39 39 30 37 38 39 30 30 30 30 31 "
              "32 33 34 65 00 00 00");
    const auto fn = parse_fn_status(status);
    BOOST_REQUIRE(fn.has_value());
    BOOST_TEST(fn->phase == 3);
    BOOST_TEST(fn->shift_open);
    BOOST_TEST(fn->warnings == (warn_critical | warn_replace_urgently));
    BOOST_TEST(fn->last_document->iso() == "2026-11-21T20:41:00");
    BOOST_TEST(fn->fn == "9999078900001234");
    BOOST_TEST(fn->last_fd == 101U);
    is_strict(parse_fn_status, status, true);

    // The vendor's driver takes 3 unsent from FD 99 on out of this.
    for (const char* data :
         {"00 03 00 63 00 00 00 1a 0b 15 14 28", "00 00 03 00 63 00 00 00 1a 0b 15 14 28"}) {
        const auto ofd = parse_ofd_status(unhex(data));
        BOOST_REQUIRE(ofd.has_value());
        BOOST_TEST(ofd->unsent == 3U);
        BOOST_TEST(ofd->first_fd == 99U);
        BOOST_TEST(ofd->oldest->iso() == "2026-11-21T20:40:00");
    }
    const auto none = parse_ofd_status(unhex("00 00 00 00 00 00 00 00 FF FF FF FF FF"));
    BOOST_REQUIRE(none.has_value());
    BOOST_TEST(!none->oldest.has_value());
    BOOST_TEST(!parse_ofd_status(unhex("00 03 00 63 00 00 00 1a 0b 15 14")).has_value());

    BOOST_TEST(base::hex_dump(find_document_command(0x66)) == "A4 40 66 00 00 00");
    const auto head = parse_found_head(unhex("03 01 1a 0b 15 15 12 18 19 21 22 23 24 25 26 27"));
    BOOST_REQUIRE(head.has_value());
    BOOST_TEST(head->type == form_receipt);
    BOOST_TEST(head->time->iso() == "2026-11-21T21:18:00");
    BOOST_TEST(head->fd == 572'594'456U);
    BOOST_TEST(head->fpd == 639'968'291U);

    BOOST_TEST(base::hex_dump(read_tlv_command(258)) == "A4 45 02 01 00 00");
    BOOST_TEST(base::hex_dump(read_more_tlv_command()) == "A4 46");
    BOOST_TEST(parse_tlv_head(unhex("03 00 10 01"))->length == 272);
    BOOST_TEST(!parse_tlv_head(unhex("03 00 10")).has_value());
    BOOST_TEST(base::hex_dump(read_tag_command(1018, 1)) == "E9 FA 03 01");
    BOOST_TEST(parse_tag_block(unhex("01 26 04 01 00 01"))->chunk == unhex("26 04 01 00 01"));
    BOOST_TEST(!parse_tag_block(unhex("00")).has_value());
    BOOST_TEST(parse_fn_term(unhex("1d 03 0b 1d 01"))->iso() == "2029-03-11");
    BOOST_TEST(!parse_fn_term(unhex("1d 0D 0b 1d 01")).has_value());
}

BOOST_AUTO_TEST_CASE(receipts_vectors) {
    using fiscal::ReceiptKind;
    BOOST_TEST(base::hex_dump(open_shift_command()) == "9A 00");
    BOOST_TEST(base::hex_dump(close_shift_command()) == "5A");
    BOOST_TEST(base::hex_dump(open_receipt_command(receipt_type(ReceiptKind::sell, false),
                                                   false)) == "92 00 01");
    BOOST_TEST(base::hex_dump(open_receipt_command(receipt_type(ReceiptKind::sell, false), true)) ==
               "92 04 01");
    BOOST_TEST(receipt_type(ReceiptKind::sell_refund, false) == 2);
    BOOST_TEST(receipt_type(ReceiptKind::buy, false) == 4);
    BOOST_TEST(receipt_type(ReceiptKind::buy_refund, false) == 5);
    BOOST_TEST(receipt_type(ReceiptKind::sell, true) == 7);
    BOOST_TEST(receipt_type(ReceiptKind::buy_refund, true) == 10);
    BOOST_TEST(base::hex_dump(begin_position_command()) == "EA 00 01 00");
    const auto position = finish_position_command({.name = "Товар",
                                                   .price = fiscal::Money(32'512),
                                                   .quantity = fiscal::Quantity::units(6),
                                                   .cost = fiscal::Money(195'072),
                                                   .vat_code = 1});
    BOOST_REQUIRE(position.has_value());
    BOOST_TEST(*position ==
               unhex("eb 0a 00 00 00 00 03 25 12 00 00 00 60 00 00 00 00 00 19 50 72 01 "
                     "00 00 00 00 00 00 00 00 01 04 00 00 00 00 00 00 00 00 00 00 92 "
                     "ae a2 a0 e0"));
    const std::string long_name(200, 'x');
    BOOST_TEST(finish_position_command({.name = long_name})->size() == 42 + max_name_bytes);
    // 1212 is BCD: 10 is written 10h.
    BOOST_TEST(
        finish_position_command({.name = "", .object = fiscal::PaymentObject::payment})->at(30) ==
        '\x10');
    // More than three decimals has no place.
    BOOST_TEST(!finish_position_command({.name = "x", .quantity = fiscal::Quantity(1'234'567)})
                    .has_value());
    BOOST_TEST(!finish_position_command({.name = "x", .price = fiscal::Money(-1)}).has_value());

    BOOST_TEST(
        base::hex_dump(*payment_command(fiscal::PaymentKind::electronic, fiscal::Money(195'072))) ==
        "99 00 02 00 00 19 50 72");
    BOOST_TEST(base::hex_dump(*payment_command(fiscal::PaymentKind::provision,
                                               fiscal::Money(50))) == "99 00 05 00 00 00 00 50");
    BOOST_TEST(
        !payment_command(fiscal::PaymentKind::cash, fiscal::Money(10'000'000'000)).has_value());
    BOOST_TEST(base::hex_dump(close_receipt_command()) == "4A 00 01 00 00 00 00 00");
    BOOST_TEST(base::hex_dump(cancel_receipt_command()) == "59");
    BOOST_TEST(base::hex_dump(x_report_command()) == "67 01");
    BOOST_TEST(base::hex_dump(*cash_in_command(fiscal::Money(10'050))) == "49 00 00 00 01 00 50");
    BOOST_TEST(base::hex_dump(*cash_out_command(fiscal::Money(5'025))) == "4F 00 00 00 00 50 25");
    BOOST_TEST(base::hex_dump(reprint_command()) == "95");
    BOOST_TEST(base::hex_dump(continue_print_command()) == "EE");
}

BOOST_AUTO_TEST_CASE(tags_are_cut_into_blocks) {
    BOOST_TEST(base::hex_dump(write_tag_commands(unhex("1f 04 01 00 01")).at(0)) ==
               "E8 01 01 00 1F 04 01 00 01");
    const auto blocks = write_tag_commands(std::string(243, 'x'));
    BOOST_REQUIRE(blocks.size() == 3U);
    BOOST_TEST(blocks[0] == unhex("e8 01 03 00") + std::string(100, 'x'));
    BOOST_TEST(blocks[2] == unhex("e8 01 03 02") + std::string(43, 'x'));
}

BOOST_AUTO_TEST_CASE(vat_codes_by_rate) {
    using fiscal::VatRate;
    const GivenVatCodes none{};
    BOOST_TEST(vat_code(VatRate::vat20, none).value() == 1);
    BOOST_TEST(vat_code(VatRate::vat18, none).value() == 1);
    BOOST_TEST(vat_code(VatRate::vat10, none).value() == 2);
    BOOST_TEST(vat_code(VatRate::vat20_120, none).value() == 3);
    BOOST_TEST(vat_code(VatRate::vat10_110, none).value() == 4);
    BOOST_TEST(vat_code(VatRate::vat0, none).value() == 5);
    BOOST_TEST(vat_code(VatRate::none, none).value() == 6);
    GivenVatCodes given{};
    given.at(static_cast<std::size_t>(VatRate::vat22)) = 13;
    given.at(static_cast<std::size_t>(VatRate::vat20)) = 13; // not the configuration's to tell
    BOOST_TEST(vat_code(VatRate::vat22, given).value() == 13);
    BOOST_TEST(vat_code(VatRate::vat20, given).value() == 1);
    BOOST_TEST(!vat_code(VatRate::vat22_122, given).has_value());
    BOOST_TEST(coded_rates(none).count() == 8U);
    BOOST_TEST(coded_rates(given).count() == 9U);
}

BOOST_AUTO_TEST_CASE(time_limits) {
    BOOST_TEST(time_limit(0x3F).count() == 10);
    BOOST_TEST(time_limit(0x4A).count() == 20);
    BOOST_TEST(time_limit(0x5A).count() == 40);
    BOOST_TEST(time_limit(0x91).count() == 45);
    BOOST_TEST(time_limit(0xEB).count() == 50);
}

BOOST_AUTO_TEST_SUITE_END()
