// Receipts, markers and outcomes as the tests write them, and calls that wait for the callback.
#pragma once

#include "journal/sqlite_store.hpp"
#include "journal/statement.hpp"

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace kktd::tests {

/// Far more than any write takes; a callback that never comes fails the test instead of hanging it.
inline constexpr std::chrono::seconds patience{60};

inline std::unique_ptr<journal::Store> open_store(const std::string& dir,
                                                  const char* vfs = nullptr) {
    auto store = journal::open_sqlite_store(dir, {.vfs = vfs});
    if (!store) {
        throw std::runtime_error(store.error().text());
    }
    return std::move(*store);
}

/// The tables with references to rows that are not there: nothing enforces them while kktd runs.
inline std::string dangling(journal::Connection& connection) {
    journal::Statement check(connection, "PRAGMA foreign_key_check");
    std::string tables;
    for (auto row = check.query(); row.next();) {
        tables += row.text(0) + " refers to no " + row.text(2) + ";";
    }
    return tables;
}

template<class T>
using Promise = std::promise<journal::Read<T>>;

template<class T>
journal::Callback<T> into(const std::shared_ptr<Promise<T>>& promise) {
    return [promise](journal::Read<T> result) { promise->set_value(std::move(result)); };
}

/// Calls `write` with a callback and waits for it.
template<class T, class Write>
journal::Read<T> wait(const Write& write) {
    auto promise = std::make_shared<Promise<T>>();
    auto future = promise->get_future();
    write(into(promise));
    if (future.wait_for(patience) != std::future_status::ready) {
        throw std::runtime_error("no callback");
    }
    return future.get();
}

inline journal::Read<journal::Claimed> claim(journal::Store& store, journal::Claim value) {
    return wait<journal::Claimed>(
        [&](auto done) { store.claim(std::move(value), std::move(done)); });
}
inline journal::Read<journal::RowId> intent(journal::Store& store, journal::Intent value) {
    return wait<journal::RowId>(
        [&](auto done) { store.intent(std::move(value), std::move(done)); });
}
inline journal::Read<bool> outcome(journal::Store& store, journal::IntentOutcome value,
                                   journal::Urgency urgency = journal::Urgency::now) {
    return wait<bool>(
        [&](auto done) { store.outcome(std::move(value), urgency, std::move(done)); });
}
inline journal::Read<bool> finish(journal::Store& store, journal::Finish value) {
    return wait<bool>([&](auto done) { store.finish(std::move(value), std::move(done)); });
}
inline journal::Read<bool> bind(journal::Store& store, const std::string& kkt,
                                const fiscal::Identity& identity) {
    return wait<bool>([&](auto done) { store.bind(kkt, identity, 7, std::move(done)); });
}
inline journal::Read<bool> note(journal::Store& store, const std::string& text) {
    return wait<bool>([&](auto done) { store.note("main", text, 7, std::move(done)); });
}

/// Ids of 26 characters in the order of `n`.
inline std::string id_of(int n) {
    const std::string digits = std::to_string(n);
    return "01J" + std::string(23 - digits.size(), '0') + digits;
}

/// Claims with the same key have the same number, as a later attempt has.
inline std::string number_of(const std::string& key) {
    return "ТР00-" + (key.starts_with("key-") ? key.substr(4) : std::string());
}
/// What the key `key` of claim_of() really is.
inline std::string key_of(const std::string& key) {
    return journal::key_prefix(number_of(key)) + key;
}
inline journal::Claim claim_of(int n, std::string key = {}) {
    journal::Claim claim;
    if (key.empty()) {
        key = "key-" + std::to_string(n);
    }
    claim.number = number_of(key);
    claim.id = id_of(n);
    claim.kkt = "main";
    claim.keys = {key_of(key)};
    claim.repeat_key = "repeat-" + std::to_string(n);
    claim.content_digest = std::string(31, 'd') + '\0';
    claim.draft = "draft\0of " + std::to_string(n);
    claim.date = fiscal::Date{2026, 3, 1};
    claim.kind = fiscal::ReceiptKind::sell;
    claim.total = fiscal::Money(195'000);
    claim.rates = {fiscal::VatRate::vat22, fiscal::VatRate::vat10_110};
    claim.warnings = {{.code = "price_rounded", .path = "/Goods/Position_1/Price", .text = "да"}};
    claim.request = "{\"DocNumber\": \"ТР00-" + std::to_string(n) + "\"}";
    claim.request_id = "request-" + std::to_string(n);
    claim.at = 1'700'000'000'000'000 + n;
    return claim;
}

inline journal::Intent intent_of(journal::RowId receipt, const std::string& stamp,
                                 fiscal::TaskKind kind = fiscal::TaskKind::receipt) {
    return {.receipt = receipt,
            .kkt = "main",
            .marker = {.fn = "9999078900006341",
                       .last_fd = 41,
                       .shift = 7,
                       .kind = kind,
                       .receipt = fiscal::ReceiptKind::sell_refund,
                       .total = fiscal::Money(195'000),
                       .contact = "buyer@shop.example",
                       .stamp = stamp,
                       .prepared = std::string("\0\x01 task", 7)},
            .at = 1'700'000'100'000'000};
}

inline fiscal::Registration registration_of(std::uint32_t fd) {
    return {.fn = "9999078900006341",
            .fd = fd,
            .fpd = "1234567890",
            .shift = 7,
            .number = 3,
            .time = fiscal::LocalTime{1'772'366'400},
            .total = fiscal::Money(195'000),
            .rnm = "0000000001012345",
            .qr = "t=20260301T1200&s=1950.00&fn=9999078900006341&i=42&fp=1234567890&n=1",
            .not_printed = true};
}

inline journal::IntentOutcome done_of(journal::RowId intent, std::uint32_t fd) {
    return {.intent = intent,
            .outcome = fiscal::Done{registration_of(fd)},
            .receipt_goes_on = false,
            .warnings = {},
            .note = {},
            .at = 1'700'000'200'000'000};
}

inline journal::IntentOutcome refused_of(journal::RowId intent, bool goes_on) {
    return {.intent = intent,
            .outcome = fiscal::Refused{fiscal::Fault(fiscal::FaultClass::paper, "нет бумаги", 44,
                                                     "Нет бумаги: 5:,")},
            .receipt_goes_on = goes_on,
            .warnings = {{.code = "late", .path = "", .text = "поздно"}},
            .note = "tried",
            .at = 1'700'000'300'000'000};
}

inline journal::IntentOutcome unknown_of(journal::RowId intent) {
    return {.intent = intent,
            .outcome = fiscal::Unknown{fiscal::Fault(fiscal::FaultClass::fn, "не отвечает")},
            .receipt_goes_on = false,
            .warnings = {},
            .note = "asked",
            .at = 1'700'000'400'000'000};
}

inline journal::Finish refusal_of(journal::RowId receipt) {
    return {.receipt = receipt,
            .state = fiscal::ReceiptState::refused,
            .fault = fiscal::Fault(fiscal::FaultClass::rejected, "сдались"),
            .warnings = {{.code = "gave_up", .path = "", .text = "72 ч"}},
            .at = 1'700'000'500'000'000};
}

inline journal::Finish withdrawal_of(journal::RowId receipt) {
    return {.receipt = receipt,
            .state = fiscal::ReceiptState::withdrawn,
            .fault = std::nullopt,
            .warnings = {},
            .at = 1'700'000'600'000'000};
}

} // namespace kktd::tests
