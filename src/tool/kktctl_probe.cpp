#include "kktctl_probe.hpp"

#include "base/masked_uri.hpp"
#include "fiscal/ffd.hpp"
#include "fiscal/plan.hpp"
#include "kktctl.hpp"
#include "kktctl_client.hpp"
#include "kktctl_drivers.hpp"
#include "text_table.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <ostream>
#include <vector>

namespace kktd::tool {

namespace {

namespace json = boost::json;
using fiscal::DeviceState;
using fiscal::Fault;
using fiscal::FaultClass;
using std::chrono::seconds;

constexpr seconds kktd_limit{2};
constexpr seconds default_offset{10'800};

int refuse(const Probe& probe, const std::string& text, int code, std::ostream& out,
           std::ostream& err) {
    if (probe.json) {
        out << json::serialize(json::object{{"done", false}, {"text", text}}) << "\n";
    } else {
        err << "kktctl: " << text << "\n";
    }
    return code;
}

// ---- the neighbours -----------------------------------------------------------------------------

/// The id of the KKT under which a running kktd works with this device; nothing if none does, or
/// none can be asked.
std::optional<std::string> served_by_kktd(const Probe& probe, const driver::DeviceUri& uri) {
    const auto reply = ask(probe.socket, R"({"command":"status"})", kktd_limit);
    const auto* line = std::get_if<std::string>(&reply);
    json::error_code error;
    const json::value answer = line ? json::parse(*line, error) : json::value();
    json::error_code absent;
    const json::value* kkts = answer.find_pointer("/status/kkt", absent);
    if (error || kkts == nullptr || !kkts->is_array()) {
        return std::nullopt;
    }
    for (const json::value& kkt : kkts->get_array()) {
        const json::value* device = kkt.find_pointer("/device", absent);
        const json::value* id = kkt.find_pointer("/id", absent);
        if (device == nullptr || id == nullptr || !device->is_string() || !id->is_string()) {
            continue;
        }
        const auto theirs = driver::DeviceUri::parse(device->get_string());
        if (theirs && driver::same_device(*theirs, uri)) {
            return std::string(id->get_string());
        }
    }
    return std::nullopt;
}

/// Opening a `test:` device makes its storage file, which would then belong to whoever probes.
bool is_unborn(const driver::DriverEntry& entry, const driver::DeviceUri& uri) {
    const auto storage = uri.options.find("storage");
    std::error_code ignored;
    return entry.test && storage != uri.options.end() &&
           !std::filesystem::exists(storage->second, ignored);
}

std::string no_state_text(const Fault& fault) {
    std::string text = "ККТ не опрошена: " + fault.text();
    if (fault.cls() == FaultClass::link) {
        text += "\nПроверьте питание, кабель, адрес и порт.";
    }
    if (fault.cls() == FaultClass::link || fault.cls() == FaultClass::busy) {
        text +=
            "\nККТ отвечает только одной программе. Если с ней работает kktd, остановите его на "
            "время (systemctl stop kktd) или дождитесь, пока он отпустит её (idle_release); "
            "закройте и другие программы (1С, тест драйвера).";
    }
    return text;
}

// ---- words --------------------------------------------------------------------------------------

std::string offset_text(seconds offset) {
    const auto minutes = std::abs(std::chrono::duration_cast<std::chrono::minutes>(offset).count());
    const auto two = [](std::int64_t number) {
        return (number < 10 ? "0" : "") + std::to_string(number);
    };
    return (offset.count() < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
}

std::string time_text(fiscal::LocalTime time) {
    return time.date().russian() + " " + time.clock();
}

std::string phase_title(std::uint8_t phase) {
    switch (phase) {
    case 1:
        return "не активирован";
    case 3:
        return "работает";
    case 7:
        return "архив закрыт";
    case 15:
        return "архив закрыт, всё передано";
    default:
        return "неизвестна";
    }
}

std::vector<fiscal::Taxation> systems(fiscal::TaxationSet taxations) {
    std::vector<fiscal::Taxation> list;
    for (const auto taxation :
         {fiscal::Taxation::osn, fiscal::Taxation::usn_income, fiscal::Taxation::usn_income_outcome,
          fiscal::Taxation::envd, fiscal::Taxation::esn, fiscal::Taxation::patent}) {
        if (taxations.has(taxation)) {
            list.push_back(taxation);
        }
    }
    return list;
}

std::string taxation_titles(fiscal::TaxationSet taxations) {
    std::string text;
    for (const auto taxation : systems(taxations)) {
        text += (text.empty() ? "" : ", ") + std::string(fiscal::title(taxation));
    }
    return text;
}

json::array taxation_names(fiscal::TaxationSet taxations) {
    json::array names;
    for (const auto taxation : systems(taxations)) {
        names.emplace_back(fiscal::name(taxation));
    }
    return names;
}

std::string shift_text(const DeviceState& state) {
    std::string text = std::to_string(state.shift_number);
    switch (state.shift) {
    case fiscal::ShiftState::closed:
        return text + ", закрыта";
    case fiscal::ShiftState::expired:
        text += ", истекла (старше 24 часов)";
        break;
    case fiscal::ShiftState::open:
        text += ", открыта";
        break;
    }
    if (state.shift_opened) {
        text += " с " + time_text(*state.shift_opened);
    }
    return text + ", чеков " + std::to_string(state.receipt_number);
}

std::string ofd_text(const DeviceState& state) {
    if (state.ofd.unsent == 0) {
        return "всё отправлено";
    }
    return "не отправлено документов: " + std::to_string(state.ofd.unsent) + ", первый ФД " +
           std::to_string(state.ofd.first_fd) +
           (state.ofd.oldest ? " от " + time_text(*state.ofd.oldest) : std::string());
}

std::string paper_text(const DeviceState& state) {
    if (state.internet_only) {
        return "принтера нет (только для интернета)";
    }
    std::string text = state.paper == fiscal::Paper::out   ? "кончилась"
                       : state.paper == fiscal::Paper::low ? "кончается"
                                                           : "есть";
    return text + (state.cover_open ? ", крышка открыта" : ", крышка закрыта");
}

std::string clock_text(const DeviceState& state, ClockReading clock) {
    std::string text = time_text(state.now) + ", если это UTC" + offset_text(clock.utc_offset);
    if (clock.skew == 0) {
        return text + ", то точно";
    }
    return text + ", то " + (clock.skew > 0 ? "спешат" : "отстают") + " на " +
           std::to_string(std::abs(clock.skew)) + " с";
}

/// What a person should see to.
std::vector<std::string> warnings_of(const DeviceState& state, ClockReading clock,
                                     const fiscal::Capabilities& capabilities) {
    std::vector<std::string> warnings;
    if (const auto fault = fiscal::why_not_selling(state, {state.now.seconds - clock.skew})) {
        warnings.push_back("сейчас не продаёт: " + fault->text());
    }
    if (state.fn.replace_urgently) {
        warnings.emplace_back("ФН надо срочно заменить: осталось не более 3 дней");
    } else if (state.fn.resource_ends) {
        warnings.emplace_back("ФН кончается: осталось не более 30 дней, закажите новый");
    }
    if (state.fn.memory_99) {
        warnings.emplace_back("память ФН заполнена на 99 %, замените его");
    }
    if (state.fn.ofd_timeout) {
        warnings.emplace_back("документы не уходят в ОФД: проверьте интернет на ККТ");
    }
    if (clock.utc_offset != default_offset) {
        warnings.push_back("часы ККТ не московские: если она стоит по московскому времени, "
                           "выставьте их, иначе впишите в настройки \"utc_offset\": \"" +
                           offset_text(clock.utc_offset) + "\"");
    }
    if (!capabilities.internet_tag || !capabilities.electronic_only) {
        warnings.emplace_back("для \"sale\": \"internet\" не годится: нужны признак интернета "
                              "(тег 1125) и чек без бумаги");
    }
    return warnings;
}

// ---- the configuration --------------------------------------------------------------------------

/// What the device itself tells of its entry in kktd.json; what the shop must say is left to it.
json::object config_of(const DeviceState& state, const Probe& probe, ClockReading clock,
                       bool test) {
    json::object config{{"id", "main"}, {"device", base::masked_uri(probe.uri)}};
    if (!test) {
        json::object legal{{"inn", state.identity.inn}};
        // ЕНВД is abolished, and of several systems the shop chooses.
        if (const auto list = systems(state.taxations);
            list.size() == 1 && list.front() != fiscal::Taxation::envd) {
            legal["taxation"] = fiscal::name(list.front());
        }
        config["legal"] = std::move(legal);
    }
    if (clock.utc_offset != default_offset) {
        config["utc_offset"] = offset_text(clock.utc_offset);
    }
    return config;
}

// ---- VAT ----------------------------------------------------------------------------------------

/// The line for the configuration: the codes that had to be found out. Empty: none.
std::string vat_codes_line(const std::vector<driver::VatCode>& codes) {
    std::string line;
    for (const driver::VatCode& code : codes) {
        if (code.taken && !code.published) {
            line += (line.empty() ? "" : ", ") +
                    ("\"" + std::string(fiscal::info(code.rate).name)) +
                    "\": " + std::to_string(code.code);
        }
    }
    return line.empty() ? line : "\"vat_codes\": {" + line + "}";
}

/// Why no receipt may be opened to try rates on; nothing if it may.
std::optional<std::string> why_not_vat(driver::Driver& driver, const DeviceState& state) {
    if (driver.vat_probe() == nullptr) {
        return "у этого драйвера коды ставок не подбирают: они известны";
    }
    if (state.receipt_open) {
        return "на ККТ открыт чек: завершите или отмените его, затем повторите";
    }
    switch (state.shift) {
    case fiscal::ShiftState::open:
        return std::nullopt;
    case fiscal::ShiftState::closed:
        return "смена закрыта: ставки пробуют на чеке, который затем отменяется, а чек бывает "
               "только в открытой смене. Откройте смену (первым чеком или на самой ККТ) и "
               "повторите";
    case fiscal::ShiftState::expired:
        return "смена старше 24 часов: закройте её и откройте новую, затем повторите";
    }
    return std::nullopt;
}

void tell_vat(const std::vector<driver::VatCode>& codes, std::ostream& out) {
    TextTable table;
    for (const driver::VatCode& code : codes) {
        table.add({std::string(fiscal::info(code.rate).title), "код " + std::to_string(code.code),
                   !code.taken      ? "прошивка не принимает"
                   : code.published ? "принимает"
                                    : "принимает, код не опубликован"});
    }
    out << "\nСтавки НДС прошивки (пробный чек отменён):\n" << table.text(2);
    const std::string line = vat_codes_line(codes);
    if (line.empty()) {
        out << "Вписывать в настройки нечего.";
        for (const driver::VatCode& code : codes) {
            if (!code.taken) {
                out << " Чего прошивка не принимает, умеет драйвер fptr10 или новая прошивка.";
                break;
            }
        }
        out << "\n";
        return;
    }
    out << "В настройки этой ККТ:\n  " << line
        << "\nПринять код – ещё не значит понять его: проверьте ставку в первом чеке (в ОФД или на "
           "бумаге).\n";
}

json::array vat_json(const std::vector<driver::VatCode>& codes) {
    json::array list;
    for (const driver::VatCode& code : codes) {
        list.push_back(json::object{{"rate", fiscal::info(code.rate).name},
                                    {"code", code.code},
                                    {"taken", code.taken},
                                    {"published", code.published}});
    }
    return list;
}

// ---- the report ---------------------------------------------------------------------------------

/// All that was found out about a device.
struct Findings {
    const driver::DriverEntry& entry;
    DeviceState state;
    fiscal::Capabilities capabilities;
    ClockReading clock;
    std::vector<std::string> warnings;
    json::object config;
};

void tell(const Findings& found, const Probe& probe, std::ostream& out) {
    const DeviceState& state = found.state;
    TextTable table;
    table.add({"Устройство", base::masked_uri(probe.uri)});
    table.add({"Драйвер", std::string(found.entry.name) + " (" +
                              std::string(driver::name(found.entry.maturity)) + ")"});
    table.add({"Модель", state.model + ", прошивка " + state.firmware});
    table.add({"Заводской номер", state.identity.serial});
    table.add({"ИНН, РНМ", state.identity.inn + ", " + state.identity.rnm});
    table.add({"СНО", taxation_titles(state.taxations)});
    table.add({"ФФД", std::string(fiscal::ffd_title(state.ffd))});
    table.add({"ФН", state.identity.fn + ", фаза " + std::to_string(state.fn.phase) + " (" +
                         phase_title(state.fn.phase) + "), действует до " +
                         state.fn.valid_until.russian()});
    table.add({"ОФД", ofd_text(state)});
    table.add({"Смена", shift_text(state)});
    table.add({"Последний ФД", std::to_string(state.last_fd) +
                                   (state.last_document ? " от " + time_text(*state.last_document)
                                                        : std::string())});
    if (state.receipt_open) {
        table.add({"Чек", "открыт"});
    }
    table.add({"Бумага", paper_text(state)});
    table.add({"Часы", clock_text(state, found.clock)});
    for (const auto& [name, value] : capability_lines(found.capabilities)) {
        table.add({name, value});
    }
    for (const std::string& warning : found.warnings) {
        table.add({"Внимание", warning});
    }
    out << table.text() << "\nВ настройки (kktd.json, список kkt):\n  "
        << json::serialize(found.config) << "\n";
    if (!found.entry.test) {
        out << "Допишите в legal то, что ККТ не знает: sale, contact_missing, payment_method, "
               "payment_object, legacy_vat"
            << (found.config.at("legal").get_object().contains("taxation") ? "" : ", taxation")
            << " (docs/configuration.md).\n";
    }
}

json::object to_json(const Findings& found, const Probe& probe) {
    const DeviceState& state = found.state;
    const auto optional_time = [](const std::optional<fiscal::LocalTime>& time) {
        return time ? json::value(time->iso()) : json::value();
    };
    const char* const shift = state.shift == fiscal::ShiftState::closed ? "closed"
                              : state.shift == fiscal::ShiftState::open ? "open"
                                                                        : "expired";
    const char* const paper = state.paper == fiscal::Paper::out   ? "out"
                              : state.paper == fiscal::Paper::low ? "low"
                                                                  : "ok";
    return {{"done", true},
            {"device", base::masked_uri(probe.uri)},
            {"driver", found.entry.name},
            {"maturity", driver::name(found.entry.maturity)},
            {"model", state.model},
            {"firmware", state.firmware},
            {"identity",
             {{"inn", state.identity.inn},
              {"rnm", state.identity.rnm},
              {"serial", state.identity.serial},
              {"fn", state.identity.fn}}},
            {"ffd", fiscal::ffd_title(state.ffd)},
            {"taxations", taxation_names(state.taxations)},
            {"fn",
             {{"phase", state.fn.phase},
              {"valid_until", state.fn.valid_until.iso()},
              {"replace_urgently", state.fn.replace_urgently},
              {"resource_ends", state.fn.resource_ends},
              {"memory_99", state.fn.memory_99},
              {"ofd_timeout", state.fn.ofd_timeout},
              {"critical", state.fn.critical}}},
            {"ofd",
             {{"unsent", state.ofd.unsent},
              {"first_fd", state.ofd.first_fd},
              {"oldest", optional_time(state.ofd.oldest)}}},
            {"shift",
             {{"state", shift},
              {"number", state.shift_number},
              {"receipts", state.receipt_number},
              {"opened", optional_time(state.shift_opened)}}},
            {"last_fd", state.last_fd},
            {"last_document", optional_time(state.last_document)},
            {"receipt_open", state.receipt_open},
            {"paper", paper},
            {"cover_open", state.cover_open},
            {"internet_only", state.internet_only},
            {"time", state.now.iso()},
            {"utc_offset", offset_text(found.clock.utc_offset)},
            {"clock_skew_seconds", found.clock.skew},
            {"capabilities", capability_json(found.capabilities)},
            {"warnings", json::array(found.warnings.begin(), found.warnings.end())},
            {"config", found.config}};
}

} // namespace

ClockReading read_clock(fiscal::LocalTime kkt, std::int64_t utc_seconds) {
    constexpr std::int64_t step = 1800;
    constexpr std::int64_t west = -12LL * 3600;
    constexpr std::int64_t east = 14LL * 3600;
    const std::int64_t difference = kkt.seconds - utc_seconds;
    const std::int64_t steps =
        (difference >= 0 ? difference + step / 2 : difference - step / 2) / step;
    std::int64_t offset = steps * step;
    if (offset < west || offset > east) {
        offset = default_offset.count(); // no zone at all: the clock is plainly wrong
    }
    return {seconds(offset), difference - offset};
}

int probe_driver(driver::Driver& driver, const driver::DriverEntry& entry, const Probe& probe,
                 std::int64_t utc_seconds, std::ostream& out, std::ostream& err) {
    const auto state = driver.state(std::chrono::steady_clock::now() + probe_limit);
    if (!state) {
        return refuse(probe, no_state_text(state.error()), exit_not_done, out, err);
    }
    const ClockReading clock = read_clock(state->now, utc_seconds);
    const auto capabilities = driver.capabilities();
    const Findings found{.entry = entry,
                         .state = *state,
                         .capabilities = capabilities,
                         .clock = clock,
                         .warnings = warnings_of(*state, clock, capabilities),
                         .config = config_of(*state, probe, clock, entry.test)};
    if (!probe.vat) {
        if (probe.json) {
            out << json::serialize(to_json(found, probe)) << "\n";
        } else {
            tell(found, probe, out);
        }
        return exit_done;
    }
    if (const auto why = why_not_vat(driver, *state)) {
        return refuse(probe, *why, exit_not_done, out, err);
    }
    const auto codes =
        driver.vat_probe()->probe_vat(std::chrono::steady_clock::now() + vat_probe_limit);
    if (!codes) {
        return refuse(probe, "ставки не проверены: " + codes.error().text(), exit_not_done, out,
                      err);
    }
    if (probe.json) {
        auto object = to_json(found, probe);
        object["vat_codes"] = vat_json(*codes);
        out << json::serialize(object) << "\n";
    } else {
        tell(found, probe, out);
        tell_vat(*codes, out);
    }
    return exit_done;
}

int run_probe(const Probe& probe, std::ostream& out, std::ostream& err) {
    const std::string shown = base::masked_uri(probe.uri);
    const auto uri = driver::DeviceUri::parse(probe.uri);
    if (!uri) {
        return refuse(probe,
                      "не адрес устройства: " + shown + "; примеры показывает kktctl drivers",
                      exit_usage, out, err);
    }
    const driver::DriverEntry* entry = driver::find_driver(uri->driver);
    if (entry == nullptr) {
        return refuse(probe,
                      "нет драйвера " + uri->driver + "; какие есть, показывает kktctl drivers",
                      exit_usage, out, err);
    }
    const base::SystemClock clock;
    const auto made = entry->create(*uri, {.clock = clock});
    if (!made) {
        return refuse(probe, shown + ": " + made.error().text(), exit_usage, out, err);
    }
    if (const auto id = served_by_kktd(probe, *uri)) {
        return refuse(probe,
                      "с этой ККТ работает kktd (" + *id +
                          "): её состояние показывает kktctl status; чтобы опросить её "
                          "отсюда, остановите kktd: systemctl stop kktd",
                      exit_not_done, out, err);
    }
    if (is_unborn(*entry, *uri)) {
        return refuse(probe, "этой тестовой ККТ ещё нет: её файл сделает kktd, когда запустится",
                      exit_not_done, out, err);
    }
    constexpr std::int64_t micros = 1'000'000;
    const int code = probe_driver(**made, *entry, probe, clock.utc_micros() / micros, out, err);
    (*made)->close();
    return code;
}

} // namespace kktd::tool
