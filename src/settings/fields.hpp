// Every key of the configuration, once: its name, its place in Settings, its bounds and its rules.
// A visitor decides what is done with them: read the file (reader.cpp), print the effective
// configuration or list the keys for the documentation (settings.cpp).
//
// A visitor has: object(key, visit) · kkts(key, list, max, visit) · text · tag_text · secret_uri ·
// flag · number · seconds · word · optional_word · utc_offset, and three that only the reader acts
// upon: initial(set) sets defaults that depend on what was read before, must_state(key, text)
// wants the key to be written, check(key, good, text) is a rule.
#pragma once

#include "driver/device_uri.hpp"
#include "driver/registry.hpp"
#include "fiscal/inn.hpp"
#include "fiscal/kkt_registration.hpp"
#include "settings/settings.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <span>

namespace kktd::settings {

inline constexpr std::size_t max_kkt = 64;
/// state_dir/control.sock must fit into sockaddr_un (108 bytes).
inline constexpr std::size_t max_state_dir_bytes = 90;
inline constexpr std::size_t max_path_bytes = 1024;
inline constexpr std::size_t max_uri_bytes = 1024;
inline constexpr std::size_t max_id_bytes = 32;
inline constexpr std::int64_t day_seconds = 86'400;
/// A paid customer gets a receipt even if the KKT stands still for a night (docs/architecture.md).
inline constexpr std::chrono::seconds min_give_up_after{day_seconds};

inline bool is_absolute(std::string_view path) {
    return path.starts_with('/') && path.find('\0') == std::string_view::npos;
}

inline bool is_id(std::string_view id) {
    return !id.empty() && id.size() <= max_id_bytes &&
           id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

/// What a KKT that registers nothing for the tax office takes for granted, so that a first try
/// needs no legal facts.
inline void set_test_defaults(engine::KktConfig& kkt, const driver::DeviceUri& uri) {
    const fiscal::KktRegistration registration;
    const auto option = [&uri](const char* name, std::string initial) {
        const auto found = uri.options.find(name);
        return found == uri.options.end() ? initial : found->second;
    };
    kkt.legal.inn = option("inn", registration.identity.inn);
    // Registered for several systems (by comma), it has no default: the shop chooses.
    kkt.legal.taxation = fiscal::taxation_by_name(option("taxation", "osn"));
    kkt.legal.site = registration.place;
    kkt.legal.legacy_vat = fiscal::LegacyVat::map;
    kkt.legal.cashier = "Кассир";
}

/// One that is not there is told where devices are opened.
inline bool can_check(std::string_view driver) {
    const auto* entry = driver::find_driver(driver);
    return entry == nullptr || entry->checks;
}

template<class Visitor>
void visit_legal(Visitor& v, fiscal::Legal& legal, bool real) {
    if (real) {
        for (const char* const key :
             {"inn", "sale", "contact_missing", "payment_method", "payment_object", "legacy_vat"}) {
            v.must_state(key, "must be stated: what receipts say is not guessed");
        }
    }
    v.text("inn", legal.inn, 12);
    v.check("inn", fiscal::valid_inn(legal.inn),
            "is not an ИНН: 10 digits of a company or 12 of a person, with right check digits");
    v.optional_word("taxation", legal.taxation);
    v.word("sale", legal.sale);
    v.tag_text("site", legal.site, 256);
    v.check("site", legal.sale != fiscal::Sale::internet || !legal.site.empty(),
            "must be stated for internet sales: the address of the shop, tag 1187");
    v.tag_text("address", legal.address, 256);
    v.tag_text("sender_email", legal.sender_email, 64);
    v.check("sender_email",
            legal.sender_email.empty() || legal.sender_email.find('@') != std::string::npos,
            "is not an e-mail address");
    v.word("contact_missing", legal.contact_missing);
    v.word("payment_method", legal.payment_method);
    v.word("payment_object", legal.payment_object);
    v.word("legacy_vat", legal.legacy_vat);
    v.word("fraction", legal.fraction);
    v.number("max_discount_percent", legal.max_discount_percent, 0, 100, "percent");
}

template<class Visitor>
void visit_shift(Visitor& v, fiscal::ShiftPolicy& shift) {
    v.word("mode", shift.mode);
    // A shift may last 24 hours; five minutes are left for closing it.
    v.seconds("max_age", shift.max_age, 60, day_seconds - 300);
    v.tag_text("cashier", shift.cashier, 64);
}

/// The rates whose codes are not publicly known for every driver (driver::Surroundings).
template<class Visitor>
void visit_vat_codes(Visitor& v, std::array<std::uint8_t, 14>& codes) {
    static constexpr std::array given{fiscal::VatRate::vat22, fiscal::VatRate::vat22_122,
                                      fiscal::VatRate::vat7,  fiscal::VatRate::vat7_107,
                                      fiscal::VatRate::vat5,  fiscal::VatRate::vat5_105};
    for (const auto rate : given) {
        v.number(fiscal::info(rate).name, codes.at(static_cast<std::size_t>(rate)), 0, 255, "code");
    }
}

/// `earlier` are the KKT that stand before this one in the file.
template<class Visitor>
void visit_kkt(Visitor& v, engine::KktConfig& kkt, std::span<const engine::KktConfig> earlier) {
    v.must_state("id", "must be stated");
    v.text("id", kkt.id, max_id_bytes);
    v.check("id", is_id(kkt.id), "must be 1 to 32 characters of a–z, 0–9, _ and -");
    v.check("id",
            std::none_of(earlier.begin(), earlier.end(),
                         [&](const auto& other) { return other.id == kkt.id; }),
            "another KKT has this id already");

    v.must_state("device", "must be stated");
    v.secret_uri("device", kkt.device, max_uri_bytes);
    const auto uri = driver::DeviceUri::parse(kkt.device);
    v.check("device", uri.has_value(),
            "is not a device URI, such as \"atol+tcp://192.168.1.10:5555\" or "
            "\"test:?storage=/var/lib/kktd/test-kkt.fn\"");
    const bool real = uri && uri->driver != "test";
    for (const engine::KktConfig& other : earlier) {
        const auto theirs = driver::DeviceUri::parse(other.device);
        if (uri && theirs) {
            v.check("device", !driver::same_device(*uri, *theirs),
                    "is the device of \"" + other.id + "\" already");
            v.check("device", (uri->driver == "test") == (theirs->driver == "test"),
                    "a test: device must not stand beside a real one: run it by a configuration "
                    "and a state_dir of its own");
        }
    }
    v.initial([&] {
        if (uri && !real) {
            set_test_defaults(kkt, *uri);
        }
    });

    v.object("legal", [&](auto& inner) { visit_legal(inner, kkt.legal, real); });
    v.flag("test_mode", kkt.test_mode);
    v.word("check", kkt.check);
    v.check("check", kkt.check == engine::CheckBy::state || !uri || can_check(uri->driver),
            "must be \"state\" with this driver: only a device of atol+tcp: or atol+serial: can "
            "check a receipt without making it");
    v.optional_word("default_vat", kkt.legal.default_vat);
    v.object("vat_codes", [&](auto& inner) { visit_vat_codes(inner, kkt.vat_codes); });
    v.tag_text("cashier", kkt.legal.cashier, 64);
    v.text("cashier_inn", kkt.legal.cashier_inn, 12);
    v.check("cashier_inn",
            kkt.legal.cashier_inn.empty() ||
                (kkt.legal.cashier_inn.size() == 12 && fiscal::valid_inn(kkt.legal.cashier_inn)),
            "is not the ИНН of a person: 12 digits with right check digits");
    v.initial([&] { kkt.shift.cashier = kkt.legal.cashier; });
    v.object("shift", [&](auto& inner) { visit_shift(inner, kkt.shift); });
    v.word("stamp", kkt.legal.stamp);
    v.seconds("idle_release", kkt.idle_release, 0, day_seconds);
    v.seconds("give_up_after", kkt.give_up_after, 1, 30 * day_seconds);
    v.check("give_up_after", !real || kkt.give_up_after >= min_give_up_after,
            "must be at least 86400 (a day) for a real device: a paid customer gets his receipt "
            "even if the KKT stands still for a night");
    v.utc_offset("utc_offset", kkt.utc_offset);
    v.number("queue_limit", kkt.queue_limit, 1, 100'000, "receipts");
    v.number("max_positions", kkt.legal.max_positions, 1, 2'000, "positions");
    v.seconds("document_deadline", kkt.document_deadline, 1, 600);
    v.seconds("retry_interval", kkt.retry_interval, 1, 600);
}

template<class Visitor>
void visit_front(Visitor& v, front::FrontConfig& front) {
    v.number("acceptors", front.acceptors, 2, 256, "threads");
    v.number("body_limit", front.body_limit, 1024, 16 << 20, "bytes");
    v.number("parked_limit", front.parked_limit, 0, 100'000, "requests");
    v.seconds("answer_deadline", front.answer_deadline, 0, 600);
    v.seconds("peer_timeout", front.peer_timeout, 1, 600);
}

template<class Visitor>
void visit_log(Visitor& v, base::LogConfig& log) {
    v.word("level", log.level);
    v.text("file", log.file, max_path_bytes);
    v.check("file", log.file.empty() || is_absolute(log.file), "must be an absolute path");
    v.number("rotate_bytes", log.rotate_bytes, 4096, std::int64_t{1} << 40, "bytes");
    v.number("keep_files", log.keep_files, 0, 1000, "files");
}

template<class Visitor>
void visit_settings(Visitor& v, Settings& settings) {
    v.text("state_dir", settings.state_dir, max_state_dir_bytes);
    v.check("state_dir", is_absolute(settings.state_dir), "must be an absolute path");
    v.check("state_dir", settings.state_dir.size() <= max_state_dir_bytes,
            "is longer than 90 bytes: the control socket in it would have too long a name");
    v.must_state("kkt", "must be stated");
    v.kkts("kkt", settings.kkt, max_kkt,
           [](auto& inner, engine::KktConfig& kkt, std::span<const engine::KktConfig> earlier) {
               visit_kkt(inner, kkt, earlier);
           });
    v.check("kkt", !settings.kkt.empty(), "must name at least one KKT");
    v.object("front", [&](auto& inner) { visit_front(inner, settings.front); });
    v.number("duplicate_days", settings.engine.duplicate_days, 0, 366, "days");
    v.object("log", [&](auto& inner) { visit_log(inner, settings.log); });
}

} // namespace kktd::settings
