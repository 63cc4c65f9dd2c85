#include "engine/job_queue.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using kktd::engine::Job;
using kktd::engine::JobQueue;

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
    BOOST_TEST(!queue.take_waiting("r1").has_value());
    BOOST_TEST(queue.take_waiting("r2").has_value());
    queue.end_work();
    BOOST_TEST(queue.take_waiting("r1").has_value());
}

BOOST_AUTO_TEST_CASE(what_is_put_back_keeps_its_order) {
    JobQueue queue(9);
    add(queue, job(1, 10));
    add(queue, job(2, 20));
    add(queue, job(3, 30));
    auto second = queue.take_waiting("r2");
    BOOST_REQUIRE(second.has_value());
    queue.put_back(std::move(*second));
    BOOST_TEST(queue.begin_head()->row == 1);
    BOOST_TEST(queue.take(1).has_value());
    BOOST_TEST(queue.begin_head()->row == 2);
    BOOST_TEST(queue.take(2).has_value());
    BOOST_TEST(queue.begin_head()->row == 3);
}

BOOST_AUTO_TEST_CASE(old_receipts_are_taken_oldest_first_but_the_spared) {
    JobQueue queue(9);
    add(queue, job(1, 10));
    add(queue, job(2, 20));
    add(queue, job(3, 30));
    const auto spared = [](const Job& one) { return one.row == 1; };
    BOOST_TEST(queue.take_older(20, spared)->row == 2);
    BOOST_TEST(!queue.take_older(20, spared).has_value());
    BOOST_TEST(queue.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
