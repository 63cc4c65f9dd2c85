#include "front/server.hpp"

#include "fake_desk.hpp"
#include "fcgi_client.hpp"
#include "log_fixture.hpp"
#include "temp_dir.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <future>
#include <optional>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>

using namespace kktd;
using namespace kktd::test;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

const std::string receipt =
    R"({"DocNumber": "ТР00-003655", "DocDate": "06.10.2017", "DocSumm": 1950,)"
    R"( "Goods": {"Position_1": {"Name": "Наименование товара", "Price": 325.12, "Quantity": 6,)"
    R"( "Tax": 18, "PositionSumm": 1950}}})";

const std::string post = request_bytes(usual_params("POST", "/kkt", receipt), receipt);
const std::string get = request_bytes(usual_params("GET", "/kkt"));
const std::string get_status = request_bytes(usual_params("GET", "/kkt/status"));

fiscal::Reply done() {
    return fiscal::Settled{standing_of("01J1", fiscal::ReceiptState::done), false};
}

/// A server on a socket of its own; the desk answers nothing until the test does.
struct Front {
    explicit Front(const front::FrontConfig& with = {}) : config(with), router(config, desk) {
        engine::KktSnapshot kkt;
        kkt.id = "main";
        kkt.can_sell = true;
        desk.now.kkt.push_back(kkt);
    }
    void start() {
        server.emplace(config, router, listener.get());
        server->start();
    }
    /// Until the desk has so many callers waiting.
    [[nodiscard]] bool waits_for(std::size_t count) const {
        return eventually([&] { return desk.waiting() == count; });
    }
    template<class Condition>
    [[nodiscard]] static bool eventually(Condition condition) {
        const auto deadline = steady_clock::now() + patience;
        while (!condition()) {
            if (steady_clock::now() > deadline) {
                return false;
            }
            std::this_thread::yield();
        }
        return true;
    }
    [[nodiscard]] std::optional<HttpAnswer> ask(std::string_view request) const {
        return exchange(path, request);
    }
    [[nodiscard]] base::UniqueFd begin(std::string_view request) const {
        base::UniqueFd socket = connect_to(path);
        BOOST_TEST(send_all(socket.get(), request));
        return socket;
    }

    TempDir folder;
    std::string path = folder.path("fcgi.sock");
    base::UniqueFd listener = listen_at(path);
    front::FrontConfig config;
    FakeDesk desk;
    front::Router router;
    std::optional<front::Server> server;
};

front::FrontConfig with(void (*change)(front::FrontConfig&)) {
    front::FrontConfig config;
    config.acceptors = 4;
    change(config);
    return config;
}

int status_of(const std::optional<HttpAnswer>& answer) {
    return answer ? answer->status : -1;
}

bool contains(const std::optional<HttpAnswer>& answer, std::string_view text) {
    return answer && answer->body.find(text) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(server_tests)

BOOST_AUTO_TEST_CASE(a_get_is_answered_whole) {
    Front front;
    front.start();
    const auto answer = front.ask(get);
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->status == 200);
    BOOST_TEST(answer->headers.at("Status") == "200 OK");
    BOOST_TEST(answer->headers.at("Content-Type") == "text/plain; charset=utf-8");
    BOOST_TEST(answer->headers.at("Content-Length") == std::to_string(answer->body.size()));
    BOOST_TEST(answer->headers.at("Cache-Control") == "no-store");
    BOOST_TEST(answer->body == "Статус ККТ:\n(0, u'Ошибок нет', 0, u'Ошибок в параметрах нет')");
}

BOOST_AUTO_TEST_CASE(head_has_the_headers_of_get_and_no_body) {
    Front front;
    front.start();
    const auto whole = front.ask(get);
    const auto head = front.ask(request_bytes(usual_params("HEAD", "/kkt")));
    BOOST_REQUIRE((whole && head));
    BOOST_TEST(head->headers.at("Content-Length") == whole->headers.at("Content-Length"));
    BOOST_TEST(head->body.empty());
}

BOOST_AUTO_TEST_CASE(no_content_has_no_content_headers) {
    Front front;
    front.start();
    const auto answer = front.ask(request_bytes(usual_params("OPTIONS", "/kkt")));
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->headers.at("Status") == "204 No Content");
    BOOST_TEST(answer->headers.count("Content-Length") == 0U);
    BOOST_TEST(answer->headers.count("Content-Type") == 0U);
    BOOST_TEST(answer->headers.at("Allow") == "GET, HEAD, POST, OPTIONS");
}

