#include "driver/recovered.hpp"
#include "fiscal/tlv_codec.hpp"
#include "outcome_word.hpp"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

using namespace kktd;
using driver::Evidence;
using driver::FoundDocument;
using fiscal::TaskKind;

namespace {

constexpr std::uint32_t last_fd = 10;

fiscal::Marker marker(std::string stamp) {
    fiscal::Marker marker;
    marker.fn = "9999078900012345";
    marker.last_fd = last_fd;
    marker.total = fiscal::Money(100);
    marker.contact = "a@b.ru";
    marker.stamp = std::move(stamp);
    return marker;
}

FoundDocument found(std::uint32_t fd, std::string stamp, TaskKind kind = TaskKind::receipt) {
    FoundDocument document;
    document.kind = kind;
    document.contact = "a@b.ru";
    document.stamp = std::move(stamp);
    document.registration.fd = fd;
    document.registration.total = fiscal::Money(100);
    return document;
}

std::string judged(const fiscal::Marker& marker, const std::vector<FoundDocument>& after,
                   const Evidence& evidence = {}) {
    return tests::word(driver::judge_found(marker, after, evidence));
}

} // namespace

BOOST_AUTO_TEST_SUITE(recovered_tests)

BOOST_AUTO_TEST_CASE(a_stamp_proves) {
    BOOST_TEST(judged(marker("A"), {found(11, "B"), found(12, "A")}) == "done 12");
    BOOST_TEST(judged(marker("A"), {found(11, "A", TaskKind::correction)}) == "refused link");
    BOOST_TEST(judged(marker("A"), {}) == "refused link");
}

