#include "front/status_json.hpp"

#include "api/answer_json.hpp"
#include "api/result_table.hpp"
#include "fiscal/ffd.hpp"
#include "fiscal/plan.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace kktd::front {

namespace {

namespace json = boost::json;
using api::json_text;

constexpr std::int64_t seconds_per_day = 86'400;
constexpr std::int64_t micros_per_second = 1'000'000;

/// result_code and result_description of something's state.
struct Verdict {
    int code = 0;
    std::string text;
};

std::string_view test_mark(bool test) {
    return test ? "ТЕСТ, не фискальный: " : "";
}

json::value utc_or_null(fiscal::UtcMicros at) {
    if (at == 0) {
        return nullptr;
    }
    return json_text(fiscal::LocalTime{at / micros_per_second}.iso() + "Z");
}

template<class T>
json::value local_or_null(const std::optional<T>& time) {
    if (!time) {
        return nullptr;
    }
    return json_text(time->iso());
}

std::string_view word(fiscal::ShiftState state) {
    switch (state) {
    case fiscal::ShiftState::closed:
        return "closed";
    case fiscal::ShiftState::open:
        return "open";
    case fiscal::ShiftState::expired:
        return "expired";
    }
    return "closed";
}

std::string_view word(fiscal::Paper paper) {
    switch (paper) {
    case fiscal::Paper::ok:
        return "ok";
    case fiscal::Paper::low:
        return "low";
    case fiscal::Paper::out:
        return "out";
    }
    return "ok";
}

fiscal::Fault fault_of(const engine::KktSnapshot& kkt) {
    if (kkt.fault) {
        return *kkt.fault;
    }
    if (!kkt.state) {
        return {fiscal::FaultClass::link, "ККТ ещё не ответила ни разу: подождите или проверьте, "
                                          "включена ли она и верен ли её адрес"};
    }
    return {fiscal::FaultClass::busy, "ККТ сейчас не принимает чеки"};
}

Verdict verdict(const engine::KktSnapshot& kkt) {
    const std::string mark(test_mark(kkt.test_device || kkt.test_mode));
    if (kkt.can_sell) {
        return {0, mark + std::string(api::table_row(api::Situation::done).text)};
    }
    const fiscal::Fault fault = fault_of(kkt);
    const api::TableRow row = api::table_row(fault.cls());
    return {row.code, mark + (fault.text().empty() ? std::string(row.text) : fault.text())};
}

Verdict verdict(const engine::Snapshot& snapshot) {
    using Why = fiscal::NotAccepting::Why;
    if (snapshot.journal_trouble) {
        return {api::table_row(Why::journal).code,
                "Чеки не принимаются: журнал не записывается (" + *snapshot.journal_trouble +
                    "). Освободите место или замените диск и перезапустите kktd"};
    }
    if (snapshot.stopping) {
        return {api::table_row(Why::stopping).code, "Чеки не принимаются: kktd останавливается"};
    }
    const auto first = [&](bool sells) {
        return std::find_if(snapshot.kkt.begin(), snapshot.kkt.end(),
                            [&](const auto& kkt) { return kkt.can_sell == sells; });
    };
    const auto chosen = first(snapshot.can_sell());
    if (chosen == snapshot.kkt.end()) {
        return {api::table_row(fiscal::FaultClass::internal).code, "Ни одной ККТ нет"};
    }
    return verdict(*chosen);
}

json::object identity_json(const fiscal::Identity& identity) {
    return {{"inn", json_text(identity.inn)},
            {"rnm", json_text(identity.rnm)},
            {"serial", json_text(identity.serial)},
            {"fn", json_text(identity.fn)}};
}

json::object shift_json(const fiscal::DeviceState& state) {
    std::optional<fiscal::LocalTime> expires;
    if (state.shift != fiscal::ShiftState::closed && state.shift_opened) {
        expires = fiscal::LocalTime{state.shift_opened->seconds + seconds_per_day};
    }
    return {{"state", word(state.shift)},
            {"number", state.shift_number},
            {"receipts", state.receipt_number},
            {"opened", local_or_null(state.shift_opened)},
            {"expires", local_or_null(expires)}};
}

std::int64_t days_left(const fiscal::DeviceState& state) {
    return state.fn.valid_until.days() - state.now.date().days();
}

json::object fn_json(const fiscal::DeviceState& state) {
    return {{"number", json_text(state.identity.fn)},
            {"phase", state.fn.phase},
            {"valid_until", json_text(state.fn.valid_until.iso())},
            {"days_left", days_left(state)},
            {"replace_urgently", state.fn.replace_urgently},
            {"resource_ends", state.fn.resource_ends},
            {"memory_99", state.fn.memory_99},
            {"ofd_timeout", state.fn.ofd_timeout},
            {"critical", state.fn.critical}};
}

/// Days since the oldest unsent document; 0 if there is none.
std::int64_t ofd_age_days(const fiscal::DeviceState& state) {
    if (!state.ofd.oldest) {
        return 0;
    }
    return std::max<std::int64_t>(0, (state.now.seconds - state.ofd.oldest->seconds) /
                                         seconds_per_day);
}

json::object ofd_json(const fiscal::DeviceState& state) {
    return {{"unsent", state.ofd.unsent},
            {"first_fd", state.ofd.first_fd},
            {"oldest", local_or_null(state.ofd.oldest)},
            {"oldest_age_days", ofd_age_days(state)},
            {"days_to_block", std::max<std::int64_t>(0, ofd_block_days - ofd_age_days(state))}};
}

/// What a person should see to before it stops the sale.
json::array warnings_json(const engine::KktSnapshot& kkt) {
    json::array warnings;
    const auto warn = [&](std::string_view code, const std::string& text) {
        warnings.push_back({{"code", code}, {"text", json_text(text)}});
    };
    if (kkt.unknown > 0) {
        warn("unknown", "неизвестно, зарегистрированы ли чеки: " + std::to_string(kkt.unknown) +
                            "; посмотрите kktctl unknown и решите kktctl resolve");
    }
    if (kkt.bound) {
        warn("identity", "подключена не та ККТ, что была; если её заменили намеренно, "
                         "подтвердите: kktctl accept-kkt " +
                             kkt.id);
    }
    if (std::abs(kkt.clock_skew_seconds) >= fiscal::max_clock_skew.count()) {
        warn("clock", "часы ККТ и сервера расходятся на " +
                          std::to_string(std::abs(kkt.clock_skew_seconds)) +
                          " с; выставьте время, иначе чеки ждут");
    }
    if (!kkt.state) {
        return warnings;
    }
    const fiscal::DeviceState& state = *kkt.state;
    if (state.fn.critical) {
        warn("fn_critical", "ошибка фискального накопителя; обратитесь в сервис");
    }
    if (state.fn.replace_urgently) {
        warn("fn_replace", "фискальный накопитель надо срочно заменить: осталось не более 3 дней");
    } else if (state.fn.resource_ends) {
        warn("fn_ends", "фискальный накопитель кончается: осталось не более 30 дней, закажите "
                        "новый");
    }
    if (state.fn.memory_99) {
        warn("fn_memory", "память фискального накопителя заполнена на 99 %; замените его");
    }
    if (state.fn.ofd_timeout || ofd_age_days(state) > 0) {
        warn("ofd",
             "документы не уходят в ОФД; проверьте интернет на ККТ, до блокировки дней: " +
                 std::to_string(std::max<std::int64_t>(0, ofd_block_days - ofd_age_days(state))));
    }
    if (state.paper == fiscal::Paper::low) {
        warn("paper", "бумага кончается");
    }
    return warnings;
}

json::value last_receipt_json(const std::optional<fiscal::Registration>& last) {
    if (!last) {
        return nullptr;
    }
    return json::object{{"number", last->number},
                        {"shift", last->shift},
                        {"fd", last->fd},
                        {"fpd", json_text(last->fpd)},
                        {"fn", json_text(last->fn)},
                        {"time", json_text(last->time.iso())},
                        {"total", json_text(last->total.text())}};
}

void add_device_state(json::object& object, const fiscal::DeviceState& state) {
    object["model"] = json_text(state.model);
    object["firmware"] = json_text(state.firmware);
    object["ffd"] = fiscal::ffd_title(state.ffd);
    object["identity"] = identity_json(state.identity);
    object["time"] = json_text(state.now.iso());
    object["shift"] = shift_json(state);
    object["last_fd"] = state.last_fd;
    object["last_document"] = local_or_null(state.last_document);
    object["receipt_open"] = state.receipt_open;
    object["paper"] = word(state.paper);
    object["cover_open"] = state.cover_open;
    object["fn"] = fn_json(state);
    object["ofd"] = ofd_json(state);
}

json::object kkt_json(const engine::KktSnapshot& kkt) {
    const Verdict own = verdict(kkt);
    json::object object{{"id", json_text(kkt.id)},
                        {"can_sell", kkt.can_sell},
                        {"result_code", own.code},
                        {"result_description", json_text(own.text)},
                        {"device", json_text(kkt.device)},
                        {"driver", json_text(kkt.driver)},
                        {"maturity", json_text(kkt.maturity)},
                        {"test_device", kkt.test_device},
                        {"test_mode", kkt.test_mode},
                        {"queued", kkt.queued},
                        {"queue_limit", kkt.queue_limit},
                        {"unknown", kkt.unknown},
                        {"clock_skew_seconds", kkt.clock_skew_seconds},
                        {"last_receipt", last_receipt_json(kkt.last_receipt)},
                        {"seen_at", utc_or_null(kkt.state_at)}};
    object["working"] = kkt.working ? json::value(json_text(*kkt.working)) : json::value();
    if (!kkt.can_sell) {
        const fiscal::Fault fault = fault_of(kkt);
        object["fault"] = {{"class", fiscal::name(fault.cls())},
                           {"device_code", fault.native_code()},
                           {"device_description", json_text(fault.native_text())}};
    }
    if (kkt.state) {
        add_device_state(object, *kkt.state);
    }
    if (kkt.bound) {
        object["bound"] = identity_json(*kkt.bound);
    }
    object["warnings"] = warnings_json(kkt);
    return object;
}

json::object snapshot_json(const engine::Snapshot& snapshot) {
    const Verdict whole = verdict(snapshot);
    json::array kkts;
    std::size_t queued = 0;
    std::size_t unknown = 0;
    for (const engine::KktSnapshot& kkt : snapshot.kkt) {
        queued += kkt.queued;
        unknown += kkt.unknown;
        kkts.push_back(kkt_json(kkt));
    }
    return {{"check_number", 0},
            {"result_code", whole.code},
            {"result_description", json_text(whole.text)},
            {"can_sell", snapshot.can_sell()},
            {"version", json_text(snapshot.version)},
            {"started_at", utc_or_null(snapshot.started_at)},
            {"stopping", snapshot.stopping},
            {"journal", snapshot.journal_trouble ? json_text(*snapshot.journal_trouble) : "ok"},
            {"queued", queued},
            {"unknown", unknown},
            {"kkt", std::move(kkts)}};
}

} // namespace

std::optional<fiscal::Fault> why_not_selling(const engine::Snapshot& snapshot,
                                             std::string_view kkt) {
    if (snapshot.journal_trouble || snapshot.stopping) {
        return fiscal::Fault(fiscal::FaultClass::internal, verdict(snapshot).text);
    }
    for (const engine::KktSnapshot& one : snapshot.kkt) {
        if (!one.can_sell && (kkt.empty() || one.id == kkt)) {
            const Verdict told = verdict(one);
            return fiscal::Fault(fault_of(one).cls(), told.text);
        }
    }
    return std::nullopt;
}

std::string status_json(const engine::Snapshot& snapshot) {
    return json::serialize(snapshot_json(snapshot));
}

} // namespace kktd::front
