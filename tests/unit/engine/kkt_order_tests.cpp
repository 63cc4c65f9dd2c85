#include "engine/kkt_order.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace kktd;
using engine::OperatorTask;
using engine::possible_in_spite_of;
using fiscal::FaultClass;
using fiscal::ServiceTask;

namespace {

const OperatorTask x_report = ServiceTask(fiscal::XReport{});
const OperatorTask cash_in = ServiceTask(fiscal::CashIn{fiscal::Money(50'050)});
const OperatorTask resume = ServiceTask(fiscal::ContinuePrint{});
const OperatorTask z_report = fiscal::CloseShift{};

} // namespace

BOOST_AUTO_TEST_SUITE(kkt_order_tests)

BOOST_AUTO_TEST_CASE(each_task_has_words_of_its_own) {
    std::set<std::string> names;
    std::set<std::string> texts;
    for (const OperatorTask& task : {x_report, cash_in, resume, z_report,
                                     OperatorTask(ServiceTask(fiscal::CashOut{fiscal::Money(100)})),
                                     OperatorTask(ServiceTask(fiscal::ReprintLast{}))}) {
        names.insert(engine::name_of(task));
        texts.insert(engine::done_text(task));
        texts.insert(engine::not_done_text(task));
    }
    BOOST_TEST(names.size() == 6U);
    BOOST_TEST(texts.size() == 12U);
    BOOST_TEST(engine::name_of(cash_in) == "cash-in 500.50");
}

BOOST_AUTO_TEST_CASE(what_stops_sales_need_not_stop_everything) {
    // A storage at its end must be given its last Z report before it is replaced.
    BOOST_TEST(possible_in_spite_of(FaultClass::fn, z_report));
    BOOST_TEST(possible_in_spite_of(FaultClass::fn, x_report));
    // A document with a wrong time is a breach; an X report is no document.
    BOOST_TEST(!possible_in_spite_of(FaultClass::clock, z_report));
    BOOST_TEST(possible_in_spite_of(FaultClass::clock, x_report));
    BOOST_TEST(!possible_in_spite_of(FaultClass::ofd, z_report));
    BOOST_TEST(possible_in_spite_of(FaultClass::busy, resume));
    BOOST_TEST(!possible_in_spite_of(FaultClass::busy, x_report));
    for (const FaultClass fault : {FaultClass::link, FaultClass::paper, FaultClass::cover,
                                   FaultClass::identity, FaultClass::earlier}) {
        for (const OperatorTask& task : {x_report, cash_in, resume, z_report}) {
            BOOST_TEST(!possible_in_spite_of(fault, task));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
