// The replay of 1C must itself be strict: each answer here would break a caller.
#include "one_c.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(one_c_tests)

BOOST_AUTO_TEST_CASE(a_good_answer_is_read) {
    const auto reading = one_c::read(
        R"({"check_number": 42, "result_code": 0, "result_description": "ok", "outcome": "done"})");
    BOOST_TEST(reading.trouble == "");
    BOOST_TEST(reading.success());
    BOOST_TEST(reading.check_number == "42");
}

BOOST_AUTO_TEST_CASE(answers_that_break_a_caller_are_found) {
    const std::string head =
        R"("check_number": 0, "result_code": 1, "result_description": "x", "outcome": "refused")";
    const std::string words = R"(, "retry": "same", "error": "e")";
    BOOST_TEST(one_c::read("{" + head + words + "}").trouble == "");
    for (const std::string& body : {
             std::string(),
             std::string("<html>502</html>"),
             std::string("[]"),
             "{" + head + "}",
             "{" + head + R"(, "retry": "later", "error": "e"})",
             "{" + head + words + R"(, "a.b": 1})",
             "{" + head + words + R"(, "a": {"/Goods": 1}})",
             "{" + head + words + R"(, "a": [{"1a": 1}]})",
             "{" + head + words + R"(, "total": 1.95E3})",
             "{" + head + words + R"(, "total": 1950.00})",
             "{" + head + words + R"(, "a": null})",
             "{" + head + words + R"(, "a": 1, "a": 2})",
             std::string(R"({"check_number": "0", "result_code": 1, "result_description": "x"})"),
             std::string(R"({"check_number": 0, "result_code": 1, "result_description": ""})"),
             std::string(R"({"check_number": 0, "result_code": 0, "result_description": "x",
                             "outcome": "refused", "retry": "same", "error": "e"})"),
             std::string(R"({"check_number": 7, "result_code": 1, "result_description": "x",
                             "outcome": "refused", "retry": "same", "error": "e"})"),
         }) {
        BOOST_TEST(!one_c::read(body).readable(), body);
        BOOST_TEST(!one_c::read(body).success(), body);
    }
}

BOOST_AUTO_TEST_SUITE_END()