BOOST_AUTO_TEST_CASE(a_post_answered_at_once_is_answered_by_its_acceptor) {
    Front front;
    front.desk.at_once = [](const engine::Submission&) { return done(); };
    front.start();
    const auto answer = front.ask(post);
    BOOST_TEST(status_of(answer) == 200);
    BOOST_TEST(contains(answer, R"("check_number":42)"));
    BOOST_TEST(contains(answer, R"("request_id":"test-request-1")"));
    const auto submissions = front.desk.submissions();
    BOOST_REQUIRE(submissions.size() == 1U);
    BOOST_TEST(submissions[0].request == receipt);
    BOOST_TEST(submissions[0].request_id == "test-request-1");
}

BOOST_AUTO_TEST_CASE(a_waiting_post_is_answered_when_the_engine_calls) {
    Front front;
    front.start();
    const base::UniqueFd caller = front.begin(post);
    BOOST_REQUIRE(front.waits_for(1));
    BOOST_TEST(!readable_within(caller.get(), 50ms));
    front.desk.answer_all(done());
    BOOST_TEST(contains(read_answer(caller), R"("fd":1234)"));
}

// The end of a receipt is written by the thread that brings it; what it may not write, the waker
// does.
BOOST_AUTO_TEST_CASE(replies_are_written_by_whoever_may) {
    Front front;
    front.start();
    auto repeated = std::get<fiscal::Settled>(done());
    repeated.repeated = true;
    auto long_one = std::get<fiscal::Settled>(done());
    long_one.standing.warnings.assign(150, {"line_split", "/Goods/Position_1", "text"});
    // The repeat comes last: from then on this request is answered from memory.
    for (const fiscal::Reply& reply :
         {done(), fiscal::Reply(long_one), fiscal::Reply(fiscal::NotAccepting{}),
          fiscal::Reply(repeated)}) {
        const base::UniqueFd caller = front.begin(post);
        BOOST_REQUIRE(front.waits_for(1));
        front.desk.answer_all(reply);
        BOOST_TEST(contains(read_answer(caller), R"("result_description")"));
    }
}

BOOST_AUTO_TEST_CASE(a_reply_may_come_before_the_connection_is_parked) {
    Front front;
    front.desk.reply_inside_submit = done();
    front.start();
    BOOST_TEST(status_of(front.ask(post)) == 200);
}

BOOST_AUTO_TEST_CASE(replies_race_with_parking_and_none_is_lost) {
    Front front;
    front.start();
    std::vector<base::UniqueFd> callers;
    std::atomic<bool> enough = false;
    std::thread engine([&] {
        while (!enough) {
            front.desk.answer_all(done());
        }
    });
    for (int i = 0; i < 200; ++i) {
        callers.push_back(front.begin(post));
    }
    for (const auto& caller : callers) {
        BOOST_TEST(status_of(read_answer(caller)) == 200);
    }
    enough = true;
    engine.join();
}

BOOST_AUTO_TEST_CASE(a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not) {
    Front front(with([](auto& config) { config.body_limit = 1000; }));
    front.desk.at_once = [](const engine::Submission&) { return done(); };
    front.start();
    const std::string fits = receipt + std::string(1000 - receipt.size(), ' ');
    BOOST_TEST(status_of(front.ask(request_bytes(usual_params("POST", "/kkt", fits), fits))) ==
               200);
    const std::string over = fits + " ";
    const auto answer = front.ask(request_bytes(usual_params("POST", "/kkt", over), over));
    BOOST_TEST(status_of(answer) == 413);
    BOOST_TEST(contains(answer, R"("result_code":103)"));
    BOOST_TEST(front.desk.submissions().size() == 1U);
}

BOOST_AUTO_TEST_CASE(two_megabytes_are_refused_and_the_sender_reads_why) {
    Front front;
    front.start();
    const std::string big(2 << 20, ' ');
    const auto answer = front.ask(request_bytes(usual_params("POST", "/kkt", big), big));
    BOOST_TEST(status_of(answer) == 413);
    BOOST_TEST(front.desk.submissions().empty());
}

