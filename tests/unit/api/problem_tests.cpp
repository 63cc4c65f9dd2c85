#include "api/problem.hpp"

#include "one_c.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(problem_tests)

using namespace kktd::api;

BOOST_AUTO_TEST_CASE(every_problem_is_answered_in_the_classic_shape) {
    for (int i = 0; i <= static_cast<int>(Problem::internal); ++i) {
        const Answer answer = problem_answer(static_cast<Problem>(i), "подробность", "r-1");
        const one_c::Reading reading = one_c::read(answer.body);
        BOOST_TEST(reading.trouble == "");
        BOOST_TEST(!reading.success());
        BOOST_TEST(reading.result_description.ends_with(": подробность"));
        BOOST_TEST(answer.status >= 400);
        BOOST_TEST(answer.content_type == "application/json; charset=utf-8");
    }
}

BOOST_AUTO_TEST_CASE(the_whole_body) {
    const Answer answer = problem_answer(Problem::method_not_allowed, "", "r-1");
    BOOST_TEST(answer.status == 405);
    BOOST_TEST(answer.body ==
               R"({"check_number":0,"result_code":106,"result_description":"Этот метод здесь не )"
               R"(поддерживается: чеки принимает POST /kkt","outcome":"refused","retry":"fixed",)"
               R"("error":"method_not_allowed","request_id":"r-1"})");
}

BOOST_AUTO_TEST_CASE(foreign_bytes_do_not_break_the_answer) {
    const Answer answer = problem_answer(Problem::bad_query, "number=\xD7\"\n\\", "\xFF");
    BOOST_TEST(one_c::read(answer.body).trouble == "");
}

BOOST_AUTO_TEST_SUITE_END()
