#include "engine/job_queue.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using kktd::engine::Job;
using kktd::engine::JobQueue;

constexpr std::chrono::milliseconds no_patience{0};

Job job(std::int64_t row, std::int64_t accepted_at) {
    Job job;
    job.row = row;
    job.standing.id = "r" + std::to_string(row);
    job.standing.accepted_at = accepted_at;
    return job;
}

void add(JobQueue& queue, Job job) {
    BOOST_REQUIRE(queue.reserve());
    queue.push(std::move(job));
}

} // namespace

BOOST_AUTO_TEST_SUITE(job_queue_tests)

BOOST_AUTO_TEST_CASE(places_are_bounded_reservations_included) {
    JobQueue queue(2);
    BOOST_TEST(queue.reserve());
    BOOST_TEST(queue.reserve());
    BOOST_TEST(!queue.reserve());
    queue.release();
    BOOST_TEST(queue.reserve());
    BOOST_TEST(queue.push(job(1, 1)));
    BOOST_TEST(!queue.push(job(2, 2)));
    BOOST_TEST(!queue.reserve());
    BOOST_TEST(queue.take(1).has_value());
    BOOST_TEST(queue.reserve());
}

BOOST_AUTO_TEST_CASE(the_receipt_at_work_cannot_be_withdrawn) {
    JobQueue queue(9);
    add(queue, job(1, 1));
    add(queue, job(2, 2));
    BOOST_REQUIRE(queue.begin_head() != nullptr);
    BOOST_TEST(queue.at_work().value() == "r1");
    BOOST_TEST(!queue.take_waiting("r1", no_patience).has_value());
    BOOST_TEST(queue.take_waiting("r2", no_patience).has_value());
    queue.end_work();
    BOOST_TEST(queue.take_waiting("r1", no_patience).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_put_back_keeps_its_order) {
    JobQueue queue(9);
    add(queue, job(1, 10));
    add(queue, job(2, 20));
    add(queue, job(3, 30));
    auto second = queue.take_waiting("r2", no_patience);
    BOOST_REQUIRE(second.has_value());
    queue.put_back(std::move(*second));
    BOOST_TEST(queue.begin_head()->row == 1);
    BOOST_TEST(queue.take(1).has_value());
    BOOST_TEST(queue.begin_head()->row == 2);
    BOOST_TEST(queue.take(2).has_value());
    BOOST_TEST(queue.begin_head()->row == 3);
}

BOOST_AUTO_TEST_CASE(what_is_in_doubt_is_neither_withdrawn_nor_given_up) {
    JobQueue queue(9);
    add(queue, job(1, 10));
    add(queue, job(2, 20));
    add(queue, job(3, 30));
    queue.set_in_doubt(1, true);
    BOOST_TEST(!queue.take_waiting("r1", no_patience).has_value());
    BOOST_TEST(queue.take_older(20)->row == 2);
    BOOST_TEST(!queue.take_older(20).has_value());
    queue.set_in_doubt(1, false);
    BOOST_TEST(queue.take_waiting("r1", no_patience).has_value());
    BOOST_TEST(queue.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
