#include "front/router.hpp"

#include "api/classic.hpp"
#include "api/problem.hpp"
#include "front/query.hpp"
#include "front/status_json.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace kktd::front {

namespace {

constexpr std::string_view receipt_prefix = "/kkt/receipts/";
/// Ours have 26 characters; anything far longer is not looked up.
constexpr std::size_t max_receipt_id = 64;

enum class Place { kkt, status, receipts, receipt, nowhere };

std::string_view without_last_slash(std::string_view path) {
    return path.size() > 1 && path.back() == '/' ? path.substr(0, path.size() - 1) : path;
}

Place place_of(std::string_view path) {
    if (path == "/kkt") {
        return Place::kkt;
    }
    if (path == "/kkt/status") {
        return Place::status;
    }
    if (path == "/kkt/receipts") {
        return Place::receipts;
    }
    if (path.starts_with(receipt_prefix)) {
        const std::string_view id = path.substr(receipt_prefix.size());
        if (!id.empty() && id.size() <= max_receipt_id && id.find('/') == id.npos) {
            return Place::receipt;
        }
    }
    return Place::nowhere;
}

std::string_view allowed(Place place) {
    switch (place) {
    case Place::kkt:
        return "GET, HEAD, POST, OPTIONS";
    case Place::receipt:
        return "GET, HEAD, DELETE, OPTIONS";
    case Place::status:
    case Place::receipts:
        return "GET, HEAD, OPTIONS";
    case Place::nowhere:
        break;
    }
    return "";
}

/// Whether the header asks for 202 as soon as the receipt is durable (RFC 7240):
/// "respond-async, wait=10".
bool wants_async(std::string_view prefer) {
    while (!prefer.empty()) {
        std::string_view token = prefer.substr(0, prefer.find_first_of(",;"));
        prefer.remove_prefix(std::min(prefer.size(), token.size() + 1));
        token.remove_prefix(std::min(token.size(), token.find_first_not_of(" \t")));
        token = token.substr(0, token.find_last_not_of(" \t") + 1);
        const auto same_letter = [](char a, char b) {
            return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
        };
        constexpr std::string_view wanted = "respond-async";
        if (std::equal(token.begin(), token.end(), wanted.begin(), wanted.end(), same_letter)) {
            return true;
        }
    }
    return false;
}

/// Gives back what was taken, however the scope is left.
struct Turn {
    std::atomic<bool>& taken;
    ~Turn() { taken = false; }
};

} // namespace

Handled Router::handle(const Request& request, engine::Waiter waiter, ParkingLot::Room room) {
    const std::string_view path = without_last_slash(request.path);
    const Place place = place_of(path);
    const bool get = request.method == "GET" || request.method == "HEAD";
    const std::string_view id = place == Place::receipt ? path.substr(receipt_prefix.size()) : "";

    if (place == Place::nowhere) {
        return api::problem_answer(api::Problem::not_found, "", request.request_id);
    }
    if (request.method == "OPTIONS") {
        return api::Answer{204, "", {{"Allow", std::string(allowed(place))}}, ""};
    }
    if (get && place == Place::kkt) {
        return status_text(request);
    }
    if (get && place == Place::status) {
        return status_page_.answer(desk_.snapshot(), request.request_id);
    }
    if (get && place == Place::receipts) {
        return find_receipts(request);
    }
    if (get && place == Place::receipt) {
        return get_receipt(request, id);
    }
    if (request.method == "POST" && place == Place::kkt) {
        return post_receipt(request, std::move(waiter), room);
    }
    if (request.method == "DELETE" && place == Place::receipt) {
        return withdraw_receipt(request, id);
    }
    api::Answer refusal =
        api::problem_answer(api::Problem::method_not_allowed, "", request.request_id);
    refusal.headers.emplace_back("Allow", allowed(place));
    return refusal;
}

