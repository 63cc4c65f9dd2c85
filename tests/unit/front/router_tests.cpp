#include "front/router.hpp"

#include "fake_desk.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd;
using namespace kktd::test;
using Room = front::ParkingLot::Room;

namespace {

struct Routes {
    front::FrontConfig config;
    FakeDesk desk;
    std::optional<front::Router> kept; ///< for all requests; else each has its own

    front::Handled handle(const std::string& method, const std::string& path,
                          const std::string& query = "", const std::string& body = "",
                          Room room = Room::free) {
        front::Request request;
        request.method = method;
        request.path = path;
        request.query = query;
        request.body = body;
        request.request_id = "r1";
        return handle(request, room);
    }
    front::Handled handle(const front::Request& request, Room room = Room::free) {
        front::Router fresh(config, desk);
        return (kept ? *kept : fresh)
            .handle(
                request, [](fiscal::Reply) {}, room);
    }
    api::Answer answer(const std::string& method, const std::string& path,
                       const std::string& query = "", const std::string& body = "",
                       Room room = Room::free) {
        return std::get<api::Answer>(handle(method, path, query, body, room));
    }
};

std::string header(const api::Answer& answer, std::string_view name) {
    for (const auto& [key, value] : answer.headers) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

bool says(const api::Answer& answer, std::string_view text) {
    return answer.body.find(text) != std::string::npos;
}

const std::string receipt =
    R"({"DocNumber": "1", "DocSumm": 10, "Kkt": "main", "Inn": "7701234560", "test": true,)"
    R"( "Goods": [{"Name": "Чай", "Price": 10, "Quantity": 1, "Tax": 22, "PositionSumm": 10}]})";

} // namespace

BOOST_AUTO_TEST_SUITE(router_tests)

BOOST_AUTO_TEST_CASE(unknown_paths_are_404_in_json) {
    Routes routes;
    for (const std::string path : {"", "/", "/kk", "/kkt/x", "/kkt/status/x", "/KKT", "/kkt//",
                                   "/kkt/receipts/a/b", "//kkt"}) {
        for (const std::string method : {"GET", "POST", "OPTIONS", "DELETE"}) {
            const api::Answer answer = routes.answer(method, path);
            BOOST_TEST_INFO(method << " " << path);
            BOOST_TEST(answer.status == 404);
            BOOST_TEST(says(answer, R"("result_code":104)"));
            BOOST_TEST(answer.content_type == "application/json; charset=utf-8");
        }
    }
    BOOST_TEST(routes.answer("GET", "/kkt/receipts/" + std::string(65, 'A')).status == 404);
    BOOST_TEST(routes.desk.calls().empty());
}

BOOST_AUTO_TEST_CASE(wrong_methods_are_405_and_name_the_right_ones) {
    Routes routes;
    const auto check = [&](const std::string& method, const std::string& path,
                           const std::string& allow) {
        const api::Answer answer = routes.answer(method, path);
        BOOST_TEST_INFO(method << " " << path);
        BOOST_TEST(answer.status == 405);
        BOOST_TEST(header(answer, "Allow") == allow);
        BOOST_TEST(says(answer, R"("check_number":0)"));
    };
    check("PUT", "/kkt", "GET, HEAD, POST, OPTIONS");
    check("DELETE", "/kkt/", "GET, HEAD, POST, OPTIONS");
    check("POST", "/kkt/status", "GET, HEAD, OPTIONS");
    check("DELETE", "/kkt/receipts", "GET, HEAD, OPTIONS");
    check("POST", "/kkt/receipts/01J1", "GET, HEAD, DELETE, OPTIONS");
    check("", "/kkt", "GET, HEAD, POST, OPTIONS");
    check("get", "/kkt", "GET, HEAD, POST, OPTIONS");
}

BOOST_AUTO_TEST_CASE(options_names_the_methods) {
    Routes routes;
    const api::Answer answer = routes.answer("OPTIONS", "/kkt/receipts/01J1");
    BOOST_TEST(answer.status == 204);
    BOOST_TEST(header(answer, "Allow") == "GET, HEAD, DELETE, OPTIONS");
    BOOST_TEST(answer.body.empty());
}

BOOST_AUTO_TEST_CASE(the_status_text_is_that_of_2017) {
    Routes routes;
    engine::KktSnapshot kkt;
    kkt.id = "main";
    kkt.can_sell = true;
    routes.desk.now.kkt = {kkt, kkt};
    routes.desk.now.kkt[1].id = "second";
    routes.desk.now.kkt[1].can_sell = false;
    routes.desk.now.kkt[1].fault = fiscal::Fault(fiscal::FaultClass::paper, "Нет бумаги");
    const std::string fine = "Статус ККТ:\n(0, u'Ошибок нет', 0, u'Ошибок в параметрах нет')";
    const std::string paper = "Статус ККТ:\n(403, u'Нет бумаги', 0, u'Ошибок в параметрах нет')";
    BOOST_TEST(routes.answer("GET", "/kkt").body == paper);
    BOOST_TEST(routes.answer("HEAD", "/kkt/").body == paper);
    // The path of a 1C says which KKT it means.
    front::Request request;
    request.method = "GET";
    request.path = "/kkt";
    request.kkt = "main";
    BOOST_TEST(std::get<api::Answer>(routes.handle(request)).body == fine);
    request.kkt = "second";
    BOOST_TEST(std::get<api::Answer>(routes.handle(request)).body == paper);
}

BOOST_AUTO_TEST_CASE(a_post_becomes_a_submission) {
    Routes routes;
    front::Request request;
    request.method = "POST";
    request.path = "/kkt/";
    request.body = receipt;
    request.request_id = "r2";
    request.idempotency_key = "k";
    request.kkt = "of-path";
    const front::Handled handled = routes.handle(request);
    BOOST_REQUIRE(std::holds_alternative<front::Waiting>(handled));
    BOOST_TEST(std::get<front::Waiting>(handled).id == 1U);
    const engine::Submission sent = routes.desk.submissions().at(0);
    BOOST_TEST(sent.draft.number == "1");
    BOOST_TEST(sent.kkt == "main");
    BOOST_TEST(sent.inn == "7701234560");
    BOOST_TEST(sent.kkt_of_path == "of-path");
    BOOST_TEST(sent.test);
    BOOST_TEST(sent.idempotency_key == "k");
    BOOST_TEST(sent.request == receipt);
    BOOST_TEST(sent.request_id == "r2");
    BOOST_TEST(!sent.answer_when_accepted);
    BOOST_TEST(sent.violations.empty());
}

BOOST_AUTO_TEST_CASE(what_is_not_json_never_reaches_the_engine) {
    Routes routes;
    for (const std::string body : {"", "{", "[]", "DocNumber=1", "{\"a\":\"\xff\"}"}) {
        const api::Answer answer = routes.answer("POST", "/kkt", "", body);
        BOOST_TEST_INFO(body);
        BOOST_TEST(answer.status == 400);
        BOOST_TEST(says(answer, R"("error":"not_json")"));
    }
    BOOST_TEST(routes.desk.submissions().empty());
}

BOOST_AUTO_TEST_CASE(violations_of_the_dialect_go_along) {
    Routes routes;
    (void)routes.handle("POST", "/kkt", "", R"({"DocNumber": 5, "Goods": "x"})");
    BOOST_TEST(!routes.desk.submissions().at(0).violations.empty());
}

BOOST_AUTO_TEST_CASE(an_overlong_idempotency_key_is_a_violation) {
    Routes routes;
    front::Request request;
    request.method = "POST";
    request.path = "/kkt";
    request.body = receipt;
    request.idempotency_key = std::string(front::max_idempotency_key, 'k');
    (void)routes.handle(request);
    BOOST_TEST(routes.desk.submissions().at(0).violations.empty());
    request.idempotency_key += "k";
    (void)routes.handle(request);
    const auto violations = routes.desk.submissions().at(1).violations;
    BOOST_REQUIRE(violations.size() == 1U);
    BOOST_TEST((violations[0].rule == fiscal::Rule::too_long));
}

BOOST_AUTO_TEST_CASE(who_asks_not_to_wait_does_not_wait) {
    Routes routes;
    front::Request request;
    request.method = "POST";
    request.path = "/kkt";
    request.body = receipt;
    const auto asks = [&](const std::string& prefer) {
        request.prefer = prefer;
        (void)routes.handle(request);
        return routes.desk.submissions().back().answer_when_accepted;
    };
    BOOST_TEST(asks("respond-async"));
    BOOST_TEST(asks("wait=10, Respond-Async"));
    BOOST_TEST(asks(" respond-async ;foo=bar"));
    BOOST_TEST(!asks(""));
    BOOST_TEST(!asks("respond-asynchronous"));
    BOOST_TEST(!asks("return=minimal"));
    routes.config.answer_deadline = std::chrono::milliseconds(0);
    BOOST_TEST(asks(""));
}

BOOST_AUTO_TEST_CASE(without_room_nothing_is_submitted) {
    Routes routes;
    (void)routes.handle("POST", "/kkt", "", receipt, Room::full);
    BOOST_TEST(routes.desk.submissions().at(0).answer_when_accepted);
    const api::Answer answer = routes.answer("POST", "/kkt", "", receipt, Room::none);
    BOOST_TEST(answer.status == 503);
    BOOST_TEST(header(answer, "Retry-After") == "10");
    BOOST_TEST(routes.desk.submissions().size() == 1U);
    BOOST_TEST(routes.answer("GET", "/kkt", "", "", Room::none).status == 200);
}

BOOST_AUTO_TEST_CASE(a_receipt_by_id) {
    Routes routes;
    routes.desk.receipts["01J1"] = standing_of("01J1", fiscal::ReceiptState::done);
    const api::Answer answer = routes.answer("GET", "/kkt/receipts/01J1");
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(says(answer, R"("id":"01J1")"));
    BOOST_TEST((routes.answer("GET", "/kkt/receipts/01J1/") == answer));
    BOOST_TEST((routes.answer("HEAD", "/kkt/receipts/01J1") == answer));
    BOOST_TEST(says(routes.answer("GET", "/kkt/receipts/01J2"), R"("receipt_not_found")"));
    BOOST_TEST(routes.answer("GET", "/kkt/receipts/01J2").status == 404);
}

BOOST_AUTO_TEST_CASE(receipts_by_number) {
    Routes routes;
    routes.desk.receipts["01J1"] = standing_of("01J1", fiscal::ReceiptState::done);
    const api::Answer answer =
        routes.answer("GET", "/kkt/receipts",
                      "number=%D0%A2%D0%A000-003655&date=06.10.2017&operation=sell_refund");
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(says(answer, R"("receipts":[{)"));
    BOOST_TEST(routes.desk.calls().back() == "find_number ТР00-003655 2017-10-06 sell_refund");
    BOOST_TEST(routes.answer("GET", "/kkt/receipts", "number=+1+").status == 404);
    BOOST_TEST(routes.desk.calls().back() == "find_number  1  - -");
}

BOOST_AUTO_TEST_CASE(bad_queries_are_told) {
    Routes routes;
    for (const std::string query :
         {"", "date=2017-10-06", "number=", "number=%", "number=%zz", "number=%D0", "number=1%00",
          "number=1&number=2", "number=1&date=31.02.2017", "number=1&date=", "number=1&operation=x",
          "number=1&operaton=sell", "number=1%0D%0A"}) {
        const api::Answer answer = routes.answer("GET", "/kkt/receipts", query);
        BOOST_TEST_INFO(query);
        BOOST_TEST(answer.status == 400);
        BOOST_TEST(says(answer, R"("error":"bad_query")"));
    }
    BOOST_TEST(routes.desk.calls().empty());
}

BOOST_AUTO_TEST_CASE(delete_withdraws) {
    Routes routes;
    BOOST_TEST(routes.answer("DELETE", "/kkt/receipts/01J1").status == 404);
    BOOST_TEST(routes.desk.calls().back() == "find 01J1");

    routes.desk.receipts["01J1"] = standing_of("01J1", fiscal::ReceiptState::accepted);
    routes.desk.operator_answer = {false, "Чек уже регистрируется"};
    const api::Answer late = routes.answer("DELETE", "/kkt/receipts/01J1");
    BOOST_TEST(late.status == 409);
    BOOST_TEST(says(late, R"("error":"too_late")"));
    BOOST_TEST(says(late, "Чек уже регистрируется"));

    routes.desk.operator_answer = {true, "Отозван"};
    const api::Answer withdrawn = routes.answer("DELETE", "/kkt/receipts/01J1");
    BOOST_TEST(withdrawn.status == 200);
    BOOST_TEST(says(withdrawn, R"("state":"withdrawn")"));
}

// Each may wait for a look at a KKT, and there are few acceptors.
BOOST_AUTO_TEST_CASE(one_receipt_is_withdrawn_at_a_time) {
    Routes routes;
    routes.kept.emplace(routes.config, routes.desk);
    routes.desk.receipts["01J1"] = standing_of("01J1", fiscal::ReceiptState::accepted);
    routes.desk.operator_answer = {true, "Отозван"};
    std::optional<api::Answer> other;
    routes.desk.on_withdraw = [&] { other = routes.answer("DELETE", "/kkt/receipts/01J1"); };
    BOOST_TEST(routes.answer("DELETE", "/kkt/receipts/01J1").status == 200);
    BOOST_TEST_REQUIRE(other.has_value());
    BOOST_TEST(other->status == 503);
    BOOST_TEST(says(*other, R"("error":"withdrawal_busy")"));
    BOOST_TEST(says(*other, R"("retry":"same")"));
    routes.desk.on_withdraw = nullptr;
    routes.desk.receipts["01J1"].state = fiscal::ReceiptState::accepted;
    BOOST_TEST(routes.answer("DELETE", "/kkt/receipts/01J1").status == 200);
}

// Whoever repeats a request sends the same bytes. A done receipt stays done, so from the second
// repeat on the engine is not asked any more; whatever else is different is another request.
BOOST_AUTO_TEST_CASE(repeats_of_done_receipts_are_answered_without_the_engine) {
    Routes routes;
    routes.kept.emplace(routes.config, routes.desk);
    const auto standing = standing_of("01J1", fiscal::ReceiptState::done);
    bool repeated = false;
    routes.desk.at_once = [&](const engine::Submission&) {
        return fiscal::Settled{standing, std::exchange(repeated, true)};
    };
    front::Request request;
    request.method = "POST";
    request.path = "/kkt";
    request.body = receipt;
    request.request_id = "r1";
    const auto post = [&] { return std::get<api::Answer>(routes.handle(request)); };
    BOOST_TEST(says(post(), R"("repeated":false)"));
    const api::Answer second = post();
    BOOST_TEST(says(second, R"("repeated":true)"));
    BOOST_TEST(routes.desk.submissions().size() == 2U);
    BOOST_TEST((post() == second));
    BOOST_TEST(routes.desk.submissions().size() == 2U);
    request.request_id = "r2";
    BOOST_TEST(says(post(), R"("request_id":"r2"})"));
    BOOST_TEST(routes.desk.submissions().size() == 2U);

    std::size_t asked = 2;
    const auto is_another = [&](auto change) {
        const front::Request before = request;
        change();
        post();
        BOOST_TEST(routes.desk.submissions().size() == ++asked);
        request = before;
    };
    is_another([&] { request.body += " "; });
    is_another([&] { request.idempotency_key = "k"; });
    is_another([&] { request.kkt = "main"; });
}

BOOST_AUTO_TEST_CASE(only_what_cannot_change_is_kept) {
    for (const auto state : {fiscal::ReceiptState::accepted, fiscal::ReceiptState::refused,
                             fiscal::ReceiptState::unknown, fiscal::ReceiptState::withdrawn,
                             fiscal::ReceiptState::rehearsed}) {
        Routes routes;
        routes.kept.emplace(routes.config, routes.desk);
        routes.desk.at_once = [&](const engine::Submission&) {
            return fiscal::Settled{standing_of("01J1", state), true};
        };
        for (std::size_t asked = 1; asked < 4; ++asked) {
            static_cast<void>(routes.answer("POST", "/kkt", "", receipt));
            BOOST_TEST(routes.desk.submissions().size() == asked);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_oldest_kept_answer_makes_room) {
    front::Answered answered;
    for (std::size_t i = 0; i <= front::Answered::max_answers; ++i) {
        answered.keep(std::to_string(i), "answer");
        answered.keep(std::to_string(i), "answer"); // two at the same time
    }
    answered.keep("long", std::string(front::Answered::max_answer_bytes + 1, 'x'));
    BOOST_TEST(answered.find("long") == nullptr);
    BOOST_TEST(answered.find("0") == nullptr);
    BOOST_TEST(*answered.find("1") == "answer");
    BOOST_TEST(*answered.find(std::to_string(front::Answered::max_answers)) == "answer");
}

BOOST_AUTO_TEST_SUITE_END()
