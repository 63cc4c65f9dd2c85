#include "kktctl_import.hpp"

#include "base/file.hpp"
#include "base/unique_fd.hpp"
#include "kktctl.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <ostream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace kktd::tool {

namespace {

constexpr std::size_t max_conf_bytes = 256 << 10;

/// Upper and lower case and underscores do not matter: IPAddress, ip_address, IP_ADDRESS.
std::string plain_name(std::string_view name) {
    std::string plain;
    for (const char c : name) {
        if (c != '_') {
            plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return plain;
}

/// The settings by name, each with what became of it.
class Conf {
public:
    explicit Conf(const ConfPy& conf) {
        for (const ConfSetting& setting : conf.settings) {
            const std::string name = plain_name(setting.name);
            std::erase_if(settings_, [&name](const auto& one) { return one.plain == name; });
            settings_.push_back({name, setting});
        }
    }

    /// nullptr if the file does not have it. It counts as dealt with from now on.
    const ConfSetting* take(std::string_view name) {
        const auto found = std::find_if(settings_.begin(), settings_.end(), [&](const auto& one) {
            return one.plain == plain_name(name);
        });
        if (found == settings_.end()) {
            return nullptr;
        }
        found->taken = true;
        return &found->setting;
    }

    /// As text, whether it stands in the file as a text or as a number.
    std::optional<std::string> text(std::string_view name) {
        const ConfSetting* setting = take(name);
        if (setting == nullptr) {
            return std::nullopt;
        }
        if (const auto* text = std::get_if<std::string>(&setting->value)) {
            return *text;
        }
        if (const auto* number = std::get_if<std::int64_t>(&setting->value)) {
            return std::to_string(*number);
        }
        return std::nullopt;
    }

    [[nodiscard]] std::vector<const ConfSetting*> left() const {
        std::vector<const ConfSetting*> left;
        for (const auto& one : settings_) {
            if (!one.taken) {
                left.push_back(&one.setting);
            }
        }
        return left;
    }

private:
    struct One {
        std::string plain;
        ConfSetting setting;
        bool taken = false;
    };
    std::vector<One> settings_;
};

std::string upper(std::string text) {
    for (char& c : text) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return text;
}

/// A JSON text; nothing that a host, a path or a device has needs more.
std::string quoted(std::string_view text) {
    std::string json = "\"";
    for (const char c : text) {
        json += c == '"' || c == '\\' ? "\\" : "";
        json += c;
    }
    return json + '"';
}

bool only(std::string_view text, std::string_view allowed) {
    return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}
constexpr std::string_view digits = "0123456789";
constexpr std::string_view host_letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
constexpr std::string_view path_letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:";

struct Device {
    std::string uri = std::string(fill_in);
    std::string comment;
};

Device tcp_device(Conf& conf, std::vector<std::string>& notes) {
    const auto host = conf.text("IPAddress");
    const auto port = conf.text("IPPort");
    constexpr std::size_t max_port_digits = 5;
    if (!host || !only(*host, host_letters) || !port || !only(*port, digits) ||
        port->size() > max_port_digits) {
        notes.emplace_back("IPAddress и IPPort: адреса ККТ нет или он не понят, впишите device");
        return {.comment = "адрес ККТ: atol+tcp://192.168.1.10:5555"};
    }
    return {.uri = "atol+tcp://" + *host + ":" + *port, .comment = "Port, IPAddress, IPPort"};
}

/// Of a serial line kktd finds the protocol out, over the network it is 3.0.
void note_protocol(const Device& device, Conf& conf, std::vector<std::string>& notes) {
    constexpr std::string_view atol_2_0 = "1"; // driver 9: 0 its default, 1 ATOL 2.0, 2 ATOL 3.0
    if (conf.text("Protocol") != atol_2_0) {
        return;
    }
    notes.emplace_back(device.uri.starts_with("atol+tcp:")
                           ? "Protocol = 1 (АТОЛ 2.0): по сети kktd говорит только по протоколу "
                             "3.0; включите его в ККТ"
                           : "Protocol = 1 (АТОЛ 2.0): не нужен, kktd узнаёт протокол сам; если "
                             "ККТ умеет протокол 3.0, включите его в ней: он помнит, что стало с "
                             "командой, ответ на которую потерян");
}

/// `name` as driver 9 had it: "/dev/ttyACM0", "ttyACM0", "ACM0".
std::optional<std::string> serial_path(const std::string& name) {
    if (!only(name, path_letters)) {
        return std::nullopt;
    }
    return name.starts_with("/")     ? name
           : name.starts_with("tty") ? "/dev/" + name
                                     : "/dev/tty" + name;
}

Device serial_device(Conf& conf, std::vector<std::string>& notes) {
    const auto suffix = conf.text("TTYSuffix");
    const auto path = suffix ? serial_path(*suffix) : std::nullopt;
    const auto baud = conf.text("BaudRate");
    // Whether driver 9 took rates or their numbers in a list is in no source: a number that cannot
    // be a rate is not carried over.
    constexpr std::size_t min_rate_digits = 4;
    const bool is_rate = baud && only(*baud, digits) && baud->size() >= min_rate_digits;
    if (baud && !is_rate) {
        notes.push_back("BaudRate" + (only(*baud, digits) ? " = " + *baud : std::string()) +
                        ": это номер из списка драйвера 9; впишите скорость в device, если она не "
                        "115200 (?baud=…)");
    }
    if (!path) {
        notes.emplace_back("TTYSuffix: последовательный порт не понят, впишите device");
        return {.comment = "порт ККТ: atol+serial:///dev/ttyACM0?baud=115200"};
    }
    notes.push_back("TTYSuffix: порт ККТ – " + *path + "; проверьте, что он тот самый");
    return {.uri = "atol+serial://" + *path + (is_rate ? "?baud=" + *baud : std::string()),
            .comment = "Port, TTYSuffix, BaudRate"};
}

/// How the KKT is connected, from Port.
Device device_of(Conf& conf, std::vector<std::string>& notes) {
    const auto port = conf.text("Port");
    const std::string kind = upper(port.value_or(""));
    if (kind == "TCPIP") {
        return tcp_device(conf, notes);
    }
    if (kind == "TTY" || kind == "COM") {
        return serial_device(conf, notes);
    }
    if (kind == "UDPIP") {
        notes.emplace_back("Port = UDPIP: kktd говорит с ККТ по TCP; включите в ККТ TCP");
        return tcp_device(conf, notes);
    }
    if (kind == "USB" || kind.starts_with("USB$")) {
        notes.emplace_back(
            "Port = USB: Linux показывает такую ККТ как последовательный порт, обычно "
            "/dev/ttyACM0; проверьте device");
        return {.uri = "atol+serial:///dev/ttyACM0", .comment = "Port = USB: проверьте имя порта"};
    }
    notes.emplace_back(!port ? "Port не задан: впишите device"
                             : "Port: такого подключения kktd не знает, впишите device");
    return {.comment = "например atol+tcp://192.168.1.10:5555"};
}

void note_passwords(Conf& conf, std::vector<std::string>& notes) {
    const auto access = conf.text("AccessPassword");
    const auto user = conf.text("UserPassword");
    if (access && !access->empty() && access->find_first_not_of('0') != std::string::npos) {
        notes.emplace_back("AccessPassword: задан свой пароль доступа к ККТ; сюда он не переписан, "
                           "впишите его в адрес device: ?password=…");
    }
    if (user && !user->empty() && *user != "30") {
        notes.emplace_back("UserPassword: не 30 (системный администратор); сюда он не переписан, "
                           "впишите его в адрес device: ?user_password=…");
    }
}

std::optional<std::string> log_file(Conf& conf, std::vector<std::string>& notes) {
    const auto file = conf.text("LogFileName");
    if (!file || file->empty()) {
        return std::nullopt;
    }
    if (!file->starts_with("/") || !only(*file, path_letters)) {
        notes.emplace_back("LogFileName: не полный путь, не перенесён; без log.file kktd пишет в "
                           "журнал systemd (journalctl -u kktd)");
        return std::nullopt;
    }
    notes.emplace_back("LogFileName: стал log.file; пользователю kktd нужно право писать туда");
    return *file;
}

bool test_mode(Conf& conf, std::vector<std::string>& notes) {
    const ConfSetting* setting = conf.take("TestMode");
    if (setting == nullptr) {
        return false;
    }
    bool on = false;
    if (const auto* flag = std::get_if<bool>(&setting->value)) {
        on = *flag;
    } else if (const auto* number = std::get_if<std::int64_t>(&setting->value)) {
        on = *number != 0;
    } else {
        notes.emplace_back("TestMode: не True и не False; включён test_mode, чтобы ничего не "
                           "пробить по ошибке");
        on = true;
    }
    if (on) {
        notes.emplace_back("TestMode: стал test_mode; пока он true, чеки проверяются, но не "
                           "регистрируются");
    }
    return on;
}

/// Settings of driver 9 that kktd has no use for, and why.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> needless{{
    {"Model", "модель ККТ сообщает сама"},
    {"Bits", "у ККТ всегда 8 бит"},
    {"Parity", "у ККТ её нет"},
    {"StopBits", "у ККТ всегда один"},
    {"FlowControl", "у ККТ его нет"},
    {"MACAddress", "Bluetooth не поддерживается"},
    {"Vid", "устройство задано в device"},
    {"Pid", "устройство задано в device"},
    {"SearchDir", "драйверу atol библиотеки производителя не нужны"},
    {"ReconnectTo", "kktd сам соединяется снова"},
    {"RetryCount", "kktd сам решает, когда повторить"},
    {"OfdPort", "документы в ОФД передаёт сама ККТ или служба ОФД производителя"},
    {"TTYSuffix", "ККТ подключена не к последовательному порту"},
    {"BaudRate", "ККТ подключена не к последовательному порту"},
    {"IPAddress", "ККТ подключена не по сети"},
    {"IPPort", "ККТ подключена не по сети"},
}};

void note_needless(Conf& conf, std::vector<std::string>& notes) {
    std::vector<const ConfSetting*> unknown;
    for (const ConfSetting* setting : conf.left()) {
        const auto found = std::find_if(needless.begin(), needless.end(), [&](const auto& one) {
            return plain_name(one.first) == plain_name(setting->name);
        });
        notes.push_back(found != needless.end()
                            ? setting->name + ": не нужен, " + std::string(found->second)
                            : "строка " + std::to_string(setting->line) + ": " + setting->name +
                                  " не из настроек драйвера, не перенесён");
    }
}

std::vector<std::string> unread_notes(const ConfPy& conf) {
    std::vector<std::string> notes;
    for (const ConfUnread& unread : conf.unread) {
        notes.push_back("строка " + std::to_string(unread.line) +
                        (unread.name.empty() ? "" : ", " + unread.name) +
                        ": не «ИМЯ = значение», не прочитана; перенесите её вручную, если нужна");
    }
    return notes;
}

/// A comment is one line, whatever the name of the file is.
std::string comment_line(std::string_view text) {
    std::string line(text);
    std::erase_if(line, [](char c) { return static_cast<unsigned char>(c) < ' '; });
    return line;
}

std::string marked(std::string_view key, std::string_view comment, bool last = false) {
    return "        \"" + std::string(key) + "\": " + quoted(fill_in) + (last ? "" : ",") + " // " +
           std::string(comment) + "\n";
}

std::string config_text(const Device& device, bool rehearse, const std::optional<std::string>& log,
                        const std::vector<std::string>& notes, std::string_view file) {
    std::string text = "// Настройки kktd, сделанные из " + comment_line(file) +
                       ". Замените каждое " + std::string(fill_in) +
                       ", затем:\n//   kktd --check-config --config ЭТОТ_ФАЙЛ\n"
                       "// Все ключи: docs/configuration.md\n";
    for (const std::string& note : notes) {
        text += "// " + comment_line(note) + "\n";
    }
    text +=
        "{\n  \"kkt\": [\n    {\n      \"id\": \"main\",\n      \"device\": " + quoted(device.uri) +
        ", // " + device.comment + "\n      \"legal\": {\n";
    text += marked("inn", "ИНН продавца, как в ККТ; показывает kktctl probe");
    text += marked("sale", "internet – продажа на сайте, counter – чек на бумаге");
    text += "        // \"site\": \"https://shop.example\", // адрес сайта, нужен для internet\n";
    text += marked("contact_missing", "нет почты или телефона: refuse – отказ, register – пробить");
    text +=
        marked("payment_method", "full_payment – расчёт при передаче, full_prepayment – до неё");
    text += marked("payment_object", "commodity – товар, service – услуга, …");
    text += marked("legacy_vat", "18 и 20 % от старой программы: strict – отказ, map – 22 %", true);
    text += "      },\n";
    text += rehearse ? "      \"test_mode\": true, // TestMode\n" : "";
    text += "    },\n  ],\n";
    if (log) {
        text += "  \"log\": {\"file\": " + quoted(*log) + "}, // LogFileName\n";
    }
    return text + "}\n";
}

/// Empty: written. Never over another file.
std::string write_new(const std::string& path, std::string_view text) {
    constexpr mode_t owner_and_group = S_IRUSR | S_IWUSR | S_IRGRP;
    const base::UniqueFd file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, owner_and_group));
    if (!file) {
        return errno == EEXIST ? path + ": такой файл уже есть, он не тронут"
                               : path + ": " + std::generic_category().message(errno);
    }
    while (!text.empty()) {
        const ssize_t count = ::write(file.get(), text.data(), text.size());
        if (count <= 0) {
            return path + ": " + std::generic_category().message(errno);
        }
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

} // namespace

