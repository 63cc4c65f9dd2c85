#include "sim/atol/task_buffer.hpp"

#include "bench_kkt.hpp"

using namespace kktd::sim::atol;
using kktd::sim::testing::hex;

BOOST_AUTO_TEST_SUITE(task_buffer_tests)

BOOST_AUTO_TEST_CASE(a_result_is_kept_until_it_is_acknowledged) {
    TaskBuffer buffer;
    BOOST_TEST(hex(buffer.ask(7)) == "b3");
    BOOST_TEST(!buffer.refusal(1, 7).has_value());
    BOOST_TEST((buffer.add(1, 7, "x") == Status::in_progress));
    BOOST_TEST(hex(buffer.ask(7)) == "a1");
    buffer.head()->state = Task::State::running;
    BOOST_TEST(hex(buffer.ask(7)) == "a2");
    BOOST_TEST(hex(buffer.acknowledge(7)) == "a2"); // not yet
    BOOST_TEST(buffer.finish(done_answer()).has_value());
    BOOST_TEST(hex(buffer.ask(7)) == "a3 55 00 00");
    BOOST_TEST(hex(buffer.ask(7)) == "a3 55 00 00");
    BOOST_TEST(hex(*buffer.refusal(1, 7)) == "b2");
    BOOST_TEST(hex(buffer.acknowledge(7)) == "a3");
    BOOST_TEST(hex(buffer.ask(7)) == "b3");
    BOOST_TEST(hex(buffer.acknowledge(7)) == "b3");
}

BOOST_AUTO_TEST_CASE(an_error_stops_the_queue_until_abort) {
    TaskBuffer buffer;
    buffer.add(1, 1, "x");
    BOOST_TEST((buffer.add(1, 2, "y") == Status::pending));
    buffer.finish(error_answer(0x9A));
    BOOST_TEST(hex(buffer.ask(1)) == "a4 55 9a 00");
    BOOST_TEST(hex(buffer.ask(2)) == "a5");
    BOOST_TEST((buffer.add(1, 3, "z") == Status::stopped));
    BOOST_TEST(buffer.head() == nullptr);
    BOOST_TEST(hex(buffer.acknowledge(1)) == "a3");
    BOOST_TEST((buffer.add(1, 4, "z") == Status::stopped)); // still
    BOOST_TEST(hex(buffer.abort()) == "a3");
    BOOST_TEST(hex(buffer.ask(2)) == "b3");
    BOOST_TEST((buffer.add(1, 2, "y") == Status::in_progress));
}

BOOST_AUTO_TEST_CASE(a_task_may_ignore_its_error) {
    TaskBuffer buffer;
    buffer.add(3, 1, "x");
    buffer.add(1, 2, "y");
    buffer.finish(error_answer(0x9A));
    BOOST_REQUIRE(buffer.head() != nullptr);
    BOOST_TEST(buffer.head()->id == 2);
}

BOOST_AUTO_TEST_CASE(bad_tasks_are_refused) {
    TaskBuffer buffer;
    BOOST_TEST(hex(*buffer.refusal(0x08, 1)) == "b4 00");
    BOOST_TEST(hex(*buffer.refusal(1, 0xE0)) == "b4 01");
    for (std::uint8_t id = 0; id < TaskBuffer::capacity; ++id) {
        BOOST_TEST(!buffer.refusal(1, id).has_value());
        buffer.add(1, id, "x");
    }
    BOOST_TEST(hex(*buffer.refusal(1, 0x80)) == "b1");
    BOOST_TEST(hex(*buffer.refusal(1, 0)) == "b2");
}

BOOST_AUTO_TEST_CASE(abort_forgets_a_running_task_and_does_not_stop_it) {
    TaskBuffer buffer;
    buffer.add(1, 1, "x");
    buffer.head()->state = Task::State::running;
    (void)buffer.abort();
    BOOST_TEST(hex(buffer.ask(1)) == "b3");
    BOOST_TEST((buffer.add(1, 1, "y") == Status::pending)); // the device is at work
    BOOST_TEST(buffer.head()->payload == "x");
    BOOST_TEST(!buffer.finish(done_answer()).has_value());
    BOOST_TEST(buffer.head()->payload == "y");
}

BOOST_AUTO_TEST_CASE(no_result_is_kept_of_a_task_that_needs_none) {
    TaskBuffer buffer;
    buffer.add(0, 1, "x");
    BOOST_TEST(!buffer.finish(done_answer()).has_value());
    BOOST_TEST(buffer.size() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