BOOST_AUTO_TEST_CASE(a_stamp_on_another_sum_or_kind_is_for_an_operator) {
    auto half = found(11, "A");
    half.registration.total = fiscal::Money(99);
    auto refund = found(11, "A");
    refund.receipt = fiscal::ReceiptKind::sell_refund;
    for (const bool told : {false, true}) {
        const Evidence evidence{.keeps_stamps = false, .told_done = told};
        BOOST_TEST(judged(marker("A"), {half}, evidence) == "unknown earlier");
        BOOST_TEST(judged(marker("A"), {refund}, evidence) == "unknown earlier");
        BOOST_TEST(judged(marker("A"), {half, found(12, "A")}, evidence) == "done 12");
    }
    const auto outcome = driver::judge_found(marker("A"), std::vector{half}, {});
    const auto text = std::get<fiscal::Unknown>(outcome).fault.text();
    BOOST_TEST(text.find("ФД 11 несёт метку чека, но сумма 0.99 вместо 1.00") == 0U, text);
    BOOST_TEST(text.find("kktctl resolve") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(where_stamps_may_be_dropped_a_lookalike_is_a_riddle) {
    const Evidence drops;
    const Evidence keeps{.keeps_stamps = true};
    BOOST_TEST(judged(marker("A"), {found(11, "")}, keeps) == "refused link");
    BOOST_TEST(judged(marker("A"), {found(11, "")}, drops) == "unknown earlier");
    BOOST_TEST(judged(marker("A"), {found(11, "B")}, drops) == "refused link");
    auto other = found(11, "");
    other.contact = "c@d.ru";
    BOOST_TEST(judged(marker("A"), {other}, drops) == "unknown earlier");
    BOOST_TEST(judged(marker("A"), {other}, {.keeps_stamps = false, .told_done = true}) ==
               "unknown earlier");
    BOOST_TEST(judged(marker(""), {other}, keeps) == "refused link");
    other = found(11, "");
    other.registration.total = fiscal::Money(101);
    BOOST_TEST(judged(marker("A"), {other}, drops) == "refused link");
    other = found(11, "");
    other.receipt = fiscal::ReceiptKind::sell_refund;
    BOOST_TEST(judged(marker("A"), {other}, drops) == "refused link");
}

BOOST_AUTO_TEST_CASE(without_a_stamp_only_what_is_certain) {
    BOOST_TEST(judged(marker(""), {found(11, "")}) == "unknown earlier");
    BOOST_TEST(judged(marker(""), {found(11, "")}, {.ours_alone = true}) == "done 11");
    BOOST_TEST(judged(marker(""), {found(12, "")}, {.ours_alone = true}) == "unknown earlier");
    const Evidence told{.keeps_stamps = false, .told_done = true};
    BOOST_TEST(judged(marker(""), {found(12, "")}, told) == "done 12");
    BOOST_TEST(judged(marker("A"), {found(12, "")}, told) == "done 12");
    BOOST_TEST(judged(marker(""), {found(11, ""), found(12, "")}, told) == "unknown earlier");
}

BOOST_AUTO_TEST_CASE(registered_but_not_to_be_seen_is_a_riddle) {
    BOOST_TEST(judged(marker("A"), {}, {.told_done = true}) == "unknown earlier");
    BOOST_TEST(judged(marker("A"), {found(11, "B")}, {.told_done = true}) == "unknown earlier");
}

BOOST_AUTO_TEST_CASE(of_reports_the_first_after_the_marker_is_ours) {
    auto report = marker("");
    report.kind = TaskKind::shift_close;
    BOOST_TEST(judged(report, {found(11, ""), found(12, "", TaskKind::shift_close)}) == "done 12");
    BOOST_TEST(judged(report, {found(11, "", TaskKind::shift_open)}) == "refused link");
}

BOOST_AUTO_TEST_CASE(another_storage_is_for_an_operator) {
    const auto outcome = driver::other_storage(marker("A"), "1");
    const auto& fault = std::get<fiscal::Unknown>(outcome).fault;
    BOOST_CHECK(fault.cls() == fiscal::FaultClass::identity);
    BOOST_TEST(fault.text().find("9999078900012345") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(only_our_own_attribute_is_a_stamp) {
    const auto made = [](const std::function<void(fiscal::TlvWriter&)>& write) {
        fiscal::TlvWriter tlv;
        write(tlv);
        return std::string(tlv.bytes());
    };
    const auto attribute = [&](std::string_view name, std::string_view value) {
        return made([&](fiscal::TlvWriter& tlv) {
            tlv.nested(1084, [&] {
                tlv.text(1085, name);
                tlv.text_if(1086, value);
            });
        });
    };
    const auto additional = [&](std::string_view text) {
        return made([&](fiscal::TlvWriter& tlv) { tlv.text(1192, text); });
    };
    const auto ours = marker("AAAAAAAAAAAAAAAA");
    const auto read = [&](std::string_view elements) {
        FoundDocument document;
        driver::read_stamp(document, elements, ours);
        return document.stamp_damaged ? "damaged" + document.stamp : document.stamp;
    };
    BOOST_TEST(read(attribute("kktd", "BBBBBBBBBBBBBBBB")) == "BBBBBBBBBBBBBBBB");
    BOOST_TEST(read(attribute("shop", "AAAAAAAAAAAAAAAA")) == "");
    BOOST_TEST(read(additional("AAAAAAAAAAAAAAAA")) == "AAAAAAAAAAAAAAAA");
    BOOST_TEST(read(additional("BBBBBBBBBBBBBBBB")) == "");
    BOOST_TEST(read("") == "");
    for (const char* damaged : {"", "AAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAA", "aaaaaaaaaaaaaaaa",
                                "AAAAAAAA1AAAAAAA", "AAAAAAAA AAAAAAA"}) {
        BOOST_TEST(read(attribute("kktd", damaged)) == "damaged", damaged);
    }
    BOOST_TEST(read(made([](fiscal::TlvWriter& tlv) { tlv.text(1084, "AAAA"); })) == "damaged");
}

BOOST_AUTO_TEST_CASE(a_damaged_stamp_is_neither_ours_nor_nobodys) {
    auto damaged = found(11, "");
    damaged.stamp_damaged = true;
    for (const bool keeps : {false, true}) {
        for (const bool told : {false, true}) {
            const Evidence evidence{.keeps_stamps = keeps, .told_done = told};
            BOOST_TEST(judged(marker("A"), {damaged}, evidence) == "unknown earlier");
            BOOST_TEST(judged(marker("A"), {damaged, found(12, "A")}, evidence) == "done 12");
        }
    }
    damaged.registration.total = fiscal::Money(99);
    BOOST_TEST(judged(marker("A"), {damaged}) == "refused link");
}

BOOST_AUTO_TEST_SUITE_END()
