#include "fiscal/kkt_memory.hpp"

#include "fiscal/virtual_kkt.hpp"
#include "sample_documents.hpp"

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
    other.replace(other.find("kkt-memory 1"), 12, "kkt-memory 2");
    BOOST_TEST(!decode_kkt_memory(other).has_value());
    other = text;
    other.replace(other.find("last_fd=2"), 9, "last_fd=x");
    BOOST_TEST(!decode_kkt_memory(other).has_value());
    other = text;
    other.replace(other.find("last_fd=2"), 9, "last_df=2");
    BOOST_TEST(!decode_kkt_memory(other).has_value());
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