Handled Router::post_receipt(const Request& request, engine::Waiter waiter, ParkingLot::Room room) {
    const std::string print = Answered::print_of(request);
    if (const auto kept = answered_.find(print)) {
        return api::classic_repeat_answer(*kept, request.request_id);
    }
    auto parsed = api::parse_classic(request.body);
    if (!parsed.has_value()) {
        return api::problem_answer(api::Problem::not_json, parsed.error().text(),
                                   request.request_id);
    }
    if (room == ParkingLot::Room::none) {
        fiscal::NotAccepting refusal;
        refusal.text = "слишком много запросов уже ждут ответа";
        return api::classic_answer(refusal, request.request_id);
    }

    engine::Submission submission;
    submission.draft = std::move(parsed->draft);
    submission.violations = std::move(parsed->violations);
    submission.warnings = std::move(parsed->warnings);
    submission.kkt = std::move(parsed->kkt);
    submission.inn = std::move(parsed->inn);
    submission.test = parsed->test;
    submission.idempotency_key = request.idempotency_key;
    if (submission.idempotency_key.size() > max_idempotency_key) {
        submission.violations.push_back({fiscal::Rule::too_long, "Idempotency-Key",
                                         "заголовок Idempotency-Key длиннее " +
                                             std::to_string(max_idempotency_key) +
                                             " байт; передайте ключ короче"});
    }
    submission.kkt_of_path = request.kkt;
    submission.answer_when_accepted = room == ParkingLot::Room::full ||
                                      config_.answer_deadline.count() == 0 ||
                                      wants_async(request.prefer);
    submission.request = request.body;
    submission.request_id = request.request_id;

    Waiting waiting{0, [this, print](const fiscal::Reply& reply, std::string_view request_id) {
                        keep_repeat(print, reply);
                        return api::classic_answer(reply, request_id);
                    }};
    const auto reply = desk_.submit(std::move(submission), std::move(waiter), waiting.id);
    if (reply) {
        return waiting.render(*reply, request.request_id);
    }
    return waiting;
}

/// A done receipt stays done, whatever is asked for it in the same words.
void Router::keep_repeat(const std::string& print, const fiscal::Reply& reply) {
    const auto* settled = std::get_if<fiscal::Settled>(&reply);
    if (settled != nullptr && settled->repeated &&
        settled->standing.state == fiscal::ReceiptState::done) {
        answered_.keep(print, api::classic_repeat(settled->standing));
    }
}

api::Answer Router::status_text(const Request& request) const {
    return api::classic_status(why_not_selling(desk_.snapshot(), request.kkt));
}

api::Answer Router::find_receipts(const Request& request) const {
    const auto bad = [&](std::string_view detail) {
        return api::problem_answer(api::Problem::bad_query, detail, request.request_id);
    };
    const auto query = parse_query(request.query);
    if (!query) {
        return bad("параметры не разобраны: нужны имя=значение через &, в UTF-8, с %XX вместо "
                   "особых символов, каждое имя один раз");
    }
    std::string number;
    std::optional<fiscal::Date> date;
    std::optional<fiscal::ReceiptKind> kind;
    for (const auto& [name, value] : *query) {
        if (name == "number") {
            number = value;
        } else if (name == "date") {
            date = fiscal::Date::parse(value);
            if (!date) {
                return bad("date – дата документа: 06.10.2017 или 2017-10-06");
            }
        } else if (name == "operation") {
            kind = fiscal::receipt_kind_by_name(value);
            if (!kind) {
                return bad("operation – вид чека: sell, sell_refund, buy или buy_refund");
            }
        } else {
            return bad("лишний параметр; есть number, date, operation");
        }
    }
    if (number.empty()) {
        return bad("укажите номер документа: /kkt/receipts?number=…");
    }
    return api::classic_receipts(desk_.find_number(number, date, kind), request.request_id);
}

api::Answer Router::get_receipt(const Request& request, std::string_view id) const {
    const auto standing = desk_.find(id);
    return standing ? api::classic_receipt(*standing, request.request_id)
                    : api::problem_answer(api::Problem::receipt_not_found, "", request.request_id);
}

api::Answer Router::withdraw_receipt(const Request& request, std::string_view id) {
    if (!desk_.find(id)) {
        return api::problem_answer(api::Problem::receipt_not_found, "", request.request_id);
    }
    if (withdrawing_.exchange(true)) {
        return api::problem_answer(api::Problem::withdrawal_busy, "", request.request_id);
    }
    const Turn turn{withdrawing_};
    const engine::OperatorAnswer withdrawn = desk_.withdraw(id);
    return withdrawn.done
               ? get_receipt(request, id)
               : api::problem_answer(api::Problem::too_late, withdrawn.text, request.request_id);
}

} // namespace kktd::front
