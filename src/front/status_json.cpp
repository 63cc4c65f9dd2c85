#include "front/status_json.hpp"

#include "api/json_writer.hpp"
#include "api/result_table.hpp"
#include "fiscal/ffd.hpp"
#include "fiscal/plan.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace kktd::front {

namespace {

using api::JsonWriter;

/// Room for a status: the whole, and each KKT.
constexpr std::size_t whole_bytes = 1024;
constexpr std::size_t kkt_bytes = 2048;

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

void write_utc(JsonWriter& object, std::string_view key, fiscal::UtcMicros at) {
    if (at == 0) {
        return object.null(key);
    }
    object.text(key, fiscal::LocalTime{at / micros_per_second}.iso() + "Z");
}

template<class T>
void write_local(JsonWriter& object, std::string_view key, const std::optional<T>& time) {
    if (!time) {
        return object.null(key);
    }
    object.text(key, time->iso());
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

void write_identity(JsonWriter& object, std::string_view key, const fiscal::Identity& identity) {
    object.begin_object(key);
    object.text("inn", identity.inn);
    object.text("rnm", identity.rnm);
    object.text("serial", identity.serial);
    object.text("fn", identity.fn);
    object.end_object();
}

void write_shift(JsonWriter& object, const fiscal::DeviceState& state) {
    std::optional<fiscal::LocalTime> expires;
    if (state.shift != fiscal::ShiftState::closed && state.shift_opened) {
        expires = fiscal::LocalTime{state.shift_opened->seconds + seconds_per_day};
    }
    object.begin_object("shift");
    object.text("state", name(state.shift));
    object.integer("number", state.shift_number);
    object.integer("receipts", state.receipt_number);
    write_local(object, "opened", state.shift_opened);
    write_local(object, "expires", expires);
    object.end_object();
}

std::int64_t days_left(const fiscal::DeviceState& state) {
    return state.fn.valid_until.days() - state.now.date().days();
}

void write_fn(JsonWriter& object, const fiscal::DeviceState& state) {
    object.begin_object("fn");
    object.text("number", state.identity.fn);
    object.integer("phase", state.fn.phase);
    object.text("valid_until", state.fn.valid_until.iso());
    object.integer("days_left", days_left(state));
    object.boolean("replace_urgently", state.fn.replace_urgently);
    object.boolean("resource_ends", state.fn.resource_ends);
    object.boolean("memory_99", state.fn.memory_99);
    object.boolean("ofd_timeout", state.fn.ofd_timeout);
    object.boolean("critical", state.fn.critical);
    object.end_object();
}

/// Days since the oldest unsent document; 0 if there is none.
std::int64_t ofd_age_days(const fiscal::DeviceState& state) {
    if (!state.ofd.oldest) {
        return 0;
    }
    return std::max<std::int64_t>(0, (state.now.seconds - state.ofd.oldest->seconds) /
                                         seconds_per_day);
}

void write_ofd(JsonWriter& object, const fiscal::DeviceState& state) {
    object.begin_object("ofd");
    object.integer("unsent", state.ofd.unsent);
    object.integer("first_fd", state.ofd.first_fd);
    write_local(object, "oldest", state.ofd.oldest);
    object.integer("oldest_age_days", ofd_age_days(state));
    object.integer("days_to_block",
                   std::max<std::int64_t>(0, ofd_block_days - ofd_age_days(state)));
    object.end_object();
}

/// What a person should see to before it stops the sale.
void write_warning_list(JsonWriter& list, const engine::KktSnapshot& kkt) {
    const auto warn = [&](std::string_view code, std::string_view text) {
        list.begin_object();
        list.text("code", code);
        list.text("text", text);
        list.end_object();
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
        return;
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
}

void write_last_receipt(JsonWriter& object, const std::optional<fiscal::Registration>& last) {
    if (!last) {
        return object.null("last_receipt");
    }
    object.begin_object("last_receipt");
    object.integer("number", last->number);
    object.integer("shift", last->shift);
    object.integer("fd", last->fd);
    object.text("fpd", last->fpd);
    object.text("fn", last->fn);
    object.text("time", last->only_stated() ? "" : last->time.iso());
    object.text("total", last->total.text());
    object.end_object();
}

void write_device_state(JsonWriter& object, const fiscal::DeviceState& state) {
    object.text("model", state.model);
    object.text("firmware", state.firmware);
    object.text("ffd", fiscal::ffd_title(state.ffd));
    write_identity(object, "identity", state.identity);
    object.text("time", state.now.iso());
    write_shift(object, state);
    object.integer("last_fd", state.last_fd);
    write_local(object, "last_document", state.last_document);
    object.boolean("receipt_open", state.receipt_open);
    object.text("paper", word(state.paper));
    object.boolean("cover_open", state.cover_open);
    write_fn(object, state);
    write_ofd(object, state);
}

void write_fault(JsonWriter& object, const fiscal::Fault& fault) {
    object.begin_object("fault");
    object.text("class", fiscal::name(fault.cls()));
    object.integer("device_code", fault.native_code());
    object.text("device_description", fault.native_text());
    object.end_object();
}

void write_kkt(JsonWriter& list, const engine::KktSnapshot& kkt) {
    const Verdict own = verdict(kkt);
    list.begin_object();
    list.text("id", kkt.id);
    list.boolean("can_sell", kkt.can_sell);
    list.integer("result_code", own.code);
    list.text("result_description", own.text);
    list.text("device", kkt.device);
    list.text("driver", kkt.driver);
    list.text("maturity", kkt.maturity);
    list.boolean("test_device", kkt.test_device);
    list.boolean("test_mode", kkt.test_mode);
    list.integer("queued", kkt.queued);
    list.integer("queue_limit", kkt.queue_limit);
    list.integer("unknown", kkt.unknown);
    list.integer("clock_skew_seconds", kkt.clock_skew_seconds);
    write_last_receipt(list, kkt.last_receipt);
    write_utc(list, "seen_at", kkt.state_at);
    if (kkt.working) {
        list.text("working", *kkt.working);
    } else {
        list.null("working");
    }
    if (!kkt.can_sell) {
        write_fault(list, fault_of(kkt));
    }
    if (kkt.state) {
        write_device_state(list, *kkt.state);
    }
    if (kkt.bound) {
        write_identity(list, "bound", *kkt.bound);
    }
    list.begin_array("warnings");
    write_warning_list(list, kkt);
    list.end_array();
    list.end_object();
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
    const Verdict whole = verdict(snapshot);
    std::size_t queued = 0;
    std::size_t unknown = 0;
    for (const engine::KktSnapshot& kkt : snapshot.kkt) {
        queued += kkt.queued;
        unknown += kkt.unknown;
    }
    JsonWriter body(whole_bytes + snapshot.kkt.size() * kkt_bytes);
    body.begin_object();
    body.integer("check_number", 0);
    body.integer("result_code", whole.code);
    body.text("result_description", whole.text);
    body.boolean("can_sell", snapshot.can_sell());
    body.text("version", snapshot.version);
    write_utc(body, "started_at", snapshot.started_at);
    body.boolean("stopping", snapshot.stopping);
    body.text("journal", snapshot.journal_trouble.value_or("ok"));
    body.integer("queued", queued);
    body.integer("unknown", unknown);
    body.begin_array("kkt");
    for (const engine::KktSnapshot& kkt : snapshot.kkt) {
        write_kkt(body, kkt);
    }
    body.end_array();
    body.end_object();
    return std::move(body).take();
}

} // namespace kktd::front
