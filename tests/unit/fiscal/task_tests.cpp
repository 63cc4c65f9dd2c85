#include "fiscal/task.hpp"

#include "sample_documents.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

BOOST_AUTO_TEST_SUITE(task_tests)

BOOST_AUTO_TEST_CASE(kinds_and_their_names) {
    BOOST_TEST((kind_of(OpenShift{}) == TaskKind::shift_open));
    BOOST_TEST((kind_of(CloseShift{}) == TaskKind::shift_close));
    Document document = sample::receipt();
    BOOST_TEST((kind_of(Register{document}) == TaskKind::receipt));
    document.correction.emplace();
    BOOST_TEST((kind_of(Register{document}) == TaskKind::correction));
    for (const char* word : {"shift_open", "shift_close", "receipt", "correction"}) {
        BOOST_REQUIRE(task_kind_by_name(word).has_value());
        BOOST_TEST(name(*task_kind_by_name(word)) == word);
    }
    BOOST_TEST(!task_kind_by_name("Receipt").has_value());
    BOOST_TEST(!task_kind_by_name("").has_value());
}

BOOST_AUTO_TEST_CASE(reports_of_a_shift_are_no_receipts) {
    BOOST_TEST(is_receipt(TaskKind::receipt));
    BOOST_TEST(is_receipt(TaskKind::correction));
    BOOST_TEST(!is_receipt(TaskKind::shift_open));
    BOOST_TEST(!is_receipt(TaskKind::shift_close));
}

BOOST_AUTO_TEST_SUITE_END()