Imported import_conf(const ConfPy& read, std::string_view file) {
    Conf conf(read);
    std::vector<std::string> notes;
    const Device device = device_of(conf, notes);
    note_protocol(device, conf, notes);
    note_passwords(conf, notes);
    const auto log = log_file(conf, notes);
    const bool rehearse = test_mode(conf, notes);
    note_needless(conf, notes);
    for (std::string& note : unread_notes(read)) {
        notes.push_back(std::move(note));
    }
    std::string config = config_text(device, rehearse, log, notes, file);
    return {.config = std::move(config), .notes = std::move(notes)};
}

int run_import_conf(const ImportConf& import, std::ostream& out, std::ostream& err) {
    const auto text = base::read_file(import.file, max_conf_bytes);
    if (!text) {
        err << "kktctl: " << text.error().text() << "\n";
        return exit_not_done;
    }
    const Imported imported = import_conf(parse_conf_py(*text), import.file);
    if (import.output.empty()) {
        out << imported.config;
    } else if (const std::string error = write_new(import.output, imported.config);
               !error.empty()) {
        err << "kktctl: " << error << "\n";
        return exit_not_done;
    }
    for (const std::string& note : imported.notes) {
        err << "kktctl: " << note << "\n";
    }
    err << "kktctl: замените каждое " << fill_in << " и проверьте: kktd --check-config --config "
        << (import.output.empty() ? std::string("ФАЙЛ") : import.output) << "\n";
    return exit_done;
}

} // namespace kktd::tool
