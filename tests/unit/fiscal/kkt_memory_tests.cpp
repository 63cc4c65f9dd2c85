#include "fiscal/kkt_memory.hpp"

#include "fiscal/virtual_kkt.hpp"
#include "sample_documents.hpp"

#include <array>
#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

namespace {

const LocalTime morning = LocalTime::at({2026, 3, 10}, 9);

/// With a value in every field.
KktMemory used() {
    VirtualKkt kkt{KktProfile()};
    KktSwitches switches;
    switches.ofd_stuck = true;
    kkt.set_switches(switches);
    static_cast<void>(kkt.open_shift("", morning));
    static_cast<void>(kkt.register_document(sample::receipt(), morning));
    return kkt.memory();
}

} // namespace

BOOST_AUTO_TEST_SUITE(kkt_memory_tests)

BOOST_AUTO_TEST_CASE(survives_encoding) {
    BOOST_TEST((decode_kkt_memory(encode(KktMemory())) == KktMemory()));
    const KktMemory memory = used();
    BOOST_TEST(memory.ofd.unsent == 2U);
    const auto decoded = decode_kkt_memory(encode(memory));
    BOOST_REQUIRE(decoded.has_value());
    BOOST_TEST((*decoded == memory));
}

BOOST_AUTO_TEST_CASE(anything_but_a_whole_encoding_is_none) {
    const std::string text = encode(used());
    for (std::size_t size = 0; size < text.size(); ++size) {
        BOOST_TEST(!decode_kkt_memory(std::string_view(text).substr(0, size)).has_value());
    }
    BOOST_TEST(!decode_kkt_memory(text + "x").has_value());
    std::string other = text;
    other.replace(other.find("kkt-memory 2"), 12, "kkt-memory 1");
    BOOST_TEST(!decode_kkt_memory(other).has_value());
    other = text;
    other.replace(other.find("last_fd=2"), 9, "last_fd=x");
    BOOST_TEST(!decode_kkt_memory(other).has_value());
    other = text;
    other.replace(other.find("last_fd=2"), 9, "last_df=2");
    BOOST_TEST(!decode_kkt_memory(other).has_value());
}

BOOST_AUTO_TEST_CASE(counts_the_taxes_of_receipts) {
    VirtualKkt kkt{KktProfile()};
    static_cast<void>(kkt.open_shift("", morning));
    Document document = sample::receipt();
    constexpr std::array rates{VatRate::vat20, VatRate::vat10,     VatRate::vat0,
                               VatRate::none,  VatRate::vat20_120, VatRate::vat10_110};
    for (const VatRate rate : rates) {
        document.items.push_back(sample::item("Товар", Money(12'000), Quantity::units(1), rate));
    }
    BOOST_REQUIRE(kkt.register_document(sample::paid(document), morning).has_value());
    const auto& vat = kkt.memory().totals.receipts(ReceiptKind::sell).vat;
    // 1104 and 1105 are turnovers; the 22 % of the first line have no counter.
    constexpr std::array<std::int64_t, 6> expected{2'000, 1'091, 12'000, 12'000, 2'000, 1'091};
    for (std::size_t i = 0; i < vat.size(); ++i) {
        BOOST_TEST(vat[i].kopecks() == expected[i], 1102 + i);
    }
}

BOOST_AUTO_TEST_CASE(documents_tell_what_the_operator_has_not_got) {
    KktMemory memory;
    FinishedDocument document;
    document.kind = TaskKind::shift_open;
    const auto apply = [&](std::uint32_t fd, std::uint32_t first_unsent) {
        document.fd = fd;
        document.time = {morning.seconds + fd};
        document.first_unsent = first_unsent;
        memory.apply(document);
        return memory.ofd;
    };
    const auto since = [](std::uint32_t fd) { return LocalTime{morning.seconds + fd}; };
    BOOST_TEST((apply(1, 0) == OfdQueue()));
    BOOST_TEST((apply(2, 2) == OfdQueue{1, 2, since(2)}));
    BOOST_TEST((apply(3, 2) == OfdQueue{2, 2, since(2)}));
    BOOST_TEST((apply(4, 0) == OfdQueue())); // all was sent, this one too
    BOOST_TEST((apply(5, 5) == OfdQueue{1, 5, since(5)}));
    BOOST_TEST((apply(6, 6) == OfdQueue{1, 6, since(6)})); // sent, and stuck again
}

BOOST_AUTO_TEST_CASE(documents_of_another_storage_change_nothing) {
    KktMemory memory = used();
    const KktMemory before = memory;
    FinishedDocument document;
    document.fn = "9999078900012346";
    document.fd = 100;
    memory.apply(document);
    BOOST_TEST((memory == before));
}

BOOST_AUTO_TEST_CASE(a_document_with_broken_tlv_is_still_counted) {
    KktMemory memory = used();
    FinishedDocument document;
    document.fn = memory.fn;
    document.fd = 3;
    document.shift = 1;
    document.number = 2;
    document.total = Money(100);
    document.tlv = "\x03";
    memory.apply(document);
    BOOST_TEST(memory.last_fd == 3U);
    BOOST_TEST(memory.receipts == 2U);
    BOOST_TEST(memory.totals.receipts(ReceiptKind::sell).total.kopecks() == 195'100);
}

BOOST_AUTO_TEST_SUITE_END()
