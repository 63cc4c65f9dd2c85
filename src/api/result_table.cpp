#include "api/result_table.hpp"

#include <type_traits>

namespace kktd::api {

namespace {

using fiscal::FaultClass;
using fiscal::Rule;

template<class E>
constexpr int index_of(E value) {
    return static_cast<int>(static_cast<std::underlying_type_t<E>>(value));
}

TableRow violation(int code, std::string_view error, std::string_view text) {
    return {code, 422, error, OutcomeWord::refused, Retry::fixed, text};
}

TableRow device(int code, int status, std::string_view error, Retry retry, std::string_view text) {
    return {code, status, error, OutcomeWord::refused, retry, text};
}

/// Rows of an enumeration whose last value is `last`.
template<class E>
void append_all(std::vector<TableRow>& rows, E last) {
    for (int i = 0; i <= index_of(last); ++i) {
        rows.push_back(table_row(static_cast<E>(i)));
    }
}

} // namespace

std::string_view name(OutcomeWord word) {
    switch (word) {
    case OutcomeWord::done:
        return "done";
    case OutcomeWord::accepted:
        return "accepted";
    case OutcomeWord::refused:
        return "refused";
    case OutcomeWord::unknown:
        return "unknown";
    }
    return "unknown";
}

std::string_view name(Retry retry) {
    switch (retry) {
    case Retry::none:
        return "";
    case Retry::same:
        return "same";
    case Retry::fixed:
        return "fixed";
    case Retry::never:
        return "never";
    case Retry::operator_:
        return "operator";
    }
    return "operator";
}

TableRow table_row(Problem problem) {
    using enum OutcomeWord;
    switch (problem) {
    case Problem::not_json:
        return {
            100,          400,
            "not_json",   refused,
            Retry::fixed, "Чек не зарегистрирован: запрос не прочитан, исправьте его и повторите"};
    case Problem::incomplete:
        return {101,          400,
                "incomplete", refused,
                Retry::same,  "Чек не зарегистрирован: запрос пришёл не целиком, повторите его"};
    case Problem::length_required:
        return {102,
                400,
                "length_required",
                refused,
                Retry::fixed,
                "Чек не зарегистрирован: в запросе нет длины тела (Content-Length)"};
    case Problem::too_large:
        return {
            103,          413,
            "too_large",  refused,
            Retry::fixed, "Чек не зарегистрирован: запрос слишком велик, уменьшите число позиций"};
    case Problem::not_found:
        return {
            104,          404,
            "not_found",  refused,
            Retry::fixed, "Такого адреса нет, чек не зарегистрирован: чеки принимает POST /kkt"};
    case Problem::receipt_not_found:
        return {105,
                404,
                "receipt_not_found",
                refused,
                Retry::fixed,
                "Такого чека здесь нет: проверьте номер; если чек не отправляли, отправьте его"};
    case Problem::method_not_allowed:
        return {
            106,     405,          "method_not_allowed",
            refused, Retry::fixed, "Этот метод здесь не поддерживается: чеки принимает POST /kkt"};
    case Problem::bad_query:
        return {107,          400,
                "bad_query",  refused,
                Retry::fixed, "Параметры запроса не поняты: нужны number, можно date и operation"};
    case Problem::too_late:
        return {330,     409,          "too_late",
                unknown, Retry::never, "Чек уже нельзя отозвать: узнайте его состояние через GET"};
    case Problem::withdrawal_busy:
        return {332,
                503,
                "withdrawal_busy",
                unknown,
                Retry::same,
                "Сейчас отзывается другой чек: повторите DELETE через несколько секунд"};
    case Problem::internal:
        return {500,
                500,
                "internal",
                unknown,
                Retry::same,
                "Внутренняя ошибка kktd. Неизвестно, зарегистрирован ли чек: повторите запрос с "
                "тем же номером, второго чека не будет; не пробивайте его вручную"};
    }
    return table_row(Problem::internal);
}

TableRow table_row(Rule rule) {
    switch (rule) {
    case Rule::missing:
        return violation(201, "missing", "нет обязательного поля");
    case Rule::wrong_type:
        return violation(202, "wrong_type", "значение не того типа");
    case Rule::duplicate_key:
        return violation(203, "duplicate_key", "поле встречается дважды");
    case Rule::near_miss_key:
        return violation(204, "near_miss_key", "похоже на опечатку в имени поля");
    case Rule::bad_number:
        return violation(205, "bad_number", "число записано неверно или вне границ");
    case Rule::bad_date:
        return violation(206, "bad_date", "дата записана неверно");
    case Rule::bad_value:
        return violation(207, "bad_value", "значения нет в списке допустимых");
    case Rule::bad_text:
        return violation(208, "bad_text", "текст нельзя напечатать в чеке");
    case Rule::too_long:
        return violation(209, "too_long", "текст слишком длинный");
    case Rule::too_many_positions:
        return violation(210, "too_many_positions", "слишком много позиций");
    case Rule::position_order:
        return violation(211, "position_order", "пропущен номер позиции");
    case Rule::no_positions:
        return violation(212, "no_positions", "в чеке нет позиций");
    case Rule::line_sum:
        return violation(213, "line_sum", "сумма позиции не выводится из цены и количества");
    case Rule::total_sum:
        return violation(214, "total_sum", "сумма чека не равна сумме позиций");
    case Rule::payment_sum:
        return violation(215, "payment_sum", "оплата не сходится с суммой чека");
    case Rule::vat_unknown:
        return violation(220, "vat_unknown", "нет такой ставки НДС");
    case Rule::vat_missing:
        return violation(221, "vat_missing", "не указана ставка НДС");
    case Rule::vat_expired:
        return violation(222, "vat_expired", "ставка НДС в этот день не действует");
    case Rule::vat_unsupported:
        return violation(223, "vat_unsupported", "ККТ не умеет эту ставку НДС");
    case Rule::vat_original:
        return violation(224, "vat_original", "ставка НДС возврата не подтверждена чеком прихода");
    case Rule::contact_missing:
        return violation(230, "contact_missing", "нет телефона или почты покупателя");
    case Rule::bad_contact:
        return violation(231, "bad_contact", "телефон или почта покупателя записаны неверно");
    case Rule::bad_inn:
        return violation(232, "bad_inn", "ИНН записан неверно");
    case Rule::taxation:
        return violation(233, "taxation", "система налогообложения не подходит этой ККТ");
    case Rule::settlement:
        return violation(234, "settlement", "такое сочетание признаков расчёта невозможно");
    case Rule::quantity_digits:
        return violation(240, "quantity_digits", "количество точнее, чем умеет ККТ");
    case Rule::unsupported:
        return violation(241, "unsupported", "ККТ этого не умеет");
    case Rule::document_too_large:
        return violation(242, "document_too_large", "чек не помещается в фискальный документ");
    case Rule::routing:
        return violation(250, "routing", "не ясно, какая ККТ должна зарегистрировать чек");
    case Rule::idempotency:
        return violation(251, "idempotency", "нет номера документа");
    }
    return violation(200, "violation", "ошибка в чеке");
}

TableRow table_row(FaultClass refused_because) {
    switch (refused_because) {
    case FaultClass::link:
        return device(401, 502, "link", Retry::same, "нет связи с ККТ");
    case FaultClass::busy:
        return device(402, 502, "busy", Retry::same, "ККТ занята");
    case FaultClass::paper:
        return device(403, 502, "paper", Retry::same, "в ККТ нет бумаги");
    case FaultClass::cover:
        return device(404, 502, "cover", Retry::same, "открыта крышка или неисправен принтер ККТ");
    case FaultClass::clock:
        return device(405, 502, "clock", Retry::same, "часы ККТ идут неверно");
    case FaultClass::shift:
        return device(406, 502, "shift", Retry::same, "смена ККТ не в том состоянии");
    case FaultClass::ofd:
        return device(407, 502, "ofd", Retry::operator_, "ККТ не передаёт документы в ОФД");
    case FaultClass::fn:
        return device(408, 502, "fn", Retry::operator_, "фискальный накопитель не работает");
    case FaultClass::identity:
        return device(409, 502, "identity", Retry::operator_, "подключена другая ККТ");
    case FaultClass::earlier:
        return device(410, 502, "earlier", Retry::operator_,
                      "не выяснено, зарегистрирован ли предыдущий чек");
    case FaultClass::rejected:
        return device(411, 502, "rejected", Retry::fixed, "ККТ не приняла чек");
    case FaultClass::unsupported:
        return device(412, 502, "device_unsupported", Retry::operator_, "ККТ этого не умеет");
    case FaultClass::internal:
        return device(413, 500, "device_internal", Retry::operator_, "внутренняя ошибка kktd");
    }
    return table_row(FaultClass::internal);
}

TableRow table_row(Situation situation) {
    using enum OutcomeWord;
    switch (situation) {
    case Situation::done:
        return {0, 200, "", done, Retry::none, "Ошибок нет"};
    case Situation::accepted:
        return {300,      202,         "accepted",
                accepted, Retry::same, "Чек принят и будет зарегистрирован, он стоит в очереди"};
    case Situation::working:
        return {301, 202, "working", accepted, Retry::same, "Чек принят и регистрируется сейчас"};
    case Situation::waiting:
        return {302,         202,
                "waiting",   accepted,
                Retry::same, "Чек принят и будет зарегистрирован, как только устранят причину"};
    case Situation::other_content:
        return {310,
                409,
                "other_content",
                refused,
                Retry::fixed,
                "Под этим номером уже принят другой чек, присланный не зарегистрирован"};
    case Situation::looks_like_repeat:
        return {311,
                409,
                "looks_like_repeat",
                refused,
                Retry::fixed,
                "Похоже на повтор: такой же чек с этим номером и другой датой уже принят, "
                "присланный не зарегистрирован"};
    case Situation::unknown:
        return {320,
                409,
                "unknown",
                unknown,
                Retry::operator_,
                "Неизвестно, зарегистрирован ли чек: ККТ не смогла ответить"};
    case Situation::withdrawn:
        return {331,     409,          "withdrawn",
                refused, Retry::never, "Чек отозван до регистрации и зарегистрирован не будет"};
    case Situation::would_register:
        return {340,     200,          "would_register",
                refused, Retry::fixed, "сейчас чек был бы зарегистрирован"};
    case Situation::would_wait:
        return {341,     200,          "would_wait",
                refused, Retry::fixed, "сейчас чек был бы принят и ждал бы"};
    case Situation::would_refuse:
        return {342, 200, "would_refuse", refused, Retry::fixed, "сейчас ККТ отказала бы"};
    }
    return table_row(Situation::unknown);
}

TableRow table_row(fiscal::Conflict::Why why) {
    switch (why) {
    case fiscal::Conflict::Why::other_content:
        return table_row(Situation::other_content);
    case fiscal::Conflict::Why::looks_like_repeat:
        return table_row(Situation::looks_like_repeat);
    }
    return table_row(Situation::other_content);
}

TableRow table_row(fiscal::NotAccepting::Why why) {
    using enum OutcomeWord;
    switch (why) {
    case fiscal::NotAccepting::Why::queue_full:
        return {501,
                503,
                "queue_full",
                refused,
                Retry::same,
                "Чек не принят: очередь ККТ полна, повторите запрос позже с тем же номером"};
    case fiscal::NotAccepting::Why::journal:
        return {502,
                503,
                "journal",
                refused,
                Retry::same,
                "Чек не принят: журнал kktd не записывается, нужен администратор; потом повторите "
                "запрос с тем же номером"};
    case fiscal::NotAccepting::Why::journal_doubt:
        return {504,
                503,
                "journal_doubt",
                unknown,
                Retry::same,
                "Неизвестно, принят ли чек: запись журнала не подтвердилась, нужен администратор; "
                "потом повторите запрос с тем же номером, второго чека не будет"};
    case fiscal::NotAccepting::Why::stopping:
        return {503,
                503,
                "stopping",
                refused,
                Retry::same,
                "Чек не принят: kktd останавливается, повторите запрос позже с тем же номером"};
    }
    return table_row(Problem::internal);
}

TableRow table_row(const fiscal::Standing& standing) {
    switch (standing.state) {
    case fiscal::ReceiptState::accepted:
        return table_row(standing.fault     ? Situation::waiting
                         : standing.working ? Situation::working
                                            : Situation::accepted);
    case fiscal::ReceiptState::done:
        return table_row(Situation::done);
    case fiscal::ReceiptState::refused:
        return table_row(standing.fault ? standing.fault->cls() : FaultClass::internal);
    case fiscal::ReceiptState::unknown:
        return table_row(Situation::unknown);
    case fiscal::ReceiptState::withdrawn:
        return table_row(Situation::withdrawn);
    case fiscal::ReceiptState::rehearsed:
        return table_row(!standing.fault                               ? Situation::would_register
                         : fiscal::is_temporary(standing.fault->cls()) ? Situation::would_wait
                                                                       : Situation::would_refuse);
    }
    return table_row(Problem::internal);
}

std::vector<TableRow> whole_table() {
    std::vector<TableRow> rows;
    rows.push_back(table_row(Situation::done));
    append_all(rows, Problem::internal);
    append_all(rows, Rule::idempotency);
    for (int i = index_of(Situation::accepted); i <= index_of(Situation::would_refuse); ++i) {
        rows.push_back(table_row(static_cast<Situation>(i)));
    }
    append_all(rows, FaultClass::internal);
    append_all(rows, fiscal::NotAccepting::Why::stopping);
    return rows;
}

} // namespace kktd::api
