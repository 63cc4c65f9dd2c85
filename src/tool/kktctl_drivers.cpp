#include "kktctl_drivers.hpp"

#include "driver/registry.hpp"
#include "text_table.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <optional>

namespace kktd::tool {

namespace {

namespace json = boost::json;

std::string_view maturity_title(driver::Maturity maturity) {
    switch (maturity) {
    case driver::Maturity::experimental:
        return "опытный";
    case driver::Maturity::beta:
        return "проверяется";
    case driver::Maturity::stable:
        return "надёжный";
    }
    return "";
}

/// A driver says what its devices can do without asking one; where that depends on the device, it
/// is what its example would be taken for.
std::optional<fiscal::Capabilities> capabilities_of(const driver::DriverEntry& entry) {
    const auto uri = driver::DeviceUri::parse(entry.example);
    if (!uri) {
        return std::nullopt;
    }
    const base::SystemClock clock;
    const auto made = entry.create(*uri, {.clock = clock});
    return made ? std::optional((*made)->capabilities()) : std::nullopt;
}

std::vector<std::string_view> ffd_titles(const driver::DriverEntry& entry) {
    std::vector<std::string_view> titles;
    for (std::uint8_t ffd = entry.oldest_ffd; ffd <= entry.newest_ffd; ++ffd) {
        titles.push_back(fiscal::ffd_title(ffd));
    }
    return titles;
}

std::string yes_no(bool yes) {
    return yes ? "да" : "нет";
}

} // namespace

std::vector<std::pair<std::string, std::string>>
capability_lines(const fiscal::Capabilities& capabilities) {
    std::string can;
    std::string cannot;
    for (const auto& rate : fiscal::vat_rates()) {
        std::string& list = capabilities.has(rate.rate) ? can : cannot;
        list += (list.empty() ? "" : ", ") + std::string(rate.title);
    }
    std::vector<std::pair<std::string, std::string>> lines{
        {"Ставки НДС", can.empty() ? "никаких" : can}};
    if (!cannot.empty()) {
        lines.emplace_back("Ставок нет", cannot);
    }
    if (!capabilities.vat_rates_note.empty()) {
        lines.emplace_back("О ставках", capabilities.vat_rates_note);
    }
    lines.insert(lines.end(),
                 {{"Знаков в количестве", std::to_string(capabilities.quantity_digits)},
                  {"Длина названия", std::to_string(capabilities.name_length)},
                  {"Чек без бумаги", yes_no(capabilities.electronic_only)},
                  {"Признак интернета", yes_no(capabilities.internet_tag)},
                  {"Чеки коррекции", yes_no(capabilities.corrections)},
                  {"Маркировка", yes_no(capabilities.marking)},
                  {"Агенты", yes_no(capabilities.agents)}});
    return lines;
}

json::object capability_json(const fiscal::Capabilities& capabilities) {
    json::array rates;
    for (const auto& rate : fiscal::vat_rates()) {
        if (capabilities.has(rate.rate)) {
            rates.emplace_back(rate.name);
        }
    }
    json::object object{{"vat_rates", std::move(rates)},
                        {"quantity_digits", capabilities.quantity_digits},
                        {"name_length", capabilities.name_length},
                        {"electronic_only", capabilities.electronic_only},
                        {"internet_tag", capabilities.internet_tag},
                        {"corrections", capabilities.corrections},
                        {"marking", capabilities.marking},
                        {"agents", capabilities.agents}};
    if (!capabilities.vat_rates_note.empty()) {
        object["vat_rates_note"] = capabilities.vat_rates_note;
    }
    return object;
}

std::string drivers_text() {
    std::string text;
    for (const auto& entry : driver::drivers()) {
        TextTable table;
        table.add({"Зрелость", std::string(maturity_title(entry.maturity)) + " (" +
                                   std::string(driver::name(entry.maturity)) + ")"});
        std::string ffd;
        for (const auto title : ffd_titles(entry)) {
            ffd += (ffd.empty() ? "" : ", ") + std::string(title);
        }
        table.add({"ФФД", ffd});
        if (entry.test) {
            table.add({"Тестовый", "да, документы не фискальные"});
        }
        if (!entry.example.empty()) {
            table.add({"Пример", std::string(entry.example)});
        }
        if (const auto capabilities = capabilities_of(entry)) {
            for (const auto& [name, value] : capability_lines(*capabilities)) {
                table.add({name, value});
            }
        } else {
            table.add({"Умеет", "зависит от устройства: kktctl probe URI"});
        }
        text += (text.empty() ? "" : "\n") + std::string(entry.name) + ": " +
                std::string(entry.title) + "\n" + table.text(2);
    }
    return text;
}

std::string drivers_json() {
    json::array drivers;
    for (const auto& entry : driver::drivers()) {
        const auto ffd = ffd_titles(entry);
        json::object one{{"name", entry.name},
                         {"title", entry.title},
                         {"maturity", driver::name(entry.maturity)},
                         {"ffd", json::array(ffd.begin(), ffd.end())},
                         {"test", entry.test},
                         {"example", entry.example}};
        if (const auto capabilities = capabilities_of(entry)) {
            one["capabilities"] = capability_json(*capabilities);
        }
        drivers.push_back(std::move(one));
    }
    return json::serialize(json::object{{"done", true}, {"drivers", std::move(drivers)}}) + "\n";
}

} // namespace kktd::tool