BOOST_AUTO_TEST_CASE(a_cut_body_is_not_handed_on) {
    Front front;
    front.start();
    auto params = usual_params("POST", "/kkt", receipt);
    const std::string half = receipt.substr(0, receipt.size() / 2);
    const auto answer = front.ask(request_bytes(params, half));
    BOOST_TEST(status_of(answer) == 400);
    BOOST_TEST(contains(answer, R"("error":"incomplete")"));
    // The same when more comes than was announced.
    BOOST_TEST(status_of(front.ask(request_bytes(params, receipt + "}"))) == 400);
    BOOST_TEST(front.desk.submissions().empty());
}

BOOST_AUTO_TEST_CASE(a_body_that_stops_coming_is_not_handed_on) {
    Front front(with([](auto& config) { config.peer_timeout = 200ms; }));
    front.start();
    const base::UniqueFd caller =
        front.begin(begin_record() +
                    stream_records(fcgi_params, encoded(usual_params("POST", "/kkt", receipt))) +
                    record(fcgi_stdin, receipt)); // but no end of the stream
    const auto read = read_to_end(caller.get());
    BOOST_TEST(read.ended);
    BOOST_TEST(front.desk.submissions().empty());
}

BOOST_AUTO_TEST_CASE(an_aborted_request_is_not_handed_on) {
    Front front;
    front.start();
    const auto answer =
        front.ask(begin_record() +
                  stream_records(fcgi_params, encoded(usual_params("POST", "/kkt", receipt))) +
                  record(fcgi_stdin, receipt) + record(fcgi_abort_request, ""));
    BOOST_TEST(status_of(answer) == 400);
    BOOST_TEST(front.desk.submissions().empty());
}

BOOST_AUTO_TEST_CASE(a_post_without_a_readable_length_is_refused) {
    Front front;
    front.start();
    for (const std::string length : {"", "x", "-5", "12x", " 12", "+7", "0x10"}) {
        auto params = usual_params("POST", "/kkt", receipt);
        params[4].second = length;
        BOOST_TEST_INFO("CONTENT_LENGTH \"" << length << "\"");
        BOOST_TEST(contains(front.ask(request_bytes(params, receipt)), "\"length_required\""));
    }
    auto params = usual_params("POST", "/kkt", receipt);
    params[4].second = "99999999999999999999999999";
    BOOST_TEST(status_of(front.ask(request_bytes(params, receipt))) == 413);
    params.erase(params.begin() + 4);
    BOOST_TEST(contains(front.ask(request_bytes(params, receipt)), "\"length_required\""));
    BOOST_TEST(front.desk.submissions().empty());
}

BOOST_AUTO_TEST_CASE(garbage_is_dropped_and_others_are_served) {
    Front front;
    front.start();
    for (const std::string& garbage :
         {std::string("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), std::string(100, '\xff'),
          std::string(16, '\0'), record(fcgi_params, "xx"),
          begin_record() + record(fcgi_params, std::string(20, '\xff')) + record(fcgi_params, ""),
          // A name and a value of two gigabytes each (CVE-2025-23016).
          begin_record() + record(fcgi_params, std::string("\xff\xff\xff\xff\xff\xff\xff\xff", 8)) +
              record(fcgi_params, "")}) {
        const base::UniqueFd socket = connect_to(front.path);
        (void)send_all(socket.get(), garbage);
        ::shutdown(socket.get(), SHUT_WR);
        BOOST_TEST(read_to_end(socket.get()).ended);
        BOOST_TEST(status_of(front.ask(get)) == 200);
    }
}

BOOST_AUTO_TEST_CASE(a_silent_peer_is_dropped_and_others_are_served_meanwhile) {
    Front front(with([](auto& config) { config.peer_timeout = 500ms; }));
    front.start();
    const base::UniqueFd half = front.begin(begin_record().substr(0, 5));
    const base::UniqueFd silent = connect_to(front.path);
    BOOST_TEST(status_of(front.ask(get)) == 200);
    BOOST_TEST(!readable_within(half.get(), 0ms)); // still waited for
    BOOST_TEST(read_to_end(half.get()).ended);
    BOOST_TEST(read_to_end(silent.get()).ended);
}

// libfcgi by itself waits two seconds for a peer to close.
BOOST_AUTO_TEST_CASE(a_peer_that_does_not_close_holds_no_acceptor) {
    Front front(with([](auto& config) { config.acceptors = 1; }));
    front.start();
    const base::UniqueFd answered = front.begin(get);
    BOOST_REQUIRE(readable_within(answered.get(), patience));
    const auto begun = steady_clock::now();
    BOOST_TEST(status_of(front.ask(get)) == 200);
    BOOST_TEST((steady_clock::now() - begun < 1900ms));
}

BOOST_AUTO_TEST_CASE(a_peer_that_drips_is_cut_off_in_total) {
    Front front(with([](auto& config) { config.peer_timeout = 400ms; }));
    front.start();
    const auto begun = steady_clock::now();
    const base::UniqueFd drip = connect_to(front.path);
    const std::string request = post;
    std::size_t sent = 0;
    // Each byte comes well within the timeout of a single read.
    while (sent < request.size() &&
           send_all(drip.get(), std::string_view(request).substr(sent, 1)) &&
           !readable_within(drip.get(), 20ms)) {
        ++sent;
    }
    BOOST_TEST(sent < request.size());
    BOOST_TEST((steady_clock::now() - begun < 3s));
    BOOST_TEST(front.desk.submissions().empty());
    BOOST_TEST(status_of(front.ask(get)) == 200);
}

// nginx has told its caller to repeat long before: nothing need be begun.
BOOST_AUTO_TEST_CASE(a_caller_that_left_before_he_was_heard_is_not_handed_on) {
    Front front(with([](auto& config) { config.acceptors = 1; }));
    { const base::UniqueFd caller = front.begin(post); }
    front.start();
    BOOST_TEST(status_of(front.ask(get)) == 200);
    BOOST_TEST(front.desk.submissions().empty());
}

BOOST_AUTO_TEST_CASE(a_caller_that_left_costs_nothing_but_his_answer) {
    Front front;
    front.start();
    {
        const base::UniqueFd caller = front.begin(post);
        BOOST_REQUIRE(front.waits_for(1));
    }
    front.desk.answer_all(done());
    BOOST_TEST(status_of(front.ask(get)) == 200);
    BOOST_TEST(Front::eventually(
        [] { return log_text().find("answer not delivered") != std::string::npos; }));
}

BOOST_AUTO_TEST_CASE(keep_conn_is_not_honoured) {
    Front front;
    front.start();
    const base::UniqueFd socket = front.begin(
        begin_record(true) + stream_records(fcgi_params, encoded(usual_params("GET", "/kkt"))) +
        stream_records(fcgi_stdin, ""));
    BOOST_TEST(status_of(read_answer(socket)) == 200); // which waits for the end of connection
}

BOOST_AUTO_TEST_CASE(two_hundred_waiting_posts_leave_sixteen_acceptors_free) {
    Front front(with([](auto& config) { config.acceptors = 16; }));
    front.start();
    std::vector<base::UniqueFd> callers;
    for (int i = 0; i < 200; ++i) {
        callers.push_back(front.begin(post));
    }
    BOOST_REQUIRE(front.waits_for(200));
    // The best of some: a busy machine may delay one, a blocked acceptor would delay all.
    auto best = steady_clock::duration::max();
    for (int i = 0; i < 20; ++i) {
        const auto begun = steady_clock::now();
        BOOST_TEST(status_of(front.ask(get_status)) == 200);
        best = std::min(best, steady_clock::now() - begun);
    }
    BOOST_TEST((best < 100ms));
    front.desk.answer_all(done());
    for (const auto& caller : callers) {
        BOOST_TEST(contains(read_answer(caller), R"("fd":1234)"));
    }
}

BOOST_AUTO_TEST_CASE(at_the_deadline_the_answer_is_202) {
    Front front(with([](auto& config) { config.answer_deadline = 100ms; }));
    front.start();
    const auto begun = steady_clock::now();
    const auto answer = front.ask(post);
    BOOST_TEST(status_of(answer) == 202);
    BOOST_TEST(answer->headers.at("Location") == "/kkt/receipts/01J1");
    BOOST_TEST(contains(answer, R"("outcome":"accepted")"));
    BOOST_TEST((steady_clock::now() - begun >= 100ms));
    BOOST_TEST(front.desk.waiting() == 0U);
}

BOOST_AUTO_TEST_CASE(not_durable_at_the_deadline_is_asked_again) {
    Front front(with([](auto& config) { config.answer_deadline = 50ms; }));
    front.desk.durable = false;
    front.start();
    const base::UniqueFd caller = front.begin(post);
    BOOST_TEST(!readable_within(caller.get(), 200ms));
    front.desk.durable = true;
    BOOST_TEST(status_of(read_answer(caller)) == 202);
}

BOOST_AUTO_TEST_CASE(a_deadline_and_a_reply_at_the_same_time_give_one_answer) {
    Front front(with([](auto& config) { config.answer_deadline = 5ms; }));
    front.start();
    std::atomic<bool> enough = false;
    std::thread engine([&] {
        while (!enough) {
            std::this_thread::yield();
            front.desk.answer_all(done());
        }
    });
    for (int i = 0; i < 300; ++i) {
        const int status = status_of(front.ask(post));
        BOOST_TEST((status == 200 || status == 202));
    }
    enough = true;
    engine.join();
}

BOOST_AUTO_TEST_CASE(beyond_the_parking_bound_a_post_does_not_wait_for_the_kkt) {
    Front front(with([](auto& config) { config.parked_limit = 2; }));
    front.start();
    std::vector<base::UniqueFd> callers;
    for (std::size_t i = 0; i < 4; ++i) {
        callers.push_back(front.begin(post));
        BOOST_REQUIRE(front.waits_for(i + 1));
        // The desk has it a moment before it is parked.
        (void)readable_within(callers.back().get(), 50ms);
    }
    const auto submissions = front.desk.submissions();
    BOOST_TEST(!submissions[0].answer_when_accepted);
    BOOST_TEST(!submissions[1].answer_when_accepted);
    BOOST_TEST(submissions[2].answer_when_accepted);
    BOOST_TEST(submissions[3].answer_when_accepted);
    // Twice the bound: the journal is slow, nothing more goes in.
    const auto refused = front.ask(post);
    BOOST_TEST(status_of(refused) == 503);
    BOOST_TEST(refused->headers.count("Retry-After") == 1U);
    BOOST_TEST(front.desk.submissions().size() == 4U);
    front.desk.answer_all(done());
    for (const auto& caller : callers) {
        BOOST_TEST(status_of(read_answer(caller)) == 200);
    }
    // There is room again.
    const base::UniqueFd next = front.begin(post);
    BOOST_REQUIRE(front.waits_for(1));
    BOOST_TEST(!front.desk.submissions().back().answer_when_accepted);
}

BOOST_AUTO_TEST_CASE(stopping_answers_the_parked_at_once) {
    Front front;
    front.start();
    std::vector<base::UniqueFd> callers;
    for (int i = 0; i < 20; ++i) {
        callers.push_back(front.begin(post));
    }
    BOOST_REQUIRE(front.waits_for(20));
    const auto begun = steady_clock::now();
    front.server->stop();
    BOOST_TEST((steady_clock::now() - begun < 2s));
    for (const auto& caller : callers) {
        BOOST_TEST(status_of(read_answer(caller)) == 202);
    }
    // The socket is whole: who listens next gets what comes now.
    const base::UniqueFd later = front.begin(get);
    front.server.reset();
    front.start();
    BOOST_TEST(status_of(read_answer(later)) == 200);
}

BOOST_AUTO_TEST_CASE(a_request_in_hand_when_stopping_is_answered) {
    Front front;
    std::promise<void> entered;
    std::promise<void> go_on;
    front.desk.on_submit = [&] {
        entered.set_value();
        go_on.get_future().wait();
    };
    front.start();
    const base::UniqueFd caller = front.begin(post);
    entered.get_future().wait();
    auto stopped = std::async(std::launch::async, [&] { front.server->stop(); });
    BOOST_TEST((stopped.wait_for(50ms) == std::future_status::timeout));
    go_on.set_value();
    stopped.get();
    BOOST_TEST(status_of(read_answer(caller)) == 202);
}

BOOST_AUTO_TEST_CASE(a_late_waiter_may_outlive_the_server) {
    Front front;
    front.start();
    std::map<engine::WaiterId, engine::Waiter> held;
    {
        const base::UniqueFd caller = front.begin(post);
        BOOST_REQUIRE(front.waits_for(1));
        held = front.desk.take_waiters();
        held.begin()->second(done());
        BOOST_TEST(status_of(read_answer(caller)) == 200);
    }
    front.server.reset();
    held.clear();
}

BOOST_AUTO_TEST_CASE(an_exception_is_answered_with_500) {
    Front front;
    front.desk.on_submit = [] { throw std::runtime_error("a bug"); };
    front.start();
    const auto answer = front.ask(post);
    BOOST_TEST(status_of(answer) == 500);
    BOOST_TEST(contains(answer, R"("outcome":"unknown")"));
    BOOST_TEST(contains(answer, R"("check_number":0)"));
    BOOST_TEST(!contains(answer, "a bug"));
    BOOST_TEST(status_of(front.ask(get)) == 200);
    BOOST_TEST(log_text().find("request test-request-1 failed: a bug") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(params_of_200_kilobytes_do_no_harm) {
    Front front;
    front.start();
    auto params = usual_params("GET", "/kkt");
    params.emplace_back("HTTP_COOKIE", std::string(200'000, 'x'));
    BOOST_TEST(status_of(front.ask(request_bytes(params))) == 200);
    params = usual_params("GET", "/kkt");
    for (int i = 0; i < 5000; ++i) {
        params.emplace_back("HTTP_X_" + std::to_string(i), "0123456789012345678901234567890");
    }
    BOOST_TEST(status_of(front.ask(request_bytes(params))) == 200);
    BOOST_TEST(status_of(front.ask(
                   request_bytes(usual_params("GET", "/" + std::string(200'000, 'y'))))) == 404);
}

BOOST_AUTO_TEST_CASE(request_ids_that_are_no_words_are_replaced) {
    Front front;
    front.start();
    for (const std::string& id :
         {std::string(), std::string("a b"), std::string("x\r\nSet-Cookie: y"),
          std::string(65, 'a'), std::string("\"")}) {
        auto params = usual_params("GET", "/nowhere");
        params.back().second = id;
        const auto answer = front.ask(request_bytes(params));
        BOOST_REQUIRE(answer);
        const std::string key = R"("request_id":")";
        const std::size_t at = answer->body.find(key);
        BOOST_REQUIRE(at != std::string::npos);
        const std::size_t from = at + key.size();
        BOOST_TEST(answer->body.find('"', from) - from == 16U);
    }
}

BOOST_AUTO_TEST_CASE(script_name_stands_in_for_document_uri) {
    Front front;
    front.start();
    auto params = usual_params("GET", "/kkt");
    params[1].first = "SCRIPT_NAME";
    BOOST_TEST(status_of(front.ask(request_bytes(params))) == 200);
}

BOOST_AUTO_TEST_CASE(headers_reach_the_engine) {
    Front front;
    front.desk.at_once = [](const engine::Submission&) { return done(); };
    front.start();
    auto params = usual_params("POST", "/kkt", receipt);
    params.emplace_back("HTTP_IDEMPOTENCY_KEY", "order-17");
    params.emplace_back("HTTP_PREFER", "respond-async");
    params.emplace_back("KKTD_KKT", "second");
    BOOST_TEST(status_of(front.ask(request_bytes(params, receipt))) == 200);
    const engine::Submission sent = front.desk.submissions().at(0);
    BOOST_TEST(sent.idempotency_key == "order-17");
    BOOST_TEST(sent.answer_when_accepted);
    BOOST_TEST(sent.kkt_of_path == "second");
}

BOOST_AUTO_TEST_CASE(the_log_tells_who_what_and_how_but_never_a_body) {
    Front front;
    front.desk.at_once = [](const engine::Submission&) { return done(); };
    front.start();
    auto params = usual_params("POST", "/kkt", receipt);
    params.back().second = "logged-1";
    BOOST_TEST(status_of(front.ask(request_bytes(params, receipt))) == 200);
    params = usual_params("GET", "/kkt/receipts?number=secret-number");
    params.back().second = "logged-2";
    (void)front.ask(request_bytes(params));
    front.server->stop();
    const std::string log = log_text();
    BOOST_TEST(log.find("debug request logged-1 POST /kkt status 200 ") != std::string::npos);
    BOOST_TEST(log.find("request logged-2 GET /kkt/receipts status 404 ") != std::string::npos);
    BOOST_TEST(log.find("ТР00-003655") == std::string::npos);
    BOOST_TEST(log.find("secret-number") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(many_clients_lose_nothing) {
    Front front(with([](auto& config) { config.acceptors = 8; }));
    front.start();
    std::atomic<int> answered = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&] {
            for (int j = 0; j < 100; ++j) {
                answered += status_of(front.ask(get)) == 200;
            }
        });
    }
    for (auto& client : clients) {
        client.join();
    }
    BOOST_TEST(answered == 800);
}

BOOST_AUTO_TEST_CASE(a_listening_socket_is_told_from_others) {
    Front front;
    BOOST_TEST(front::is_listening_socket(front.listener.get()));
    BOOST_TEST(!front::is_listening_socket(connect_to(front.path).get()));
    BOOST_TEST(!front::is_listening_socket(-1));
}

BOOST_AUTO_TEST_SUITE_END()
